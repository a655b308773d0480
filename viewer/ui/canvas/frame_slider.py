"""The thin slider at the right edge of a viewport: where in the stack, and how much of it is loaded."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QEnterEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
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
        self._track_made_of: tuple[object, ...] = ()
        self._track_pixmap = QPixmap()
        self._knob_made_of: tuple[object, ...] = ()
        self._knob_pixmap = QPixmap()
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
        if self.maximum() != max(count - 1, 0):
            self.setRange(0, max(count - 1, 0))
        self.setValue(self._viewport.index)
        if self.isHidden() is (count > 1):
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
        wide = WIDE_TRACK if self._hovered or self.isSliderDown() else TRACK
        x = self.width() - 3 - wide
        handle_top, handle_size = self._handle()
        painter = QPainter(self)
        painter.drawPixmap(QPointF(0, 0), self._track(x, wide))
        painter.drawPixmap(QPointF(x - 1, handle_top), self._knob(wide + 2, handle_size))

    def _track(self, x: float, wide: float) -> QPixmap:
        """Everything but the handle. Rounded corners take longer than a picture's text, and scrolling changes nothing here."""
        ratio = self.devicePixelRatioF()
        made_of = (self.width(), self.height(), x, wide, self._loaded, ratio)
        if self._track_made_of != made_of:
            self._track_made_of = made_of
            self._track_pixmap = _clear_pixmap(self.width(), self.height(), ratio)
            top, height = self._span()
            painter = QPainter(self._track_pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(70, 76, 84, 110))
            painter.drawRoundedRect(QRectF(x, top, wide, height), wide / 2, wide / 2)
            painter.setBrush(QColor(128, 137, 147, 190))
            for first, last in _runs(self._loaded):
                start = top + height * first / len(self._loaded)
                size = height * (last - first) / len(self._loaded)
                painter.drawRoundedRect(QRectF(x, start, wide, size), wide / 2, wide / 2)
            painter.end()
        return self._track_pixmap

    def _knob(self, width: float, height: float) -> QPixmap:
        ratio, colour = self.devicePixelRatioF(), self._theme.colours.accent
        made_of = (width, height, colour, ratio)
        if self._knob_made_of != made_of:
            self._knob_made_of = made_of
            self._knob_pixmap = _clear_pixmap(width, height, ratio)
            painter = QPainter(self._knob_pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(0, 0, width, height), width / 2, width / 2)
            painter.end()
        return self._knob_pixmap

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


def _clear_pixmap(width: float, height: float, ratio: float) -> QPixmap:
    pixmap = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


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
