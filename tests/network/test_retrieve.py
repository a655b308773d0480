"""C-GET and C-MOVE as user with DCMTK's archive and Orthanc; Query/Retrieve as provider with DCMTK's tools and with ourselves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from pydicom import dcmread

from tests.network.archive_source import FileSource
from tests.network.conftest import Peer, StartPeer, free_port, ours, run_tool
from tests.network.objects import make_ct, save
from tests.network.qr_archive import start_dcmqrscp, start_orthanc
from viewer.model.nodes import RemoteNode
from viewer.network.errors import CancelledError
from viewer.network.identifier import Identifier, parse_keys
from viewer.network.instance_store import InstanceStore
from viewer.network.listener import Listener
from viewer.network.query_retrieve_scp import QueryRequest, QueryRetrieveService
from viewer.network.query_scu import Level, Query, Root, find
from viewer.network.requestor import Caller
from viewer.network.retrieve_scu import SubOperations, Target, get, list_instances, move
from viewer.network.storage_item import StorageItem, read_item
from viewer.network.storage_scp import StorageService
from viewer.network.storage_scu import RetryPolicy, send

pytestmark = pytest.mark.network_peers
STUDY = "1.2.77"


@pytest.fixture
def objects(tmp_path: Path) -> list[Path]:
    """Two studies of one patient; the first has two series of 6 and 4 slices."""
    folder = tmp_path / "objects"
    folder.mkdir()
    paths = []
    for study, series, count in ((STUDY, "1", 6), (STUDY, "2", 4), ("1.2.78", "1", 2)):
        for number in range(1, count + 1):
            uid = f"{study}.{series}"
            dataset = make_ct(number, study=study, series=uid, uid=f"{uid}.{number}", PatientName="Müller^Jörg", StudyID="7")
            dataset.SpecificCharacterSet, dataset.StudyTime, dataset.AccessionNumber = "ISO_IR 192", "101500", "A7"
            dataset.SeriesNumber = int(series)
            paths.append(save(dataset, folder / f"{len(paths)}.dcm"))
    return paths


def put(peer: Peer, paths: list[Path], caller: Caller) -> None:
    items = [read_item(str(path)) for path in paths]
    results = send(peer.node, items, caller, policy=RetryPolicy(1), wait=lambda seconds: True)
    assert all(result.is_done for result in results), results


def content(folder: Path) -> set[bytes]:
    return {dcmread(path).pixel_array.tobytes() for path in folder.rglob("*.dcm")}


def pixels(paths: list[Path]) -> set[bytes]:
    return {dcmread(path).pixel_array.tobytes() for path in paths}


ARCHIVES = pytest.mark.parametrize("start", [start_dcmqrscp, start_orthanc], ids=["dcmqrscp", "orthanc"])


@ARCHIVES
def test_we_get_a_study(
    start: Callable[..., Peer], start_peer: StartPeer, objects: list[Path], tmp_path: Path, caller: Caller
) -> None:
    archive = start(start_peer, tmp_path / "archive")
    put(archive, objects, caller)
    told: list[tuple[SubOperations, int]] = []
    store = InstanceStore(tmp_path / "store")
    target = Target(Level.STUDY, {"StudyInstanceUID": STUDY})
    result = get(archive.node, target, store, caller, progress=lambda operations, stored: told.append((operations, stored)))
    assert result.is_complete
    assert {instance.study_instance_uid for instance in result.received} == {STUDY}
    assert content(store.folder) == pixels(objects[:10])
    assert told[-1][1] == 10
    # what is here does not come again
    have = frozenset(instance.sop_instance_uid for instance in result.received[:7])
    again = get(archive.node, target, InstanceStore(tmp_path / "second"), caller, have=have)
    assert again.is_complete
    assert len(again.received) == 3
    nothing = get(archive.node, target, store, caller, have=frozenset(instance.sop_instance_uid for instance in result.received))
    assert nothing.is_complete
    assert not nothing.received


@ARCHIVES
def test_we_move_a_series(
    start: Callable[..., Peer],
    start_peer: StartPeer,
    listen: Callable[..., Listener],
    objects: list[Path],
    tmp_path: Path,
    caller: Caller,
) -> None:
    store = InstanceStore(tmp_path / "store")
    listener = listen([StorageService(store)])
    archive = start(start_peer, tmp_path / "archive", {"NEGATOSCOPE": listener.port})
    put(archive, objects, caller)
    target = Target(Level.SERIES, {"StudyInstanceUID": STUDY, "SeriesInstanceUID": f"{STUDY}.2"})
    told: list[SubOperations] = []
    result = move(archive.node, target, "NEGATOSCOPE", caller, told.append)
    assert result.is_complete
    assert result.operations.completed == 4
    assert content(store.folder) == pixels(objects[6:10])
    unknown = move(archive.node, target, "NOBODY", caller)
    assert not unknown.is_complete


def test_a_compressed_original_is_asked_for_as_it_is(start_peer: StartPeer, samples: Path, tmp_path: Path, caller: Caller) -> None:
    archive = start_orthanc(start_peer, tmp_path / "archive")
    path = next(samples.glob("pydicom+pydicom/**/JPEG2000.dcm"))
    put(archive, [path], caller)
    store = InstanceStore(tmp_path / "store")
    result = get(archive.node, Target(Level.STUDY, {"StudyInstanceUID": str(dcmread(path).StudyInstanceUID)}), store, caller)
    assert result.is_complete
    (instance,) = result.received
    assert instance.transfer_syntax_uid == read_item(str(path)).transfer_syntax_uid
    assert dcmread(instance.path).PixelData == dcmread(path).PixelData


# As provider


@pytest.fixture
def provider(listen: Callable[..., Listener], objects: list[Path], caller: Caller) -> tuple[Listener, dict[str, RemoteNode]]:
    """Our archive of `objects`, and the destinations it knows."""
    nodes: dict[str, RemoteNode] = {}
    return listen([QueryRetrieveService(FileSource(objects), nodes.get, "NEGATOSCOPE", caller)]), nodes


Provider = tuple[Listener, dict[str, RemoteNode]]


def test_findscu_asks_us(provider: Provider, tmp_path: Path) -> None:
    done = run_tool(
        "findscu", "-S", "-aec", "NEGATOSCOPE", "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID", "-k", "PatientName=M*",
        "-k", "SpecificCharacterSet=ISO_IR 192", "-k", "StudyDate=20260101-", "-k", "NumberOfStudyRelatedInstances", "-X",
        "-od", tmp_path, "127.0.0.1", provider[0].port,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers = [dcmread(path, force=True) for path in sorted(tmp_path.glob("rsp*.dcm"))]
    assert {answer.StudyInstanceUID for answer in answers} == {STUDY, "1.2.78"}
    assert all(str(answer.PatientName) == "Müller^Jörg" for answer in answers)
    assert all("NumberOfStudyRelatedInstances" in answer and answer.RetrieveAETitle == "NEGATOSCOPE" for answer in answers)


def test_getscu_gets_from_us(provider: Provider, objects: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "got"
    folder.mkdir()
    done = run_tool(
        "getscu", "-S", "-aec", "NEGATOSCOPE", "-od", folder, "-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={STUDY}",
        "127.0.0.1", provider[0].port,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert {dcmread(path).pixel_array.tobytes() for path in folder.iterdir()} == pixels(objects[:10])


def test_movescu_moves_from_us(provider: Provider, storescp: Callable[..., Peer], objects: list[Path]) -> None:
    listener, nodes = provider
    peer = storescp()
    nodes["STORESCP"] = peer.node
    arguments = ("-S", "-aec", "NEGATOSCOPE", "-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={STUDY}")
    done = run_tool("movescu", *arguments, "-aem", "STORESCP", "127.0.0.1", listener.port)
    assert done.returncode == 0, done.stderr
    assert {dcmread(path).pixel_array.tobytes() for path in peer.folder.iterdir()} == pixels(objects[:10])
    unknown = run_tool("movescu", *arguments, "-aem", "STRANGER", "127.0.0.1", listener.port)
    assert "MoveDestinationUnknown" in unknown.stderr + unknown.stdout


def test_a_destination_that_is_down_is_a_failed_move(provider: Provider, caller: Caller) -> None:
    listener, nodes = provider
    nodes["DOWN"] = RemoteNode("DOWN", "127.0.0.1", free_port())
    result = move(ours(listener), Target(Level.STUDY, {"StudyInstanceUID": STUDY}), "DOWN", caller)
    assert (result.status, result.operations.failed, result.is_complete) == (0xA702, 10, False)


def test_we_get_from_ourselves_and_stop_in_the_middle(provider: Provider, tmp_path: Path) -> None:
    listener, _ = provider
    store = InstanceStore(tmp_path / "store")
    stop: list[bool] = []
    caller = Caller("TESTS", stop=lambda: bool(stop))

    def progress(operations: SubOperations, stored: int) -> None:
        if stored == 3:
            stop.append(True)

    result = get(ours(listener), Target(Level.STUDY, {"StudyInstanceUID": STUDY}), store, caller, progress=progress)
    assert not result.is_complete
    assert 3 <= len(result.received) < 10
    assert len(result.missing) == 10 - len(result.received)
    rest = get(
        ours(listener),
        Target(Level.STUDY, {"StudyInstanceUID": STUDY}),
        store,
        Caller("TESTS"),
        have=frozenset(instance.sop_instance_uid for instance in result.received),
    )
    assert rest.is_complete
    assert len(rest.received) + len(result.received) == 10


def test_relational_queries_are_granted_and_hierarchy_is_asked_for(provider: Provider, caller: Caller) -> None:
    node = ours(provider[0])
    series = list(find(node, Query(Level.SERIES, parse_keys(["Modality=CT"]), relational=True), caller))
    assert len(series) == 3
    from viewer.network.errors import RefusedError

    with pytest.raises(RefusedError):
        list(find(node, Query(Level.SERIES, parse_keys(["Modality=CT"])), caller))


def test_names_match_in_any_case_and_with_or_without_accents(provider: Provider, caller: Caller) -> None:
    node = ours(provider[0])
    for key in ("PatientName=müller*", "PatientName=MULLER^JORG", "PatientName=*jörg"):
        assert len(list(find(node, Query(Level.STUDY, parse_keys([key])), caller))) == 2
    assert len(list(find(node, Query(Level.PATIENT, parse_keys(["PatientName=M?ller*"]), Root.PATIENT), caller))) == 1
    assert not list(find(node, Query(Level.STUDY, parse_keys(["PatientName=Mueller*"])), caller))


class Barren:
    """A source in which nothing matches, without end."""

    def __init__(self) -> None:
        self.began, self.was_left = threading.Event(), threading.Event()

    def find(self, request: QueryRequest) -> Iterator[Identifier]:
        try:
            while True:
                self.began.set()
                yield {"PatientName": "Other", "StudyInstanceUID": "1.2"}
        finally:
            self.was_left.set()

    def instances(self, request: QueryRequest) -> Sequence[StorageItem]:
        return ()


def test_a_search_that_finds_nothing_can_be_cancelled(listen: Callable[..., Listener]) -> None:
    source = Barren()
    traced: list[str] = []
    service = QueryRetrieveService(source, lambda title: None, "NEGATOSCOPE", Caller("NEGATOSCOPE"))
    node = ours(listen([service]))
    caller = Caller("TESTS", stop=source.began.is_set, trace=traced.append)
    with pytest.raises(CancelledError):
        list(find(node, Query(Level.STUDY, parse_keys(["PatientName=Doe"])), caller))
    assert source.was_left.wait(20)
    assert "association aborted by us" in traced  # by `find`, after the peer's FE00: not before
    assert source.was_left.is_set()


def test_instances_are_listed_level_by_level(provider: Provider, caller: Caller) -> None:
    rows = list_instances(ours(provider[0]), Target(Level.STUDY, {"StudyInstanceUID": STUDY}), caller)
    assert len({str(row["SOPInstanceUID"]) for row in rows}) == 10


def test_what_nobody_asked_for_is_not_stored(listen: Callable[..., Listener], objects: list[Path], tmp_path: Path) -> None:
    """An archive that sends another study than the one asked for: refused, and said."""

    class Wrong(FileSource):
        def instances(self, request):  # type: ignore[no-untyped-def]
            return [item for _, item in self._rows if item.study_instance_uid != STUDY]

    caller = Caller("TESTS")
    listener = listen([QueryRetrieveService(Wrong(objects), lambda title: None, "NEGATOSCOPE", caller)])
    store = InstanceStore(tmp_path / "store")
    result = get(ours(listener), Target(Level.STUDY, {"StudyInstanceUID": STUDY}), store, caller)
    assert not result.is_complete
    assert not result.received
    assert result.refused == 2
    assert len(result.missing) == 10
    assert not list(store.folder.rglob("*.dcm"))
