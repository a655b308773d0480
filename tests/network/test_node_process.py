"""The node beside the window: started, killed, started again; it ends with its parent; no Qt in it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.network.archive_source import FileSource
from tests.network.conftest import free_port
from tests.network.objects import make_series
from tests.network.test_storage import Heard
from viewer.app.node_child import settings_from_plain, settings_to_plain
from viewer.app.node_list import NodeList
from viewer.app.node_messages import (
    Answers,
    ChangeFetch,
    Committed,
    Died,
    Ended,
    Fetching,
    FetchNow,
    JobNow,
    KeepSecret,
    Listen,
    Listening,
    ListJobs,
    ObjectNow,
    Queued,
    Ready,
    Received,
    from_line,
    to_line,
)
from viewer.app.node_process import NodeProcess
from viewer.app.node_service import NodeSettings
from viewer.app.paths import folders
from viewer.library.library import Library
from viewer.model.nodes import ApplicationEntity, KnownCaller, RemoteNode, RetrieveWay, TlsFiles
from viewer.network.commitment import Reference
from viewer.network.instance_store import InstanceStore
from viewer.network.listener import Listener
from viewer.network.query_retrieve_scp import QueryRetrieveService
from viewer.network.query_scu import Level, Query, Root, find
from viewer.network.requestor import Caller
from viewer.network.retrieve_scu import Target
from viewer.network.storage_item import read_item
from viewer.network.storage_scp import StorageService
from viewer.network.storage_scu import RetryPolicy, send

pytestmark = pytest.mark.network_peers
REPOSITORY = Path(__file__).parents[2]
T = TypeVar("T")


class Window:
    """What a window does with the node: gives orders, keeps events."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self._changed = threading.Condition()
        self.node = NodeProcess(self._on_event)

    def _on_event(self, event: Any) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, condition: Callable[[], T | None], seconds: float = 30) -> T:
        with self._changed:
            found = self._changed.wait_for(condition, seconds)
        assert found, self.events[-20:]
        return found

    def last(self, kind: type[T], **fields: object) -> T | None:
        """The latest event of a kind with these values."""
        for event in reversed(self.events):
            if isinstance(event, kind) and all(getattr(event, name) == value for name, value in fields.items()):
                return event
        return None

    def count(self, kind: type) -> int:
        return sum(isinstance(event, kind) for event in self.events)


@pytest.fixture
def window() -> Iterator[Window]:
    made = Window()
    yield made
    made.node.close()


def listening(window: Window, port: int = 0) -> RemoteNode:
    before = window.count(Listening)
    window.node.listen(NodeSettings(ApplicationEntity(port=port)))
    window.wait(lambda: window.count(Listening) > before)
    found = window.last(Listening)
    assert found is not None
    assert found.port, found
    return RemoteNode("NEGATOSCOPE", "127.0.0.1", found.port)


def put(node: RemoteNode, paths: list[Path]) -> None:
    items = [read_item(str(path)) for path in paths]
    results = send(node, items, Caller("TESTS"), policy=RetryPolicy(1), wait=lambda seconds: True)
    assert all(result.is_done for result in results), results


def test_listening_receiving_and_stopping(window: Window, tmp_path: Path) -> None:
    node = listening(window)
    paths = make_series(tmp_path / "out", 4)
    put(node, paths)
    window.wait(lambda: window.count(Received) == 4)
    received = window.last(Received)
    assert received is not None
    assert Path(received.path).is_file()
    assert received.study_instance_uid == read_item(str(paths[0])).study_instance_uid
    assert Path(received.path).is_relative_to(folders().data / "received")
    window.node.stop_listening()
    window.wait(lambda: window.last(Listening, port=0))
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", node.port), timeout=5)


def test_what_is_said_of_listening_before_the_node_is_ready_is_answered(window: Window) -> None:
    """It may be starting anew just then."""
    window.node.stop_listening()
    window.wait(lambda: window.last(Listening, port=0))
    os.kill(window.node.process_id, signal.SIGKILL)
    window.wait(lambda: window.last(Died))
    listening(window)


