"""Display sets of long series, kept in the library: after a restart ten thousand slices open as quickly as a hundred.

What is kept is thrown away when the series changes (`totals.refresh_totals`) or another version of the program made it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from viewer import __version__
from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.hierarchy import FrameRef
from viewer.model.messages import Message

LONG = 400  # instances; shorter series are split as quickly as they are read
_VERSION = f"{__version__}/4"  # raise the last number when the rules of splitting change between versions
_PLAIN = tuple(one.name for one in fields(DisplaySet) if one.name not in ("kind", "frames", "split_reason", "notes"))


def load(connection: sqlite3.Connection, series: int) -> tuple[DisplaySet, ...] | None:
    """The display sets kept for a series row; None when there are none that fit."""
    row = connection.execute("SELECT version, content FROM stacks WHERE series = ?", (series,)).fetchone()
    if row is None or row[0] != _VERSION:
        return None
    try:
        return tuple([_from_plain(one) for one in json.loads(row[1])])
    except (ValueError, KeyError, TypeError):
        return None


def save(connection: sqlite3.Connection, series: int, display_sets: Sequence[DisplaySet]) -> None:
    """Keep the display sets of a series row."""
    content = json.dumps([_to_plain(one) for one in display_sets], separators=(",", ":"))
    connection.execute("REPLACE INTO stacks (series, version, content) VALUES (?, ?, ?)", (series, _VERSION, content))


def _to_plain(one: DisplaySet) -> dict[str, Any]:
    """Frames as runs of one instance: [UID, first, last, copy]; most often just the UID."""
    runs: list[Any] = []
    last: list[Any] = []
    for ref in one.frames:
        if last and last[0] == ref.sop_instance_uid and last[3] == ref.copy and last[2] + 1 == ref.frame_number:
            last[2] += 1
            continue
        last = [ref.sop_instance_uid, ref.frame_number, ref.frame_number, ref.copy]
        runs.append(last)
    return {name: getattr(one, name) for name in _PLAIN} | {
        "kind": one.kind.value,
        "frames": [run[0] if run[1:] == [1, 1, 0] else run for run in runs],
        "split_reason": _message_to_plain(one.split_reason),
        "notes": [_message_to_plain(note) for note in one.notes],
    }


def _from_plain(plain: dict[str, Any]) -> DisplaySet:
    frames: list[FrameRef] = []
    for run in plain["frames"]:
        if isinstance(run, str):
            frames.append(FrameRef(run))
        else:
            uid, first, last, copy = run
            frames.extend([FrameRef(uid, number, copy) for number in range(first, last + 1)])
    values = {name: plain[name] for name in _PLAIN}
    return DisplaySet(
        **values,
        kind=DisplaySetKind(plain["kind"]),
        frames=tuple(frames),
        split_reason=_message_from_plain(plain["split_reason"]),
        notes=tuple([_message_from_plain(note) for note in plain["notes"]]),
    )


def _message_to_plain(text: Message) -> list[Any]:
    """[source, [[name, value], ...]]; a value may be a message itself, in a list of its own."""
    return [text.source, [[name, [_message_to_plain(v)] if isinstance(v, Message) else v] for name, v in text.values]]


def _message_from_plain(plain: list[Any]) -> Message:
    source, values = plain
    return Message(source, tuple((name, _message_from_plain(v[0]) if isinstance(v, list) else v) for name, v in values))
