"""The drawing surface of one viewport: a view that paints the picture and feeds the mouse to the tools.

A bare QGraphicsView, not pyqtgraph's: importing that costs 0.16 s of processor time before the first picture.
Items of pyqtgraph can still be put into the scene.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCursor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
    QSinglePointEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from viewer.tools.protocol import Button, Modifier, PointerEvent
from viewer.tools.router import Router
from viewer.ui.canvas.event_lag import EventLag
from viewer.ui.canvas.image_item import ImageItem
from viewer.ui.canvas.movement import Movement
from viewer.ui.canvas.overlay_item import OverlayItem
from viewer.ui.display_set_mime import DISPLAY_SET_MIME
from viewer.ui.theme import Theme
from viewer.workspace.read_out import ReadOut, read_out
from viewer.workspace.viewport import ViewportState
from viewer.workspace.workspace import Workspace

NOTCH = 120.0
BUSY_AFTER_MS = 150
BUSY_SCROLLING_MS = 500  # while an earlier picture stays on screen
READ_OUT_MS = 30
LARGEST_LAG_MS = 60.0

_BUTTONS = {
    Qt.MouseButton.LeftButton: Button.LEFT,
    Qt.MouseButton.RightButton: Button.RIGHT,
    Qt.MouseButton.MiddleButton: Button.MIDDLE,
}
_CURSORS = {
    "arrow": Qt.CursorShape.ArrowCursor,
    "window_level": Qt.CursorShape.ArrowCursor,
    "pan": Qt.CursorShape.OpenHandCursor,
    "zoom": Qt.CursorShape.SizeVerCursor,
    "scroll": Qt.CursorShape.SizeVerCursor,
    "cross": Qt.CursorShape.CrossCursor,
}


class CanvasView(QGraphicsView):
    """Scene units are widget units. Repaints are asked for with `refresh` and happen once per turn of the event loop."""

    first_painted = Signal()  # the first picture
    pointer_read = Signal(object)  # ReadOut, or None beside the picture
    activated = Signal()
    maximise_asked = Signal()
    menu_asked = Signal(QPointF)
    display_set_dropped = Signal(str)
    drop_hovered = Signal(bool)

    def __init__(
        self, workspace: Workspace, viewport: ViewportState, theme: Theme, movement: Movement, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setViewport(QWidget())  # Qt's own is unknown to Python, and to be told its class costs 3 ms
        self._viewport = viewport
        self._workspace = workspace
        self._pointer: QPointF | None = None
        self._last_read: ReadOut | None = None
        self._is_stale = False
        self._lag = EventLag()
        self.router = Router(workspace, viewport, lambda x, y: self.menu_asked.emit(QPointF(x, y)))
        self._scene = QGraphicsScene(self)
        self._scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setScene(self._scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # the picture covers all of it
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._image = ImageItem(viewport, movement)
        self._image.first_painted.connect(self.first_painted)
        self.overlay = OverlayItem(viewport, theme, self.router.marks)
        self._scene.addItem(self._image)
        self._scene.addItem(self.overlay)
        self._busy = QTimer(self)
        self._busy.setSingleShot(True)
        self._busy.timeout.connect(self._say_busy)
        self._reading = QTimer(self)
        self._reading.setSingleShot(True)
        self._reading.setInterval(READ_OUT_MS)
        self._reading.timeout.connect(self._read_pointer)
        self.show_cursor()

    def refresh(self) -> None:
        """Something to be seen changed."""
        self._follow_loading()
        self._is_stale = True
        self.viewport().update()
        if self._pointer is not None and not self._reading.isActive():
            self._reading.start()

    def paint_now(self, timestamp: int) -> None:
        """Paint what an input event changed before the next one is taken, so that no step of a wheel or a held key is left out.

        Not while the program lags behind the hand: then steps are joined until it has caught up. `timestamp` is the event's.
        """
        if self._is_stale and self._lag.milliseconds(timestamp) < LARGEST_LAG_MS:
            self.viewport().repaint()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._is_stale = False
        super().paintEvent(event)

    def restyle(self) -> None:
        self.overlay.restyle()
        self.refresh()

    def show_cursor(self) -> None:
        """Take the shape of the tool."""
        self.viewport().setCursor(QCursor(_CURSORS.get(self.router.cursor, Qt.CursorShape.ArrowCursor)))

    def _follow_loading(self) -> None:
        if not self._viewport.loading:
            self._busy.stop()
            self.overlay.busy = False
        elif not self._busy.isActive() and not self.overlay.busy:
            self._busy.start(BUSY_AFTER_MS if self._viewport.frame is None else BUSY_SCROLLING_MS)

    def _say_busy(self) -> None:
        self.overlay.busy = True
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._take_size()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._take_size()

    def _take_size(self) -> None:
        rect = QRectF(0, 0, self.width(), self.height())
        self.setSceneRect(rect)
        self._image.set_rect(rect)
        self.overlay.set_rect(rect)
        self._viewport.set_size(self.width(), self.height(), self.devicePixelRatioF())

    # Mouse. Positions are those of the surface, which is as large as this widget.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.activated.emit()
        button = _BUTTONS.get(event.button())
        if button is not None:
            self.router.press(button, _pointer_event(event))
            self._after_tool()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        self.router.move(_pointer_event(event))
        if self.router.in_use:
            self._workspace.services.hand_moves()
            self._after_tool()
        self._read_pointer()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        button = _BUTTONS.get(event.button())
        if button is not None:
            self.router.release(button, _pointer_event(event))
            self._after_tool()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.router.cancel()
            self.activated.emit()
            self.maximise_asked.emit()
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._workspace.services.hand_moves()
        self.activated.emit()
        delta = event.angleDelta().y() or event.angleDelta().x()
        if delta:
            self._pointer = event.position()
            self.router.wheel(delta / NOTCH, _pointer_event(event))
            self.paint_now(event.timestamp())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys are commands (shortcuts); only Escape is for the tool in use."""
        if event.key() == Qt.Key.Key_Escape and self.router.in_use:
            self.router.cancel()
            self._after_tool()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.activated.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._pointer = event.position()
        self._read_pointer()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self._read_pointer()

    def _after_tool(self) -> None:
        self.show_cursor()
        self.viewport().update()

    def _read_pointer(self) -> None:
        place = self._pointer
        found = read_out(self._viewport, place.x(), place.y()) if place is not None else None
        if found != self._last_read:
            self._last_read = found
            self.pointer_read.emit(found)

    # Drops of series. Files are for the window, so they are not accepted here.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(DISPLAY_SET_MIME):
            event.acceptProposedAction()
            self.drop_hovered.emit(True)
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.mimeData().hasFormat(DISPLAY_SET_MIME):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop_hovered.emit(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.drop_hovered.emit(False)
        if event.mimeData().hasFormat(DISPLAY_SET_MIME):
            event.acceptProposedAction()
            self.display_set_dropped.emit(bytes(event.mimeData().data(DISPLAY_SET_MIME).data()).decode())
        else:
            event.ignore()


def _pointer_event(event: QSinglePointEvent) -> PointerEvent:
    held, modifiers = event.modifiers(), Modifier.NONE
    if held & Qt.KeyboardModifier.ShiftModifier:
        modifiers |= Modifier.SHIFT
    if held & Qt.KeyboardModifier.ControlModifier:
        modifiers |= Modifier.CONTROL
    if held & Qt.KeyboardModifier.AltModifier:
        modifiers |= Modifier.ALT
    return PointerEvent(event.position().x(), event.position().y(), modifiers)
