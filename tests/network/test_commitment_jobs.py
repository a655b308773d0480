"""Storage commitments that outlive the process: wished for with a send, asked again after a kill, answered late."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.network.conftest import free_port
from tests.network.objects import make_series
from tests.network.test_node_process import Window
from viewer.app.commitment_jobs import CommitmentJobs
from viewer.app.node_messages import Committed, JobNow, ListJobs, Queued, Ready, committed_now
from viewer.library.commitment_store import CommitmentState, CommitmentStore
from viewer.library.job_store import JobStore
from viewer.model.messages import message
from viewer.model.nodes import RemoteNode
from viewer.network.commitment import CommitmentReport, CommitmentResult, Reference, result_of
from viewer.network.commitment_scp import CommitmentService
from viewer.network.errors import CancelledError
from viewer.network.instance_store import InstanceStore, ReceivedInstance
from viewer.network.listener import Listener
from viewer.network.report_delivery import RetryReport
from viewer.network.requestor import Caller
from viewer.network.storage_scp import StorageService

pytestmark = pytest.mark.network_peers
CT = "1.2.840.10008.5.1.4.1.1.2"


class Archive:
    """Keeps what it is sent and answers for it, to the address under which `known` has the asker, else on the same association."""

    def __init__(self, folder: Path, listen: Callable[..., Listener]) -> None:
        self.known: dict[str, RemoteNode] = {}
        self.stored: set[str] = set()
        self.asked = threading.Semaphore(0)
        self.commitment = CommitmentService(self, self.known.get, Caller("ARCHIVE"), retry=RetryReport((0.0,)))
        self.listener = listen([StorageService(InstanceStore(folder, self)), self.commitment], ae_title="ARCHIVE")
        self.node = RemoteNode("ARCHIVE", "127.0.0.1", self.listener.port)

    def commit(self, instance: ReceivedInstance) -> None:
        self.stored.add(instance.sop_instance_uid)

    def failure_reason(self, reference: Reference) -> int:
        self.asked.release()
        return 0 if reference.sop_instance_uid in self.stored else 0x0112


@pytest.fixture
def archive(listen: Callable[..., Listener], tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path / "archive", listen)
    yield made
    made.commitment.close()


@pytest.fixture
def window() -> Iterator[Window]:
    made = Window()
    yield made
    made.node.close()


def test_it_is_asked_for_after_the_send_and_the_answer_is_kept(window: Window, archive: Archive, tmp_path: Path) -> None:
    paths = [str(path) for path in make_series(tmp_path / "out", 3)]
    window.wait(lambda: window.last(Ready))
    ticket = window.node.send(archive.node, paths, commit=True)
    queued = window.wait(lambda: window.last(Queued, ticket=ticket))
    answer = window.wait(lambda: window.last(Committed, job=queued.job, is_over=True))
    assert set(answer.committed) == archive.stored
    assert (len(answer.committed), answer.failed, answer.unanswered, answer.reason) == (3, (), (), "")
    os.kill(window.node.process_id, signal.SIGKILL)
    window.wait(lambda: window.count(Ready) == 2)
    before = window.count(Committed)
    window.node.give(ListJobs())
    window.wait(lambda: window.count(Committed) > before)
    assert window.last(Committed) == answer
    window.node.change_job(queued.job, "forget")
    window.node.give(ListJobs())
    plain = window.node.send(archive.node, paths)  # nobody wants an answer for these
    number = window.wait(lambda: window.last(Queued, ticket=plain)).job
    window.wait(lambda: window.last(JobNow, id=number, state="done"))
    assert window.count(Committed) == before + 1


def test_killed_while_it_waits_it_asks_again(window: Window, archive: Archive, tmp_path: Path) -> None:
    archive.known["NEGATOSCOPE"] = RemoteNode("NEGATOSCOPE", "127.0.0.1", free_port())  # its report reaches nobody
    (path,) = make_series(tmp_path / "out", 1)
    window.wait(lambda: window.last(Ready))
    ticket = window.node.send(archive.node, [str(path)], commit=True)
    job = window.wait(lambda: window.last(Queued, ticket=ticket)).job
    window.wait(lambda: window.last(Committed, job=job, is_over=False))
    assert archive.asked.acquire(timeout=20)
    archive.known.clear()
    os.kill(window.node.process_id, signal.SIGKILL)
    answer = window.wait(lambda: window.last(Committed, job=job, is_over=True))
    assert set(answer.committed) == archive.stored


class Asked:
    """A peer that takes the request and never reports on its association."""

    def __init__(self) -> None:
        self.transactions: list[str] = []
        self.told: list[Committed] = []
        self.changed = threading.Condition()

    def ask(
        self, node: RemoteNode, references: Any, seconds: float, transaction_uid: str, stop: Callable[[], bool]
    ) -> CommitmentResult:
        with self.changed:
            self.transactions.append(transaction_uid)
            self.changed.notify_all()
            while not stop():
                self.changed.wait(0.01)
        raise CancelledError(message("Stopped."))

    def tell(self, now: Committed) -> None:
        with self.changed:
            self.told.append(now)
            self.changed.notify_all()

    def wait(self, condition: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, 20)


def test_a_report_to_an_earlier_transaction_is_the_answer(tmp_path: Path) -> None:
    """Of a process that is gone; and one that comes when nobody waits any more changes what was not answered."""
    path = tmp_path / "jobs.sqlite"
    jobs, asked = JobStore(path), Asked()
    first = CommitmentJobs(CommitmentStore(path), jobs, asked.ask, asked.tell)
    first.ask("t", '{"ae_title": "A", "host": "127.0.0.1", "port": 104}', ((CT, "1.1"), (CT, "1.2")), 60)
    asked.wait(lambda: len(asked.transactions) == 1)
    first.close()
    store = CommitmentStore(path)
    second = CommitmentJobs(store, jobs, asked.ask, asked.tell)
    second.begin()
    asked.wait(lambda: len(asked.transactions) == 2)
    earlier, later = asked.transactions
    assert earlier != later
    assert not second.take(CommitmentReport("1.9", frozenset(("1.1",)), {}))
    assert second.take(CommitmentReport(earlier, frozenset(("1.1",)), {"1.2": 0x0112}))
    asked.wait(lambda: len(asked.told) == 1)
    assert asked.told[0].committed == ("1.1",)
    assert asked.told[0].failed == (("1.2", "the peer does not have it"),)
    assert second.take(CommitmentReport(later, frozenset(("1.1", "1.2")), {}))
    second.close()
    kept = store.of_ticket("t")
    assert kept is not None
    assert kept.state is CommitmentState.OVER
    assert committed_now(kept).committed == ("1.1", "1.2")
    for one in (store, jobs):
        one.close()


def test_only_what_was_asked_for_counts() -> None:
    references = (Reference(CT, "1.1"), Reference(CT, "1.2"))
    found = result_of("1", references, CommitmentReport("1", frozenset(("1.1", "9.9")), {}))
    assert (found.committed, found.unanswered) == (references[:1], references[1:])
