"""A second program on one data folder: what it orders is done by the node that has the folder, and told of in both."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.network.conftest import free_port
from tests.network.objects import make_series
from tests.network.test_node_process import REPOSITORY, Archive, Window, archive, put
from tests.network.test_storage import Heard
from viewer.app.folder_lock import FolderInUseError, FolderLock
from viewer.app.node_messages import (
    Answers,
    Arrived,
    ChangeFetch,
    Committed,
    Ended,
    Fetching,
    FetchNow,
    JobNow,
    Listening,
    ListJobs,
    ListObjects,
    Objects,
    Queued,
    Ready,
    Retrieve,
    message_from,
)
from viewer.app.node_service import NodeService
from viewer.app.node_settings import NodePlaces, NodeSettings
from viewer.app.paths import folders
from viewer.app.presence import Presence
from viewer.library.fetch_store import Fetch, FetchStore
from viewer.library.job_store import JobState, JobStore
from viewer.library.job_wishes import JobWishes
from viewer.library.library import Library
from viewer.model.nodes import ApplicationEntity, RemoteNode
from viewer.network.commitment import Reference
from viewer.network.instance_store import InstanceStore
from viewer.network.listener import Listener
from viewer.network.query_scu import Level, Query
from viewer.network.retrieve_scu import Target
from viewer.network.storage_item import read_item
from viewer.network.storage_scp import StorageService

pytestmark = pytest.mark.network_peers
__all__ = ["archive"]


class Service:
    """``negatoscope node`` as another user of the folder would have started it."""

    def __init__(self) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "viewer", "node", "--port", str(self.port), "--json"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=REPOSITORY, text=True)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if json.loads(line)["event"] == "listening":
                break
        self._reader = threading.Thread(target=self.process.stdout.read, daemon=True)  # or it would wait for us
        self._reader.start()
        self.node = RemoteNode("NEGATOSCOPE", "127.0.0.1", self.port)

    def kill(self) -> None:
        self.process.kill()
        self.close()

    def close(self) -> None:
        """In good order, unless it is dead."""
        self.process.terminate()
        self.process.wait(30)
        self._reader.join()
        if self.process.stdout is not None:
            self.process.stdout.close()


class Near:
    """The same node in this process: half the time, and cannot be killed."""

    def __init__(self) -> None:
        own = folders()
        places = NodePlaces(own.data / "received", own.data, own.config, own.data)
        self.service = NodeService(places, "NEGATOSCOPE")
        self.node = RemoteNode("NEGATOSCOPE", "127.0.0.1", self.service.listen(NodeSettings(ApplicationEntity(port=0))))

    def close(self) -> None:
        self.service.close()


@pytest.fixture
def service() -> Iterator[Near]:
    made = Near()
    yield made
    made.close()


@pytest.fixture
def far() -> Iterator[Service]:
    made = Service()
    yield made
    made.close()


@pytest.fixture
def beside_far(far: Service) -> Iterator[Window]:
    yield from window_beside()


@pytest.fixture
def window(service: Near) -> Iterator[Window]:
    yield from window_beside()


def window_beside() -> Iterator[Window]:
    made = Window()
    made.wait(lambda: made.last(Listening, is_guest=True))
    yield made
    made.node.close()


class Peer:
    """Takes objects; holds the answer to the one of number `held` back until `go_on` is set."""

    def __init__(self, listen: Callable[..., Listener], folder: Path, held: int = 0) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        self.heard = Heard()
        peer = self

        class Sink(Heard):
            def commit(self, instance: Any) -> None:
                peer.heard.commit(instance)
                if len(peer.heard.instances) == held:
                    peer.reached.set()
                    peer.go_on.wait(20)

        self.listener = listen([StorageService(InstanceStore(folder, Sink(), durable=False))], ae_title="PEER")
        self.node = RemoteNode("PEER", "127.0.0.1", self.listener.port)

    @property
    def uids(self) -> list[str]:
        return [one.sop_instance_uid for one in self.heard.instances]


def uids_of(paths: list[Path]) -> list[str]:
    return [read_item(str(path)).sop_instance_uid for path in paths]


def until(condition: Callable[[], bool]) -> None:
    """Of what no event tells."""
    for _ in range(600):
        if condition():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it did not come")


def granted() -> int:
    """How many wishes were ever done."""
    wishes = JobWishes(folders().data / "jobs.sqlite")
    with closing(wishes):
        (last,) = wishes._rows("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'wish'")[0]
        return int(str(last)) - len(wishes.open())


def fetches() -> tuple[Fetch, ...]:
    with closing(FetchStore(folders().data / "jobs.sqlite")) as store:
        return store.fetches()


def study_of(path: Path) -> Target:
    return Target(Level.STUDY, {"StudyInstanceUID": read_item(str(path)).study_instance_uid})


def test_it_says_so_and_searches(window: Window, archive: Archive) -> None:
    node, _, paths = archive
    said = window.last(Listening, is_guest=True)
    assert said is not None
    assert "already uses this folder" in str(message_from(said.said))
    assert "Only listening" in str(message_from(said.hint))
    ticket = window.node.ask(node, Query(Level.STUDY, {"PatientName": "peer*"}))
    assert window.wait(lambda: window.last(Ended, ticket=ticket)).complete
    answers = window.last(Answers, ticket=ticket)
    assert answers is not None
    assert read_item(str(paths[0])).study_instance_uid in {row["StudyInstanceUID"] for row in answers.rows}
    with pytest.raises(FolderInUseError):
        FolderLock(folders().data / "received")
    assert window.node.starts == 1


def test_the_other_one_fetches_and_sends(
    window: Window, service: Near, archive: Archive, listen: Callable[..., Listener], tmp_path: Path
) -> None:
    node, _, paths = archive
    fetch = window.node.retrieve(node, study_of(paths[0]))
    assert window.wait(lambda: window.last(Queued, ticket=fetch)).job
    ended = window.wait(lambda: window.last(Ended, ticket=fetch))
    assert (ended.complete, ended.missing) == (True, ())
    assert window.last(FetchNow, ticket=fetch, state="done", here=6, total=6)
    study = study_of(paths[0]).keys["StudyInstanceUID"]
    window.wait(lambda: window.last(Arrived, study_instance_uid=study))
    library = Library(folders().data)
    assert set(library.peer_rows.files(uids_of(paths[:6]))) == set(uids_of(paths[:6]))
    library.close()
    peer = Peer(listen, tmp_path / "peer")
    out = make_series(tmp_path / "out", 3)
    send = window.node.send(peer.node, [str(path) for path in out])
    queued = window.wait(lambda: window.last(Queued, ticket=send))
    assert window.wait(lambda: window.last(JobNow, id=queued.job, state="done")).done == 3
    assert peer.uids == uids_of(out)
    window.node.give(ListObjects(queued.job))
    assert [row[1] for row in window.wait(lambda: window.last(Objects, job=queued.job)).rows] == ["stored"] * 3
    assert window.node.starts == 1


def test_progress_is_seen_while_it_goes_on(
    window: Window, archive: Archive, listen: Callable[..., Listener], tmp_path: Path
) -> None:
    """Of a send: objects that are acknowledged; of a fetch: what the node notes in the queue."""
    peer = Peer(listen, tmp_path / "peer", held=3)
    window.node.send(peer.node, [str(path) for path in make_series(tmp_path / "out", 5)])
    assert peer.reached.wait(20)
    assert window.wait(lambda: window.last(JobNow, state="running", done=2)).total == 5
    peer.go_on.set()
    window.wait(lambda: window.last(JobNow, state="done", done=5))
    store = FetchStore(folders().data / "jobs.sqlite")
    ticket = window.node.retrieve(RemoteNode("NOBODY", "127.0.0.1", free_port()), study_of(archive[2][0]))
    window.wait(lambda: window.last(FetchNow, ticket=ticket, state="failed"))
    found = store.of_ticket(ticket)
    assert found is not None
    store.keep(_running(found))
    store.note(_running(found), "[4, 2, 0, 6]")
    store.close()
    now = window.wait(lambda: window.last(Fetching, ticket=ticket))
    assert (now.stored, now.remaining, now.total) == (4, 2, 6)


def _running(fetch: Any) -> Any:
    from dataclasses import replace

    return replace(fetch, state=JobState.RUNNING)


def test_it_is_paused_gone_on_with_cancelled_and_tried_again(
    window: Window, archive: Archive, listen: Callable[..., Listener], tmp_path: Path
) -> None:
    peer = Peer(listen, tmp_path / "peer", held=2)
    out = make_series(tmp_path / "out", 4)
    ticket = window.node.send(peer.node, [str(path) for path in out])
    assert peer.reached.wait(20)
    job = window.wait(lambda: window.last(Queued, ticket=ticket)).job
    window.node.change_job(job, "pause")
    until(lambda: granted() == 2)  # that the job is new, and the pause
    peer.go_on.set()
    window.wait(lambda: window.last(JobNow, id=job, state="paused"))
    window.node.change_job(job, "cancel")
    window.wait(lambda: window.last(JobNow, id=job, state="cancelled"))
    window.node.change_job(job, "retry")
    window.wait(lambda: window.last(JobNow, id=job, state="done", done=4))
    assert sorted(set(peer.uids)) == sorted(uids_of(out))
    window.node.change_job(job, "forget")
    window.wait(lambda: window.last(JobNow, id=job, state="forgotten"))
    nobody = RemoteNode("NOBODY", "127.0.0.1", free_port())
    fetch = window.node.retrieve(nobody, study_of(archive[2][0]))
    window.wait(lambda: window.last(FetchNow, ticket=fetch, state="failed"))
    before = window.count(FetchNow)
    window.node.give(ChangeFetch(fetch, "retry"))
    window.wait(lambda: window.count(FetchNow) > before and window.last(FetchNow, ticket=fetch, state="failed"))
    window.node.give(ChangeFetch(fetch, "forget"))
    until(lambda: not fetches())


def test_what_nobody_waits_for_goes_with_its_window(service: Near, archive: Archive) -> None:
    """A fetch ahead that cannot run now is wanted no more when its window is closed."""
    node, _, paths = archive
    window = Window()
    window.wait(lambda: window.last(Listening, is_guest=True))
    done = Retrieve(_plain(node), "STUDY", "study", dict(study_of(paths[0]).keys), "ahead", "", True)
    window.node.fetch(done)
    window.wait(lambda: window.last(FetchNow, ticket="ahead", state="done"))
    nobody = Retrieve(_plain(RemoteNode("NO", "127.0.0.1", free_port())), "STUDY", "study", dict(done.keys), "never", "", True)
    window.node.fetch(nobody)
    window.wait(lambda: window.last(FetchNow, ticket="never", state="failed"))
    window.node.close()
    until(lambda: not fetches())


def test_what_nobody_waits_for_stays_with_a_window_that_becomes_the_owner(archive: Archive) -> None:
    node, _, paths = archive
    lock, presence = FolderLock(folders().data / "received"), Presence(folders().data)
    window = Window()
    window.wait(lambda: window.last(Listening, is_guest=True))
    keys = dict(study_of(paths[0]).keys)
    window.node.fetch(Retrieve(_plain(node), "STUDY", "study", keys, "ahead", "", True, presence.name))
    window.wait(lambda: window.last(Queued, ticket="ahead"))
    lock.close()
    window.wait(lambda: window.last(FetchNow, ticket="ahead", state="done"))
    window.node.close()
    presence.close()


def _plain(node: RemoteNode) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(node)


def test_what_the_other_one_receives_is_told_of(window: Window, service: Near, tmp_path: Path) -> None:
    """Unasked, after the window's own look at the library."""
    window.node.give(ListJobs())
    for number in range(2):
        paths = make_series(tmp_path / f"out{number}", 2)
        put(service.node, paths)
        item = read_item(str(paths[0]))
        series = {"study_instance_uid": item.study_instance_uid, "series_instance_uid": item.series_instance_uid}
        window.wait(lambda series=series: window.last(Arrived, **series))


