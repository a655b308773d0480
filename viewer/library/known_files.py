"""Files the library has seen: what is unchanged need not be read again, what is gone can be dropped."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from viewer.library.entities import study_uids
from viewer.library.index import folder_id
from viewer.library.removal import remove_orphans
from viewer.library.rows import chunks, join_path, marks, path_text, split_path, stored_path
from viewer.model.errors import Problem, ProblemKind
from viewer.model.frozen import frozen
from viewer.model.messages import Message

READER = 1  # raised when a later reader may understand files that this one does not


@frozen
class KnownFile:
    """One file as it was when it was read: the row of its study, or the problem it has."""

    id: int
    size: int
    mtime_ns: int
    study: int = 0
    problem: Problem | None = None


def known_files(connection: sqlite3.Connection, folder: str, names: Sequence[str] | None) -> dict[str, KnownFile]:
    """By name, what is known of the files directly in `folder`; with `names` only of these."""
    row = connection.execute("SELECT id FROM folders WHERE path = ?", (stored_path(folder),)).fetchone()
    if row is None:
        return {}
    query = (
        "SELECT f.id, f.name, f.size, f.mtime_ns, f.problem, e.study FROM files f"
        " LEFT JOIN instances i ON i.id = f.instance LEFT JOIN series e ON e.id = i.series WHERE f.folder = ?"
    )
    if names is None:
        rows = connection.execute(query, row).fetchall()
    else:
        stored = [stored_path(name) for name in names]
        rows = []
        for some in chunks(stored):
            rows += connection.execute(f"{query} AND f.name IN ({marks(len(some))})", (*row, *some)).fetchall()
    return {path_text(row[1]): _known_file(folder, *row) for row in rows}


def _known_file(
    folder: str, number: int, name: str | bytes, size: int, mtime_ns: int, problem: str, study: int | None
) -> KnownFile:
    if not problem and study is not None:
        return KnownFile(number, size, mtime_ns, study)
    known = _problem_from(problem, join_path(folder, name)) if problem else None
    return KnownFile(number, size if known else -1, mtime_ns, problem=known)  # -1: no file has that size, it is read again


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
