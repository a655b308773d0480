"""One QAction per command: what menus, the toolbar and the palette show."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from viewer.ui.i18n import translated
from viewer.ui.shortcuts import native_keys
from viewer.ui.theme import Theme
from viewer.workspace.commands.registry import Command, CommandRegistry
from viewer.workspace.workspace import Workspace


class CommandActions(QObject):
    """Actions by command id. Keys are shown, not bound (see ``shortcuts``); `refresh` asks what is enabled and checked now."""

    def __init__(self, registry: CommandRegistry, workspace: Workspace, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._registry = registry
        self._workspace = workspace
        self._theme = theme
        self._actions = {command.id: self._made(command) for command in registry}
        theme.changed.connect(self.restyle)
        registry.keys_changed.connect(self.retranslate)
        self.retranslate()

    def _made(self, command: Command) -> QAction:
        action = QAction(self)
        action.setMenuRole(QAction.MenuRole.NoRole)
        action.setCheckable(command.checked_when is not None)
        action.setIconVisibleInMenu(command.checked_when is None)  # there a check mark stands in its place
        action.triggered.connect(lambda: self._run(command.id))
        return action

    def _run(self, command_id: str) -> None:
        self._registry.run(command_id, self._workspace)
        self.refresh_one(command_id)  # a checkable action flips by itself, also when its command changed nothing

    def plain(self, command_id: str) -> QAction:
        """The action without its icon: drawing one takes longer than the rest of the action."""
        return self._actions[command_id]

    def __getitem__(self, command_id: str) -> QAction:
        action = self._actions[command_id]
        command = self._registry[command_id]
        if command.icon and action.icon().isNull():  # drawn when first shown
            action.setIcon(self._theme.icon(command.icon))
        return action

    def refresh_one(self, command_id: str) -> None:
        command, action = self._registry[command_id], self._actions[command_id]
        enabled = command.enabled_when(self._workspace)
        if action.isEnabled() != enabled:
            action.setEnabled(enabled)
        if command.checked_when is not None:
            checked = command.checked_when(self._workspace)
            if action.isChecked() != checked:
                action.setChecked(checked)

    def refresh(self) -> None:
        """Enabled and checked as the workspace is now."""
        for command_id in self._actions:
            self.refresh_one(command_id)

    def restyle(self) -> None:
        for command in self._registry:
            action = self._actions[command.id]
            if not action.icon().isNull():
                action.setIcon(self._theme.icon(command.icon))

    def retranslate(self) -> None:
        for command in self._registry:
            action = self._actions[command.id]
            title, keys = translated(command.title), native_keys(command)
            action.setText(title.replace("&", "&&") + (f"\t{keys[0]}" if keys else ""))
            short = translated(command.toolbar_title) if command.toolbar_title else title
            action.setIconText(short.replace("&", "&&"))
            action.setToolTip(_tip(title, keys, command))
            action.setData(command.id)


def tool_tip(command: Command) -> str:
    """Name, key and what it is for."""
    return _tip(translated(command.title), native_keys(command), command)


def _tip(title: str, keys: list[str], command: Command) -> str:
    head = title + (f"  ({', '.join(keys)})" if keys else "")
    return f"{head}\n{translated(command.tip)}" if command.tip else head