def test_storage_commitment_is_asked_for_by_the_other_one(window: Window, service: Near, tmp_path: Path) -> None:
    out = make_series(tmp_path / "out", 2)
    ticket = window.node.send(service.node, [str(path) for path in out], commit=True)
    job = window.wait(lambda: window.last(Queued, ticket=ticket)).job
    answer = window.wait(lambda: window.last(Committed, job=job, is_over=True))
    assert sorted(answer.committed) == sorted(uids_of(out))
    item = read_item(str(out[0]))
    alone = window.node.commit(service.node, [Reference(item.sop_class_uid, item.sop_instance_uid)], 10)
    assert window.wait(lambda: window.last(Committed, ticket=alone, is_over=True)).committed == (item.sop_instance_uid,)


def test_killed_after_it_said_queued_it_is_done_once(
    window: Window, service: Near, listen: Callable[..., Listener], tmp_path: Path
) -> None:
    """kill -9 of the guest again and again: what it has said to be queued is sent by the other one, no object twice."""
    peer = Peer(listen, tmp_path / "peer")
    sent: list[Path] = []
    for number in range(3):
        out = make_series(tmp_path / f"out{number}", 3)
        ticket = window.node.send(peer.node, [str(path) for path in out])
        window.wait(lambda ticket=ticket: window.last(Queued, ticket=ticket))
        before = window.count(Ready)
        os.kill(window.node.process_id, signal.SIGKILL)
        window.wait(lambda before=before: window.count(Ready) > before)
        sent += out
    window.wait(lambda: len({one.id for one in window.events if isinstance(one, JobNow) and one.state == "done"}) == 3)
    assert sorted(peer.uids) == sorted(uids_of(sent))


