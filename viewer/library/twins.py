"""Files that were taken for one object after three samples of their bytes, and are still to be compared whole.

Which these are is kept in the library, so that a comparison that was broken off is made up for. Two objects under one UID, of one
header and one length, are rare; to show only one of them would be to lose the other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from viewer.library.rows import join_path, path_text
from viewer.library.signature import have_same_content
from viewer.model.frozen import frozen

Apart = Mapping[str, frozenset[int]]  # by path, the rows of the instances that a file is not
NONE_APART: Apart = MappingProxyType({})
_FACT = "alike:"
_FILE = "SELECT d.path, f.name, f.source FROM files f JOIN folders d ON d.id = f.folder WHERE f.instance = ? ORDER BY f.id"


@frozen
class Place:
    """A file, and where in an archive it came from."""

    path: str
    source: str


def keep_for_comparison(connection: sqlite3.Connection, instances: Iterable[int]) -> None:
    """Remember instances of whose files only samples were compared."""
    connection.executemany("REPLACE INTO facts (name, value) VALUES (?, '')", [(f"{_FACT}{number}",) for number in instances])


def waiting(connection: sqlite3.Connection) -> list[int]:
    """The instances that are still to be compared."""
    rows = connection.execute("SELECT name FROM facts WHERE name > ? AND name < ?", (_FACT, f"{_FACT}~"))
    return [int(name.removeprefix(_FACT)) for (name,) in rows]


def compared(connection: sqlite3.Connection, instance: int) -> None:
    """The files of an instance are known to be what they seem."""
    connection.execute("DELETE FROM facts WHERE name = ?", (f"{_FACT}{instance}",))


def places(connection: sqlite3.Connection, instance: int) -> list[Place]:
    """All files of an instance, the one that was met first at the front."""
    rows = connection.execute(_FILE, (instance,))
    return [Place(join_path(folder, name), path_text(source)) for folder, name, source in rows]


def rivals(connection: sqlite3.Connection, instance: int) -> dict[int, str]:
    """Other instances of the same UID and header, each with one of its files."""
    rows = connection.execute(
        "SELECT o.id FROM instances i JOIN instances o USING (sop_instance_uid, signature) WHERE i.id = ? AND o.id <> i.id",
        (instance,),
    ).fetchall()
    found = {number: places(connection, number)[:1] for (number,) in rows}
    return {number: files[0].path for number, files in found.items() if files}


def is_another(first: Place, file: Place, is_over: Callable[[], bool]) -> bool:
    """True when `file` does not hold what `first` holds. Raises OSError."""
    return have_same_content(first.path, file.path, is_over) is False


def unlike(file: Place, others: Mapping[int, str], is_over: Callable[[], bool]) -> frozenset[int]:
    """Which of `others` it is not either. Raises OSError."""
    return frozenset(number for number, other in others.items() if have_same_content(file.path, other, is_over) is False)
