"""An archive that lies, floods, stalls and cuts while we query and retrieve: nothing wrong is kept, everything ends in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from struct import pack

import pytest
from pydicom import dcmread

from tests.network.conftest import ours
from tests.network.objects import CT, make_ct, make_series, save
from viewer.model.nodes import NodeTimeouts, RemoteNode
from viewer.network import association_pdu as pdus
from viewer.network.association import Association
from viewer.network.association_pdu import ProposedContext
from viewer.network.command_set import HAS_DATA_SET, NO_DATA_SET, CommandField, CommandSet, encode_command
from viewer.network.dimse_message import Context, DataConsumer, DimseMessage
from viewer.network.errors import NetworkError, ProtocolError
from viewer.network.identifier import encode_identifier
from viewer.network.instance_store import InstanceStore
from viewer.network.limits import Limits
from viewer.network.listener import Listener
from viewer.network.query_scu import GET, Level, Query, Root, find
from viewer.network.requestor import Caller
from viewer.network.retrieve_scu import RetrieveResult, Target, get
from viewer.network.storage_item import StorageItem, read_item
from viewer.network.storage_scu import send_item

pytestmark = pytest.mark.network_peers
STUDY = "1.2.77"
TARGET = Target(Level.STUDY, {"StudyInstanceUID": STUDY})
CALLER = Caller("HONEST", Limits(largest_object=4 * 2**20, largest_identifier=2**20, largest_inflated=2**24))
Play = Callable[["Talk"], None]


class Talk:
    """One request of ours, from the archive's side."""

    def __init__(self, association: Association, request: DimseMessage, items: list[StorageItem]) -> None:
        self.association, self.request, self.items = association, request, items
        self.message_id = request.command.message_id or 0

    def answer(self, status: int, data: bytes = b"", **fields: object) -> None:
        command = CommandSet(
            self.request.command.command_field | 0x8000,
            affected_sop_class_uid=self.request.command.affected_sop_class_uid,
            message_id_being_responded_to=self.message_id,
            command_data_set_type=HAS_DATA_SET if data else NO_DATA_SET,
            status=status,
        )
        self.association.send(self.request.context, replace(command, **fields), data)  # type: ignore[arg-type]

    def entry(self, **keys: str) -> bytes:
        return encode_identifier({"QueryRetrieveLevel": "STUDY", **keys}, self.request.context.transfer_syntax)

    def store(self, item: StorageItem) -> None:
        send_item(self.association, item)

    def store_bytes(self, data: bytes, *, class_uid: str = CT, uid: str = "1.2.77.1.1") -> None:
        context = self.association.contexts(CT)[0]
        command = CommandSet(
            CommandField.C_STORE_RQ,
            affected_sop_class_uid=class_uid,
            affected_sop_instance_uid=uid,
            message_id=self.association.next_message_id(),
            priority=0,
            command_data_set_type=HAS_DATA_SET,
        )
        self.association.send(context, command, data)
        self.association.receive()

    def raw(self, data: bytes) -> None:
        self.association._connection.send(data, 5)


class Archive:
    """A service that takes every context and plays a script at the first request of each association."""

    def __init__(self, play: Play, items: list[StorageItem]) -> None:
        self._play, self._items = play, items

    def choose(self, context: ProposedContext, as_scp_of_peer: bool) -> str | None:
        return context.transfer_syntaxes[0]

    def consumer(self, association: Association, context: Context, command: CommandSet) -> DataConsumer | None:
        return None

    def serve(self, association: Association, request: DimseMessage) -> None:
        self._play(Talk(association, request, self._items))


@pytest.fixture
def items(tmp_path: Path) -> list[StorageItem]:
    """Three slices of the study that is asked for, then one of another."""
    own = make_series(tmp_path / "own", 3)
    for number, path in enumerate(own):
        dataset = dcmread(path)
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.SOPInstanceUID = STUDY, f"{STUDY}.1", f"{STUDY}.1.{number + 1}"
        save(dataset, path)
    other = save(make_ct(study="1.2.99", uid="1.2.99.1.1"), tmp_path / "other.dcm")
    return [read_item(str(path)) for path in (*own, other)]


