"""All keys and what the mouse does, made from the commands."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget

from viewer.ui.dialogs.dialog import Dialog, paragraph
from viewer.ui.dialogs.key_catcher import KeyCatcher
from viewer.ui.i18n import tr, translated
from viewer.ui.menus import plain_title
from viewer.ui.shortcuts import native_keys
from viewer.ui.theme import Theme
from viewer.workspace.commands.application import MOUSE_TITLES
from viewer.workspace.commands.registry import CommandRegistry
from viewer.workspace.key_bindings import bindings_from, entries_of
from viewer.workspace.preferences import PreferenceHolder

COMMAND_ROLE = Qt.ItemDataRole.UserRole


def key_table(registry: CommandRegistry) -> dict[str, list[tuple[str, str]]]:
    """Menu → (command, keys) of every command that has a key, in menu order."""
    table: dict[str, list[tuple[str, str]]] = {}
    for command in registry:
        if command.keys:
            row = (translated(command.title), "   ".join(native_keys(command)))
            table.setdefault(plain_title(command.menu), []).append(row)
    return table


def mouse_table(middle: str = "pan", right: str = "zoom") -> list[tuple[str, str]]:
    """What the mouse does on a picture; `middle` and `right` are the tools on these buttons."""
    return [
        (tr("Tool in use"), tr("Left drag")),
        (translated(MOUSE_TITLES[middle]), tr("Middle drag")),
        (translated(MOUSE_TITLES[right]), tr("Right drag")),
        (tr("Menu of the picture"), tr("Right click")),
        (tr("Next or previous image"), tr("Wheel")),
        (tr("Zoom at the pointer"), tr("Ctrl + wheel")),
        (tr("Window in any tool"), tr("Left and right drag")),
        (tr("Window finer, coarser"), tr("Shift, Ctrl + Shift while dragging")),
        (tr("Maximise viewport"), tr("Double click")),
    ]


class KeySheetDialog(Dialog):
    """Keys by menu, with a filter; a command is given another key by double click, Enter or button.

    Commands without a key are listed while something is filtered.
    """

    def __init__(
        self, registry: CommandRegistry, preferences: PreferenceHolder, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent, width=600, height=640)
        self._registry = registry
        self._preferences = preferences
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._apply_filter)
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.itemActivated.connect(lambda item, _column: self._ask_key(item))
        self.tree.itemSelectionChanged.connect(self._on_selection)
        self.hint = paragraph()
        self.body.addWidget(self.filter)
        self.body.addWidget(self.tree, 1)
        self.body.addWidget(self.hint)
        self.change = self.add_button()
        self.change.clicked.connect(lambda: self._ask_key(self.tree.currentItem()))
        self.usual = self.add_button()
        self.usual.clicked.connect(lambda: self._preferences.change(keys=()))
        self.buttons.addStretch()
        self._close = self.add_button(default=True)
        self._close.clicked.connect(self.close)
        registry.keys_changed.connect(self._refill)
        self.finished.connect(lambda _code: registry.keys_changed.disconnect(self._refill, missing_ok=True))
        self.begin()
        self.filter.setFocus()

    def _fill(self) -> None:
        self.tree.clear()
        now = self._preferences.value
        mouse = self._group(tr("Mouse on a picture"))
        for words in mouse_table(now.middle_drag, now.right_drag):
            QTreeWidgetItem(mouse, list(words))
        groups: dict[str, QTreeWidgetItem] = {}
        for command in self._registry:
            title = plain_title(command.menu)
            if title not in groups:
                groups[title] = self._group(title)
            row = QTreeWidgetItem(groups[title], [translated(command.title), "   ".join(native_keys(command))])
            row.setData(0, COMMAND_ROLE, command.id)
        self.tree.expandAll()
        self.tree.setColumnWidth(0, self.theme.px(320))
        self._on_selection()

    def _group(self, title: str) -> QTreeWidgetItem:
        group = QTreeWidgetItem(self.tree, [title])
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        group.setFont(0, self.theme.font(13, 600))
        group.setFirstColumnSpanned(True)
        return group

    def _refill(self) -> None:
        """Keys changed: the same row stays chosen and in sight."""
        current = _command_of(self.tree.currentItem())
        self._fill()
        self._apply_filter(self.filter.text())
        for row in self.tree.findItems("*", Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive):
            if current and _command_of(row) == current:
                self.tree.setCurrentItem(row)
                self.tree.scrollToItem(row)

    # Another key

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter on a row is for the row, not for the button."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or self.focusWidget() is not self.tree:
            super().keyPressEvent(event)

    def _on_selection(self) -> None:
        self.change.setEnabled(bool(_command_of(self.tree.currentItem())))
        self.usual.setEnabled(bool(self._preferences.value.keys))

    def _ask_key(self, row: QTreeWidgetItem | None) -> None:
        command_id = _command_of(row)
        if command_id:
            title = translated(self._registry[command_id].title)
            KeyCatcher(title, lambda key: self.give(command_id, key), self.theme, self).open()

    def give(self, command_id: str, key: str) -> None:
        """`key` runs this command from now on, whatever it did before."""
        command = self._registry[command_id]
        holder = self._registry.holder_of(key, command.context)
        bindings = bindings_from(self._preferences.value.keys)
        self.hint.clear()
        if holder is not None and holder.id != command_id:
            bindings[holder.id] = tuple(one for one in holder.keys if one != key)
            self.hint.setText(tr("{key} did this before: {command}", key=key, command=translated(holder.title)))
        bindings[command_id] = (key,)
        self._preferences.change(keys=entries_of(bindings))

    def _apply_filter(self, text: str) -> None:
        wanted = text.strip().casefold()
        for i in range(self.tree.topLevelItemCount()):
            group = self.tree.topLevelItem(i)
            if group is None:
                continue
            shown = 0
            for j in range(group.childCount()):
                row = group.child(j)
                fits = row is not None and wanted in f"{row.text(0)} {row.text(1)}".casefold() and bool(wanted or row.text(1))
                if row is not None:
                    row.setHidden(not fits)
                shown += fits
            group.setHidden(not shown)

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Keys"))
        self.heading.setText(tr("Keys"))
        self.filter.setPlaceholderText(tr("Filter by name or key"))
        self.filter.setAccessibleName(tr("Filter by name or key"))
        self.tree.setAccessibleName(tr("Keys"))
        self._close.setText(tr("Close"))
        self.change.setText(tr("Change the key …"))
        self.usual.setText(tr("Usual keys"))
        self._fill()
        self._apply_filter(self.filter.text())

    def restyle(self) -> None:
        super().restyle()
        if self.tree.topLevelItemCount():
            self._refill()


def _command_of(row: QTreeWidgetItem | None) -> str:
    """The id of the command in a row; "" for headings and the mouse."""
    return str(row.data(0, COMMAND_ROLE) or "") if row is not None else ""
