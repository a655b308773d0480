"""Reports that peers were promised and have not got yet, in the SQLite file of the jobs. Durable through power failures too."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from viewer.library.job_file import JobStoreError, connected
from viewer.model.messages import message

_TABLE = """
CREATE TABLE IF NOT EXISTS report (
    id INTEGER PRIMARY KEY AUTOINCREMENT, peer TEXT NOT NULL, content TEXT NOT NULL, created REAL NOT NULL
);
"""


class StoredReports:
    """The table ``report`` in `path`. All methods may be called from any thread and raise JobStoreError."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        with self._errors():
            self._connection = connected(str(path), "FULL", _TABLE)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def keep(self, peer_title: str, report: str) -> int:
        """Durable when it returns. The number to drop it by."""
        with self._errors():
            cursor = self._connection.execute(
                "INSERT INTO report (peer, content, created) VALUES (?, ?, ?)", (peer_title, report, time.time())
            )
            return cursor.lastrowid or 0

    def kept(self) -> Sequence[tuple[int, str, str, float]]:
        """(number, AE title, text, seconds since the epoch when it was kept), the oldest first."""
        with self._errors():
            return self._connection.execute("SELECT id, peer, content, created FROM report ORDER BY id").fetchall()

    def drop(self, number: int) -> None:
        with self._errors():
            self._connection.execute("DELETE FROM report WHERE id = ?", (number,))

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise JobStoreError(message("The queue of jobs cannot be written.")) from error