def test_when_the_other_one_is_killed_it_goes_on_itself(
    beside_far: Window, far: Service, archive: Archive, listen: Callable[..., Listener], tmp_path: Path
) -> None:
    """In the midst of a send: nothing is lost, and what was acknowledged is not sent again. Then it listens, too."""
    window = beside_far
    node, _, paths = archive
    peer = Peer(listen, tmp_path / "peer", held=4)
    out = make_series(tmp_path / "out", 9)
    window.node.listen(NodeSettings(ApplicationEntity(port=0)))
    ticket = window.node.send(peer.node, [str(path) for path in out])
    job = window.wait(lambda: window.last(Queued, ticket=ticket)).job
    assert peer.reached.wait(20)
    far.kill()
    peer.go_on.set()
    fetch = window.node.retrieve(node, study_of(paths[0]))
    done = window.wait(lambda: window.last(JobNow, id=job, state="done"))
    assert (done.total, done.done, done.failed) == (9, 9, 0)
    assert set(peer.uids) == set(uids_of(out))
    assert len(peer.uids) <= 10
    assert window.wait(lambda: window.last(Ended, ticket=fetch)).complete
    assert window.wait(lambda: next((one for one in window.events if isinstance(one, Listening) and one.port), None))
    assert window.node.starts == 2


