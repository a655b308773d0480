"""The durable queue to DICOMweb archives: back-off, pause, passwords, routing, and kill -9 in the middle of a request."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.network.objects import make_series
from tests.network.test_dicomweb_stow import StowArchive, took, uids_in
from tests.network.test_node_service import Desk as NodeDesk
from tests.network.test_node_service import put
from tests.network.test_send_jobs import Desk, make, start
from tests.network.turnstile import Turnstile
from tests.network.web_library import StartServer, serve
from viewer.app.archive_list import ArchiveList
from viewer.app.delivery import Delivery
from viewer.app.node_messages import job_now
from viewer.app.secret_store import SecretStore
from viewer.app.web_secrets import secret_name
from viewer.app.web_sessions import WebSessions
from viewer.library.job_store import JobState, JobStore
from viewer.model.web_archives import WebAccess, WebArchive
from viewer.network.dicomweb.origin.gate import Gate
from viewer.network.requestor import Caller
from viewer.network.storage_item import read_item
from viewer.network.trace import no_trace

pytestmark = pytest.mark.network_peers
__all__ = ["serve"]
KILLS = 8


class Secrets(SecretStore):
    """What was typed in this run; no key store."""

    def __init__(self) -> None:
        self.typed: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self.typed.get(name)


@pytest.fixture
def secrets() -> Secrets:
    return Secrets()


@pytest.fixture
def desk(tmp_path: Path, secrets: Secrets) -> Iterator[Desk]:
    made = Desk(tmp_path / "jobs.sqlite", delivery=Delivery(lambda node: Caller("TESTS"), WebSessions(secrets, no_trace).open))
    yield made
    made.close()


def test_a_job_is_done_and_each_object_says_so(desk: Desk, serve: StartServer, tmp_path: Path) -> None:
    running = serve(store=True)
    paths = make(tmp_path / "out", 5)
    text = tmp_path / "notes.txt"
    text.write_text("no image")
    job = desk.wait_for(desk.jobs.add(WebArchive(running.url, "Cloud"), [*paths, str(text)], ticket="one"), JobState.FAILED)
    assert (job.total, job.done, job.failed) == (6, 5, 1)
    assert {one.sop_instance_uid for one in running.received} == {read_item(path).sop_instance_uid for path in paths}
    assert Counter(one.outcome for one in desk.progress) == {"stored": 5, "skipped": 1}
    assert desk.jobs.add(WebArchive(running.url, "Cloud"), paths, ticket="one") == job.id  # the same order once more


def test_results_are_told_request_by_request(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the first request stored is written down before the second goes out."""
    monkeypatch.setattr("viewer.network.dicomweb.stow.BATCH_COUNT", 2)
    known: list[int] = []

    def answer(number: int, body: bytes) -> tuple[str, object]:
        known.append(sum(item.outcome == "stored" for item in desk.store.items(1)))
        return "200 OK", took(body)

    with StowArchive(answer) as archive:
        desk.wait_for(desk.jobs.add(WebArchive(archive.url), make(tmp_path / "out", 6)), JobState.DONE)
    assert known == [0, 2, 4]


def test_an_archive_that_is_overloaded_is_asked_again_when_it_wants(desk: Desk, tmp_path: Path) -> None:
    times: list[float] = []

    def answer(number: int, body: bytes) -> tuple[str, object]:
        times.append(time.monotonic())
        failed = uids_in(body)[2:3] if number == 2 else []
        return ("503 Later\r\nRetry-After: 1", b"") if number == 1 else ("202 Accepted", took(body, dict.fromkeys(failed, 0xA700)))

    with StowArchive(answer) as archive:
        job = desk.wait_for(desk.jobs.add(WebArchive(archive.url), make(tmp_path / "out", 4)), JobState.DONE)
    assert (job.done, job.attempts) == (4, 2)
    assert (job.id, JobState.WAITING) in desk.states
    assert times[1] - times[0] >= 1.0  # as long as it asked for, not the short pause of these tests
    assert [len(uids_in(body)) for body in archive.requests] == [4, 4, 1]


def test_nobody_there_ends_as_failed_and_is_retried(desk: Desk, serve: StartServer, tmp_path: Path) -> None:
    with StowArchive(lambda number, body: ("403 Forbidden", b"")) as refusing:
        job = desk.wait_for(desk.jobs.add(WebArchive(refusing.url), make(tmp_path / "out", 2)), JobState.FAILED)
    assert (job.failed, job.attempts) == (2, 0)  # asking again would not help
    assert "does not allow" in job.reason
    assert {item.reason.partition(" (")[0] for item in desk.jobs.items(job.id)} == {"The archive does not allow this to this user."}
    desk.jobs.retry(job.id)  # nobody listens there any more
    failed = desk.wait_for(job.id, JobState.FAILED)
    desk.wait(lambda: "No connection" in desk.job(job.id).reason)
    assert failed.failed == 2


