"""Files the library has seen: what is unchanged need not be read again, what is gone can be dropped."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from viewer.library.entities import study_uids
from viewer.library.index import folder_id
from viewer.library.removal import remove_orphans
from viewer.library.rows import chunks, join_path, marks, path_text, split_path, stored_path
from viewer.model.errors import Problem, ProblemKind
from viewer.model.messages import Message

READER = 1  # raised when a later reader may understand files that this one does not


@dataclass(frozen=True, slots=True)
class KnownFile:
    """One file as it was when it was read. `problem` is None when it holds an instance."""

    id: int
    size: int
    mtime_ns: int
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class KnownFolder:
    """The files directly in a folder, by name, and the studies they belong to, the first file's first."""

    files: dict[str, KnownFile] = field(default_factory=dict)
    studies: tuple[int, ...] = ()


def known_folder(connection: sqlite3.Connection, path: str) -> KnownFolder:
    """What is known of the files directly in `path`."""
    row = connection.execute("SELECT id FROM folders WHERE path = ?", (stored_path(path),)).fetchone()
    if row is None:
        return KnownFolder()
    rows = connection.execute("SELECT id, name, size, mtime_ns, problem FROM files WHERE folder = ?", row)
    files = {}
    for number, stored, size, mtime_ns, problem in rows:
        name = path_text(stored)
        if not problem:
            files[name] = KnownFile(number, size, mtime_ns)
            continue
        known = _problem_from(problem, join_path(path, name))
        files[name] = KnownFile(number, size if known else -1, mtime_ns, known)  # -1: no file has that size, it is read again
    studies = connection.execute(
        "SELECT e.study FROM files f JOIN instances i ON i.id = f.instance JOIN series e ON e.id = i.series"
        " WHERE f.folder = ? GROUP BY e.study ORDER BY min(f.id)",
        row,
    )
    return KnownFolder(files, tuple(study for (study,) in studies))


def keep_problems(connection: sqlite3.Connection, problems: Sequence[tuple[Problem, int, int]]) -> frozenset[str]:
    """Remember files that cannot be used, with size and mtime. Returns the studies that lost an instance by it."""
    left: set[int] = set()
    for problem, size, mtime_ns in problems:
        folder, name = split_path(problem.path)
        key = (folder_id(connection, folder), stored_path(name))
        left.update(
            row[0]
            for row in connection.execute("SELECT instance FROM files WHERE folder = ? AND name = ?", key)
            if row[0] is not None
        )
        connection.execute(
            "INSERT INTO files (folder, name, size, mtime_ns, instance, source, problem) VALUES (?, ?, ?, ?, NULL, '', ?)"
            " ON CONFLICT (folder, name) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns, instance = NULL,"
            " problem = excluded.problem",
            (*key, size, mtime_ns, _problem_text(problem)),
        )
    if not left:
        return frozenset()
    rows: set[int] = set()
    for numbers in chunks(left):
        found = connection.execute(
            f"SELECT DISTINCT e.study FROM instances i JOIN series e ON e.id = i.series WHERE i.id IN ({marks(len(numbers))})",
            numbers,
        )
        rows.update(study for (study,) in found)
    uids = study_uids(connection, rows)
    remove_orphans(connection, left)
    return uids


def _problem_text(problem: Problem) -> str:
    return json.dumps([READER, problem.kind, *_plain(problem.reason), *_plain(problem.advice)])


def _plain(text: Message) -> tuple[str, list[tuple[str, str]]]:
    return text.source, [(name, str(value)) for name, value in text.values]


def _problem_from(text: str, path: str) -> Problem | None:
    """None when another version of the reader wrote it: then the file is read again."""
    try:
        reader, kind, reason, values, advice, advice_values = json.loads(text)
        if reader != READER:
            return None
        return Problem(
            path,
            ProblemKind(kind),
            Message(reason, tuple((name, value) for name, value in values)),
            Message(advice, tuple((name, value) for name, value in advice_values)),
        )
    except (ValueError, TypeError):
        return None
