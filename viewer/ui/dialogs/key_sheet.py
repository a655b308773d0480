"""All keys and what the mouse does, made from the commands."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget

from viewer.ui.dialogs.dialog import Dialog
from viewer.ui.i18n import tr, translated
from viewer.ui.menus import plain_title
from viewer.ui.shortcuts import native_keys
from viewer.ui.theme import Theme
from viewer.workspace.commands.application import MOUSE_TITLES
from viewer.workspace.commands.registry import CommandRegistry


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
    """Keys by menu, with a filter."""

    def __init__(
        self, registry: CommandRegistry, theme: Theme, parent: QWidget | None = None, *, middle: str = "pan", right: str = "zoom"
    ) -> None:
        super().__init__(theme, parent, width=560, height=640)
        self._buttons = (middle, right)
        self._registry = registry
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._apply_filter)
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self.tree.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.body.addWidget(self.filter)
        self.body.addWidget(self.tree, 1)
        self.buttons.addStretch()
        self._close = self.add_button(default=True)
        self._close.clicked.connect(self.close)
        self.begin()
        self.filter.setFocus()

    def _fill(self) -> None:
        self.tree.clear()
        groups = {tr("Mouse on a picture"): mouse_table(*self._buttons), **key_table(self._registry)}
        for title, rows in groups.items():
            group = QTreeWidgetItem(self.tree, [title])
            group.setFont(0, self.theme.font(13, 600))
            group.setFirstColumnSpanned(True)
            for row in rows:
                QTreeWidgetItem(group, list(row))
        self.tree.expandAll()
        self.tree.setColumnWidth(0, self.theme.px(300))

    def _apply_filter(self, text: str) -> None:
        wanted = text.strip().casefold()
        for i in range(self.tree.topLevelItemCount()):
            group = self.tree.topLevelItem(i)
            if group is None:
                continue
            shown = 0
            for j in range(group.childCount()):
                row = group.child(j)
                fits = row is not None and wanted in f"{row.text(0)} {row.text(1)}".casefold()
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
        self._fill()
        self._apply_filter(self.filter.text())

    def restyle(self) -> None:
        super().restyle()
        if self.tree.topLevelItemCount():
            self._fill()
