"""Jobs that outlive the process, in a SQLite file of their own: what is to be sent where, and what became of each file.

WAL with synchronous NORMAL: what was recorded survives kill -9. After a power failure the last records may be gone; the objects
then go out once more, which a peer takes as known.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from viewer.library.job_file import JobFile
from viewer.library.job_file import JobState as JobState
from viewer.library.job_file import JobStoreError as JobStoreError
from viewer.library.rows import marks, path_text, stored_path
from viewer.model.frozen import frozen

_TABLES = """
CREATE TABLE IF NOT EXISTS job (
    id INTEGER PRIMARY KEY AUTOINCREMENT, node TEXT NOT NULL, origin TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
    next_try REAL NOT NULL, reason TEXT NOT NULL, created REAL NOT NULL, ticket TEXT UNIQUE, said TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS item (
    job INTEGER NOT NULL, place INTEGER NOT NULL, path NOT NULL, outcome TEXT NOT NULL DEFAULT '', status INTEGER,
    reason TEXT NOT NULL DEFAULT '', PRIMARY KEY (job, place)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS item_of_path ON item (job, path);
CREATE TABLE IF NOT EXISTS unrouted (path PRIMARY KEY) WITHOUT ROWID;
"""


@frozen
class Job:
    """`node`: what the caller kept of it; `origin`: who asked for it, "" the user; `next_try`: seconds since the epoch.

    `reason`: why it is not done, in English; `said`: the same as its caller writes sentences down, for other languages.
    """

    id: int
    node: str
    origin: str
    state: JobState
    attempts: int
    next_try: float
    reason: str
    created: float
    total: int
    done: int
    failed: int
    said: str = ""


@frozen
class JobItem:
    """`outcome` "" is open."""

    path: str
    outcome: str
    status: int | None
    reason: str


_JOB = (
    "j.id, j.node, j.origin, j.state, j.attempts, j.next_try, j.reason, j.created,"
    " (SELECT count(*) FROM item WHERE job = j.id),"
    " (SELECT count(*) FROM item WHERE job = j.id AND outcome IN ('stored', 'warning')),"
    " (SELECT count(*) FROM item WHERE job = j.id AND outcome NOT IN ('', 'stored', 'warning')),"
    " j.said"
)


class JobStore(JobFile):
    """The jobs that send. All methods may be called from any thread and raise JobStoreError."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(path, _TABLES)

    def _bring_up_to_date(self) -> None:
        """Files of earlier versions keep no `said`."""
        self._add_columns("job", {"said": "TEXT NOT NULL DEFAULT ''"})

    def add(self, node: str, paths: Sequence[str], origin: str = "", *, ticket: str = "") -> int:
        """A new job of files, in order, each once. Returns its number; that of the first when the `ticket` comes again."""
        with self._writing() as connection:
            known = connection.execute("SELECT id FROM job WHERE ticket = ?", (ticket,)).fetchone()
            if known is not None:
                return int(known[0])
            cursor = connection.execute(
                "INSERT INTO job (node, origin, state, attempts, next_try, reason, created, ticket)"
                " VALUES (?, ?, ?, 0, 0, '', ?, ?)",
                (node, origin, JobState.QUEUED.value, time.time(), ticket or None),
            )
            number = cursor.lastrowid or 0
            rows = [(number, place, stored_path(path)) for place, path in enumerate(dict.fromkeys(paths))]
            connection.executemany("INSERT INTO item (job, place, path) VALUES (?, ?, ?)", rows)
        return number

    def append(self, node: str, path: str, origin: str) -> int:
        """Put a file into the job of this origin that has not begun, else into a new one. Returns the job's number."""
        with self._writing() as connection:
            row = connection.execute(
                "SELECT id FROM job WHERE node = ? AND origin = ? AND state IN ('queued', 'waiting') ORDER BY id DESC LIMIT 1",
                (node, origin),
            ).fetchone()
            if row is not None:
                connection.execute(
                    "INSERT INTO item (job, place, path) SELECT ?, 1 + max(place), ? FROM item WHERE job = ?",
                    (row[0], stored_path(path), row[0]),
                )
                return int(row[0])
        return self.add(node, [path], origin)

    def jobs(self, limit: int = 500) -> tuple[Job, ...]:
        """The newest first."""
        return tuple(_job(row) for row in self._rows(f"SELECT {_JOB} FROM job j ORDER BY j.id DESC LIMIT ?", (limit,)))

    def states(self, limit: int = 500) -> dict[int, JobState]:
        """Of the newest jobs, by number: cheap, whatever they hold."""
        rows = self._rows("SELECT id, state FROM job ORDER BY id DESC LIMIT ?", (limit,))
        return {int(str(number)): JobState(str(state)) for number, state in rows}

    def job(self, number: int) -> Job | None:
        rows = self._rows(f"SELECT {_JOB} FROM job j WHERE j.id = ?", (number,))
        return _job(rows[0]) if rows else None

    def items(self, job: int, limit: int = 100_000) -> tuple[JobItem, ...]:
        rows = self._rows("SELECT path, outcome, status, reason FROM item WHERE job = ? ORDER BY place LIMIT ?", (job, limit))
        return tuple(JobItem(path_text(path), str(outcome), status, str(reason)) for path, outcome, status, reason in rows)  # type: ignore[arg-type]

    def open_paths(self, job: int) -> list[str]:
        """Files without a final result, in order."""
        rows = self._rows("SELECT path FROM item WHERE job = ? AND outcome = '' ORDER BY place", (job,))
        return [path_text(path) for (path,) in rows]  # type: ignore[arg-type]

    def record(self, job: int, path: str, outcome: str, status: int | None, reason: str) -> None:
        """The final result of one file."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE item SET outcome = ?, status = ?, reason = ? WHERE job = ? AND path = ?",
                (outcome, status, reason, job, stored_path(path)),
            )

    def set_state(
        self, job: int, state: JobState, *, attempts: int | None = None, next_try: float = 0.0, reason: str = "", said: str = ""
    ) -> None:
        with self._writing() as connection:
            connection.execute(
                "UPDATE job SET state = ?, next_try = ?, reason = ?, said = ?, attempts = coalesce(?, attempts) WHERE id = ?",
                (state.value, next_try, reason, said, attempts, job),
            )

    def reopen(self, job: int) -> None:
        """Queue a job again: what failed or was left out goes out once more, what was stored does not."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE item SET outcome = '', status = NULL, reason = '' WHERE job = ? AND outcome NOT IN ('stored', 'warning')",
                (job,),
            )
            connection.execute(
                "UPDATE job SET state = ?, attempts = 0, next_try = 0, reason = '', said = '' WHERE id = ?",
                (JobState.QUEUED.value, job),
            )

    def take_next(self, now: float, busy: Sequence[str] = ()) -> Job | None:
        """The oldest job that is due, of no `busy` node; it is running from now on."""
        with self._writing() as connection:
            row = connection.execute(
                f"SELECT {_JOB} FROM job j WHERE (j.state = 'queued' OR (j.state = 'waiting' AND j.next_try <= ?))"
                f" AND j.node NOT IN ({marks(len(busy))}) ORDER BY j.id LIMIT 1",
                (now, *busy),
            ).fetchone()
            if row is None:
                return None
            connection.execute("UPDATE job SET state = 'running' WHERE id = ?", (row[0],))
        return _job((*row[:3], JobState.RUNNING.value, *row[4:]))

    def recover(self) -> int:
        """At start: jobs of a process that died are queued again. Returns how many."""
        with self._writing() as connection:
            return connection.execute("UPDATE job SET state = 'queued' WHERE state = 'running'").rowcount

    def mark_unrouted(self, paths: Sequence[str]) -> None:
        """Received files that came into the index before anybody looked which rules send them on."""
        with self._writing() as connection:
            connection.executemany("INSERT OR IGNORE INTO unrouted VALUES (?)", [(stored_path(path),) for path in paths])

    def is_unrouted(self, path: str) -> bool:
        return bool(self._rows("SELECT 1 FROM unrouted WHERE path = ?", (stored_path(path),)))

    def mark_routed(self, path: str) -> None:
        with self._writing() as connection:
            connection.execute("DELETE FROM unrouted WHERE path = ?", (stored_path(path),))

    def forget(self, job: int) -> None:
        """Take a job out of the list."""
        with self._writing() as connection:
            connection.execute("DELETE FROM item WHERE job = ?", (job,))
            connection.execute("DELETE FROM job WHERE id = ?", (job,))


def _job(row: Sequence[object]) -> Job:
    values = list(row)
    values[3] = JobState(str(row[3]))
    return Job(*values)  # type: ignore[arg-type]  # the columns of _JOB, in this order
