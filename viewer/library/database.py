"""The SQLite file of the library: one connection that writes, a few that read, and what is done when the file is damaged.

WAL, so that reading never waits for the writer; synchronous FULL: a commit that returned is on the disk. Most rows could be read
from the files again, but not which files the user had opened, and a batch of some hundred rows pays for one sync.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from viewer.library.migrations import migrate

_WAIT_SECONDS = 15.0  # for another window that writes
_DAMAGE = (
    "malformed", "not a database", "disk image", "no such table", "no such column", "corrupt", "disk i/o error",
    "vtable constructor failed", "invalid fts5 file format",
)  # fmt: skip


# An exceeded quota is no "full disk" to SQLite but an input/output error like others; only its code tells that it was of writing.
_UNWRITTEN = (
    sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
)  # fmt: skip


def is_damage(error: BaseException) -> bool:
    """True when `error` says that the file is not a sound library (rather than busy, full, over quota or read-only)."""
    if not isinstance(error, sqlite3.DatabaseError) or is_full(error):
        return False
    return any(word in str(error).casefold() for word in _DAMAGE)


def is_full(error: BaseException) -> bool:
    """True when nothing more can be written where the file is."""
    if not isinstance(error, sqlite3.OperationalError):
        return False
    return getattr(error, "sqlite_errorcode", 0) in _UNWRITTEN or any(
        word in str(error) for word in ("is full", "readonly database")
    )


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing: committed at the end, rolled back by an exception. Raises sqlite3.Error."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")  # may fail, on a full disk for one, and leaves the transaction open then
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


class Database:
    """Connections to the file at `path`, or to tables in memory when it is None. All methods may be called from any thread.

    Raises sqlite3.Error when the file cannot be opened, and NewerLibraryError.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.is_closed = False
        self._write_lock = threading.RLock()
        self._lock = threading.Lock()  # of the three below
        self._idle: list[sqlite3.Connection] = []
        self._busy: set[sqlite3.Connection] = set()
        self._writer = self._connect(32)
        try:
            migrate(self._writer)
            self._writer.execute("SELECT max(id) FROM files").fetchone()
        except BaseException:
            self.close()
            raise

    def _connect(self, cache_megabytes: int) -> sqlite3.Connection:
        target = ":memory:" if self.path is None else str(self.path)
        connection = sqlite3.connect(target, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute(f"PRAGMA cache_size = {-1024 * cache_megabytes}")
            connection.execute("PRAGMA temp_store = MEMORY")
            if self.path is not None:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA journal_size_limit = 16777216")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def copy_in_memory(self) -> Database:
        """Everything that is committed, in tables of its own. Raises sqlite3.Error."""
        copy = Database(None)
        with self._write_lock:
            self._writer.backup(copy._writer)
        return copy

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for questions. It sees what was committed before; in memory it waits for the writer.

        Raises sqlite3.Error, also when the database is closed.
        """
        if self.path is None:
            with self._write_lock:
                yield self._writer
            return
        connection = self._take()
        try:
            yield connection
        finally:
            self._give_back(connection)

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            if self.is_closed:
                raise sqlite3.ProgrammingError("the library is closed")
            connection = self._idle.pop() if self._idle else None
            if connection is not None:
                self._busy.add(connection)
        if connection is None:
            connection = self._connect(8)
            with self._lock:
                self._busy.add(connection)
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            self._busy.discard(connection)
            if not self.is_closed:
                self._idle.append(connection)
                return
        connection.close()

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection that writes, in a transaction: committed at the end, rolled back by an exception.

        Raises sqlite3.Error, also when the database is closed.
        """
        with self._write_lock, transaction(self._writer):
            yield self._writer

    def close(self) -> None:
        """Close all connections. A question that runs is broken off; its connection is closed by who asked."""
        with self._lock:
            self.is_closed = True
            idle, self._idle = self._idle, []
            for connection in self._busy:
                connection.interrupt()
        for connection in idle:
            connection.close()
        with self._write_lock:
            self._writer.close()