@pytest.mark.parametrize("access", [WebAccess.BASIC, WebAccess.BEARER])
def test_a_password_that_is_missing_or_wrong_is_waited_for(
    desk: Desk, secrets: Secrets, serve: StartServer, tmp_path: Path, access: WebAccess
) -> None:
    running = serve(store=True, gate=Gate(token="right", users={"doctor": "right"}))
    archive = WebArchive(running.url, access=access, user_name="doctor" if access is WebAccess.BASIC else "")
    number = desk.jobs.add(archive, make(tmp_path / "out", 3))
    missing = desk.wait_for(number, JobState.PAUSED)
    assert "is not known" in missing.reason
    assert job_now(missing).needs_secret
    secrets.typed[secret_name(archive)] = "wrong"
    desk.jobs.resume(number)
    desk.wait(lambda: "wants to know who asks" in desk.job(number).reason)
    wrong = desk.wait_for(number, JobState.PAUSED)
    assert (wrong.done, wrong.failed) == (0, 0)
    assert job_now(wrong).needs_secret
    secrets.typed[secret_name(archive)] = "right"
    desk.jobs.secret_given("somebody else's")
    assert desk.job(number).state is JobState.PAUSED
    desk.jobs.secret_given(secret_name(archive))
    done = desk.wait_for(number, JobState.DONE)
    assert done.done == 3
    assert not job_now(done).needs_secret
    assert "right" not in (tmp_path / "jobs.sqlite").read_bytes().decode("latin-1")


def test_pause_in_the_middle_of_a_request_and_resume(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive keeps its second answer to itself until the job is paused; then it is gone and the objects go out once more."""
    monkeypatch.setattr("viewer.network.dicomweb.stow.BATCH_COUNT", 2)
    second, gate = threading.Event(), threading.Event()

    def answer(number: int, body: bytes) -> tuple[str, object] | None:
        if number == 2:
            second.set()
            gate.wait(20)
        return "200 OK", took(body)

    with StowArchive(answer) as archive:
        number = desk.jobs.add(WebArchive(archive.url), make(tmp_path / "out", 6))
        assert second.wait(20)
        desk.jobs.pause(number)
        paused = desk.wait_for(number, JobState.PAUSED)
        assert (paused.done, paused.failed) == (2, 0)
        gate.set()
        desk.jobs.resume(number)
        assert desk.wait_for(number, JobState.DONE).done == 6
    sent = Counter(uid for body in archive.requests for uid in uids_in(body))
    assert sorted(sent.values()) == [1, 1, 1, 1, 2, 2]


def test_rules_forward_to_an_archive(serve: StartServer, tmp_path: Path) -> None:
    running = serve(store=True)
    desk = NodeDesk(tmp_path / "home")
    try:
        ArchiveList(desk.places.config / "archives.json").put(WebArchive(running.url, "Cloud"))
        desk.places.rules.write_text(json.dumps({"rules": [{"name": "all", "to": ["cloud"], "keys": {}}]}))
        paths = make_series(tmp_path / "out", 3)
        put(desk.listen(), paths)
        desk.wait_for_job(JobState.DONE)
        wanted = {read_item(str(path)).sop_instance_uid for path in paths}
        for _ in range(600):
            if {one.sop_instance_uid for one in running.received} == wanted:
                break
            threading.Event().wait(0.05)
        assert {one.sop_instance_uid for one in running.received} == wanted
    finally:
        desk.service.close()
    sent = [row for row in desk.audit() if running.url in json.dumps(row)]
    assert sent, "what leaves the machine is in the audit trail"


@pytest.mark.slow
@pytest.mark.timeout(900)  # each kill waits for a process to start and a disk to flush
def test_kill_9_while_sending_loses_nothing_and_repeats_little(serve: StartServer, tmp_path: Path) -> None:
    """Each process is killed at some moment; at the end every object is there, and a kill cost at most one request more."""
    turnstile = Turnstile()
    running = serve(store=True, turnstile=turnstile)
    paths = make(tmp_path / "out", 400)
    store = tmp_path / "jobs.sqlite"
    rng = random.Random(5)
    kills, arguments = 0, [running.url, *paths]
    for _ in range(KILLS):
        before = len(running.received)
        with start(store, *arguments) as process:
            arguments = []
            due, wanted = time.monotonic() + 20, before + rng.randrange(1, 60)
            turnstile.let(wanted + 2)
            while len(running.received) < wanted and process.poll() is None and time.monotonic() < due:
                threading.Event().wait(rng.random() / 500)
            kills += process.poll() is None
            process.kill()
    turnstile.let(10_000)
    with start(store) as process:
        assert process.communicate(timeout=60)[0].endswith("done\n")
    wanted_uids = {read_item(path).sop_instance_uid for path in paths}
    assert {one.sop_instance_uid for one in running.received} == wanted_uids
    assert kills > 2
    assert len(running.received) - len(wanted_uids) <= kills * 100
    jobs = JobStore(store)
    (job,) = jobs.jobs()
    assert (job.state, job.total, job.done) == (JobState.DONE, 400, 400)
    jobs.close()
