"""One registry of commands behind menus, toolbars, keys, palette and scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from viewer.workspace.commands.registry import CommandRegistry


def register_all(registry: CommandRegistry) -> None:
    """Add every command that comes with the program, in the order of the menus."""
    # Imported here because importing the registry alone must not import every command's machinery.
    from viewer.workspace.commands import application, file, image, navigate, network, tools, view

    for module in (file, view, image, tools, navigate, network, application):
        module.register(registry)