def node(listener: Listener, play: Play | None = None) -> RemoteNode:
    """Who is kept waiting waits two seconds; all others longer than a busy machine takes for what is done at once."""
    seconds = 2.0 if play in (silent, stalls_after_one) else 30.0
    return replace(ours(listener), timeouts=NodeTimeouts(connect=30, association=30, response=seconds, move=seconds))


# C-FIND


def endless(talk: Talk) -> None:
    for number in range(100_000):
        talk.answer(0xFF00, talk.entry(StudyInstanceUID=f"1.{number}"))


def ignores_keys(talk: Talk) -> None:
    for number in range(5):
        talk.answer(0xFF00, talk.entry(StudyInstanceUID=f"1.{number}", PatientID="SOMEBODY"))
    talk.answer(0)


def half_identifier(talk: Talk) -> None:
    talk.answer(0xFF00, talk.entry(StudyInstanceUID="1.2.3")[:-3])


def deep_identifier(talk: Talk) -> None:
    talk.answer(0xFF00, pack("<HHI", 0x0008, 0x1140, 0xFFFFFFFF) * 1 + pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF) * 5000)


def huge_identifier(talk: Talk) -> None:
    talk.answer(0xFF00, bytes(3 * 2**20))


def million_elements(talk: Talk) -> None:
    talk.answer(0xFF00, pack("<HH2sH", 0x0010, 0x0010, b"PN", 0) * 100_000)


def another_message(talk: Talk) -> None:
    talk.answer(0, message_id_being_responded_to=4711)


def another_operation(talk: Talk) -> None:
    talk.answer(0, command_field=CommandField.C_ECHO_RSP)


def a_request_instead(talk: Talk) -> None:
    talk.answer(0, command_field=CommandField.C_FIND_RQ)


def no_status(talk: Talk) -> None:
    talk.answer(0, status=None)


def silent(talk: Talk) -> None:
    """Until the other side leaves."""
    while talk.association.is_open:
        talk.association.is_cancelled(talk.message_id)
        threading.Event().wait(0.01)


def releases(talk: Talk) -> None:
    talk.association.release()


def aborts(talk: Talk) -> None:
    talk.association.abort()


def data_first(talk: Talk) -> None:
    talk.raw(pack(">BxIIBB", pdus.P_DATA_TF, 16, 12, talk.request.context.context_id, 2) + bytes(10))


def garbage(talk: Talk) -> None:
    talk.raw(b"HTTP/1.1 200 OK\r\n\r\n")


def four_gigabytes(talk: Talk) -> None:
    talk.raw(b"\x04\x00\xff\xff\xff\xf0" + bytes(1000))


def failure_status(talk: Talk) -> None:
    talk.answer(0xC001)


FIND_PLAYS = [
    half_identifier, deep_identifier, huge_identifier, million_elements, another_message, another_operation, a_request_instead,
    no_status, silent, releases, aborts, data_first, garbage, four_gigabytes, failure_status,
]  # fmt: skip


