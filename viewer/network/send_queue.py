"""Sending from a queue that outlives the process: what is acknowledged is noted before the next object goes out.

The queue itself (SQLite) belongs to the library; this is what it must be, and the runner that empties it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from viewer.model.errors import NegatoscopeError
from viewer.model.nodes import RemoteNode
from viewer.network.requestor import Caller
from viewer.network.storage_item import StorageItem, read_item
from viewer.network.storage_scu import Report, RetryPolicy, SendResult, Wait, send


class SendQueue(Protocol):
    """Jobs of files for one node each. All methods may be called from any thread and are durable when they return."""

    def open_paths(self, job: int) -> Sequence[str]:
        """Files of the job that have no final result yet, in order; after a crash too."""

    def node(self, job: int) -> RemoteNode: ...

    def record(self, job: int, path: str, result: SendResult) -> None:
        """The final result of one file."""

    def refuse(self, job: int, path: str, error: NegatoscopeError) -> None:
        """The file cannot be sent at all."""


def run_job(
    queue: SendQueue,
    job: int,
    caller: Caller,
    *,
    policy: RetryPolicy,
    wait: Wait,
    report: Report | None = None,
) -> bool:
    """Send what is open of `job`. True when it is all stored.

    Pausing is stopping (`caller.stop`, or `wait` returning False): what was not sent stays open and goes out with the next run.
    """
    items: list[StorageItem] = []
    sound = True
    for path in queue.open_paths(job):
        try:
            items.append(read_item(path))
        except NegatoscopeError as error:
            queue.refuse(job, path, error)
            sound = False

    def note(result: SendResult) -> None:
        if not result.was_stopped:
            queue.record(job, result.item.path, result)
        if report is not None:
            report(result)

    results = send(queue.node(job), items, caller, policy=policy, wait=wait, report=note)
    return sound and all(result.is_done for result in results)
