"""Jobs that send in the background: pause, retry, cancel, back-off, and kill -9 in the middle of sending."""

from __future__ import annotations

import os
import random
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.network.conftest import free_port, ours
from tests.network.objects import make_series
from tests.network.test_storage import Heard
from tests.network.turnstile import Turnstile
from viewer.app.delivery import Delivery, Receiver
from viewer.app.node_messages import job_now, message_from
from viewer.app.secret_store import missing_secret
from viewer.app.send_jobs import ObjectProgress, SendJobs
from viewer.library.job_store import Job, JobState, JobStore
from viewer.model.nodes import ApplicationEntity, RemoteNode
from viewer.network.instance_store import InstanceStore, ReceivedInstance
from viewer.network.listener import Listener
from viewer.network.requestor import Caller
from viewer.network.storage_item import StorageItem, read_item
from viewer.network.storage_scp import StorageService
from viewer.network.storage_scu import Report, RetryPolicy, SendResult

pytestmark = pytest.mark.network_peers
KILLS = int(os.environ.get("NEGATOSCOPE_KILLS", "40"))
REPOSITORY = Path(__file__).parents[2]
QUICK = RetryPolicy(attempts=3, first=0.05, longest=0.05)


class Desk:
    """Jobs over a store in a file, and what they said."""

    def __init__(
        self, path: Path, policy: RetryPolicy = QUICK, delivery: Callable[..., Sequence[SendResult]] | None = None
    ) -> None:
        self.store = JobStore(path)
        self.progress: list[ObjectProgress] = []
        self.states: list[tuple[int, JobState]] = []
        self._changed = threading.Condition()
        delivery = delivery or Delivery(lambda node: Caller("TESTS"))
        self.jobs = SendJobs(self.store, delivery, changed=self._on_job, done=self._on_object, policy=policy)

    def _on_job(self, job: Job) -> None:
        with self._changed:
            self.states.append((job.id, job.state))
            self._changed.notify_all()

    def _on_object(self, node: RemoteNode, progress: ObjectProgress) -> None:
        with self._changed:
            self.progress.append(progress)
            self._changed.notify_all()

    def wait(self, condition: Callable[[], bool], seconds: float = 20) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, seconds), self.states

    def wait_for(self, number: int, state: JobState) -> Job:
        self.wait(lambda: (number, state) in self.states and self.job(number).state is state)
        return self.job(number)

    def job(self, number: int) -> Job:
        found = self.store.job(number)
        assert found is not None
        return found

    def close(self) -> None:
        self.jobs.close()
        self.store.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "jobs.sqlite")
    yield made
    made.close()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def peer(listen: Callable[..., Listener], heard: Heard, tmp_path: Path) -> RemoteNode:
    return ours(listen([StorageService(InstanceStore(tmp_path / "store", heard, durable=False))]))


def make(folder: Path, count: int) -> list[str]:
    return [str(path) for path in make_series(folder, count)]


def test_a_job_is_done_and_says_so(desk: Desk, peer: RemoteNode, heard: Heard, tmp_path: Path) -> None:
    paths = make(tmp_path / "out", 5)
    job = desk.wait_for(desk.jobs.add(peer, [*paths, paths[0]], "rule"), JobState.DONE)
    assert (job.total, job.done, job.failed, job.origin) == (5, 5, 0, "rule")
    assert len(heard.instances) == 5
    assert [one.outcome for one in desk.progress] == ["stored"] * 5
    assert [item.status for item in desk.store.items(job.id)] == [0] * 5


def test_what_may_pass_is_tried_again_and_nothing_twice(desk: Desk, peer: RemoteNode, heard: Heard, tmp_path: Path) -> None:
    heard.refusals = 4
    job = desk.wait_for(desk.jobs.add(peer, make(tmp_path / "out", 6)), JobState.DONE)
    assert job.done == 6
    assert Counter(instance.sop_instance_uid for instance in heard.instances).most_common(1)[0][1] == 1
    assert (job.id, JobState.WAITING) in desk.states


