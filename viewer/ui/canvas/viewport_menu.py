"""The menu of a right click on a picture: commands from the registry, nothing of its own."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from viewer.ui.i18n import tr, translated
from viewer.ui.theme import Theme
from viewer.workspace.commands.registry import Command, CommandRegistry
from viewer.workspace.workspace import Workspace

PRESET_PREFIX = "image.preset_"
SECTIONS = (
    ("tool.window_level", "tool.pan", "tool.zoom", "tool.scroll", "tool.probe"),
    ("image.invert", "view.rotate_right", "view.rotate_left", "view.flip_horizontal", "view.flip_vertical"),
    ("view.fit", "view.actual_pixels", "view.smooth", "view.overlays", "view.reset"),
    ("navigate.cine", "view.maximise"),
)


def viewport_menu(workspace: Workspace, registry: CommandRegistry, theme: Theme, parent: QWidget) -> QMenu:
    """A menu for the active viewport; it deletes itself when it closes."""
    menu = QMenu(parent)
    menu.aboutToHide.connect(menu.deleteLater)
    presets = menu.addMenu(tr("Window preset"))
    for command in registry:
        if command.id.startswith(PRESET_PREFIX):
            _add(presets, command, workspace, registry, theme)
    for section in SECTIONS:
        menu.addSeparator()
        for command_id in section:
            if command_id in registry:
                _add(menu, registry[command_id], workspace, registry, theme)
    return menu


def _add(menu: QMenu, command: Command, workspace: Workspace, registry: CommandRegistry, theme: Theme) -> None:
    text = translated(command.title).replace("&", "&&")
    if command.keys:
        text += "\t" + QKeySequence(command.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
    action = QAction(text, menu)
    if command.icon and command.checked_when is None:
        action.setIcon(theme.icon(command.icon))
    action.setEnabled(command.enabled_when(workspace))
    if command.checked_when is not None:
        action.setCheckable(True)
        action.setChecked(command.checked_when(workspace))
    action.triggered.connect(lambda: registry.run(command.id, workspace))
    menu.addAction(action)
