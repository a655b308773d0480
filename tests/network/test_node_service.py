"""The node without a window: what it receives is in the library, routed, audited; other content under a known UID is kept apart."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.network.conftest import ours, run_tool
from tests.network.objects import make_ct, make_series, save
from tests.network.test_storage import Heard
from viewer.app.archive_list import ArchiveList
from viewer.app.folder_lock import FolderInUseError
from viewer.app.node_list import NodeList
from viewer.app.node_service import NodeEvents, NodePlaces, NodeService, NodeSettings
from viewer.library.job_store import Job, JobState
from viewer.model.nodes import ApplicationEntity, KnownCaller, RemoteNode
from viewer.model.web_archives import WebArchive
from viewer.network.audit import FILE_NAME, verify
from viewer.network.audit_message import to_xml
from viewer.network.commitment import Reference
from viewer.network.identifier import parse_keys
from viewer.network.instance_store import InstanceStore, ReceivedInstance
from viewer.network.listener import Listener
from viewer.network.query_scu import Level, Query, find
from viewer.network.requestor import Caller
from viewer.network.retrieve_scu import Target, get, move
from viewer.network.routing import RoutingRule, write_rules
from viewer.network.storage_item import read_item
from viewer.network.storage_scp import StorageService
from viewer.network.storage_scu import RetryPolicy, SendResult, send
from viewer.network.user_identity import KnownUsers, by_password
from viewer.network.verification import check_node

pytestmark = pytest.mark.network_peers


class Desk:
    """A node in folders of its own, and what it said."""

    def __init__(self, home: Path) -> None:
        self.places = NodePlaces(home / "received", home / "library", home / "config", home / "data")
        self.received: list[ReceivedInstance] = []
        self.states: list[tuple[int, JobState]] = []
        self._changed = threading.Condition()
        self.start()

    def start(self, **options: object) -> None:
        events = NodeEvents(received=self.received.append, job_changed=self._on_job)
        self.service = NodeService(self.places, "NEGATOSCOPE", events=events, **options)  # type: ignore[arg-type]

    def listen(self, **fields: object) -> RemoteNode:
        entity = ApplicationEntity(port=0, **fields)  # type: ignore[arg-type]
        return RemoteNode("NEGATOSCOPE", "127.0.0.1", self.service.listen(NodeSettings(entity)))

    def _on_job(self, job: Job) -> None:
        with self._changed:
            self.states.append((job.id, job.state))
            self._changed.notify_all()

    def wait_for_job(self, state: JobState) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: any(found is state for _, found in self.states), 20), self.states

    def audit(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.places.data / FILE_NAME).read_text().splitlines()]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "home")
    yield made
    made.service.close()


def wait_until(condition: Callable[[], bool]) -> None:
    """Of what no event tells."""
    due = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < due, "it did not come"
        threading.Event().wait(0.02)


def put(node: RemoteNode, paths: list[Path], title: str = "TESTS") -> tuple[SendResult, ...]:
    items = [read_item(str(path)) for path in paths]
    results = send(node, items, Caller(title), policy=RetryPolicy(1), wait=lambda seconds: True)
    assert all(result.is_done for result in results), results
    return results


def test_a_send_goes_where_the_list_says_now(desk: Desk, listen: Callable[..., Listener], tmp_path: Path) -> None:
    """Queued with an address that was wrong or has changed since; with the one it was queued with once the list has none."""
    heard = Heard()
    peer = listen([StorageService(InstanceStore(tmp_path / "peer", heard))], ae_title="READER")
    right = RemoteNode("READER", "127.0.0.1", peer.port, name="Reading room")
    wrong = replace(right, port=1)
    paths = [str(path) for path in make_series(tmp_path / "out", 4)]
    nodes = NodeList(desk.places.node_list)
    nodes.put(right)
    desk.service.jobs.add(wrong, paths[:2])
    desk.wait_for_job(JobState.DONE)
    assert len(heard.instances) == 2
    nodes.remove("Reading room")
    desk.states.clear()
    desk.service.jobs.add(right, paths[2:3])
    desk.wait_for_job(JobState.DONE)
    ArchiveList(desk.places.config / "archives.json").put(WebArchive("http://127.0.0.1:1/", name="Reading room"))
    desk.states.clear()
    desk.service.jobs.add(right, paths[3:])  # something else has its name now
    desk.wait_for_job(JobState.DONE)
    assert len(heard.instances) == 4


def test_rules_that_another_program_writes_hold_at_once(desk: Desk, listen: Callable[..., Listener], tmp_path: Path) -> None:
    heard = Heard()
    peer = listen([StorageService(InstanceStore(tmp_path / "peer", heard))], ae_title="READER")
    NodeList(desk.places.node_list).put(RemoteNode("READER", "127.0.0.1", peer.port))
    node = desk.listen()
    write_rules(desk.places.rules, [RoutingRule("all", ("READER",))])

    def is_forwarded() -> bool:
        put(node, make_series(tmp_path / f"out{len(list(tmp_path.iterdir()))}", 1))
        return bool(desk.service.jobs.jobs())

    wait_until(is_forwarded)
    desk.wait_for_job(JobState.DONE)
    assert heard.instances


def test_received_is_found_fetched_moved_and_committed(desk: Desk, listen: Callable[..., Listener], tmp_path: Path) -> None:
    node = desk.listen()
    paths = make_series(tmp_path / "out", 5)
    put(node, paths)
    items = [read_item(str(path)) for path in paths]
    study = items[0].study_instance_uid
    (answer,) = find(node, Query(Level.STUDY, parse_keys(["PatientName=peer*", "SOPClassesInStudy"])), Caller("TESTS"))
    assert (answer["StudyInstanceUID"], answer["NumberOfStudyRelatedInstances"]) == (study, "5")
    assert answer["SOPClassesInStudy"] == items[0].sop_class_uid
    fetched = get(node, Target(Level.STUDY, {"StudyInstanceUID": study}), InstanceStore(tmp_path / "got"), Caller("TESTS"))
    assert fetched.is_complete
    assert len(fetched.received) == 5
    heard = Heard()
    other = listen([StorageService(InstanceStore(tmp_path / "other", heard))], ae_title="READER")
    NodeList(desk.places.node_list).put(RemoteNode("READER", "127.0.0.1", other.port))
    moved = move(node, Target(Level.STUDY, {"StudyInstanceUID": study}), "READER", Caller("TESTS"))
    assert moved.is_complete
    assert len(heard.instances) == 5
    references = [Reference(item.sop_class_uid, item.sop_instance_uid) for item in items]
    result = desk.service.commit_at(node, [*references, Reference(items[0].sop_class_uid, "1.2.9")], 10)
    assert [one.sop_instance_uid for one in result.committed] == [item.sop_instance_uid for item in items]
    assert [reason for _, reason in result.failed] == [0x0112]


def test_a_restart_finds_all_again_and_what_the_index_lost(desk: Desk, tmp_path: Path) -> None:
    put(desk.listen(), make_series(tmp_path / "out", 3))
    desk.service.close()
    for left in desk.places.library.iterdir():
        left.unlink()
    stray = desk.places.received / "incoming" / "left.part"
    stray.write_bytes(b"half")
    desk.start()
    node = desk.listen()

    def counts() -> list[str]:
        return [answer["NumberOfStudyRelatedInstances"] for answer in find(node, Query(Level.STUDY), Caller("TESTS"))]

    wait_until(lambda: counts() == ["3"])
    assert not stray.exists()


def test_other_content_is_kept_apart_and_shown(desk: Desk, tmp_path: Path) -> None:
    node = desk.listen()
    first = save(make_ct(1, uid="1.2.3", study="1.2", series="1.2.1"), tmp_path / "a.dcm")
    second = save(make_ct(2, uid="1.2.3", study="1.2", series="1.2.1"), tmp_path / "b.dcm")
    for path in (first, second, first):
        put(node, [path])
    assert [(one.copy, one.is_known) for one in desk.received] == [(0, False), (1, False), (0, True)]
    assert len({one.path for one in desk.received}) == 2
    copies = desk.service.library.instances("1.2.1")
    assert [one.copy for one in copies] == [0, 1]
    (got,) = get(node, Target(Level.STUDY, {"StudyInstanceUID": "1.2"}), InstanceStore(tmp_path / "got"), Caller("TESTS")).received
    item = read_item(got.path)
    assert Path(got.path).read_bytes()[item.offset :] == first.read_bytes()[read_item(str(first)).offset :]


def test_rules_forward_once_and_never_back(desk: Desk, listen: Callable[..., Listener], tmp_path: Path) -> None:
    heard = Heard()
    archive = listen([StorageService(InstanceStore(tmp_path / "archive", heard))], ae_title="ARCHIVE")
    NodeList(desk.places.node_list).put(RemoteNode("ARCHIVE", "127.0.0.1", archive.port, name="Main archive"))
    rule = {"name": "thorax", "to": ["main archive", "unknown"], "keys": {"SeriesDescription": "*thorax*"}}
    desk.places.rules.write_text(json.dumps({"rules": [rule]}))
    node = desk.listen()
    wanted = make_series(tmp_path / "thorax", 6, SeriesDescription="Thorax native")
    put(node, [*wanted, *make_series(tmp_path / "head", 2, SeriesDescription="Head")])
    put(node, wanted)
    put(node, make_series(tmp_path / "back", 2, SeriesDescription="thorax"), "ARCHIVE")
    desk.wait_for_job(JobState.DONE)
    wait_until(lambda: len(heard.instances) >= 6 and all(job.state is JobState.DONE for job in desk.service.jobs.jobs()))
    assert {one.sop_instance_uid for one in heard.instances} == {read_item(str(path)).sop_instance_uid for path in wanted}
    assert len(heard.instances) == 6
    assert {job.origin for job in desk.service.jobs.jobs()} == {"rule thorax"}


def test_what_a_kill_left_before_its_routing_is_forwarded_when_it_comes_again(
    desk: Desk, listen: Callable[..., Listener], tmp_path: Path
) -> None:
    """It has a file, and the index found it at the next start; nobody was told of success before, so it comes again."""
    heard = Heard()
    archive = listen([StorageService(InstanceStore(tmp_path / "archive", heard))], ae_title="ARCHIVE")
    NodeList(desk.places.node_list).put(RemoteNode("ARCHIVE", "127.0.0.1", archive.port))
    desk.places.rules.write_text('{"rules": [{"name": "all", "to": ["ARCHIVE"], "keys": {}}]}')
    paths = make_series(tmp_path / "out", 3)
    desk.service.close()
    put(ours(listen([StorageService(InstanceStore(desk.places.received))])), paths)  # files, and nothing else
    desk.start()
    node = desk.listen()
    uids = [read_item(str(path)).sop_instance_uid for path in paths]
    wait_until(lambda: len(desk.service.library.peer_rows.files(uids)) == 3)
    assert heard.instances == []
    for _ in range(2):  # the second time they are known
        put(node, paths)
    wait_until(lambda: len(heard.instances) >= 3 and all(job.state is JobState.DONE for job in desk.service.jobs.jobs()))
    assert sorted(one.sop_instance_uid for one in heard.instances) == sorted(uids)


def test_the_audit_trail_says_who_did_what(desk: Desk, tmp_path: Path) -> None:
    node = desk.listen(callers=(KnownCaller("TESTS"),))
    paths = make_series(tmp_path / "out", 4, PatientName="Secret^Person", PatientID="SECRETID")
    put(node, paths)
    study = read_item(str(paths[0])).study_instance_uid
    list(find(node, Query(Level.STUDY, parse_keys(["PatientName=SECRET*"])), Caller("TESTS")))
    get(node, Target(Level.STUDY, {"StudyInstanceUID": study}), InstanceStore(tmp_path / "got"), Caller("TESTS"))
    run_tool("echoscu", "-aet", "STRANGER", "-aec", "NEGATOSCOPE", "127.0.0.1", node.port)
    desk.service.close()
    lines = desk.audit()
    by_event = {str(line["event"]): line for line in lines}
    assert lines[0]["event"] == "APPLICATION_START"
    assert lines[-1]["event"] == "APPLICATION_STOP"
    received = by_event["INSTANCES_RECEIVED"]
    assert (received["studies"], received["peer_title"], received["peer_address"]) == ({study: 4}, "TESTS", "127.0.0.1")
    assert by_event["INSTANCES_SENT"]["studies"] == {study: 4}
    assert by_event["QUERY"]["detail"] == "find IMAGE"
    refused = by_event["CALL_REFUSED"]
    assert (refused["peer_title"], refused["detail"], refused["outcome"]) == ("STRANGER", "calling title", 4)
    assert verify(desk.places.data) == ()
    assert "secret" not in (desk.places.data / FILE_NAME).read_text().lower()
    desk.start()


def test_the_audit_trail_says_which_user_called(desk: Desk, tmp_path: Path) -> None:
    desk.service.close()
    desk.start(users=KnownUsers({"anna": "geheim"}.get))
    node = desk.listen()
    for identity in (by_password("anna", "geheim"), by_password("anna", "falsch"), by_password("berta\n", "x"), None):
        check_node(node, Caller("TESTS", identity=identity))
    desk.service.close()
    logins = [(line.get("user"), line["outcome"]) for line in desk.audit() if line["event"] == "LOGIN"]
    assert logins == [("anna", 0), ("anna", 4), ("berta ", 4), (None, 4)]
    text = (desk.places.data / FILE_NAME).read_text()
    assert "geheim" not in text
    assert "falsch" not in text
    (line,) = [one for one in text.splitlines() if "LOGIN" in one and '"outcome":0' in one]
    assert b'UserID="anna" UserIsRequestor="true"' in to_xml(line.encode(), "here")
    desk.start()


def test_one_node_for_one_folder(desk: Desk) -> None:
    with pytest.raises(FolderInUseError):
        NodeService(desk.places, "SECOND")
