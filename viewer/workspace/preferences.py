"""What the user chose for the whole program."""

from __future__ import annotations

from dataclasses import field, replace
from typing import Any

from viewer.loading.budget import usual_megabytes
from viewer.model.frozen import frozen
from viewer.model.signals import Signal
from viewer.workspace.preset_list import DEFAULTS, entries_of_presets

LANGUAGES = ("system", "en", "ru")
THEMES = ("dark", "light", "high_contrast")
MOUSE_TOOLS = ("window_level", "pan", "zoom", "scroll")  # what a drag with the middle or right button may do
MAX_RECENT = 12


@frozen
class Preferences:
    """Kept in the user's settings file. `text_size` is in per cent, `cache_megabytes` bounds the decoded frames in memory."""

    language: str = "system"
    theme: str = "dark"
    text_size: int = 100
    smooth: bool = True
    middle_drag: str = "pan"
    right_drag: str = "zoom"
    cache_megabytes: int = field(default_factory=usual_megabytes)
    remember_recent: bool = True
    recent: tuple[str, ...] = ()
    last_folder: str = ""
    notice_seen: bool = False
    keys: tuple[str, ...] = ()  # see ``key_bindings``
    presets: tuple[str, ...] = entries_of_presets(DEFAULTS)  # see ``preset_list``


class PreferenceHolder:
    """The preferences in force. `changed` fires after a change with what was before."""

    changed = Signal(object)

    def __init__(self, value: Preferences | None = None) -> None:
        self._value = value or Preferences()

    @property
    def value(self) -> Preferences:
        return self._value

    def change(self, **changes: Any) -> None:
        """Replace the named fields."""
        before, self._value = self._value, replace(self._value, **changes)
        if self._value != before:
            self.changed.emit(before)

    def remember(self, paths: list[str]) -> None:
        """Put opened paths on top of the list of recent ones, unless the user does not want one."""
        if self._value.remember_recent and paths:
            fresh = [*paths, *(one for one in self._value.recent if one not in paths)]
            self.change(recent=tuple(fresh[:MAX_RECENT]))

    def forget_recent(self) -> None:
        self.change(recent=())
