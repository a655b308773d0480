"""What is to be fetched from other nodes, in the SQLite file of the jobs: it goes on after the process, and after the program."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from viewer.library.job_file import JobFile, JobState
from viewer.library.rows import marks
from viewer.model.frozen import frozen

_TABLE = """
CREATE TABLE IF NOT EXISTS fetch (
    id INTEGER PRIMARY KEY AUTOINCREMENT, ticket TEXT NOT NULL UNIQUE, source TEXT NOT NULL, title TEXT NOT NULL,
    level TEXT NOT NULL, root TEXT NOT NULL, keys TEXT NOT NULL, is_ahead INTEGER NOT NULL, state TEXT NOT NULL,
    attempts INTEGER NOT NULL, next_try REAL NOT NULL, here INTEGER NOT NULL, total INTEGER NOT NULL, missing TEXT NOT NULL,
    said TEXT NOT NULL, hint TEXT NOT NULL, created REAL NOT NULL, holder TEXT NOT NULL DEFAULT '',
    progress TEXT NOT NULL DEFAULT ''
);
"""
_COLUMNS = (
    "id, ticket, source, title, level, root, keys, is_ahead, state, attempts, next_try, here, total, missing, said, hint, created,"
    " holder, progress"
)


@frozen
class Wanted:
    """What to fetch. `source`: the node or archive, as its caller writes it; `keys`: unique keys of the entity.

    `is_ahead`: nobody waits for it; it is fetched when there is nothing else to do. `holder`: which running program wants it,
    "" none that could be asked.
    """

    ticket: str
    source: str
    title: str
    level: str
    root: str
    keys: tuple[tuple[str, str], ...]
    is_ahead: bool = False
    holder: str = ""


@frozen
class Fetch:
    """A job. `here` of `total` instances (0: unknown); `next_try` and `created` in seconds since the epoch.

    `missing`: UIDs that did not come; `said`, `hint`: why and what to do, as the caller writes sentences down. `progress`: how
    far the attempt is that runs, as its caller writes it, now and then; "" none runs.
    """

    id: int
    wanted: Wanted
    state: JobState
    attempts: int = 0
    next_try: float = 0.0
    here: int = 0
    total: int = 0
    missing: tuple[str, ...] = ()
    said: str = ""
    hint: str = ""
    created: float = 0.0
    progress: str = ""


class FetchStore(JobFile):
    """The jobs that fetch. All methods may be called from any thread, are durable when they return, and raise JobStoreError."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(path, _TABLE)

    def _bring_up_to_date(self) -> None:
        """Files of earlier versions know no holder and no progress."""
        self._add_columns("fetch", {"holder": "TEXT NOT NULL DEFAULT ''", "progress": "TEXT NOT NULL DEFAULT ''"})

    def add(self, wanted: Wanted) -> Fetch:
        """A new job; the one there is when the ticket comes again, from then on with the source as it is written now."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO fetch (ticket, source, title, level, root, keys, is_ahead, state, attempts, next_try, here,"
                " total, missing, said, hint, created, holder)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', 0, 0, 0, 0, '[]', '', '', ?, ?)"
                " ON CONFLICT (ticket) DO UPDATE SET source = excluded.source",
                (
                    wanted.ticket, wanted.source, wanted.title, wanted.level, wanted.root, json.dumps(wanted.keys),
                    wanted.is_ahead, time.time(), wanted.holder,
                ),
            )  # fmt: skip
        found = self.of_ticket(wanted.ticket)
        assert found is not None
        return found

    def fetches(self, limit: int = 500) -> tuple[Fetch, ...]:
        """The newest first."""
        return tuple(map(_fetch, self._rows(f"SELECT {_COLUMNS} FROM fetch ORDER BY id DESC LIMIT ?", (limit,))))

    def of_ticket(self, ticket: str) -> Fetch | None:
        rows = self._rows(f"SELECT {_COLUMNS} FROM fetch WHERE ticket = ?", (ticket,))
        return _fetch(rows[0]) if rows else None

    def keep(self, fetch: Fetch) -> None:
        """Write down where it is."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE fetch SET state = ?, attempts = ?, next_try = ?, here = ?, total = ?, missing = ?, said = ?, hint = ?,"
                " progress = ? WHERE id = ?",
                (
                    fetch.state.value, fetch.attempts, fetch.next_try, fetch.here, fetch.total, json.dumps(fetch.missing),
                    fetch.said, fetch.hint, fetch.progress, fetch.id,
                ),
            )  # fmt: skip

    def note(self, fetch: Fetch, progress: str) -> None:
        """How far the attempt is, for programs that only read."""
        with self._writing() as connection:
            connection.execute("UPDATE fetch SET progress = ? WHERE id = ? AND state = 'running'", (progress, fetch.id))

    def take_next(self, now: float, *, is_ahead: bool) -> Fetch | None:
        """The oldest that is due, of those somebody waits for or of the others; it is running from now on."""
        with self._writing() as connection:
            row = connection.execute(
                f"SELECT {_COLUMNS} FROM fetch WHERE is_ahead = ? AND (state = 'queued' OR (state = 'waiting' AND next_try <= ?))"
                " ORDER BY id LIMIT 1",
                (is_ahead, now),
            ).fetchone()
            if row is None:
                return None
            connection.execute("UPDATE fetch SET state = 'running' WHERE id = ?", (row[0],))
        return replace(_fetch(row), state=JobState.RUNNING)

    def hasten(self) -> None:
        """What waits for its next attempt is due now."""
        with self._writing() as connection:
            connection.execute("UPDATE fetch SET next_try = 0 WHERE state = 'waiting'")

    def recover(self, living: Collection[str] = ()) -> None:
        """At start: what a process that died was at is queued again, and counts as tried, because it had begun.

        So does what waits for its turn, unless its holder is `living`: who began it does not watch any more.
        """
        with self._writing() as connection:
            connection.execute(
                "UPDATE fetch SET state = 'queued', attempts = max(attempts, 1), progress = ''"
                f" WHERE state = 'running' OR (state = 'queued' AND holder NOT IN ({marks(len(living))}))",
                tuple(living),
            )

    def forget(self, ticket: str) -> None:
        """Take a job out of the list."""
        with self._writing() as connection:
            connection.execute("DELETE FROM fetch WHERE ticket = ?", (ticket,))

    def forget_ahead(self, living: Collection[str] = ()) -> None:
        """Nobody looks any more at what was fetched ahead for programs that are not `living`."""
        with self._writing() as connection:
            connection.execute(f"DELETE FROM fetch WHERE is_ahead AND holder NOT IN ({marks(len(living))})", tuple(living))


def _fetch(row: Sequence[object]) -> Fetch:
    number, ticket, source, title, level, root, keys, is_ahead, state, *rest = row
    attempts, next_try, here, total, missing, said, hint, created, holder, progress = rest
    pairs = tuple((str(key), str(value)) for key, value in json.loads(str(keys)))
    wanted = Wanted(str(ticket), str(source), str(title), str(level), str(root), pairs, bool(is_ahead), str(holder))
    uids = tuple(map(str, json.loads(str(missing))))
    texts = (str(said), str(hint))
    return Fetch(number, wanted, JobState(str(state)), attempts, next_try, here, total, uids, *texts, created, str(progress))  # type: ignore[arg-type]  # the columns are numbers
