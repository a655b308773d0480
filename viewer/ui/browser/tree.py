"""The tree widget of the browser: what is in sight, what is opened up, keys, clicks and drags."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QToolTip, QTreeView, QWidget

from viewer.ui.browser import metrics
from viewer.ui.browser.delegate import RowDelegate
from viewer.ui.browser.marks import Marks
from viewer.ui.browser.model import BrowserModel, display_set_of
from viewer.ui.browser.row_painter import RowPainter
from viewer.ui.browser.rows import DisplaySetRow, InstanceRow, PatientRow, Row, StudyRow
from viewer.ui.theme import Theme

LOOK_MS = 15
FEW_PATIENTS = 5
AHEAD = 400  # pixels before the end of the page where the next one is fetched
CHEVRON_WIDTH = 24
USED_SECONDS = 2.0
OPENING_SECONDS = 0.03  # of one look
_USES = (QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel)


class BrowserTree(QTreeView):
    """Rows open up as they come into sight, unless the user closed them; nothing moves under the user's eyes meanwhile."""

    opened = Signal(object)  # Row
    menu_asked = Signal(object, QPoint)  # Row or None, global position
    sight_changed = Signal(object)  # list of rows in sight, from top to bottom
    typed = Signal(str)

    def __init__(self, model: BrowserModel, painter: RowPainter, marks: Marks, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self._theme = theme
        self._painter = painter
        self._marks = marks
        self._closed: set[str] = set()
        self._opened: set[str] = set()
        self._by_program = False
        self._was_expanded = True
        self._used = -USED_SECONDS
        self._last_value = 0
        self._seen: set[int] = set()
        self.tool_tip: Callable[[Row], str] = lambda row: ""
        self.delegate = RowDelegate(model, painter, self)
        self.setItemDelegate(self.delegate)
        self.setModel(model)
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.setAnimated(False)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAutoScroll(False)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._look_soon = QTimer(self)
        self._look_soon.setSingleShot(True)
        self._look_soon.setInterval(LOOK_MS)
        self._look_soon.timeout.connect(self.look)
        self.verticalScrollBar().valueChanged.connect(self.look_soon)
        self.expanded.connect(self._on_expanded)
        self.collapsed.connect(self._on_collapsed)
        for signal in (model.rowsInserted, model.rowsRemoved, model.rowsMoved, model.modelReset, model.dataChanged):
            signal.connect(self.look_soon)

    # What is in sight

    def look_soon(self, *_: object) -> None:
        if not self._look_soon.isActive():
            self._look_soon.start()

    def stop(self) -> None:
        self._look_soon.stop()

    def rows_in_sight(self) -> list[Row]:
        """From top to bottom, those partly in sight too."""
        found: list[Row] = []
        index = self.indexAt(QPoint(2, 0))
        bottom = self.viewport().height()
        while index.isValid() and self.visualRect(index).top() < bottom:
            found.append(self._rows.row_of(index))
            index = self.indexBelow(index)
        return found

    def look(self) -> None:
        """Open up what came into sight, fetch the next page near the end, and say what is in sight."""
        if not self.isVisible():
            return
        came_up = self.verticalScrollBar().value() < self._last_value
        with self.holding_still(at_top_too=came_up):
            for _ in range(4):
                self.executeDelayedItemsLayout()
                bar = self.verticalScrollBar()
                more = bar.maximum() - bar.value() < AHEAD and self._rows.more()
                if not (self._open_up(self.rows_in_sight()) or more):
                    break
        self._last_value = self.verticalScrollBar().value()
        rows = self.rows_in_sight()
        self._seen = {row.number for row in rows}
        self.sight_changed.emit(rows)

    def _open_up(self, rows: list[Row]) -> bool:
        closed = [row for row in rows if self._is_open_by_default(row) and not self.isExpanded(self._rows.index_of(row))]
        until = monotonic() + OPENING_SECONDS
        self._by_program = True
        for row in closed:
            if monotonic() > until:  # a study of many thousand images takes a while to sort
                self.look_soon()
                break
            index = self._rows.index_of(row)
            self._rows.fetchMore(index)  # before it expands: rows that come later cost a new layout of everything
            self.expand(index)
        self._by_program = False
        return bool(closed)

    def _is_open_by_default(self, row: Row) -> bool:
        """Patients; studies of this session, or where there are few; what the user opened before."""
        if row.key in self._opened:
            return True
        if row.key in self._closed:
            return False
        if isinstance(row, StudyRow):
            return self._rows.query.opened_only or self._rows.rowCount() <= FEW_PATIENTS
        return isinstance(row, PatientRow)

    def _on_expanded(self, index: QModelIndex) -> None:
        if not self._by_program:
            key = self._rows.row_of(index).key
            self._opened.add(key)
            self._closed.discard(key)
        self.look_soon()

    def _on_collapsed(self, index: QModelIndex) -> None:
        if not self._by_program:
            key = self._rows.row_of(index).key
            self._closed.add(key)
            self._opened.discard(key)
        self.look_soon()

    @contextmanager
    def holding_still(self, *, at_top_too: bool = False) -> Iterator[None]:
        """Whatever rows come and go meanwhile: what the user looks at stays where it is.

        At the very top of a list that the user is not at work in, news may push in, unless `at_top_too`.
        """
        anchor = self._anchor(at_top_too=at_top_too)
        before = self.visualRect(anchor).top() if anchor is not None else 0
        yield
        self.executeDelayedItemsLayout()
        if anchor is not None and anchor.isValid():
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.visualRect(anchor).top() - before)

    def _anchor(self, *, at_top_too: bool) -> QPersistentModelIndex | None:
        """What is in sight of these, first found: the current row, a series on screen, a row seen before."""
        self.executeDelayedItemsLayout()
        current = self.currentIndex()
        if current.isValid() and self.viewport().rect().intersects(self.visualRect(current)):
            return QPersistentModelIndex(current)
        rows = self.rows_in_sight()
        anchor = next((row for row in rows if row.key in self._marks.on_screen), None)
        if anchor is None and (at_top_too or self.verticalScrollBar().value() > 0 or self.is_in_use):
            anchor = next((row for row in rows if row.number in self._seen), rows[0] if rows else None)
        return QPersistentModelIndex(self._rows.index_of(anchor)) if anchor is not None else None

    @property
    def is_in_use(self) -> bool:
        """The user moves the mouse or types here now."""
        return monotonic() - self._used < USED_SECONDS

    def current_row(self) -> Row | None:
        index = self.currentIndex()
        return self._rows.row_of(index) if index.isValid() else None

    def reveal(self, row: Row) -> None:
        """Bring a row into sight, unless the user closed what it lies in."""
        above = row.parent
        while above is not None and above.parent is not None:
            index = self._rows.index_of(above)
            if not self.isExpanded(index):
                if above.key in self._closed:
                    return
                self._by_program = True
                self._rows.fetchMore(index)
                self.expand(index)
                self._by_program = False
            above = above.parent
        self.executeDelayedItemsLayout()
        hint = QAbstractItemView.ScrollHint.EnsureVisible
        for one in (row.parent, row):  # with its heading where there is room for both
            if one is not None:
                self.scrollTo(self._rows.index_of(one), hint)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._was_expanded = self.isExpanded(index)
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        place = event.position().toPoint()
        index = self.indexAt(place)
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and index == self.currentIndex():
            self._click(index, place)

    def _click(self, index: QModelIndex, place: QPoint) -> None:
        """A closed heading opens up; the chevron opens and closes."""
        row = self._rows.row_of(index)
        if isinstance(row, PatientRow | StudyRow):
            if not self._was_expanded:
                self.setExpanded(index, True)
            elif place.x() < self._theme.px(CHEVRON_WIDTH):
                self.setExpanded(index, False)
        elif place.x() > self.width() - metrics.RIGHT - self._theme.px(CHEVRON_WIDTH) and row.can_have_children:
            self.setExpanded(index, not self._was_expanded)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self.opened.emit(self._rows.row_of(index))
            event.accept()
        else:
            super().mouseDoubleClickEvent(event)

    def startDrag(self, supported: Qt.DropAction) -> None:
        index = self.currentIndex()
        if not index.isValid() or display_set_of(self._rows.row_of(index)) is None:
            return
        drag = QDrag(self)
        drag.setMimeData(self._rows.mimeData([index]))
        pixmap = self.drag_pixmap(index)
        drag.setPixmap(pixmap)
        ratio = pixmap.devicePixelRatio()
        drag.setHotSpot(QPoint(round(pixmap.width() / ratio / 6), round(pixmap.height() / ratio / 2)))
        drag.exec(Qt.DropAction.CopyAction)

    def drag_pixmap(self, index: QModelIndex) -> QPixmap:
        """The card, a little transparent."""
        row = self._rows.row_of(index)
        if isinstance(row, InstanceRow) and row.parent is not None:
            row = row.parent
        width = min(self.width() - metrics.RIGHT, self._theme.px(280))
        height = self._theme.px(metrics.CARD_HEIGHT)
        return (
            self._painter.card_pixmap(row, width, height, self.devicePixelRatioF()) if isinstance(row, DisplaySetRow) else QPixmap()
        )

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            place = self.viewport().mapToGlobal(self.visualRect(index).center()) if index.isValid() else event.globalPos()
        else:
            index = self.indexAt(event.pos())
            place = event.globalPos()
        if index.isValid():
            self.menu_asked.emit(self._rows.row_of(index), place)
            event.accept()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._used = monotonic()
        row = self.current_row()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row is not None:
            self.opened.emit(row)
            event.accept()
        elif event.key() == Qt.Key.Key_Left and row is not None and self._go_to_parent(row):
            event.accept()
        elif _starts_a_search(event):
            self.typed.emit(event.text())
            event.accept()
        else:
            super().keyPressEvent(event)

    def _go_to_parent(self, row: Row) -> bool:
        """Left closes an open row, else goes up a level (without an indentation Qt would scroll instead)."""
        index = self._rows.index_of(row)
        if (self.isExpanded(index) and row.children) or row.parent is None or row.parent.parent is None:
            return False
        self.setCurrentIndex(self._rows.index_of(row.parent))
        return True

    # Events

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() in _USES:
            self._used = monotonic()
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.indexAt(event.pos())
            text = self.tool_tip(self._rows.row_of(index)) if index.isValid() else ""
            QToolTip.showText(event.globalPos(), text, self.viewport(), self.visualRect(index) if text else QRect())
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.look_soon()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look_soon()

    def restyle(self) -> None:
        """The theme or the text size changed."""
        self.verticalScrollBar().setSingleStep(self._theme.px(24))
        self.scheduleDelayedItemsLayout()
        self.look_soon()


def _starts_a_search(event: QKeyEvent) -> bool:
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    text = event.text()
    return held == Qt.KeyboardModifier.NoModifier and bool(text) and text.isprintable() and not text.isspace()
