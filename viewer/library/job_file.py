"""The SQLite file in which work outlives the process: how its tables are opened, read and written."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from viewer.library.database import transaction
from viewer.model.errors import NegatoscopeError
from viewer.model.messages import message

_WAIT_SECONDS, _PAUSE = 15.0, 0.02  # for another process that writes; between two tries


class JobState(StrEnum):
    """Where a job is. `WAITING`: it is tried again by itself; `PAUSED`: the user goes on with it."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class JobStoreError(NegatoscopeError):
    """The file of jobs cannot be used."""


def connected(target: str, synchronous: str, tables: str) -> sqlite3.Connection:
    """A connection for many threads, in WAL mode, with its tables made. Raises sqlite3.Error, and leaves nothing open then."""
    with contextlib.ExitStack() as opened:
        connection = sqlite3.connect(target, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        opened.callback(connection.close)
        _use_wal(connection)
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.executescript(tables)
        opened.pop_all()
    return connection


def _make(path: Path) -> None:
    """An empty file that only its user can read, where there is none. Raises OSError.

    One that is there is not opened: closing it again would take the locks of every other connection of this process away, as POSIX
    has it, and another process that ends would then delete the log into which those still write.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _use_wal(connection: sqlite3.Connection) -> None:
    """SQLite does not wait by itself for another process that makes the file at the same moment. Raises sqlite3.Error."""
    due = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > due:
                raise
            time.sleep(_PAUSE)


class JobFile:
    """Some tables of the file at `path`; None keeps them in memory. Callable from any thread; raises JobStoreError.

    WAL with synchronous NORMAL: what was recorded survives kill -9. After a power failure the last records may be gone.
    """

    def __init__(self, path: Path | None, tables: str) -> None:
        self._lock = threading.RLock()
        try:
            if path is not None:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _make(path)
            self._connection = connected(":memory:" if path is None else str(path), "NORMAL", tables)
            self._bring_up_to_date()
        except (sqlite3.Error, OSError) as error:
            raise JobStoreError(message("The queue of jobs cannot be opened."), path=str(path or "")) from error

    def _bring_up_to_date(self) -> None:
        """For columns that earlier versions did not have."""

    def _add_columns(self, table: str, wanted: Mapping[str, str]) -> None:
        """Those that are missing, whoever else adds them now. Raises sqlite3.Error."""
        if wanted.keys() <= self._columns(table):
            return
        with transaction(self._connection):
            for name in wanted.keys() - self._columns(table):
                self._connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {wanted[name]}")

    def _columns(self, table: str) -> set[str]:
        return {str(row[1]) for row in self._connection.execute(f"PRAGMA table_info({table})")}

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def version(self) -> int:
        """Another number once somebody else has written into the file; raises JobStoreError."""
        return int(str(self._rows("PRAGMA data_version")[0][0]))

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                with transaction(self._connection):
                    yield self._connection
            except sqlite3.Error as error:
                raise JobStoreError(message("The queue of jobs cannot be written.")) from error

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        with self._lock:
            try:
                return self._connection.execute(sql, tuple(values)).fetchall()
            except sqlite3.Error as error:
                raise JobStoreError(message("The queue of jobs cannot be read.")) from error
