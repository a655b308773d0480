"""The quiet table of tags: hairlines, a chevron before the name of what opens, and its place kept from file to file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from viewer.model.frozen import frozen
from viewer.model.tags import ROOT, TagElement, TagPath, ValueKind
from viewer.ui.inspector.tag_model import ELEMENT_ROLE, NAME, TAG, VALUE, VR, TagModel, text_of
from viewer.ui.theme import Theme

ROW_HEIGHT = 24
INDENT = 9
CHEVRON = 14
_OPENS = (ValueKind.SEQUENCE, ValueKind.ITEM)
MARGIN = 6
EDGE = 14
MOST_EXPANDED = 20_000
GRIP = 4  # to each side of the line between names and values, which can be dragged
NAME_SHARE = 0.52
LEAST_SHARE, MOST_SHARE = 0.15, 0.85
Index = QModelIndex | QPersistentModelIndex


@frozen
class Place:
    """Where somebody is in the table, in terms that hold for another file."""

    expanded: frozenset[TagPath] = frozenset()
    current: TagPath | None = None
    selected: tuple[TagPath, ...] = ()
    top: TagPath | None = None
    offset: int = 0
    candidates: tuple[TagPath, ...] = field(default=())  # rows at the top, in case the first is not in the other file


class TagDelegate(QStyledItemDelegate):
    """Draws the text of a cell; grounds and lines are the view's."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.changed: Callable[[], frozenset[int]] = frozenset  # nodes whose value is another than in the file before
        self.restyle()

    def restyle(self) -> None:
        """Fonts and colours of the theme."""
        theme = self._theme
        self._fonts = {TAG: theme.mono(11), VR: theme.mono(11), NAME: theme.font(12), VALUE: theme.font(12)}
        colours = theme.colours
        self._colours = {TAG: colours.dim, VR: colours.dim, NAME: colours.text, VALUE: colours.text}
        self._row = theme.px(ROW_HEIGHT)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        element = index.data(ELEMENT_ROLE)
        if not isinstance(element, TagElement):
            return
        column = index.column()
        room = QRect(option.rect)
        room.adjust(self._theme.px(EDGE) if column == TAG else 0, 0, -self._theme.px(MARGIN), 0)
        if column == VALUE and index.internalId() in self.changed():
            self._dot(painter, room)
        if column == NAME and element.number_of_items and element.kind in _OPENS:
            room.adjust(self._chevron(painter, room, bool(option.state & QStyle.StateFlag.State_Open)), 0, 0, 0)
        painter.save()
        painter.setFont(self._fonts[column])
        painter.setPen(QColor(self._colour(element, column)))
        shown = painter.fontMetrics().elidedText(text_of(element, column), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def _dot(self, painter: QPainter, room: QRect) -> None:
        """Mark a value that the image before did not have."""
        size = self._theme.px(4)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.colours.accent))
        painter.drawEllipse(QRect(room.left() - size - self._theme.px(2), room.center().y() - size // 2, size, size))
        painter.restore()

    def _chevron(self, painter: QPainter, room: QRect, is_open: bool) -> int:
        """Draw the mark of what opens; returns the width it takes."""
        size = self._theme.px(12)
        icon = self._theme.icon("chevron-down" if is_open else "chevron-right", self._theme.colours.dim)
        icon.paint(painter, QRect(room.left(), room.center().y() - size // 2 + 1, size, size))
        return self._theme.px(CHEVRON)

    def _colour(self, element: TagElement, column: int) -> str:
        counts = (ValueKind.BINARY, ValueKind.SEQUENCE, ValueKind.EMPTY)
        if column == VALUE and element.kind in counts:
            return self._theme.colours.dim
        if column == NAME and element.is_private:
            return self._theme.colours.dim
        return self._colours[column]


class TagView(QTreeView):
    """Shows a `TagModel`. `opened` says that a row was double-clicked or Enter pressed on it."""

    opened = Signal(int)
    copy_asked = Signal()
    typed = Signal(str)

    def __init__(self, model: TagModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.tags = model
        self.lit: int | None = None
        self.name_share = NAME_SHARE
        self._dragging = False
        self.setModel(model)
        self.delegate = TagDelegate(theme, self)
        self.delegate.changed = lambda: model.changed
        self.setItemDelegate(self.delegate)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setTreePosition(NAME)
        self.setRootIsDecorated(False)  # the chevron stands in the name itself: rows without one lose no room
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setExpandsOnDoubleClick(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.viewport().setMouseTracking(True)
        self.header().setMinimumSectionSize(10)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.doubleClicked.connect(lambda index: self.open_row(model.node_of(index)))
        self.restyle()

    def restyle(self) -> None:
        """The theme or the text size changed."""
        self.delegate.restyle()
        self.setIndentation(self._theme.px(INDENT))
        self._share_out()
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def _share_out(self) -> None:
        """Tag and VR take what they need, name and value share the rest."""
        theme = self._theme
        mono = QFontMetrics(theme.mono(11))
        tag = mono.horizontalAdvance("0008,0008") + theme.px(EDGE + 10)
        vr = mono.horizontalAdvance("WW") + theme.px(8)
        rest = max(self.viewport().width() - tag - vr, theme.px(60))
        name = round(rest * self.name_share)
        for column, width in ((TAG, tag), (VR, vr), (NAME, name), (VALUE, rest - name)):
            self.header().resizeSection(column, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    # Rows

    def node_at(self, index: Index) -> int:
        return self.tags.node_of(index)

    def open_row(self, node: int) -> None:
        """Open or close what has rows below it; say of anything else that it was opened."""
        index = self.tags.index_of(node)
        if self.tags.hasChildren(index):
            self.setExpanded(index, not self.isExpanded(index))
        elif node != ROOT:
            self.opened.emit(node)

    def selected_nodes(self) -> list[int]:
        """From top to bottom."""
        return sorted({self.node_at(index) for index in self.selectionModel().selectedRows()})

    def light(self, node: int | None) -> None:
        """Mark the item that belongs to the frame on screen, or none."""
        if node != self.lit:
            self.lit = node
            self.viewport().update()

    # Drawing

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: Index) -> None:
        colours = self._theme.colours
        rect = QRect(options.rect)
        selected = self.selectionModel().isRowSelected(index.row(), index.parent())
        if selected:
            painter.fillRect(rect, QColor(colours.accent_ground))
        elif self.lit is not None and self.node_at(index) == self.lit:
            painter.fillRect(rect, QColor(colours.raised))
            painter.fillRect(QRect(0, rect.top(), self._theme.px(3), rect.height()), QColor(colours.accent))
        super().drawRow(painter, options, index)
        painter.setPen(QPen(QColor(colours.hairline), 1))
        painter.drawLine(rect.left(), rect.bottom(), rect.right(), rect.bottom())
        current = self.currentIndex()
        if self.hasFocus() and current.isValid() and self.node_at(current) == self.node_at(index):
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """Nothing: the delegate draws the chevrons."""

    # The line between names and values

    def is_grip(self, x: float) -> bool:
        """Is `x` (of the viewport) where the width of the names can be dragged?"""
        return abs(x - self.header().sectionViewportPosition(VALUE)) <= self._theme.px(GRIP)

    def _drag_names(self, x: float) -> None:
        left = self.header().sectionViewportPosition(NAME)
        share = (x - left) / max(self.viewport().width() - left, 1)
        self.name_share = min(max(share, LEAST_SHARE), MOST_SHARE)
        self._share_out()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._drag_names(event.position().x())
            return
        if self.is_grip(event.position().x()):
            self.viewport().setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self.viewport().unsetCursor()
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._dragging = False
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On the line: the usual widths."""
        if self.is_grip(event.position().x()):
            self.name_share = NAME_SHARE
            self._share_out()
            return
        super().mouseDoubleClickEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.is_grip(event.position().x()):
            self._dragging = True
            return
        index = self.indexAt(event.position().toPoint())
        if (
            event.button() is Qt.MouseButton.LeftButton
            and index.column() == NAME
            and self.tags.hasChildren(index.siblingAtColumn(0))
        ):
            left = self.visualRect(index).left()
            if left <= event.position().x() < left + self._theme.px(CHEVRON):
                self.open_row(self.node_at(index))
                return
        super().mousePressEvent(event)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.open_row(self.node_at(self.currentIndex()))
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters go to the filter, not to a search of the first column."""
        self.typed.emit(search)

    # Place

    def place(self) -> Place:
        """Where the user is now."""
        tree = self.tags.tree
        if tree is None:
            return Place()
        current = self.currentIndex()
        top = self.indexAt(self.viewport().rect().topLeft())
        candidates: list[TagPath] = []
        below = top
        while below.isValid() and len(candidates) < 40:
            candidates.append(tree.path(self.node_at(below)))
            below = self.indexBelow(below)
        return Place(
            expanded=frozenset(tree.path(node) for node in self._expanded()),
            current=tree.path(self.node_at(current)) if current.isValid() else None,
            selected=tuple(tree.path(node) for node in self.selected_nodes()),
            top=candidates[0] if candidates else None,
            offset=self.visualRect(top).top() if top.isValid() else 0,
            candidates=tuple(candidates),
        )

    def _expanded(self) -> list[int]:
        found: list[int] = []
        waiting = [ROOT]
        while waiting and len(found) < MOST_EXPANDED:
            for node in self.tags.shown_children(waiting.pop()):
                if self.tags.shown_children(node) and self.isExpanded(self.tags.index_of(node)):
                    found.append(node)
                    waiting.append(node)
        return found

    def restore(self, place: Place) -> None:
        """Go to the same place in the file shown now, as far as it has it."""
        tree, selection = self.tags.tree, self.selectionModel()
        if tree is None:
            return
        if not place.candidates:
            self._begin_after_meta()
        for path in sorted(place.expanded, key=len):
            self._expand(tree.find(path))
        if place.current is not None:
            selection.setCurrentIndex(self._index(place.current), selection.SelectionFlag.NoUpdate)
        for path in place.selected:
            index = self._index(path)
            if index.isValid():
                selection.select(index, selection.SelectionFlag.Select | selection.SelectionFlag.Rows)
        for path in place.candidates:
            index = self._index(path)
            if index.isValid():
                self.scrollTo(index, QTreeView.ScrollHint.PositionAtTop)
                if path == place.top:
                    self.verticalScrollBar().setValue(self.verticalScrollBar().value() - place.offset)
                return

    def move_along(self, before: TagPath, after: TagPath) -> None:
        """Whoever is inside the item `before` goes to the same place inside the item `after`, at the same height on screen."""
        tree, current = self.tags.tree, self.currentIndex()
        if tree is None or not current.isValid():
            return
        here = tree.path(self.node_at(current))
        there = tree.find(after + here[len(before) :]) if here[: len(before)] == before else None
        if there is None or before == after:
            return
        height = self.visualRect(current).top()
        opened = [path for path in map(tree.path, self._expanded()) if path[: len(before)] == before]
        self.setUpdatesEnabled(False)
        for path in opened:
            self._expand(tree.find(after + path[len(before) :]))
        left = tree.find(before)
        if left is not None:
            self.setExpanded(self.tags.index_of(left), False)
        index = self.tags.reach(there)
        self.setCurrentIndex(index)
        self.scrollTo(index, QTreeView.ScrollHint.PositionAtTop)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self.visualRect(index).top() - height)
        self.setUpdatesEnabled(True)

    def _begin_after_meta(self) -> None:
        """The data set comes first to the eye; the File Meta Information is above it."""
        first = next((node for node in self.tags.shown_children(ROOT)[:40] if self.tags.tree_tag(node) >> 16 != 2), ROOT)
        if first != ROOT:
            self.scrollTo(self.tags.index_of(first), QTreeView.ScrollHint.PositionAtTop)

    def _index(self, path: TagPath) -> QModelIndex:
        tree = self.tags.tree
        node = tree.find(path) if tree is not None else None
        return QModelIndex() if node is None else self.tags.reach(node)

    def _expand(self, node: int | None) -> None:
        index = QModelIndex() if node is None else self.tags.reach(node)
        if index.isValid():
            self.setExpanded(index, True)

    def expand_to_matches(self) -> None:
        """Open what a filter's matches are in, the first ones only when there are very many."""
        tree = self.tags.tree
        if tree is None:
            return
        above: set[int] = set()
        for node in sorted(self.tags.matches):
            parent = tree.parent(node)
            while parent != ROOT and parent not in above:
                above.add(parent)
                parent = tree.parent(parent)
            if len(above) > 1000:
                break
        for node in sorted(above):
            self.setExpanded(self.tags.reach(node), True)
