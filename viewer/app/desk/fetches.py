"""The fetches of the window: they live in the node's queue; here is what is known of them, told about as they go on."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from viewer.app.desk.jobs import JobState
from viewer.app.desk.line import NodeLine
from viewer.app.desk.nodes import DeskNodes
from viewer.app.node_messages import (
    ChangeFetch,
    Ended,
    Fetching,
    FetchNow,
    Listening,
    Received,
    Retrieve,
    fetch_now,
    message_from,
)
from viewer.app.presence import living
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.model.remote import Direction, RemoteEntity, TransferState


class DeskFetches:
    """The part of the transfers that fetches; `jobs` and `lock` are theirs, `changed` is called after each change."""

    def __init__(
        self, line: NodeLine, nodes: DeskNodes, jobs: dict[str, JobState], lock: threading.RLock, changed: Callable[[], None]
    ) -> None:
        self._line, self._nodes, self._jobs, self._lock, self._changed = line, nodes, jobs, lock, changed
        self._ahead: dict[str, Callable[[bool], None]] = {}  # by key: who is told of the end
        for kind, handler in (
            (FetchNow, self._on_fetch), (Fetching, self._on_fetching), (Received, self._on_received), (Ended, self._on_ended),
            (Listening, self._on_listening),
        ):  # fmt: skip
            line.attend(kind, handler)

    def load(self, path: Path) -> bool:
        """What is in the queue of the node, read without starting it. True when something goes on by itself.

        Nobody looks any more at what programs fetched ahead that are gone.
        """
        from viewer.library.fetch_store import FetchStore
        from viewer.library.job_file import JobStoreError

        try:
            store = FetchStore(path)
            try:
                store.forget_ahead(living(self._line.data))
                found = [fetch_now(fetch) for fetch in reversed(store.fetches())]
            finally:
                store.close()
        except JobStoreError:
            return False
        for event in found:
            self._on_fetch(event)
        states = [TransferState(event.state) for event in found]
        return any(not state.is_over and state is not TransferState.PAUSED for state in states)

    def retrieve(self, entity: RemoteEntity, title: str) -> None:
        keys = _keys_of(entity)
        with self._lock:
            same = self._under_way(keys)
            if same is not None and not same.is_ahead:
                if same.state is TransferState.PAUSED:
                    self.act(same, "resume")
                return
            self._begin(entity, title, keys)
        if same is not None:  # it was fetched ahead, and now somebody waits for it
            self.act(same, "forget")
            self._end_ahead(same.key, is_coming=True)

    def fetch_ahead(self, entity: RemoteEntity, title: str, done: Callable[[bool], None]) -> _Ahead:
        keys = _keys_of(entity)
        with self._lock:
            if self._under_way(keys) is not None:
                self._line.post(lambda: done(True))  # it comes already
                return _Ahead(self, "")
            job = self._begin(entity, title, keys, is_ahead=True)
            if not job.state.is_over:
                self._ahead[job.key] = done
                return _Ahead(self, job.key)
            self._jobs.pop(job.key)
        self._line.post(lambda: done(False))
        return _Ahead(self, "")

    def stop_ahead(self, key: str) -> None:
        """Of a fetch that nobody needs any more."""
        with self._lock:
            self._ahead.pop(key, None)
            job = self._jobs.get(key)
        if job is not None:
            self.act(job, "forget")

    def _end_ahead(self, key: str, *, is_coming: bool) -> None:
        with self._lock:
            done = self._ahead.pop(key, None)
        if done is not None:
            self._line.post(lambda: done(is_coming))

    def _under_way(self, keys: dict[str, str]) -> JobState | None:
        return next((job for job in self._jobs.values() if job.keys == keys and not job.state.is_over), None)

    def _begin(self, entity: RemoteEntity, title: str, keys: dict[str, str], *, is_ahead: bool = False) -> JobState:
        ticket = uuid.uuid4().hex
        job = JobState(f"retrieve {ticket}", Direction.RETRIEVE, entity.source, title, level=entity.level.value, keys=keys)
        job.ticket, job.total, job.is_ahead = ticket, entity.number_of_instances, is_ahead
        job.is_kept = False
        self._jobs[job.key] = job
        self._order(job)
        self._changed()
        return job

    def act(self, job: JobState, action: str) -> None:
        ticket = job.ticket
        with self._lock:
            if action == "forget":
                self._jobs.pop(job.key, None)
            elif action in ("resume", "retry"):
                job.state, job.failed, job.run_total = TransferState.QUEUED, 0, 0
                job.reason = job.advice = NO_MESSAGE
                job.needs_secret = False
                self._order(job)  # with the node as the list has it now
        if job.state is TransferState.FAILED and action in ("resume", "retry"):
            self._changed()
            return
        self._line.order(lambda process: process.give(ChangeFetch(ticket, action)))
        self._changed()

    def _order(self, job: JobState) -> None:
        node = self._nodes.source(job.node)
        if node is None:
            self._fail(job, message("The list has no node named {name}.", name=job.node))
            return
        order = Retrieve(asdict(node), job.level, "study", dict(job.keys), job.ticket, job.title, job.is_ahead)
        self._line.work(lambda: self._queue(job, order))

    def _queue(self, job: JobState, order: Retrieve) -> None:
        """On the thread of the desk: first into the queue, so that it is there whoever is killed."""
        from viewer.app.queued_orders import OrderBook
        from viewer.library.job_file import JobStoreError

        order = replace(order, holder=self._line.holder())
        try:
            OrderBook(self._line.data).fetch(order)
        except JobStoreError as error:
            with self._lock:
                self._fail(job, error.reason)
                if job.is_ahead:  # it leaves no trace
                    self._jobs.pop(job.key, None)
            self._end_ahead(job.key, is_coming=False)
        else:
            job.is_kept = True
            self._line.order_now(lambda process: process.fetch(order))
        self._changed()

    @staticmethod
    def _fail(job: JobState, reason: Message) -> None:
        job.state, job.reason, job.is_kept = TransferState.FAILED, reason, True

    # -- what the node says

    def _on_fetch(self, event: FetchNow) -> None:
        state = TransferState(event.state)
        key = f"retrieve {event.ticket}"
        with self._lock:
            job = self._jobs.get(key)
            if event.is_ahead and (state.is_over or key not in self._ahead):  # it leaves no trace
                self._jobs.pop(key, None)
            else:
                if job is None:
                    job = JobState(key, Direction.RETRIEVE, _source_name(event.source), event.title, level=event.level)
                    job.keys, job.ticket, job.created = dict(event.keys), event.ticket, event.created
                    job.is_ahead, job.done = event.is_ahead, event.here
                    self._jobs[key] = job
                self._take(job, event, state)
        if state.is_over:
            self._end_ahead(key, is_coming=state is TransferState.DONE)
        self._changed()

    def _take(self, job: JobState, event: FetchNow, state: TransferState) -> None:
        job.state, job.next_try, job.total = state, event.next_try, max(job.total, event.total)
        job.reason, job.advice = message_from(event.said), message_from(event.hint)
        job.failed, job.is_kept = len(event.missing), True
        job.needs_secret = event.needs_secret
        if state is TransferState.RUNNING:
            job.run_total = 0
        if state is TransferState.DONE:
            job.total = event.total or job.total
            job.done, job.needs_secret = job.total, False
        for uid in event.missing:
            job.note_object(uid, "missing", "", 0, 0.0)

    def _on_fetching(self, event: Fetching) -> None:
        with self._lock:
            job = self._jobs.get(f"retrieve {event.ticket}")
            if job is None:
                return
            job.state = TransferState.RUNNING
            job.failed = event.failed or 0
            if event.total:
                job.run_total = event.total
                job.total = max(job.total, job.run_total)
            before = job.total - job.run_total if job.run_total else 0  # here already
            job.done = max(min(before + event.stored, job.total or event.stored), job.done if not job.run_total else 0)
        self._changed()

    def _on_received(self, event: Received) -> None:
        with self._lock:
            for job in self._jobs.values():
                if job.state is TransferState.RUNNING and _is_wanted(job, event):
                    job.note_object(event.sop_instance_uid, "stored", "", event.size, time.time())
        self._changed()

    def _on_ended(self, event: Ended) -> None:
        with self._lock:
            job = self._jobs.get(f"retrieve {event.ticket}")
            if job is not None:
                job.needs_secret = event.needs_secret

    def _on_listening(self, event: Listening) -> None:
        """The node cannot even start. It is tried again by itself."""
        if not event.said or self._line.is_ready:
            return
        with self._lock:
            waiting = [job for job in self._jobs.values() if job.direction is Direction.RETRIEVE and not job.state.is_over]
            for job in waiting:
                job.reason, job.advice = message_from(event.said), message_from(event.hint)
        if waiting:
            self._changed()


class _Ahead:
    """A fetch that nobody waits for yet. Once stopped it says nothing."""

    def __init__(self, fetches: DeskFetches, key: str) -> None:
        self._fetches, self._key = fetches, key

    def stop(self) -> None:
        if self._key:
            self._fetches.stop_ahead(self._key)


def _keys_of(entity: RemoteEntity) -> dict[str, str]:
    keys = {"StudyInstanceUID": entity.study_instance_uid}
    if entity.series_instance_uid:
        keys["SeriesInstanceUID"] = entity.series_instance_uid
    return keys


def _is_wanted(job: JobState, event: Received) -> bool:
    series = job.keys.get("SeriesInstanceUID")
    is_study = job.keys.get("StudyInstanceUID") == event.study_instance_uid
    return is_study and (not series or series == event.series_instance_uid)


def _source_name(plain: str) -> str:
    try:
        source = json.loads(plain)
        return str(source.get("name") or source.get("ae_title") or source["url"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
