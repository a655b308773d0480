"""Sending from a queue that outlives the process: what is acknowledged is noted before the next object goes out.

The queue itself (SQLite) belongs to the library; this is what it must be, and the runner that empties it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from viewer.model.errors import NegatoscopeError
from viewer.network.storage_item import StorageItem, read_item
from viewer.network.storage_scu import Report, SendResult

Deliver = Callable[[Sequence[StorageItem], Report], Sequence[SendResult]]  # by C-STORE, or by STOW-RS


class SendQueue(Protocol):
    """Jobs of files for one receiver each. All methods may be called from any thread and are durable when they return."""

    def open_paths(self, job: int) -> Sequence[str]:
        """Files of the job that have no final result yet, in order; after a crash too."""

    def record(self, job: int, path: str, result: SendResult) -> None:
        """The final result of one file."""

    def refuse(self, job: int, path: str, error: NegatoscopeError) -> None:
        """The file cannot be sent at all."""


def run_job(queue: SendQueue, job: int, deliver: Deliver, *, report: Report | None = None) -> bool:
    """Send what is open of `job`. True when it is all stored.

    Pausing is stopping: what `deliver` says was stopped stays open and goes out with the next run.
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

    results = deliver(items, note)
    return sound and all(result.is_done for result in results)
