"""Orders as they are written into the queue: by the node that has it, by a guest beside it, by the window before it says so.

The same ticket again is the same job, so all three may write one.
"""

from __future__ import annotations

import json
from pathlib import Path

from viewer.app.node_messages import Retrieve, Send
from viewer.library.commitment_store import Commitment, CommitmentState, CommitmentStore
from viewer.library.fetch_store import FetchStore, Wanted
from viewer.library.job_store import JobStore

QUEUE = "jobs.sqlite"  # in the data folder
COMMITMENT_SECONDS = 120.0  # that an answer is waited for; one that comes later is taken, too

# Kinds of wishes that programs beside the node leave for it, and the action of a job that is new.
SENDS, FETCHES, COMMITMENTS, NEW = "send", "fetch", "commitment", "new"


def wanted_of(order: Retrieve) -> Wanted:
    """Raises ValueError, TypeError or AttributeError for an order that is none."""
    keys = tuple((str(key), str(value)) for key, value in order.keys.items())
    source = json.dumps(dict(order.node))
    return Wanted(order.ticket, source, order.title, order.level, order.root, keys, order.is_ahead, order.holder)


def wish_of(order: Send) -> Commitment:
    """What is to be asked for once everything is sent."""
    node = json.dumps(dict(order.node))
    return Commitment(order.ticket, 0, node, CommitmentState.WISHED, (), COMMITMENT_SECONDS)


def write_send(jobs: JobStore, commitments: CommitmentStore, order: Send) -> int:
    """The job's number. Raises JobStoreError."""
    if order.commit:
        commitments.add(wish_of(order))
    return jobs.add(json.dumps(dict(order.node)), order.paths, ticket=order.ticket)


class OrderBook:
    """The queue in a data folder, opened for each order alone. Methods raise JobStoreError, and are durable when they return."""

    def __init__(self, data: Path) -> None:
        self._path = data / QUEUE

    def send(self, order: Send) -> int:
        """The job's number."""
        jobs = JobStore(self._path)
        try:
            commitments = CommitmentStore(self._path)
            try:
                return write_send(jobs, commitments, order)
            finally:
                commitments.close()
        finally:
            jobs.close()

    def fetch(self, order: Retrieve) -> None:
        store = FetchStore(self._path)
        try:
            store.add(wanted_of(order))
        finally:
            store.close()
