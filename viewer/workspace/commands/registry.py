"""The one registry behind menus, toolbars, shortcuts, command palette, key sheet and scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from typing import Any

from viewer.model.frozen import frozen
from viewer.model.messages import Message
from viewer.model.signals import Signal
from viewer.workspace.key_bindings import Bindings
from viewer.workspace.workspace import Workspace


def _always(workspace: Workspace) -> bool:
    return True


@frozen
class Command:
    """One thing the user can do.

    `keys` are portable texts ("Ctrl+O", "Shift+Up"); `context` says where they hold: "window" everywhere, "canvas" while
    a viewport has the focus. `menu` is the menu's path ("File", "View/Layout") or "" for none; commands of one menu keep
    registration order, and `group` changes draw a separator. `toolbar` is the toolbar group, "" for none. `icon` is the
    name of a file in resources/icons.
    """

    id: str
    title: Message
    run: Callable[[Workspace], Any]
    menu: str = ""
    group: str = ""
    keys: tuple[str, ...] = ()
    context: str = "window"
    icon: str = ""
    toolbar: str = ""
    toolbar_title: Message | None = None
    tip: Message | None = None
    enabled_when: Callable[[Workspace], bool] = field(default=_always)
    checked_when: Callable[[Workspace], bool] | None = None
    repeats: bool = False  # held key repeats


def _clash(context: str, key: str, other_context: str, other_key: str) -> bool:
    return key == other_key and (context == other_context or "window" in (context, other_context))


class CommandRegistry:
    """All commands by id, in the order they were registered. `keys_changed` fires when they have other keys or titles."""

    keys_changed = Signal()

    def __init__(self) -> None:
        self._commands: dict[str, Command] = {}
        self._own_keys: dict[str, tuple[str, ...]] = {}

    def register(self, *commands: Command) -> None:
        """Add commands. Raises ValueError when an id, or a key within one context, is taken."""
        for command in commands:
            if command.id in self._commands:
                raise ValueError(f"command {command.id} is registered twice")
            for other in self._commands.values():
                shared = set(command.keys) & set(other.keys)
                if shared and (command.context == other.context or "window" in (command.context, other.context)):
                    raise ValueError(f"{', '.join(sorted(shared))} is bound to {other.id} and {command.id}")
            self._commands[command.id] = command
            self._own_keys[command.id] = command.keys

    def rebind(self, bindings: Bindings) -> None:
        """Give the commands of `bindings` these keys, the others their own. A key has one command; `bindings` comes first."""
        taken: list[tuple[str, str]] = []

        def free(command: Command, keys: tuple[str, ...]) -> tuple[str, ...]:
            found = tuple(key for key in keys if not any(_clash(command.context, key, *other) for other in taken))
            taken.extend((command.context, key) for key in found)
            return found

        chosen = [command_id for command_id in bindings if command_id in self._commands]
        for command_id in (*chosen, *(one for one in self._commands if one not in bindings)):
            command = self._commands[command_id]
            self._commands[command_id] = replace(command, keys=free(command, bindings.get(command_id, self._own_keys[command_id])))
        self.keys_changed.emit()

    def retitle(self, titles: Mapping[str, Message]) -> None:
        """Give commands other titles, by their ids."""
        for command_id, title in titles.items():
            self._commands[command_id] = replace(self._commands[command_id], title=title)
        self.keys_changed.emit()

    def holder_of(self, key: str, context: str) -> Command | None:
        """The command that a key runs now where one of `context` would."""
        return next((one for one in self if any(_clash(context, key, one.context, other) for other in one.keys)), None)

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def __getitem__(self, command_id: str) -> Command:
        return self._commands[command_id]

    def __contains__(self, command_id: str) -> bool:
        return command_id in self._commands

    def run(self, command_id: str, workspace: Workspace) -> bool:
        """Run a command if it is enabled. True when it ran."""
        command = self._commands[command_id]
        if not command.enabled_when(workspace):
            return False
        command.run(workspace)
        return True