def test_a_port_that_is_taken_is_said(window: Window, listen: Callable[..., Listener]) -> None:
    taken = listen([])
    window.node.listen(NodeSettings(ApplicationEntity(port=taken.port)))
    failed = window.wait(lambda: window.last(Listening, port=0))
    assert "cannot be listened on" in failed.reason
    listening(window)


def test_killed_it_comes_back_and_remembers(window: Window, tmp_path: Path) -> None:
    """kill -9 again and again: it listens on the same port, and has what it had."""
    port = free_port()
    node = listening(window, port)
    paths = make_series(tmp_path / "out", 15)
    for number in range(5):
        put(node, paths[3 * number : 3 * number + 3])
        before = window.count(Listening)
        os.kill(window.node.process_id, signal.SIGKILL)
        window.wait(lambda before=before: window.count(Listening) > before)
        answers = list(find(node, Query(Level.STUDY), Caller("TESTS")))
        assert [answer["NumberOfStudyRelatedInstances"] for answer in answers] == [str(3 * number + 3)]
    assert window.node.starts == 6


def test_jobs_go_on_after_a_kill(window: Window, listen: Callable[..., Listener], tmp_path: Path) -> None:
    heard = Heard()
    reached, gate = threading.Event(), threading.Event()

    class Slow(Heard):
        def commit(self, instance: Any) -> None:
            heard.commit(instance)
            if len(heard.instances) == 4:
                reached.set()
                gate.wait(20)

    peer = listen([StorageService(InstanceStore(tmp_path / "peer", Slow(), durable=False))], ae_title="PEER")
    paths = make_series(tmp_path / "out", 9)
    window.wait(lambda: window.last(Ready))
    ticket = window.node.send(RemoteNode("PEER", "127.0.0.1", peer.port), [str(path) for path in paths])
    queued = window.wait(lambda: window.last(Queued, ticket=ticket))
    assert reached.wait(20)
    os.kill(window.node.process_id, signal.SIGKILL)
    gate.set()
    done = window.wait(lambda: window.last(JobNow, id=queued.job, state="done"))
    assert (done.total, done.done, done.failed) == (9, 9, 0)
    assert {one.sop_instance_uid for one in heard.instances} == {read_item(str(path)).sop_instance_uid for path in paths}
    assert len(heard.instances) <= 10
    assert window.count(ObjectNow) >= 5
    window.node.change_job(queued.job, "forget")
    before = window.count(JobNow)
    window.node.list_jobs()
    window.node.stop_listening()
    window.wait(lambda: window.last(Listening))
    assert window.count(JobNow) == before


def test_what_it_did_not_say_it_queued_is_said_again_and_once(window: Window, tmp_path: Path) -> None:
    """The order and its repetition are one job."""
    window.wait(lambda: window.last(Ready))
    nobody = RemoteNode("NOBODY", "127.0.0.1", free_port())
    (path,) = make_series(tmp_path / "out", 1)
    os.kill(window.node.process_id, signal.SIGKILL)
    ticket = window.node.send(nobody, [str(path)])
    queued = window.wait(lambda: window.last(Queued, ticket=ticket))
    order = window.node
    order._unanswered[ticket] = _send(nobody, path, ticket)
    os.kill(order.process_id, signal.SIGKILL)
    window.wait(lambda: sum(isinstance(event, Queued) for event in window.events) >= 2)
    assert {event.job for event in window.events if isinstance(event, Queued)} == {queued.job}


def _send(node: RemoteNode, path: Path, ticket: str) -> Any:
    from dataclasses import asdict

    from viewer.app.node_messages import Send

    return Send(asdict(node), (str(path),), ticket)


def test_commitment_through_the_node(window: Window, tmp_path: Path) -> None:
    node = listening(window)
    paths = make_series(tmp_path / "out", 2)
    put(node, paths)
    items = [read_item(str(path)) for path in paths]
    references = [Reference(item.sop_class_uid, item.sop_instance_uid) for item in items]
    ticket = window.node.commit(node, [*references, Reference(items[0].sop_class_uid, "1.2.9")], 10)
    answer = window.wait(lambda: window.last(Committed, ticket=ticket))
    assert answer.committed == tuple(item.sop_instance_uid for item in items)
    assert answer.failed == (("1.2.9", "the peer does not have it"),)


