"""Keys that the user gave to commands, as they are kept in the preferences: "image.invert=I Ctrl+I"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Bindings = Mapping[str, tuple[str, ...]]


def bindings_from(entries: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """By command id. "image.invert=" takes all keys from it."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        command_id, sign, keys = entry.partition("=")
        if sign and command_id:
            found[command_id] = tuple(dict.fromkeys(keys.split()))
    return found


def entries_of(bindings: Bindings) -> tuple[str, ...]:
    """What `bindings_from` reads."""
    return tuple(f"{command_id}={' '.join(keys)}" for command_id, keys in bindings.items())
