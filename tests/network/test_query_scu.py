"""C-FIND against DCMTK's archive and Orthanc."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.network.conftest import Peer, StartPeer
from tests.network.objects import make_ct, save
from tests.network.qr_archive import start_dcmqrscp, start_orthanc
from viewer.network.errors import CancelledError, NetworkError
from viewer.network.identifier import parse_keys
from viewer.network.query_scu import Level, Query, Root, find
from viewer.network.requestor import Caller
from viewer.network.storage_item import read_item
from viewer.network.storage_scu import RetryPolicy, send

pytestmark = pytest.mark.network_peers


def fill(peer: Peer, folder: Path, caller: Caller) -> None:
    """Three patients; the first has a study of two series with 3 and 2 slices."""
    folder.mkdir()
    people = [("Doe^Anna", "P1", "1.2.1"), ("Doe^Bert", "P2", "1.2.2"), ("Roe^Carl", "P3", "1.2.3")]
    paths = []
    for number, (name, identity, study) in enumerate(people):
        counts = {"1": 3, "2": 2} if number == 0 else {"1": 1}
        for series, count in counts.items():
            for slice_number in range(1, count + 1):
                dataset = make_ct(slice_number, study=study, series=f"{study}.{series}", uid=f"{study}.{series}.{slice_number}")
                dataset.PatientName, dataset.PatientID = name, identity
                dataset.StudyDate, dataset.StudyID, dataset.AccessionNumber = f"2026010{number + 1}", str(number), f"A{number}"
                dataset.StudyTime, dataset.SeriesNumber = "101500", int(series)
                paths.append(save(dataset, folder / f"{len(paths)}.dcm"))
    results = send(peer.node, [read_item(str(path)) for path in paths], caller, policy=RetryPolicy(1), wait=lambda seconds: True)
    assert all(result.is_done for result in results), results


@pytest.fixture(params=[start_dcmqrscp, start_orthanc], ids=["dcmqrscp", "orthanc"])
def archive(request: pytest.FixtureRequest, start_peer: StartPeer, tmp_path: Path, caller: Caller) -> Peer:
    start: Callable[[StartPeer, Path], Peer] = request.param
    peer = start(start_peer, tmp_path / "archive")
    fill(peer, tmp_path / "objects", caller)
    return peer


def test_all_levels_and_ways_of_matching(archive: Peer, caller: Caller) -> None:
    def ask(level: Level, *keys: str, root: Root = Root.STUDY) -> list[dict[str, object]]:
        return [dict(answer) for answer in find(archive.node, Query(level, parse_keys(keys), root), caller)]

    assert {answer["PatientName"] for answer in ask(Level.PATIENT, root=Root.PATIENT)} == {"Doe^Anna", "Doe^Bert", "Roe^Carl"}
    assert {answer["StudyInstanceUID"] for answer in ask(Level.STUDY, "PatientName=Doe*")} == {"1.2.1", "1.2.2"}
    assert {answer["StudyInstanceUID"] for answer in ask(Level.STUDY, "PatientID=P?")} == {"1.2.1", "1.2.2", "1.2.3"}
    assert {answer["StudyInstanceUID"] for answer in ask(Level.STUDY, "StudyDate=20260102-20260131")} == {"1.2.2", "1.2.3"}
    assert {answer["AccessionNumber"] for answer in ask(Level.STUDY, "StudyInstanceUID=1.2.1\\1.2.3")} == {"A0", "A2"}
    assert {answer["StudyInstanceUID"] for answer in ask(Level.STUDY, "00080050=A1")} == {"1.2.2"}
    assert ask(Level.STUDY, "PatientName=NOBODY*") == []
    series = ask(Level.SERIES, "StudyInstanceUID=1.2.1")
    assert {answer["SeriesInstanceUID"] for answer in series} == {"1.2.1.1", "1.2.1.2"}
    images = ask(Level.IMAGE, "StudyInstanceUID=1.2.1", "SeriesInstanceUID=1.2.1.1")
    assert sorted(str(answer["SOPInstanceUID"]) for answer in images) == ["1.2.1.1.1", "1.2.1.1.2", "1.2.1.1.3"]


def test_a_limit_cancels_and_the_association_lives(archive: Peer, caller: Caller) -> None:
    assert len(list(find(archive.node, Query(Level.STUDY, limit=2), caller))) == 2
    assert len(list(find(archive.node, Query(Level.STUDY), caller))) == 3


def test_the_user_stops_it(archive: Peer) -> None:
    caller = Caller("TESTS", stop=lambda: True)
    with pytest.raises(CancelledError):
        list(find(archive.node, Query(Level.STUDY), caller))


def test_patients_need_the_patient_root(archive: Peer, caller: Caller) -> None:
    with pytest.raises(NetworkError, match="patient root"):
        list(find(archive.node, Query(Level.PATIENT), caller))
