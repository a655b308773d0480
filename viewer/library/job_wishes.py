"""What programs beside the node that has the queue want of its jobs, in the SQLite file of the jobs: kept until it is done."""

from __future__ import annotations

from pathlib import Path

from viewer.library.job_file import JobFile
from viewer.model.frozen import frozen

_TABLE = """
CREATE TABLE IF NOT EXISTS wish (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, key TEXT NOT NULL, action TEXT NOT NULL
);
"""


@frozen
class Wish:
    """`kind`: which sort of job, `key`: which one, `action`: what to do with it; the words are the caller's."""

    id: int
    kind: str
    key: str
    action: str


class JobWishes(JobFile):
    """All methods may be called from any thread, are durable when they return, and raise JobStoreError."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(path, _TABLE)

    def add(self, kind: str, key: str, action: str) -> None:
        with self._writing() as connection:
            connection.execute("INSERT INTO wish (kind, key, action) VALUES (?, ?, ?)", (kind, key, action))

    def open(self) -> tuple[Wish, ...]:
        """Those that are not done, the oldest first."""
        rows = self._rows("SELECT id, kind, key, action FROM wish ORDER BY id")
        return tuple(Wish(int(str(number)), str(kind), str(key), str(action)) for number, kind, key, action in rows)

    def done(self, wish: Wish) -> None:
        with self._writing() as connection:
            connection.execute("DELETE FROM wish WHERE id = ?", (wish.id,))