def test_both_killed_nothing_is_lost(far: Service, archive: Archive, listen: Callable[..., Listener], tmp_path: Path) -> None:
    """The node, the guest and its window end by kill -9; the next window needs to ask for nothing."""
    node, _, paths = archive
    peer = Peer(listen, tmp_path / "peer", held=2)
    out = make_series(tmp_path / "out", 5)
    program = (
        "import sys\n"
        "from viewer.app.node_process import NodeProcess\n"
        "from viewer.app.node_messages import Queued\n"
        "from viewer.model.nodes import RemoteNode\n"
        "from viewer.network.query_scu import Level\n"
        "from viewer.network.retrieve_scu import Target\n"
        "node = NodeProcess(lambda event: print(isinstance(event, Queued), node.process_id, flush=True))\n"
        f"node.send(RemoteNode('PEER', '127.0.0.1', {peer.node.port}), {[str(path) for path in out]!r})\n"
        f"node.retrieve(RemoteNode('ARCHIVE', '127.0.0.1', {node.port}), Target(Level.STUDY, {dict(study_of(paths[0]).keys)!r}))\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as parent:
        assert parent.stdout is not None
        said = (line.split() for line in iter(parent.stdout.readline, ""))
        children = {int(child) for _, (_queued, child) in zip(range(2), (one for one in said if one[0] == "True"), strict=False)}
        for child in children:
            os.kill(child, signal.SIGKILL)
        parent.kill()
    assert peer.reached.wait(20)
    far.kill()
    peer.go_on.set()
    second = Window()
    try:
        second.wait(lambda: second.last(Ready))
        second.node.give(ListJobs())
        second.wait(lambda: second.last(JobNow, state="done", done=5))
        second.wait(lambda: second.last(FetchNow, state="done", here=6))
    finally:
        second.node.close()
    assert set(peer.uids) == set(uids_of(out))
    assert len(peer.uids) <= 6


def test_it_ends_with_its_window(service: Near) -> None:
    window = Window()
    window.wait(lambda: window.last(Ready))
    window.node.close()
    assert window.node.process_id == 0
    store = JobStore(folders().data / "jobs.sqlite")
    assert store.jobs() == ()
    store.close()