@pytest.fixture
def archive(listen: Callable[..., Listener], tmp_path: Path) -> tuple[RemoteNode, dict[str, RemoteNode], list[Path]]:
    """Our own archive of two series, the destinations it knows, and its files."""
    nodes: dict[str, RemoteNode] = {}
    paths = [*make_series(tmp_path / "one", 6), *make_series(tmp_path / "two", 60, size=8)]
    source = FileSource(paths)
    listener = listen([QueryRetrieveService(source, nodes.get, "ARCHIVE", Caller("ARCHIVE"))], ae_title="ARCHIVE")
    return RemoteNode("ARCHIVE", "127.0.0.1", listener.port), nodes, paths


Archive = tuple[RemoteNode, dict[str, RemoteNode], list[Path]]


def test_asking_and_fetching(window: Window, archive: Archive) -> None:
    node, _, paths = archive
    window.wait(lambda: window.last(Ready))
    ticket = window.node.ask(node, Query(Level.STUDY, {"PatientName": "peer*"}))
    assert window.wait(lambda: window.last(Ended, ticket=ticket)).complete
    answers = window.last(Answers, ticket=ticket)
    assert answers is not None
    study = read_item(str(paths[0])).study_instance_uid
    assert study in {row["StudyInstanceUID"] for row in answers.rows}
    target = Target(Level.STUDY, {"StudyInstanceUID": study})
    ticket = window.node.retrieve(node, target)
    ended = window.wait(lambda: window.last(Ended, ticket=ticket))
    assert (ended.complete, ended.stored) == (True, 6)
    assert window.count(Received) == 6
    assert window.last(Fetching, ticket=ticket)
    again = window.node.retrieve(node, target)
    assert window.wait(lambda: window.last(Ended, ticket=again)).stored == 0  # all of it is here
    nowhere = window.node.ask(RemoteNode("NOBODY", "127.0.0.1", free_port()), Query(Level.STUDY))
    failed = window.wait(lambda: window.last(Ended, ticket=nowhere))
    assert "No connection to NOBODY" in failed.reason


def test_fetching_by_move(window: Window, archive: Archive) -> None:
    node, nodes, paths = archive
    node = replace(node, retrieve=RetrieveWay.MOVE)
    target = Target(Level.STUDY, {"StudyInstanceUID": read_item(str(paths[0])).study_instance_uid})
    window.wait(lambda: window.last(Ready))
    deaf = window.node.retrieve(node, target)
    assert "we do not listen" in window.wait(lambda: window.last(Ended, ticket=deaf)).reason
    nodes["NEGATOSCOPE"] = listening(window)
    ticket = window.node.retrieve(node, target)
    ended = window.wait(lambda: window.last(Ended, ticket=ticket))
    assert (ended.complete, ended.stored) == (True, 6)
    assert window.count(Received) == 6


def test_fetching_goes_on_after_a_kill_and_stops_when_told(window: Window, archive: Archive) -> None:
    node, _, paths = archive
    study = read_item(str(paths[-1])).study_instance_uid
    target = Target(Level.STUDY, {"StudyInstanceUID": study})
    window.wait(lambda: window.last(Ready))
    ticket = window.node.retrieve(node, target)
    window.wait(lambda: window.last(Received))
    os.kill(window.node.process_id, signal.SIGKILL)
    assert window.wait(lambda: window.last(Ended, ticket=ticket)).complete
    received = {event.sop_instance_uid for event in window.events if isinstance(event, Received)}
    wanted = {read_item(str(path)).sop_instance_uid for path in paths[6:]}
    assert received <= wanted
    library = Library(folders().data)
    assert set(library.peer_rows.files(sorted(wanted))) == wanted
    library.close()
    stopped = window.node.retrieve(node, Target(Level.PATIENT, {"PatientID": "P1"}, Root.PATIENT))
    window.node.stop(stopped)
    ended = window.wait(lambda: window.last(Ended, ticket=stopped))
    assert not ended.complete or ended.stored <= 6


