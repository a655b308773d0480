"""Preferences in a TOML file of the config folder. Damage costs the damaged values, never the start."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.workspace.preferences import LANGUAGES, MOUSE_TOOLS, THEMES, PreferenceHolder, Preferences

FILE_NAME = "settings.toml"
_CHOICES: dict[str, tuple[str, ...]] = {
    "language": LANGUAGES,
    "theme": THEMES,
    "middle_drag": MOUSE_TOOLS,
    "right_drag": MOUSE_TOOLS,
}
_RANGES: dict[str, tuple[int, int]] = {"text_size": (80, 200), "cache_megabytes": (64, 65536)}


class Settings:
    """Loads the preferences and writes them back whenever they change. `notice` says what was wrong with the file."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE_NAME
        self.notice: Message = NO_MESSAGE
        self.holder = PreferenceHolder(self._load())
        self.holder.changed.connect(lambda _before: self.save())

    def _load(self) -> Preferences:
        try:
            text = self._file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return Preferences()
        except (OSError, UnicodeDecodeError):
            return self._give_up()
        try:
            read = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            return self._give_up()
        values, refused = _sound_values(read)
        if refused:
            self._keep_copy()
            self.notice = message("Some settings were not valid and were set back: {names}.", names=", ".join(refused))
        return Preferences(**values)

    def _give_up(self) -> Preferences:
        self._keep_copy()
        self.notice = message("The settings file was damaged. The program starts with its own settings; the old file is kept.")
        return Preferences()

    def _keep_copy(self) -> None:
        try:
            os.replace(self._file, self._file.with_suffix(".toml.bad"))
        except OSError:
            pass

    def save(self) -> None:
        """Write the file anew, whole or not at all."""
        fresh = self._file.with_suffix(".toml.new")
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(descriptor, "w", encoding="utf-8") as file:
                file.write(to_toml(self.holder.value))
            os.replace(fresh, self._file)
        except OSError:
            self.notice = message("The settings could not be written: {path}", path=str(self._file))


def to_toml(preferences: Preferences) -> str:
    """The preferences as TOML, a line each."""
    lines = ["# Negatoscope preferences. Values that are not valid are set back at the next start."]
    lines += [f"{one.name} = {_literal(getattr(preferences, one.name))}" for one in fields(preferences)]
    return "\n".join(lines) + "\n"


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_literal(one) for one in value) + "]"
    # A JSON string is a TOML basic string once DEL is escaped; lone surrogates (undecodable file names) are not text.
    return json.dumps(str(value).encode("utf-8", "replace").decode(), ensure_ascii=False).replace("\x7f", "\\u007f")


def _sound_values(read: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The values that fit, and the names of those that do not. Unknown names are for a newer version and ignored."""
    values: dict[str, Any] = {}
    refused: list[str] = []
    defaults = Preferences()
    for one in fields(Preferences):
        if one.name not in read:
            continue
        value = read[one.name]
        if isinstance(getattr(defaults, one.name), tuple) and isinstance(value, list):
            value = tuple(value)
        if _fits(one.name, value, getattr(defaults, one.name)):
            values[one.name] = value
        else:
            refused.append(one.name)
    return values, refused


def _fits(name: str, value: object, default: object) -> bool:
    if type(value) is not type(default):
        return False
    if isinstance(value, tuple):
        return all(isinstance(one, str) for one in value)
    if isinstance(value, str) and name in _CHOICES:
        return value in _CHOICES[name]
    if isinstance(value, int) and name in _RANGES:
        return _RANGES[name][0] <= value <= _RANGES[name][1]
    return True
