"""The table of tags for Qt: rows are nodes of a `TagTree`, made into text only when they are on screen."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt

from viewer.model.tags import ITEM_TAG, ROOT, TagElement, TagTree, ValueKind, tag_text
from viewer.ui.i18n import tr
from viewer.ui.inspector.shown_value import haystack, shown_value, tool_tip

TAG, VR, NAME, VALUE = range(4)
ELEMENT_ROLE = Qt.ItemDataRole.UserRole
_CACHED = 4096
_AT_ONCE = 200  # nodes between two looks at the clock
PAGE = 2000  # rows of one parent that Qt is told of at a time: it asks for each of them before it draws the first

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class TagModel(QAbstractItemModel):
    """Four columns: tag, VR, name, value. `filter_steps` narrows it to what matches a text."""

    def __init__(self) -> None:
        super().__init__()
        self.tree: TagTree | None = None
        self._elements: dict[int, TagElement] = {}
        self._haystacks: list[str] = []
        self._children: dict[int, array[int]] | None = None  # under a filter: what of it is shown
        self._rows: dict[int, int] = {}
        self.matches: frozenset[int] = frozenset()
        self._before: TagTree | None = None  # the file before, of the same shape
        self._pages: dict[int, int] = {}  # node: rows Qt was told of, where that is more than the first page

    # What is shown

    def set_tree(self, tree: TagTree | None) -> None:
        """Show another file, without a filter."""
        self.beginResetModel()
        self._take(tree)
        self.endResetModel()

    def swap_tree(self, tree: TagTree) -> None:
        """Show another file of the same shape: rows, expansion and place stay; only values change."""
        before, children, rows, matches, pages = self.tree, self._children, self._rows, self.matches, self._pages
        self._take(tree)
        self._children, self._rows, self.matches, self._pages = children, rows, matches, pages
        self._before = before
        count = self.rowCount()
        if count:
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, VALUE))

    def _take(self, tree: TagTree | None) -> None:
        self.tree = tree
        self._elements.clear()
        self._haystacks = []
        self._children, self._rows, self.matches = None, {}, frozenset()
        self._before = None
        self._pages = {}

    def has_changed(self, node: int) -> bool:
        """The value is another than in the file before. Asked of what is on screen: a file may have a million elements."""
        tree, before = self.tree, self._before
        return tree is not None and before is not None and 0 <= node < len(tree) and tree.raw(node) != before.raw(node)

    def forget_texts(self) -> None:
        """The language changed."""
        self._elements.clear()
        self._haystacks = []

    def clear_filter(self) -> None:
        if self._children is not None:
            self.beginResetModel()
            self._children, self._rows, self.matches = None, {}, frozenset()
            self._pages = {}
            self.endResetModel()

    def filter_steps(self, text: str) -> Iterator[int]:
        """Narrow to what holds all words of `text`; run to the end. Yields how many nodes were looked at: it can be spread."""
        tree, words = self.tree, text.lower().replace("(", "").replace(")", "").split()
        if tree is None:
            return
        found: set[int] = set()
        for node in range(len(tree)):
            if node == len(self._haystacks):
                self._haystacks.append(haystack(tree.element(node)))
            if all(word in self._haystacks[node] for word in words):
                found.add(node)
            if node % _AT_ONCE == _AT_ONCE - 1:
                yield node
        yield from self._show_only(tree, found)

    def _show_only(self, tree: TagTree, found: set[int]) -> Iterator[int]:
        """`found`, what they are in, and what is in them."""
        count = len(tree)
        above, inside = bytearray(count + 1), bytearray(count + 1)  # by node; the last is for `ROOT`
        for number, node in enumerate(found):
            parent = tree.parent(node)
            while parent != ROOT and not above[parent]:
                above[parent] = 1
                parent = tree.parent(parent)
            if number % _AT_ONCE == _AT_ONCE - 1:
                yield count
        children: dict[int, array[int]] = {}
        rows: dict[int, int] = {}
        for node in range(count):  # parents come before their children
            parent = tree.parent(node)
            inside[node] = node in found or inside[parent]
            if inside[node] or above[node]:
                siblings = children.get(parent)
                if siblings is None:
                    siblings = children[parent] = array("I")
                rows[node] = len(siblings)
                siblings.append(node)
            if node % _AT_ONCE == _AT_ONCE - 1:
                yield count
        self.matches = frozenset(found)
        if children != self._children:
            self.beginResetModel()
            self._children, self._rows = children, rows
            self._pages = {}
            self.endResetModel()

    @property
    def is_filtered(self) -> bool:
        return self._children is not None

    def shown_children(self, node: int) -> Sequence[int]:
        """Nodes under `node` that are shown."""
        if self.tree is None:
            return ()
        return self.tree.children(node) if self._children is None else self._children.get(node, ())

    def number_shown(self, node: int) -> int:
        """How many of them there are."""
        return self._whole_count(node)

    def tree_tag(self, node: int) -> int:
        return self.tree.tag(node) if self.tree is not None else 0

    # Nodes and indices

    def index_of(self, node: int, column: int = 0) -> QModelIndex:
        """Index of a node; invalid when it is not shown, or on a page that Qt does not know yet (see `reach`)."""
        row = self._row_of(node)
        if self.tree is None or not 0 <= row < self._count(self.tree.parent(node)):
            return QModelIndex()
        return self.createIndex(row, column, node)

    def _row_of(self, node: int) -> int:
        if self.tree is None or not 0 <= node < len(self.tree):
            return -1
        return self.tree.row(node) if self._children is None else self._rows.get(node, -1)

    def reach(self, node: int) -> QModelIndex:
        """Index of a node, its page turned up when need be."""
        row = self._row_of(node)
        if self.tree is None or row < 0:
            return QModelIndex()
        above = self.tree.parent(node)
        if row >= self._count(above):
            self._turn_up(above, row + 1)
        return self.index_of(node)

    def _turn_up(self, above: int, wanted: int) -> None:
        count = self._count(above)
        more = min(max(wanted, count + PAGE), self._whole_count(above))
        if more > count:
            self.beginInsertRows(self.index_of(above), count, more - 1)
            self._pages[above] = more
            self.endInsertRows()

    def node_of(self, index: Index) -> int:
        """Node of an index, `ROOT` for an invalid one."""
        return int(index.internalId()) if index.isValid() else ROOT

    def element_at(self, node: int) -> TagElement | None:
        if self.tree is None or not 0 <= node < len(self.tree):
            return None
        found = self._elements.get(node)
        if found is None:
            if len(self._elements) >= _CACHED:
                self._elements.clear()
            found = self._elements[node] = self.tree.element(node)
        return found

    # Qt's side

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        if self.tree is None or row < 0 or not 0 <= column < 4:
            return QModelIndex()
        above = parent.internalId() if parent.isValid() else ROOT
        if self._children is None:
            return self.createIndex(row, column, self.tree.child(above, row)) if row < self._count(above) else QModelIndex()
        siblings = self._children.get(above, ())
        return self.createIndex(row, column, siblings[row]) if row < self._count(above) else QModelIndex()

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        if self.tree is None or not index.isValid():
            return QModelIndex()
        return self.index_of(self.tree.parent(self.node_of(index)))

    def _count(self, node: int) -> int:
        return min(self._whole_count(node), self._pages.get(node, PAGE))

    def _whole_count(self, node: int) -> int:
        if self.tree is None:
            return 0
        return self.tree.number_of_children(node) if self._children is None else len(self._children.get(node, ()))

    def canFetchMore(self, parent: Index) -> bool:
        node = self.node_of(parent)
        return self._count(node) < self._whole_count(node)

    def fetchMore(self, parent: Index) -> None:
        self._turn_up(self.node_of(parent), 0)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.column() > 0 else self._count(self.node_of(parent))

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 4

    def hasChildren(self, parent: Index = _NO_INDEX) -> bool:
        tree = self.tree
        if tree is not None and self._children is None and parent.isValid():  # asked of every row of a table that is laid out
            return parent.column() == 0 and tree.number_of_children(parent.internalId()) > 0
        return parent.column() <= 0 and self._count(self.node_of(parent)) > 0

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        element = self.element_at(self.node_of(index))
        if element is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return text_of(element, index.column())
        if role == ELEMENT_ROLE:
            return element
        if role == Qt.ItemDataRole.ToolTipRole:
            text = tool_tip(element)
            return as_plain_tip(
                f"{text}\n{tr('Another value than in the image before')}" if self.has_changed(self.node_of(index)) else text
            )
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{element.name}: {shown_value(element)}" if index.column() == NAME else text_of(element, index.column())
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("Tag"), tr("VR"), tr("Name"), tr("Value"))[section]
        return None


def text_of(element: TagElement, column: int) -> str:
    """What a cell says."""
    if column == TAG:
        return "" if element.tag == ITEM_TAG else tag_text(element.tag)
    if column == VR:
        return element.vr
    if column == NAME:
        return element.name if element.kind is not ValueKind.ITEM else tr("Item {number}", number=element.name.split()[-1])
    return shown_value(element)


def as_plain_tip(text: str) -> str:
    """`text` as a tool tip that Qt does not take for markup."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<p style='white-space:pre-wrap'>{escaped}</p>"
