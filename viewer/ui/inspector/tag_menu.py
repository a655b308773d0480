"""What can be done with the rows chosen in the table: copy, open, expand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from viewer.dicom.tag_dump import dump_line, dump_lines
from viewer.model.messages import Message, message
from viewer.model.tags import TagElement, ValueKind, path_text, tag_text
from viewer.ui.i18n import tr
from viewer.ui.inspector.shown_value import size_of
from viewer.ui.inspector.tag_view import TagView
from viewer.ui.stepwise import Stepwise
from viewer.ui.theme import Theme
from viewer.workspace.task_list import TaskList

_AT_ONCE = 50  # lines between two looks at the clock


class TagMenu:
    """The context menu of a `TagView`; `open_value` shows a whole value, None where that cannot be.

    Much is copied in slices, shown in `tasks`; `say` tells the user what was not done.
    """

    def __init__(
        self,
        view: TagView,
        theme: Theme,
        open_value: Callable[[int], None] | None,
        tasks: TaskList | None = None,
        say: Callable[[Message], None] = lambda text: None,
    ) -> None:
        self._say = say
        self._copying = Stepwise(view, tasks)
        self._view = view
        self._theme = theme
        self._open_value = open_value

    def popup(self, at: QPoint) -> QMenu:
        """Show the menu at a place on the screen."""
        menu = self.made()
        menu.popup(at)
        return menu

    def made(self) -> QMenu:
        """The menu for the rows chosen now."""
        menu = QMenu(self._view)
        menu.aboutToHide.connect(menu.deleteLater)
        nodes = self._view.selected_nodes(2)
        one = nodes[0] if len(nodes) == 1 else None
        entries: list[tuple[str, str, Callable[[], None], bool]] = [
            (tr("Copy value"), "Ctrl+C", self.copy_values, bool(nodes)),
            (tr("Copy tag"), "", self.copy_tags, bool(nodes)),
            (tr("Copy path"), "", self.copy_paths, bool(nodes)),
            (tr("Copy rows"), "", self.copy_rows, bool(nodes)),
            (tr("Copy all"), "", self.copy_all, self._view.tags.rowCount() > 0),
            ("", "", self.copy_all, False),
            (tr("Open value …"), tr("Enter"), self.open_chosen, one is not None and self.can_open(one)),
            ("", "", self.copy_all, False),
            (tr("Expand all"), "", self.expand_all, self._view.tags.rowCount() > 0),
            (tr("Collapse all"), "", self._view.collapseAll, self._view.tags.rowCount() > 0),
        ]
        for title, keys, function, enabled in entries:
            if not title:
                menu.addSeparator()
                continue
            action = menu.addAction(title.replace("&", "&&") + (f"\t{keys}" if keys else ""))
            action.triggered.connect(lambda _checked=False, function=function: function())
            action.setEnabled(enabled)
        return menu

    def can_open(self, node: int) -> bool:
        """True where there is a whole value to show."""
        element = self._view.tags.element_at(node)
        closed = (ValueKind.EMPTY, ValueKind.SEQUENCE, ValueKind.ITEM)
        return self._open_value is not None and element is not None and element.kind not in closed

    def open_chosen(self) -> None:
        for node in self._view.selected_nodes(1)[:1]:
            if self._open_value is not None:
                self._open_value(node)

    def expand_all(self) -> None:
        """Open every sequence, as far as that makes a table of a sensible length."""
        if not self._view.expand_all():
            self._say(message("This file has very many sequences: only the first are open."))

    # Copying

    def stop(self) -> None:
        """Other tags are shown: what was not copied yet is not."""
        self._copying.stop()

    def copy_values(self) -> None:
        self._copy(value_to_copy(element) for element in self._elements())

    def copy_tags(self) -> None:
        self._copy(f"({tag_text(element.tag)})" for element in self._elements())

    def copy_paths(self) -> None:
        tree = self._view.tags.tree
        if tree is not None:
            self._copy(path_text(tree.path(node)) for node in self._view.chosen())

    def copy_rows(self) -> None:
        self._copy(dump_line(element).rstrip() for element in self._elements())

    def copy_all(self) -> None:
        """Every row of the table with what is in it, also where that is not expanded; under a filter only what it shows."""
        tags = self._view.tags
        if tags.tree is not None:
            self._copy(dump_lines(tags.tree, tags.shown_children), 0 if tags.is_filtered else len(tags.tree))

    def _elements(self) -> Iterator[TagElement]:
        for node in self._view.chosen():
            element = self._view.tags.element_at(node)
            if element is not None:
                yield element

    def _copy(self, lines: Iterable[str], total: int = 0) -> None:
        self._copying.run(_to_clipboard(lines), total, message("Copying tags"))


def _to_clipboard(lines: Iterable[str]) -> Iterator[int]:
    """Into the clipboard when all of them are there; nothing when it is broken off."""
    taken: list[str] = []
    for line in lines:
        taken.append(line)
        if len(taken) % _AT_ONCE == 0:
            yield len(taken)
    if taken:
        QGuiApplication.clipboard().setText("\n".join(taken))


def value_to_copy(element: TagElement) -> str:
    """The value as the file has it; of binary values and sequences what the table says."""
    if element.kind is ValueKind.BINARY:
        return size_of(element)
    return element.value or element.meaning
