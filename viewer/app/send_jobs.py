"""Sending in the background: jobs from the job store, run by a few threads, tried again after a pause, paused and cancelled."""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict

from viewer.app import web_secrets
from viewer.app.archive_list import source_from
from viewer.app.delivery import Delivery, Receiver
from viewer.app.node_messages import SECRET_MARK, needs_secret, plain_message
from viewer.app.queued_orders import NEW
from viewer.app.secret_store import MissingSecretError, secret_name
from viewer.library.job_store import Job, JobItem, JobState, JobStore, JobStoreError
from viewer.model.errors import NegatoscopeError
from viewer.model.frozen import frozen
from viewer.model.messages import NO_MESSAGE, Message
from viewer.model.nodes import IdentityWay
from viewer.model.web_archives import WebAccess, WebArchive
from viewer.network.send_queue import run_job
from viewer.network.storage_item import StorageItem
from viewer.network.storage_scu import Outcome, Report, RetryPolicy, SendResult

_log = logging.getLogger(__name__)
PATIENT = RetryPolicy(attempts=10)
_LOOK_AGAIN = 1.0  # seconds, for jobs whose pause is over
WORKERS, PER_NODE = 4, 2  # associations at once, and to one node: one that stalls must not hold up the others


@frozen
class ObjectProgress:
    """What became of one object of a job."""

    job: int
    path: str
    outcome: str
    reason: str


JobChanged = Callable[[Job], None]
ObjectDone = Callable[[Receiver, ObjectProgress], None]


class SendJobs:
    """Runs what is in `store`. `changed` and `done` are called on worker threads.

    A job whose receiver wants a password or token that is not known, or does not take it, is paused until the user gives one.
    `current` gives a receiver as the lists have it now: it may have moved since the job was queued.
    """

    def __init__(
        self,
        store: JobStore,
        deliver: Delivery,
        *,
        changed: JobChanged = lambda job: None,
        done: ObjectDone = lambda node, progress: None,
        policy: RetryPolicy = PATIENT,
        workers: int = WORKERS,
        current: Callable[[Receiver], Receiver] = lambda receiver: receiver,
    ) -> None:
        self._store, self._deliver, self._changed, self._done, self._policy = store, deliver, changed, done, policy
        self._current = current
        self._wake = threading.Condition()
        self._closing = False
        self._busy: Counter[str] = Counter()  # node: jobs that run
        self._stopped: dict[int, JobState] = {}  # running jobs that are to stop, and what they become then
        self._secrets_given = 0
        store.recover()
        self._threads = [threading.Thread(target=self._run, name="send-job", daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def add(self, receiver: Receiver, paths: Sequence[str], origin: str = "", *, ticket: str = "") -> int:
        """Queue files for `receiver`; durable when it returns. A `ticket` that was used already gives the job it made."""
        number = self._store.add(json.dumps(asdict(receiver)), paths, origin, ticket=ticket)
        self._tell(number)
        self._notify()
        return number

    def forward(self, receiver: Receiver, path: str, origin: str) -> None:
        """Queue one file, together with others of the same origin that wait; durable when it returns."""
        self._store.append(json.dumps(asdict(receiver)), path, origin)
        self._notify()

    def look_at(self, job: int) -> None:
        """Another process has queued it."""
        self._tell(job)
        self._notify()

    def act(self, job: int, action: str) -> None:
        """Pause, resume, cancel, retry or forget. Raises KeyError for what is none of these."""
        actions = {
            "pause": self.pause, "resume": self.resume, "cancel": self.cancel, "retry": self.retry, "forget": self.forget,
            NEW: self.look_at,
        }  # fmt: skip
        actions[action](job)

    def jobs(self) -> tuple[Job, ...]:
        return self._store.jobs()

    def items(self, job: int) -> tuple[JobItem, ...]:
        """Every object of a job, in order."""
        return self._store.items(job)

    def pause(self, job: int) -> None:
        """What was not sent waits for `resume`; the object on its way may go out once more then."""
        self._stop(job, JobState.PAUSED)

    def cancel(self, job: int) -> None:
        self._stop(job, JobState.CANCELLED)

    def resume(self, job: int) -> None:
        """Go on with a paused or waiting job now."""
        found = self._store.job(job)
        if found is not None and found.state in (JobState.PAUSED, JobState.WAITING):
            self._store.set_state(job, JobState.QUEUED)
            self._tell(job)
            self._notify()

    def secret_given(self, name: str) -> None:
        """Go on with what waits for this password or token; what runs with an older one goes on when that was not taken."""
        with self._wake:
            self._secrets_given += 1
        for job in self._store.jobs():
            if job.state is JobState.PAUSED and needs_secret(job.said) and self._secret_of(job) == name:
                self.resume(job.id)

    def retry(self, job: int) -> None:
        """Send again what failed or was left out."""
        found = self._store.job(job)
        if found is not None and found.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED):
            self._store.reopen(job)
            self._tell(job)
            self._notify()

    def forget(self, job: int) -> None:
        """Take a job that is over off the list."""
        found = self._store.job(job)
        if found is not None and found.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED):
            self._store.forget(job)

    def close(self) -> None:
        """Stop soon; what was not sent goes out at the next start."""
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        for thread in self._threads:
            thread.join()

    def _stop(self, job: int, state: JobState) -> None:
        with self._wake:
            found = self._store.job(job)
            if found is None or found.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED):
                return
            if found.state is JobState.RUNNING:
                self._stopped[job] = state
                self._wake.notify_all()
                return
            self._store.set_state(job, state)
        self._tell(job)

    def _notify(self) -> None:
        with self._wake:
            self._wake.notify_all()

    def _tell(self, number: int) -> None:
        job = self._store.job(number)
        if job is not None:
            self._changed(job)

    # -- the workers

    def _run(self) -> None:
        while True:
            with self._wake:
                if self._closing:
                    return
                try:
                    full = [node for node, count in self._busy.items() if count >= PER_NODE]
                    job = self._store.take_next(time.time(), full)
                except JobStoreError:
                    job = None  # busy or full: look again
                if job is None:
                    self._wake.wait(_LOOK_AGAIN)
                    continue
                self._busy[job.node] += 1
            try:
                self._work(job)
            except JobStoreError as error:  # the disk is full or gone: the job goes on at the next start
                _log.error("a job could not be written down: %s", error.reason)
            finally:
                with self._wake:
                    self._busy[job.node] -= 1
                    self._busy += Counter()  # those that run nothing are forgotten
                    self._wake.notify()

    def _work(self, job: Job) -> None:
        self._tell(job.id)
        try:
            self._run_job(job)
        except JobStoreError:
            raise
        except NegatoscopeError as error:
            self._store.set_state(job.id, JobState.FAILED, reason=str(error), said=json.dumps(plain_message(error.reason)))
        except Exception as error:  # a fault of ours must not end the worker
            _log.error("a job ended by an internal error: %s", type(error).__name__)
            self._store.set_state(job.id, JobState.FAILED, reason=type(error).__name__)
        self._tell(job.id)

    def _is_stopped(self, job: int) -> bool:
        return self._closing or job in self._stopped

    def _run_job(self, job: Job) -> None:
        receiver = self._receiver_of(job)
        queue = _Queue(self._store, receiver, job.attempts + 1 >= self._policy.attempts, self._done)
        secrets_given = self._secrets_given

        def deliver(items: Sequence[StorageItem], report: Report) -> Sequence[SendResult]:
            return self._deliver(receiver, items, lambda: self._is_stopped(job.id), report)

        try:
            run_job(queue, job.id, deliver)
        except MissingSecretError as error:
            queue.wants_user(error.reason)
        self._settle(job, queue, secrets_given)

    def _receiver_of(self, job: Job) -> Receiver:
        """As it is known now. Raises ValueError, TypeError, KeyError or NegatoscopeError."""
        return self._current(source_from(json.loads(job.node)))

    def _secret_of(self, job: Job) -> str:
        """Under which name the secret of a job's receiver is kept."""
        try:
            receiver = self._receiver_of(job)
        except (ValueError, TypeError, KeyError, NegatoscopeError):  # written by another version
            return ""
        return web_secrets.secret_name(receiver) if isinstance(receiver, WebArchive) else secret_name(receiver)

    def _settle(self, job: Job, queue: _Queue, secrets_given: int) -> None:
        """What becomes of a job after a run, at whose begin so many secrets had been given."""
        mark = {SECRET_MARK: True} if queue.needs_secret else {}
        said = json.dumps({**plain_message(queue.said), **mark}) if queue.said else ""
        with self._wake:
            stopped = self._stopped.pop(job.id, None)
            left = bool(self._store.open_paths(job.id))
            if stopped is not None and left:
                self._store.set_state(job.id, stopped)
            elif left and (self._closing or (queue.needs_secret and secrets_given < self._secrets_given)):
                self._store.set_state(job.id, JobState.QUEUED)
            elif left and queue.needs_secret:
                self._store.set_state(job.id, JobState.PAUSED, reason=queue.reason, said=said)
            elif left:
                pause = max(self._policy.pause(job.attempts + 1) * random.uniform(0.8, 1.2), queue.retry_after)
                self._store.set_state(
                    job.id,
                    JobState.WAITING,
                    attempts=job.attempts + 1,
                    next_try=time.time() + pause,
                    reason=queue.reason,
                    said=said,
                )
            else:
                found = self._store.job(job.id)
                failed = found is None or found.failed > 0
                self._store.set_state(job.id, JobState.FAILED if failed else JobState.DONE, reason=queue.reason, said=said)


