"""The thin slider at the right edge of a viewport: where in the stack, and how much of it is loaded."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QEnterEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QToolTip, QWidget

from viewer.ui.i18n import tr
from viewer.ui.theme import Theme
from viewer.workspace.viewport import ViewportState
from viewer.workspace.workspace import Workspace

WIDTH = 24  # what can be hit; the track is thinner
TRACK = 4.0
WIDE_TRACK = 8.0  # under the pointer
END_GAP = 12.0
LEAST_HANDLE = 14.0
POLL_MS = 250


class FrameSlider(QAbstractSlider):
    """Drag to scroll. The grey part of the track shows which frames are in the cache."""

    def __init__(self, workspace: Workspace, viewport: ViewportState, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._viewport = viewport
        self._theme = theme
        self._loaded = b""
        self._hovered = False
        self._grip = 0.0
        self._poll = QTimer(self)
        self._poll.setSingleShot(True)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._read_loaded)
        self.setOrientation(Qt.Orientation.Vertical)
        self.setInvertedAppearance(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedWidth(WIDTH)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.valueChanged.connect(self._value_changed)  # by a screen reader
        self.retranslate()
        self.remount()

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Image in the stack"))

    def follow(self) -> None:
        """Show where the viewport is now."""
        count = self._viewport.count
        self.setRange(0, max(count - 1, 0))
        self.setValue(self._viewport.index)
        self.setVisible(count > 1)
        if count > 1 and not self._poll.isActive():
            self._poll.start()
        self.update()

    def remount(self) -> None:
        """Another display set, or more frames."""
        self._read_loaded()
        self.follow()

    def _value_changed(self, value: int) -> None:
        if value != self._viewport.index:
            self._workspace.opening.go(value, self._viewport)

    def _read_loaded(self) -> None:
        display_set = self._viewport.display_set
        if display_set is None or self._viewport.count < 2:
            return
        loaded = self._workspace.services.frames.loaded(display_set.frames)
        if loaded != self._loaded:
            self._loaded = loaded
            self.update()
        if not all(loaded) and self.isVisible():
            self._poll.start()

    def _span(self) -> tuple[float, float]:
        """Top and height of the track."""
        return END_GAP, max(self.height() - 2 * END_GAP, 1.0)

    def _handle(self) -> tuple[float, float]:
        """Top and height of the handle."""
        top, height = self._span()
        count = max(self._viewport.count, 1)
        size = min(max(height / count, LEAST_HANDLE), height)
        return top + (height - size) * self._viewport.index / max(count - 1, 1), size

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        wide = WIDE_TRACK if self._hovered or self.isSliderDown() else TRACK
        x = self.width() - 3 - wide
        top, height = self._span()
        painter.setBrush(QColor(70, 76, 84, 110))
        painter.drawRoundedRect(QRectF(x, top, wide, height), wide / 2, wide / 2)
        painter.setBrush(QColor(128, 137, 147, 190))
        for first, last in _runs(self._loaded):
            start = top + height * first / len(self._loaded)
            size = height * (last - first) / len(self._loaded)
            painter.drawRoundedRect(QRectF(x, start, wide, size), wide / 2, wide / 2)
        handle_top, handle_size = self._handle()
        painter.setBrush(QColor(self._theme.colours.accent))
        painter.drawRoundedRect(QRectF(x - 1, handle_top, wide + 2, handle_size), wide / 2 + 1, wide / 2 + 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        top, size = self._handle()
        y = event.position().y()
        self._grip = y - top if top <= y <= top + size else size / 2
        self.setSliderDown(True)
        self._workspace.layout.set_active(self._viewport)
        self._drag_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._drag_to(event.position())
        number = self._index_at(event.position().y() - self._handle()[1] / 2) + 1
        text = tr("Image {number} of {count}", number=number, count=self._viewport.count)
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the viewport scrolls

    def _index_at(self, y: float) -> int:
        top, height = self._span()
        free = height - self._handle()[1]
        share = (y - top) / free if free > 0 else 0.0
        return round(min(max(share, 0.0), 1.0) * (self._viewport.count - 1))

    def _drag_to(self, position: QPointF) -> None:
        self._workspace.opening.go(self._index_at(position.y() - self._grip), self._viewport)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.setMouseTracking(True)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()


def _runs(loaded: bytes) -> list[tuple[int, int]]:
    """(first, past the last) of each stretch of loaded frames."""
    found: list[tuple[int, int]] = []
    at = loaded.find(1)
    while at >= 0:
        end = loaded.find(0, at)
        end = len(loaded) if end < 0 else end
        found.append((at, end))
        at = loaded.find(1, end)
    return found
