"""The quiet table of tags: hairlines, a chevron before the name of what opens, and its place kept from file to file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyleOptionViewItem, QTreeView, QWidget

from viewer.model.frozen import frozen
from viewer.model.tags import ROOT, TagPath
from viewer.ui.inspector.tag_delegate import CHEVRON, EDGE, TagDelegate
from viewer.ui.inspector.tag_model import NAME, PAGE, TAG, VALUE, VR, TagModel
from viewer.ui.theme import Theme

INDENT = 9
MOST_EXPANDED = 20_000
MOST_LOOKED_AT = 6000  # nodes, for what is expanded among them
MOST_SELECTED = 500  # nodes that Qt's own selection may span: with many sequences open its time grows with the square
MOST_OPENED = 1500  # rows after which "expand all" opens nothing more; Qt asks for each of them
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
        self._span: range | None = None
        self.setModel(model)
        model.modelReset.connect(self._drop_span)
        self.selectionModel().selectionChanged.connect(lambda chosen: self._drop_span() if chosen.count() else None)
        self.delegate = TagDelegate(theme, self)
        self.delegate.has_changed = model.has_changed
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

    # Choosing. Nodes are numbered in the order in which they stand in the table, so rows that follow each other are a span of
    # numbers; a long span is kept as that.

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        first, last = self.node_at(self.indexAt(rect.topLeft())), self.node_at(self.indexAt(rect.bottomRight()))
        first, last = min(first, last), max(first, last)
        if command & QItemSelectionModel.SelectionFlag.Select and first != ROOT and last - first > MOST_SELECTED:
            self._choose(range(first, last + 1))
            return
        self._drop_span()
        super().setSelection(rect, command)

    def selectAll(self) -> None:
        self._choose(range(len(self.tags.tree)) if self.tags.tree is not None else None)

    def clearSelection(self) -> None:
        self._drop_span()
        super().clearSelection()

    def _choose(self, span: range | None) -> None:
        self.selectionModel().clearSelection()
        self._span = span
        self.viewport().update()

    def _drop_span(self) -> None:
        if self._span is not None:
            self._span = None
            self.viewport().update()

    def is_chosen(self, index: Index) -> bool:
        """The row of `index` is selected."""
        if self._span is not None:
            return self.node_at(index) in self._span
        return self.selectionModel().isRowSelected(index.row(), index.parent())

    @property
    def has_chosen(self) -> bool:
        """Some row is selected."""
        return self._span is not None or self.selectionModel().hasSelection()

    def selected_nodes(self, most: int | None = None) -> list[int]:
        """From top to bottom; of very many only the first `most`."""
        if self._span is None:
            return sorted({self.node_at(index) for index in self.selectionModel().selectedRows()})
        found: list[int] = []
        for node in self.chosen():
            found.append(node)
            if most is not None and len(found) >= most:
                break
        return found

    def chosen(self) -> Iterator[int]:
        """The selected nodes from top to bottom, one by one: there may be very many."""
        span = self._span
        if span is None:
            yield from self.selected_nodes()
            return
        open_levels = [iter(self.tags.shown_children(ROOT))]
        while open_levels:
            node = next(open_levels[-1], None)
            if node is None or node >= span.stop:
                open_levels.pop()
                continue
            if node in span:
                yield node
            if self.tags.shown_children(node) and self.isExpanded(self.tags.index_of(node)):
                open_levels.append(iter(self.tags.shown_children(node)))

    def expand_all(self, under: int = ROOT) -> bool:
        """Open what is below `under`, level by level, as far as that makes a table of a sensible length. False: not all of it."""
        to_open = [] if under == ROOT else [under]
        waiting, rows = [under], 0
        for above in waiting:
            for node in self.tags.shown_children(above):
                count = self.tags.number_shown(node)
                if count and rows >= MOST_OPENED:
                    self._open(to_open)
                    return False
                if count:
                    rows += min(count, PAGE)
                    to_open.append(node)
                    waiting.append(node)
        self._open(to_open)
        return True

    def _open(self, nodes: list[int]) -> None:
        """Expand many with one layout of the table, not one for each."""
        if nodes:
            self.scheduleDelayedItemsLayout()
        for node in nodes:
            index = self.tags.reach(node)
            if index.isValid():
                self.setExpanded(index, True)

    def light(self, node: int | None) -> None:
        """Mark the item that belongs to the frame on screen, or none."""
        if node != self.lit:
            self.lit = node
            self.viewport().update()

    # Drawing

    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: Index) -> None:
        colours = self._theme.colours
        rect = QRect(options.rect)
        if self.is_chosen(index):
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
        elif event.key() == Qt.Key.Key_Asterisk:  # Qt's own would open all of it
            self.expand_all(self.node_at(self.currentIndex()))
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
            selected=tuple(tree.path(node) for node in self.selected_nodes(MOST_SELECTED)),
            top=candidates[0] if candidates else None,
            offset=self.visualRect(top).top() if top.isValid() else 0,
            candidates=tuple(candidates),
        )

    def _expanded(self) -> list[int]:
        found: list[int] = []
        waiting, seen = [ROOT], 0
        while waiting and len(found) < MOST_EXPANDED and seen < MOST_LOOKED_AT:
            children = self.tags.shown_children(waiting.pop())
            seen += len(children)
            for node in children[:MOST_LOOKED_AT]:
                if self.tags.number_shown(node) and self.isExpanded(self.tags.index_of(node)):
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
        opened = (tree.find(path) for path in sorted(place.expanded, key=len))
        self._open([node for node in opened if node is not None])
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
        self._open(sorted(above))