class _Queue:
    """The job store as the network's send queue. A failure that may pass stays open until the last attempt."""

    def __init__(self, store: JobStore, receiver: Receiver, is_last: bool, done: ObjectDone) -> None:
        self._store, self._receiver, self._is_last, self._done = store, receiver, is_last, done
        self.reason = ""
        self.said = NO_MESSAGE
        self.needs_secret = False
        self.retry_after = 0.0

    def open_paths(self, job: int) -> Sequence[str]:
        return self._store.open_paths(job)

    def wants_user(self, said: Message) -> None:
        """Nothing more goes out before there is another password."""
        self.needs_secret = True
        self.reason, self.said = str(said), said

    def record(self, job: int, path: str, result: SendResult) -> None:
        reason = str(result.reason)
        if not result.is_done:
            self.reason, self.said = reason, result.reason
            self.retry_after = max(self.retry_after, result.retry_after)
            if result.wants_user and _shows_secret(self._receiver):
                self.wants_user(result.reason)
                return
            if result.may_pass and not self._is_last:
                return
        self._store.record(job, path, result.outcome.value, result.status, reason)
        self._done(self._receiver, ObjectProgress(job, path, result.outcome.value, reason))

    def refuse(self, job: int, path: str, error: NegatoscopeError) -> None:
        self.reason, self.said = str(error.reason), error.reason
        self._store.record(job, path, Outcome.SKIPPED.value, None, self.reason)
        self._done(self._receiver, ObjectProgress(job, path, Outcome.SKIPPED.value, self.reason))


def _shows_secret(receiver: Receiver) -> bool:
    """Whether another password or token can be given."""
    if isinstance(receiver, WebArchive):
        return receiver.access in (WebAccess.BASIC, WebAccess.BEARER)
    return receiver.identity in (IdentityWay.PASSWORD, IdentityWay.TOKEN)
