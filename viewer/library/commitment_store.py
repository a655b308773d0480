"""Storage commitments that we ask others for, in the SQLite file of the jobs: what was asked, as which transactions, the answer."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from viewer.library.job_file import JobFile
from viewer.model.frozen import frozen

_TABLE = """
CREATE TABLE IF NOT EXISTS commitment (
    ticket TEXT PRIMARY KEY, job INTEGER NOT NULL, node TEXT NOT NULL, state TEXT NOT NULL, objects TEXT NOT NULL,
    seconds REAL NOT NULL, answer TEXT NOT NULL, created REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS transaction_of (uid TEXT PRIMARY KEY, ticket TEXT NOT NULL) WITHOUT ROWID;
"""
_COLUMNS = "c.ticket, c.job, c.node, c.state, c.objects, c.seconds, c.answer"


class CommitmentState(StrEnum):
    """`WISHED`: the objects are not sent yet; `OPEN`: the answer is waited for; `OVER`: there is one, or none came in time."""

    WISHED = "wished"
    OPEN = "open"
    OVER = "over"


@frozen
class Commitment:
    """`job`: the send job it is about, 0 none; `node`: as its caller writes it; `objects`: (SOP Class UID, SOP Instance UID).

    `answer`: as its caller writes it, "" none.
    """

    ticket: str
    job: int
    node: str
    state: CommitmentState
    objects: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0
    answer: str = ""


class CommitmentStore(JobFile):
    """All methods may be called from any thread, are durable when they return, and raise JobStoreError."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(path, _TABLE)

    def add(self, commitment: Commitment) -> None:
        """A new one; the one there is stays when the ticket comes again."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO commitment VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    commitment.ticket, commitment.job, commitment.node, commitment.state.value, json.dumps(commitment.objects),
                    commitment.seconds, commitment.answer, time.time(),
                ),
            )  # fmt: skip

    def open_wish(self, job: int, objects: Sequence[tuple[str, str]]) -> Commitment | None:
        """The objects of a job are sent: what was wished for it is open now. None when nothing was, or it is open already."""
        with self._writing() as connection:
            row = connection.execute(
                f"SELECT {_COLUMNS} FROM commitment c JOIN job j ON j.ticket = c.ticket WHERE j.id = ? AND c.state = 'wished'",
                (job,),
            ).fetchone()
            if row is None:
                return None
            connection.execute(
                "UPDATE commitment SET state = 'open', job = ?, objects = ? WHERE ticket = ?", (job, json.dumps(objects), row[0])
            )
        return self.of_ticket(str(row[0]))

    def wished(self) -> tuple[int, ...]:
        """Send jobs that are through and that a commitment is wished for."""
        rows = self._rows(
            "SELECT j.id FROM commitment c JOIN job j ON j.ticket = c.ticket WHERE c.state = 'wished' AND j.state = 'done'"
        )
        return tuple(int(str(number)) for (number,) in rows)

    def is_wished(self, job: int) -> bool:
        return bool(
            self._rows("SELECT 1 FROM commitment c JOIN job j ON j.ticket = c.ticket WHERE c.state = 'wished' AND j.id = ?", (job,))
        )

    def of_ticket(self, ticket: str) -> Commitment | None:
        rows = self._rows(f"SELECT {_COLUMNS} FROM commitment c WHERE c.ticket = ?", (ticket,))
        return _commitment(rows[0]) if rows else None

    def states(self) -> dict[str, CommitmentState]:
        """By ticket, the oldest first: cheap, however many objects they are about."""
        rows = self._rows("SELECT ticket, state FROM commitment ORDER BY created, ticket")
        return {str(ticket): CommitmentState(str(state)) for ticket, state in rows}

    def all(self) -> tuple[Commitment, ...]:
        """The oldest first."""
        return tuple(map(_commitment, self._rows(f"SELECT {_COLUMNS} FROM commitment c ORDER BY c.created, c.ticket")))

    def begin(self, ticket: str, transaction_uid: str) -> None:
        """It is asked for under this UID from now on; answers to earlier ones are taken all the same."""
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO transaction_of VALUES (?, ?)", (transaction_uid, ticket))

    def of_transaction(self, transaction_uid: str) -> Commitment | None:
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM commitment c JOIN transaction_of t ON t.ticket = c.ticket WHERE t.uid = ?", (transaction_uid,)
        )
        return _commitment(rows[0]) if rows else None

    def answer(self, ticket: str, answer: str) -> None:
        with self._writing() as connection:
            connection.execute("UPDATE commitment SET state = 'over', answer = ? WHERE ticket = ?", (answer, ticket))

    def forget_job(self, job: int) -> None:
        """The send job is off the list."""
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM transaction_of WHERE ticket IN (SELECT ticket FROM commitment WHERE job = ? AND job != 0)", (job,)
            )
            connection.execute("DELETE FROM commitment WHERE job = ? AND job != 0", (job,))


def _commitment(row: Sequence[object]) -> Commitment:
    ticket, job, node, state, objects, seconds, answer = row
    pairs = tuple((str(sop_class), str(uid)) for sop_class, uid in json.loads(str(objects)))
    return Commitment(str(ticket), int(str(job)), str(node), CommitmentState(str(state)), pairs, float(str(seconds)), str(answer))