def test_a_fetch_goes_on_after_the_whole_program_was_killed(archive: Archive) -> None:
    """Node and window end by kill -9; the next window needs to ask for nothing."""
    node, _, paths = archive
    study = read_item(str(paths[-1])).study_instance_uid
    wanted = {read_item(str(path)).sop_instance_uid for path in paths[6:]}
    program = (
        "import sys\n"
        "from viewer.app.node_process import NodeProcess\n"
        "from viewer.app.node_messages import Received\n"
        "from viewer.model.nodes import RemoteNode\n"
        "from viewer.network.query_scu import Level\n"
        "from viewer.network.retrieve_scu import Target\n"
        "node = NodeProcess(lambda event: print(isinstance(event, Received), node.process_id, flush=True))\n"
        f"node.retrieve(RemoteNode('ARCHIVE', '127.0.0.1', {node.port}), Target(Level.STUDY, {{'StudyInstanceUID': '{study}'}}))\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as parent:
        assert parent.stdout is not None
        child = next(int(line.split()[1]) for line in parent.stdout if line.startswith("True"))
        os.kill(child, signal.SIGKILL)
        parent.kill()
    second = Window()
    try:
        done = second.wait(lambda: second.last(FetchNow, state="done"))
        assert (done.total, done.missing) == (60, ())
        library = Library(folders().data)
        assert set(library.peer_rows.files(sorted(wanted))) == wanted
        library.close()
        before = second.count(FetchNow)
        second.node.give(ListJobs())
        second.wait(lambda: second.count(FetchNow) > before)
        second.node.give(ChangeFetch(done.ticket, "forget"))
    finally:
        second.node.close()


def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, threading\n"
        "from viewer.app.node_process import NodeProcess\n"
        "from viewer.app.node_messages import Ready\n"
        "ready = threading.Event()\n"
        "node = NodeProcess(lambda event: isinstance(event, Ready) and ready.set())\n"
        "assert ready.wait(30)\n"
        "print(node.process_id, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert _is_alive(child)
        parent.kill()
    for _ in range(1000):
        if not _is_alive(child):
            break
        threading.Event().wait(0.01)
    assert not _is_alive(child)


def _is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_no_qt_in_the_child(window: Window) -> None:
    listening(window)
    maps = Path(f"/proc/{window.node.process_id}/maps").read_text()
    assert "Qt6" not in maps
    assert "PySide" not in maps


def test_messages_survive_the_pipe() -> None:
    tls = TlsFiles("ca.pem", "c.pem", "k.pem", check_host=False)
    entity = ApplicationEntity("ME", 104, "", tls, (KnownCaller("A", "10.0.0.1"),), require_called_title=False)
    settings = NodeSettings(entity, query=False, private=True, peers=(RemoteNode("P", "h", 104, tls=tls),))
    order = from_line(to_line(Listen(settings_to_plain(settings))))
    assert isinstance(order, Listen)
    assert settings_from_plain(order.settings) == settings
    secret = from_line(to_line(KeepSecret("n", "geheim")))
    assert secret == KeepSecret("n", "geheim")
    assert "geheim" not in repr(secret)
    for line in (b"", b"{}", b"[]", b'{"type": "Nonsense"}', b'{"type": "Send"}', b"\xff\n", b"null"):
        assert from_line(line) is None


def test_secrets_of_the_run_come_back_after_a_kill_and_are_in_no_file(window: Window, fresh_home: Path) -> None:
    window.wait(lambda: window.last(Ready))
    window.node.keep_secret("anna@ARCHIVE", "geheimes-wort")
    os.kill(window.node.process_id, signal.SIGKILL)
    window.wait(lambda: window.count(Ready) == 2)
    listening(window)
    NodeList(folders().config / "nodes.json").put(RemoteNode("A", "h", 104))
    for path in fresh_home.rglob("*"):
        if path.is_file():
            assert b"geheimes-wort" not in path.read_bytes()
    assert b"geheimes-wort" not in Path(f"/proc/{window.node.process_id}/cmdline").read_bytes()