def test_a_node_that_stalls_does_not_hold_up_the_others(desk: Desk, peer: RemoteNode, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:  # connects, and never says a word
        stalled = RemoteNode("STALLED", "127.0.0.1", door.getsockname()[1])
        waiting = [desk.jobs.add(stalled, make(tmp_path / f"stalled{number}", 1)) for number in range(3)]
        desk.wait(lambda: sum(desk.job(number).state is JobState.RUNNING for number in waiting) == 2)
        done = desk.jobs.add(peer, make(tmp_path / "out", 3))
        desk.wait(lambda: (done, JobState.DONE) in desk.states)
        assert [desk.job(number).state for number in waiting] == [JobState.RUNNING, JobState.RUNNING, JobState.QUEUED]
        for number in waiting:
            desk.jobs.cancel(number)
    desk.wait(lambda: all(desk.job(number).state is JobState.CANCELLED for number in waiting))


def test_nobody_there_ends_as_failed_and_is_retried(desk: Desk, peer: RemoteNode, heard: Heard, tmp_path: Path) -> None:
    nobody = RemoteNode("NOBODY", "127.0.0.1", free_port())
    paths = make(tmp_path / "out", 2)
    failed = desk.wait_for(desk.jobs.add(nobody, paths), JobState.FAILED)
    assert (failed.done, failed.failed) == (0, 2)
    assert "No connection to NOBODY" in failed.reason
    text = tmp_path / "notes.txt"
    text.write_text("no image")
    mixed = desk.wait_for(desk.jobs.add(peer, [*paths, str(text)]), JobState.FAILED)
    assert (mixed.done, mixed.failed) == (2, 1)
    text.write_bytes(Path(make(tmp_path / "late", 1)[0]).read_bytes())
    desk.jobs.retry(mixed.id)
    assert desk.wait_for(mixed.id, JobState.DONE).done == 3
    assert len(heard.instances) == 3


def test_pause_resume_and_cancel(desk: Desk, listen: Callable[..., Listener], tmp_path: Path) -> None:
    """The peer holds its answer back after the third object until the job is stopped."""
    gate, third = threading.Event(), threading.Event()
    heard = Heard()

    class Slow(Heard):
        def commit(self, instance: ReceivedInstance) -> None:
            heard.commit(instance)
            if len(heard.instances) >= 3:
                third.set()
                gate.wait(20)

    node = ours(listen([StorageService(InstanceStore(tmp_path / "store", Slow(), durable=False))]))
    number = desk.jobs.add(node, make(tmp_path / "out", 8))
    assert third.wait(20)
    desk.jobs.pause(number)
    paused = desk.wait_for(number, JobState.PAUSED)
    assert paused.done == 2
    gate.set()
    desk.jobs.resume(number)
    assert desk.wait_for(number, JobState.DONE).done == 8
    fresh = [instance for instance in heard.instances if not instance.is_known]
    assert len(fresh) == 8
    waiting = desk.jobs.add(RemoteNode("NOBODY", "127.0.0.1", free_port()), make(tmp_path / "more", 1))
    desk.jobs.cancel(waiting)
    desk.wait(lambda: desk.job(waiting).state in (JobState.CANCELLED, JobState.FAILED))


def test_a_worker_survives_what_goes_wrong(desk: Desk, peer: RemoteNode, tmp_path: Path) -> None:
    """A job whose node is nonsense, and one whose caller cannot be made, fail alone."""
    broken = desk.store.add("no node", make(tmp_path / "out", 1))
    desk.jobs.resume(broken)
    failed = desk.wait_for(broken, JobState.FAILED)
    assert failed.reason == "JSONDecodeError"
    assert desk.wait_for(desk.jobs.add(peer, make(tmp_path / "more", 2)), JobState.DONE).done == 2


def test_a_password_given_while_an_older_one_is_tried_counts(peer: RemoteNode, tmp_path: Path) -> None:
    tried, given, tries = threading.Event(), threading.Event(), Counter[str]()
    right = Delivery(lambda node: Caller("TESTS"))

    def deliver(receiver: Receiver, items: Sequence[StorageItem], stop: Callable[[], bool], report: Report) -> Sequence[SendResult]:
        tries["all"] += 1
        if tries["all"] == 1:
            tried.set()
            assert given.wait(20)
            raise missing_secret(peer)
        return right(receiver, items, stop, report)

    desk = Desk(tmp_path / "jobs.sqlite", delivery=deliver)
    try:
        number = desk.jobs.add(peer, make(tmp_path / "out", 2))
        assert tried.wait(20)
        desk.jobs.secret_given("doctor")
        given.set()
        assert desk.wait_for(number, JobState.DONE).done == 2
    finally:
        given.set()
        desk.close()
    assert tries["all"] == 2


@pytest.mark.slow
@pytest.mark.timeout(900)  # each kill waits for a process to start and a disk to flush
def test_kill_9_while_sending_loses_nothing_and_repeats_little(tmp_path: Path) -> None:
    """Each process is killed at some moment; at the end every object is there, and a kill cost at most one object more."""
    entity = ApplicationEntity(port=0)
    turnstile = Turnstile()
    listener = Listener(entity, [StorageService(InstanceStore(tmp_path / "store", durable=False), received=turnstile.passed)])
    received = turnstile.received
    paths = make(tmp_path / "out", 600)
    store = tmp_path / "jobs.sqlite"
    rng = random.Random(3)
    kills = 0
    arguments = [f"NEGATOSCOPE@127.0.0.1:{listener.port}", *paths]
    try:
        for _ in range(KILLS):
            before = len(received)
            with start(store, *arguments) as process:
                arguments = []
                due, wanted = time.monotonic() + 20, before + rng.randrange(1, 13)
                turnstile.let(wanted + 2)
                while len(received) < wanted and process.poll() is None and time.monotonic() < due:
                    threading.Event().wait(rng.random() / 500)
                kills += process.poll() is None
                process.kill()
        turnstile.let(10_000)
        with start(store) as process:
            assert process.communicate(timeout=60)[0].endswith("done\n")
    finally:
        listener.close()
    wanted_uids = {read_item(path).sop_instance_uid for path in paths}
    assert {instance.sop_instance_uid for instance in received} == wanted_uids
    assert kills > KILLS // 2
    assert len(received) - len(wanted_uids) <= kills
    jobs = JobStore(store)
    (job,) = jobs.jobs()
    assert (job.state, job.total, job.done) == (JobState.DONE, 600, 600)
    jobs.close()


def start(store: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.network.sender", str(store), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_after_a_restart_the_reason_can_be_said_in_any_language(tmp_path: Path) -> None:
    """Of a file that an earlier version wrote, too: it gets the new column."""
    (path,) = make_series(tmp_path / "out", 1)
    with sqlite3.connect(tmp_path / "jobs.sqlite") as earlier:
        earlier.execute(
            "CREATE TABLE job (id INTEGER PRIMARY KEY AUTOINCREMENT, node TEXT NOT NULL, origin TEXT NOT NULL, state TEXT NOT NULL,"
            " attempts INTEGER NOT NULL, next_try REAL NOT NULL, reason TEXT NOT NULL, created REAL NOT NULL, ticket TEXT UNIQUE)"
        )
    earlier.close()
    desk = Desk(tmp_path / "jobs.sqlite", RetryPolicy(attempts=2, first=1000, longest=1000))
    number = desk.jobs.add(RemoteNode("NOBODY", "127.0.0.1", free_port()), [str(path)])
    desk.wait(lambda: (number, JobState.WAITING) in desk.states)
    desk.close()
    store = JobStore(tmp_path / "jobs.sqlite")
    (job,) = store.jobs()
    store.close()
    said = message_from(job_now(job).said)
    assert said.source.startswith("No connection to {node}")
    assert str(said) == job.reason
