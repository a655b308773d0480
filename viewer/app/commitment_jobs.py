"""Asking others to answer for objects, and keeping their answers: asked again after a kill or a restart, taken however late.

A peer may report on our association, on one of its own while we listen, hours later, or to the process before this one: every
transaction that was ever begun is written down, and a report to any of them is the answer.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from viewer.app.node_list import node_from
from viewer.app.node_messages import Committed, Send, committed_now
from viewer.app.queued_orders import wish_of
from viewer.library.commitment_store import Commitment, CommitmentState, CommitmentStore
from viewer.library.job_file import JobState, JobStoreError
from viewer.library.job_store import Job, JobStore
from viewer.model.errors import NegatoscopeError
from viewer.model.nodes import RemoteNode
from viewer.network.commitment import CommitmentReport, CommitmentResult, Reference, failure_meaning, result_of
from viewer.network.errors import CancelledError, NetworkError
from viewer.network.mpps import new_uid
from viewer.network.storage_item import read_item
from viewer.network.storage_scu import RetryPolicy

_log = logging.getLogger(__name__)
PATIENT = RetryPolicy(attempts=6)
_GOOD = ("stored", "warning")


class AskPeer(Protocol):
    """One request. Raises NetworkError."""

    def __call__(
        self, node: RemoteNode, references: Sequence[Reference], seconds: float, transaction_uid: str, stop: Callable[[], bool]
    ) -> CommitmentResult: ...


class CommitmentJobs:
    """`begin` goes on with what an earlier process had open. `tell` is called on threads of ours. Close it in the end."""

    def __init__(
        self, store: CommitmentStore, jobs: JobStore, ask: AskPeer, tell: Callable[[Committed], None], policy: RetryPolicy = PATIENT
    ) -> None:
        self._store, self._jobs, self._ask_peer, self._tell, self._policy = store, jobs, ask, tell, policy
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._threads: dict[str, threading.Thread] = {}

    def begin(self) -> None:
        for number in self._store.wished():
            self._open(number)
        for one in self._store.all():
            if one.state is CommitmentState.OPEN:
                self._start(one)

    def ask(self, ticket: str, node: str, objects: Sequence[tuple[str, str]], seconds: float) -> None:
        """Of objects that were sent already."""
        self._store.add(Commitment(ticket, 0, node, CommitmentState.OPEN, tuple(objects), seconds))
        self.go_on(ticket)

    def wish(self, order: Send) -> None:
        """Ask once the send job of this order is through. Called before the job is made."""
        self._store.add(wish_of(order))

    def go_on(self, ticket: str) -> None:
        """Somebody else has written down what to ask for."""
        found = self._store.of_ticket(ticket)
        if found is not None and found.state is CommitmentState.OPEN:
            self._start(found)

    def job_changed(self, job: Job) -> None:
        """Of a send job: the moment to ask may have come."""
        if job.state is JobState.DONE and self._store.is_wished(job.id):
            self._open(job.id)

    def forget_job(self, job: int) -> None:
        self._store.forget_job(job)

    def known(self) -> tuple[Committed, ...]:
        """All about send jobs."""
        return tuple(committed_now(one) for one in self._store.all() if one.job)

    def take(self, report: CommitmentReport) -> bool:
        """A report that nobody waits for any more: the answer to something an earlier process asked, or a late one."""
        try:
            found = self._store.of_transaction(report.transaction_uid)
            if found is None:
                return False
            references = [Reference(*pair) for pair in found.objects]
            self._settle(found.ticket, result_of(report.transaction_uid, references, report))
        except JobStoreError:
            return False
        return True

    def close(self) -> None:
        """Stop; what is open is asked for again at the next start."""
        self._closing.set()
        with self._lock:
            threads = list(self._threads.values())
        for thread in threads:
            thread.join()

    # -- asking

    def _open(self, job: int) -> None:
        """In a thread of its own: the headers of all objects are read."""
        thread = threading.Thread(target=self._open_now, args=(job,), name="commitment", daemon=True)
        with self._lock:
            if f"job {job}" in self._threads:
                return
            self._threads[f"job {job}"] = thread
        thread.start()

    def _open_now(self, job: int) -> None:
        objects = []
        try:
            for item in self._jobs.items(job):
                if item.outcome in _GOOD:
                    try:
                        read = read_item(item.path)
                    except NegatoscopeError:
                        continue  # gone since it was sent
                    objects.append((read.sop_class_uid, read.sop_instance_uid))
            opened = self._store.open_wish(job, objects)
        except JobStoreError as error:
            _log.error("a commitment could not be written down: %s", error.reason)
            opened = None
        with self._lock:
            self._threads.pop(f"job {job}", None)
        if opened is not None and not self._closing.is_set():
            self._start(opened)

    def _start(self, commitment: Commitment) -> None:
        thread = threading.Thread(target=self._run, args=(commitment,), name="commitment", daemon=True)
        with self._lock:
            if commitment.ticket in self._threads:
                return
            self._threads[commitment.ticket] = thread
        if commitment.job:
            self._tell(committed_now(commitment))
        thread.start()

    def _run(self, commitment: Commitment) -> None:
        try:
            self._ask_until_asked(commitment)
        except JobStoreError as error:
            _log.error("a commitment could not be written down: %s", error.reason)
        finally:
            with self._lock:
                self._threads.pop(commitment.ticket, None)

    def _ask_until_asked(self, commitment: Commitment) -> None:
        references = [Reference(*pair) for pair in commitment.objects]

        def is_settled() -> bool:
            found = self._store.of_ticket(commitment.ticket)
            return self._closing.is_set() or found is None or found.state is CommitmentState.OVER

        for attempt in range(1, self._policy.attempts + 1):
            transaction_uid = new_uid()
            self._store.begin(commitment.ticket, transaction_uid)
            try:
                node = node_from(json.loads(commitment.node))
                result = self._ask_peer(node, references, commitment.seconds, transaction_uid, is_settled)
            except CancelledError:
                return  # answered by a report to an earlier transaction, or we end
            except NegatoscopeError as error:
                may_pass = isinstance(error, NetworkError) and error.may_pass
                if may_pass and attempt < self._policy.attempts and not self._closing.wait(self._policy.pause(attempt)):
                    continue
                if not self._closing.is_set():
                    self._keep(Committed(commitment.ticket, reason=str(error), job=commitment.job))
                return
            if not is_settled():
                self._settle(commitment.ticket, result)
            return

    def _settle(self, ticket: str, result: CommitmentResult) -> None:
        found = self._store.of_ticket(ticket)
        if found is None:
            return
        committed = tuple(one.sop_instance_uid for one in result.committed)
        failed = tuple((one.sop_instance_uid, str(failure_meaning(reason))) for one, reason in result.failed)
        unanswered = tuple(one.sop_instance_uid for one in result.unanswered)
        self._keep(Committed(ticket, committed, failed, unanswered, job=found.job))

    def _keep(self, now: Committed) -> None:
        answer = {"committed": now.committed, "failed": now.failed, "unanswered": now.unanswered, "reason": now.reason}
        self._store.answer(now.ticket, json.dumps(answer))
        self._tell(now)
