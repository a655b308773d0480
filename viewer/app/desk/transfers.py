"""The transfers of the window: they live in the node's queue and are told about as they go on. The sends; fetches beside it."""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from viewer.app.desk.collect import Holdings, collect
from viewer.app.desk.fetches import DeskFetches
from viewer.app.desk.jobs import FILE_NAME, JobState, read_titles, write_titles
from viewer.app.desk.line import NodeLine, Soon
from viewer.app.desk.nodes import DeskNodes
from viewer.app.node_messages import (
    ChangeJob,
    Committed,
    JobNow,
    ListJobs,
    ListObjects,
    ObjectNow,
    Objects,
    Send,
    committed_now,
    job_now,
    message_from,
)
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.model.remote import Direction, Outgoing, RemoteEntity, Transfer, TransferObject, TransferState
from viewer.model.signals import Signal
from viewer.workspace.network_services import Call

_SAY_MS = 150
QUEUE = "jobs.sqlite"
_GOOD = ("stored", "warning")
_log = logging.getLogger(__name__)


class DeskTransfers:
    """Implements ``workspace.network_services.Transfers``. `refused` is said what cannot be sent at all."""

    changed = Signal()

    def __init__(self, line: NodeLine, nodes: DeskNodes, holdings: Holdings, say: Callable[[Message], None]) -> None:
        self._line, self._nodes, self._holdings, self._say_to_user = line, nodes, holdings, say
        self._lock = threading.RLock()
        self._jobs: dict[str, JobState] = {}
        self._titles: dict[int, str] = {}
        self._asked: dict[int, list[Callable[[Sequence[TransferObject]], None]]] = {}
        self._soon = Soon(line, _SAY_MS, self.changed.emit)
        self._to_keep = False
        self._fetches = DeskFetches(line, nodes, self._jobs, self._lock, self._soon)
        for kind, handler in (
            (JobNow, self._on_job), (ObjectNow, self._on_object), (Objects, self._on_objects),
            (Committed, self._on_committed),
        ):  # fmt: skip
            line.attend(kind, handler)

    def load(self) -> None:
        """On the thread of the desk; starts the node when something waits to be sent."""
        with self._lock:
            self._titles = read_titles(self._line.data / FILE_NAME)
        queued = self._earlier_sends()
        for event in queued:
            self._on_job(event)
        path = self._line.data / QUEUE
        goes_on = path.exists() and any([self._fetches.load(path), self._earlier_commitments(path)])
        if goes_on or any(not TransferState(event.state).is_over for event in queued):
            self._line.order(lambda process: process.give(ListJobs()))
        self._soon()

    def _earlier_sends(self) -> list[JobNow]:
        """What is in the queue of the node, read without starting it."""
        path = self._line.data / QUEUE
        if not path.exists():
            return []
        from viewer.library.job_store import JobStore, JobStoreError

        try:
            store = JobStore(path)
            try:
                return [job_now(job) for job in reversed(store.jobs())]
            finally:
                store.close()
        except JobStoreError:
            return []

    def _earlier_commitments(self, path: Path) -> bool:
        """What nodes answered for the objects of earlier sends. True when an answer is waited for."""
        from viewer.library.commitment_store import CommitmentState, CommitmentStore
        from viewer.library.job_file import JobStoreError

        try:
            store = CommitmentStore(path)
            try:
                found = store.all()
            finally:
                store.close()
        except JobStoreError:
            return False
        for one in found:
            self._on_committed(committed_now(one))
        return any(one.state is CommitmentState.OPEN for one in found)

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        now = time.time()
        with self._lock:
            shown = [job.shown(now) for job in self._jobs.values() if job.is_kept]
        return tuple(sorted(shown, key=lambda one: one.created, reverse=True))

    # -- what the user wants

    def send(self, what: Outgoing, node: str, *, commit: bool = False) -> None:
        found = self._nodes.source(node)
        if found is None:
            return

        def work() -> None:
            chosen = collect(what, self._holdings)
            if not chosen.paths:
                self._say_to_user(message("There is nothing to send: the files are not here."))
                return
            if chosen.left_out:
                self._say_to_user(
                    message("Left here: {count} objects with other content under the same UID.", count=chosen.left_out)
                )

            self._queue(Send(asdict(found), chosen.paths, uuid.uuid4().hex, commit), what.title)

        self._line.work(work)

    def _queue(self, order: Send, title: str) -> None:
        """On the thread of the desk: first into the queue, so that it is there whoever is killed."""
        from viewer.app.queued_orders import OrderBook
        from viewer.library.job_file import JobStoreError

        try:
            number = OrderBook(self._line.data).send(order)
        except JobStoreError as error:
            self._say_to_user(error.reason)
            return
        with self._lock:  # before the node speaks of it
            self._titles[number] = title
        self._changed(keep=True)
        self._line.order_now(lambda process: process.give_send(order))

    def retrieve(self, entity: RemoteEntity, title: str) -> None:
        self._fetches.retrieve(entity, title)

    def fetch_ahead(self, entity: RemoteEntity, title: str, done: Callable[[bool], None]) -> Call:
        return self._fetches.fetch_ahead(entity, title, done)

    def act(self, key: str, action: str) -> None:
        with self._lock:
            job = self._jobs.get(key)
        if job is None:
            return
        if job.direction is Direction.SEND:
            number = _number(key)
            self._line.order(lambda process: process.give(ChangeJob(number, action)))
            if action == "forget":
                self._forget(job)
            return
        self._fetches.act(job, action)

    def _forget(self, job: JobState) -> None:
        with self._lock:
            self._jobs.pop(job.key, None)
            self._titles.pop(_number(job.key), None)
        self._changed(keep=True)

    def objects(self, key: str, done: Callable[[Sequence[TransferObject]], None]) -> None:
        with self._lock:
            job = self._jobs.get(key)
        if job is None or job.direction is Direction.RETRIEVE:
            found = tuple(job.objects.values()) if job is not None else ()
            self._line.post(lambda: done(found))
            return
        number = _number(key)
        with self._lock:
            self._asked.setdefault(number, []).append(done)
        self._line.order(lambda process: process.give(ListObjects(number)))

    # -- what the node says

    def _on_job(self, event: JobNow) -> None:
        with self._lock:
            key = f"send {event.id}"
            if event.state == "forgotten":  # by another window
                self._jobs.pop(key, None)
                self._changed()
                return
            job = self._jobs.get(key)
            if job is None:
                title = self._titles.get(event.id, "") or event.origin
                job = JobState(key, Direction.SEND, _node_name(event.node), title, created=event.created)
                self._jobs[key] = job
            job.state = TransferState(event.state)
            job.done, job.total, job.failed, job.next_try = event.done + event.failed, event.total, event.failed, event.next_try
            job.reason = message_from(event.said) or (message("{text}", text=event.reason) if event.reason else NO_MESSAGE)
            job.needs_secret = event.needs_secret
        self._changed()

    def _on_object(self, event: ObjectNow) -> None:
        with self._lock:
            job = self._jobs.get(f"send {event.job}")
            if job is not None:
                job.note_object(event.path, event.outcome, event.reason, event.size, time.time())
                job.done = min(job.done + 1, job.total)
                job.failed += event.outcome not in _GOOD
        self._changed()

    def _on_objects(self, event: Objects) -> None:
        with self._lock:
            asked = self._asked.pop(event.job, [])
        rows = tuple(TransferObject(*row) for row in event.rows)
        for done in asked:
            self._line.post(lambda done=done: done(rows))  # type: ignore[misc]  # bound now, not at the call

    # -- storage commitment

    def _on_committed(self, event: Committed) -> None:
        with self._lock:
            job = self._jobs.get(f"send {event.job}")
            if job is None:
                return
            count = len(event.committed)
            if not event.is_over:
                job.note = message("Asked the node to answer for the objects …")
            elif event.reason:
                job.note = message("The node does not answer for the objects: {reason}", reason=event.reason)
            elif event.failed or event.unanswered:
                total = count + len(event.failed) + len(event.unanswered)
                job.note = message("The node answers for {count} of {total} objects.", count=count, total=total)
            else:
                job.note = message("The node answers for all {count} objects.", count=count)
        self._changed()

    def _changed(self, *, keep: bool = False) -> None:
        if keep and not self._to_keep:
            self._to_keep = True
            self._line.work(self._keep)
        self._soon()

    def _keep(self) -> None:
        self._to_keep = False
        with self._lock:
            titles = dict(self._titles)
        try:
            write_titles(self._line.data / FILE_NAME, titles)
        except OSError as error:
            _log.error("the list of transfers could not be written: %s", error.strerror)


def _number(key: str) -> int:
    """Of a send job; 0 for others."""
    kind, _, number = key.partition(" ")
    return int(number) if kind == "send" else 0


def _node_name(plain: str) -> str:
    try:
        node = json.loads(plain)
        return str(node.get("name") or node.get("ae_title") or node["url"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