@pytest.mark.parametrize("play", FIND_PLAYS, ids=lambda play: play.__name__)
def test_a_query_ends_with_a_sentence(
    listen: Callable[..., Listener], items: list[StorageItem], play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("viewer.network.query_scu._CANCEL_SECONDS", 0.3)  # who is given up says nothing more
    listener = listen([Archive(play, items)])
    began = time.monotonic()
    with pytest.raises(NetworkError) as error:
        list(find(node(listener, play), Query(Level.STUDY), CALLER))
    assert str(error.value.reason)
    assert time.monotonic() - began < 20


def test_an_endless_answer_is_cut_at_the_limit(listen: Callable[..., Listener], items: list[StorageItem]) -> None:
    listener = listen([Archive(endless, items)])
    began = time.monotonic()
    assert len(list(find(node(listener), Query(Level.STUDY, limit=50), CALLER))) == 50
    assert time.monotonic() - began < 20


def test_answers_nobody_asked_for_are_left_out(listen: Callable[..., Listener], items: list[StorageItem]) -> None:
    listener = listen([Archive(ignores_keys, items)])
    assert list(find(node(listener), Query(Level.STUDY, {"PatientID": "P1"}), CALLER)) == []


# C-GET: the archive does not answer C-FIND, so nothing is known of what is to come


def only_get(play: Play) -> Play:
    def run(talk: Talk) -> None:
        if talk.request.context.abstract_syntax == GET[Root.STUDY]:
            play(talk)
        else:
            talk.answer(0xA700)

    return run


def sends_all_and_another(talk: Talk) -> None:
    for item in talk.items:
        talk.store(item)
    talk.answer(0, number_of_completed_suboperations=4, number_of_failed_suboperations=0)


def wrong_uid(talk: Talk) -> None:
    data = Path(talk.items[0].path).read_bytes()[talk.items[0].offset :]
    talk.store_bytes(data, uid="1.2.77.1.9")
    talk.answer(0, number_of_completed_suboperations=1)


def wrong_class(talk: Talk) -> None:
    data = Path(talk.items[0].path).read_bytes()[talk.items[0].offset :]
    talk.store_bytes(data, class_uid="1.2.840.10008.5.1.4.1.1.4")
    talk.answer(0, number_of_completed_suboperations=1)


def path_as_uid(talk: Talk) -> None:
    talk.store_bytes(b"\x08\0\x16\0UI\x04\x001.2\0\x08\0\x18\0UI\x0c\0../../../../x", uid="../../../../x")
    talk.answer(0, number_of_completed_suboperations=1)


def half_object(talk: Talk) -> None:
    data = Path(talk.items[0].path).read_bytes()[talk.items[0].offset :]
    talk.store_bytes(data[:40])
    talk.answer(0, number_of_completed_suboperations=1)


def oversized(talk: Talk) -> None:
    talk.store_bytes(bytes(6 * 2**20))


def says_more_than_it_sends(talk: Talk) -> None:
    talk.store(talk.items[0])
    talk.answer(0xB000, number_of_completed_suboperations=3, number_of_failed_suboperations=2)


def cuts_in_the_middle(talk: Talk) -> None:
    talk.store(talk.items[0])
    context = talk.association.contexts(CT)[0]
    command = CommandSet(
        CommandField.C_STORE_RQ, affected_sop_class_uid=CT, affected_sop_instance_uid="1.2.77.1.2", message_id=9, priority=0,
        command_data_set_type=HAS_DATA_SET,
    )  # fmt: skip
    body = encode_command(command)
    talk.raw(pack(">BxIIBB", pdus.P_DATA_TF, len(body) + 6, len(body) + 2, context.context_id, 3) + body)
    talk.raw(pack(">BxIIBB", pdus.P_DATA_TF, 5000, 4996, context.context_id, 0) + bytes(100))
    talk.association.cut()


def other_content_twice(talk: Talk) -> None:
    item = talk.items[0]
    data = bytearray(Path(item.path).read_bytes()[item.offset :])
    talk.store(item)
    data[-1] ^= 1
    talk.store_bytes(bytes(data), uid=item.sop_instance_uid)
    talk.answer(0, number_of_completed_suboperations=2)


def stalls_after_one(talk: Talk) -> None:
    talk.store(talk.items[0])
    silent(talk)


# play: (UIDs that are kept, complete, refused)
GET_PLAYS: list[tuple[Play, set[str], bool, int]] = [
    (sends_all_and_another, {"1.2.77.1.1", "1.2.77.1.2", "1.2.77.1.3"}, False, 1),
    (wrong_uid, set(), False, 1),
    (wrong_class, set(), False, 1),
    (path_as_uid, set(), False, 1),
    (half_object, set(), False, 1),
    (says_more_than_it_sends, {"1.2.77.1.1"}, False, 0),
    (cuts_in_the_middle, {"1.2.77.1.1"}, False, 0),
    (stalls_after_one, {"1.2.77.1.1"}, False, 0),
    (other_content_twice, {"1.2.77.1.1"}, True, 0),
]


@pytest.mark.parametrize(("play", "kept", "complete", "refused"), GET_PLAYS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_retrieve_keeps_only_what_is_right(
    listen: Callable[..., Listener],
    items: list[StorageItem],
    tmp_path: Path,
    play: Play,
    kept: set[str],
    complete: bool,
    refused: int,
) -> None:
    listener = listen([Archive(only_get(play), items)])
    store = InstanceStore(tmp_path / "store")
    began = time.monotonic()
    result = retrieve(node(listener, play), store)
    assert time.monotonic() - began < 20
    assert {one.sop_instance_uid for one in result.received} == kept
    assert (result.is_complete, result.refused) == (complete, refused)
    files = [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert all(path.suffix == ".dcm" for path in files)
    assert {read_item(str(path)).sop_instance_uid for path in files} == kept
    assert [path.name for path in tmp_path.iterdir() if path.name not in ("own", "other.dcm", "store", "negatoscope-home")] == []


def retrieve(peer: RemoteNode, store: InstanceStore) -> RetrieveResult:
    return get(peer, TARGET, store, CALLER)


def test_an_object_over_the_limit_ends_it(listen: Callable[..., Listener], items: list[StorageItem], tmp_path: Path) -> None:
    listener = listen([Archive(only_get(oversized), items)])
    store = InstanceStore(tmp_path / "store")
    with pytest.raises(ProtocolError, match="too large"):
        retrieve(node(listener), store)
    assert [path for path in (tmp_path / "store").rglob("*") if path.is_file()] == []


def test_a_peer_that_does_not_stop_is_left(
    listen: Callable[..., Listener], items: list[StorageItem], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on with its objects after C-CANCEL, and tells nothing else."""
    monkeypatch.setattr("viewer.network.retrieve_scu._LAST_WORD", 0.3)

    def deaf(talk: Talk) -> None:
        while talk.association.is_open:
            talk.store(talk.items[0])
            talk.association.is_cancelled(talk.message_id)

    listener = listen([Archive(only_get(deaf), items)])
    stored: list[int] = []
    caller = replace(CALLER, stop=lambda: len(stored) >= 3)
    began = time.monotonic()
    result = get(
        node(listener), TARGET, InstanceStore(tmp_path / "store"), caller, progress=lambda operations, count: stored.append(count)
    )
    assert not result.is_complete
    assert time.monotonic() - began < 20


def test_there_are_twenty_five_behaviours() -> None:
    assert len(FIND_PLAYS) + len(GET_PLAYS) + 3 >= 25


def test_a_cut_at_ten_points_resumes_without_duplicates(listen: Callable[..., Listener], tmp_path: Path) -> None:
    """500 instances; the association is cut ten times; every time the rest alone is asked for."""
    from tests.network.archive_source import FileSource
    from viewer.network.query_retrieve_scp import QueryRetrieveService

    paths = make_series(tmp_path / "many", 500, size=8)
    source = FileSource(paths)
    listener = listen([QueryRetrieveService(source, lambda title: None, "NEGATOSCOPE", Caller("NEGATOSCOPE"))])
    study = read_item(str(paths[0])).study_instance_uid
    target = Target(Level.STUDY, {"StudyInstanceUID": study})
    store = InstanceStore(tmp_path / "store", durable=False)
    have: set[str] = set()
    arrived = 0
    for number in range(11):
        cut_at = 40 + number if number < 10 else 10_000

        def progress(operations: object, stored: int, cut_at: int = cut_at) -> None:
            if stored >= cut_at:
                raise ConnectionCutError

        try:
            result = get(ours(listener), target, store, Caller("TESTS"), have=frozenset(have), progress=progress)
            received = {one.sop_instance_uid for one in result.received}
        except ConnectionCutError:
            received = {read_item(str(path)).sop_instance_uid for path in store.folder.rglob("*.dcm")} - have
        arrived += len(received)
        have |= received
    assert len(have) == 500
    assert arrived == 500
    assert len(list(store.folder.rglob("*.dcm"))) == 500


class ConnectionCutError(Exception):
    """The test breaks the association off where it is."""
