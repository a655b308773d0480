"""Modality Worklist against DCMTK's wlmscpfs and Orthanc's plug-in."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from tests.network.conftest import Peer, StartPeer, free_port
from tests.network.qr_archive import start_orthanc
from viewer.network.date_words import expand_dates
from viewer.network.errors import CancelledError, NoContextError
from viewer.network.identifier import Identifier, parse_keys, text_of
from viewer.network.requestor import Caller
from viewer.network.worklist import WorklistQuery, find_worklist, request_identifier, step_of

pytestmark = pytest.mark.network_peers
TODAY = date(2026, 3, 1)
PLUGIN = Path("/usr/share/orthanc/plugins/libModalityWorklists.so")


def entry(number: int, name: str, modality: str, day: date, station: str) -> Dataset:
    """One worklist entry; every return key is in it, and those of type 1 have values, else wlmscpfs rejects the file."""
    dataset = _filled(request_identifier({}))
    dataset.SpecificCharacterSet = "ISO_IR 100"
    dataset.PatientName, dataset.PatientID, dataset.AccessionNumber = name, f"P{number}", f"A{number}"
    dataset.StudyInstanceUID = f"1.2.826.0.1.{number}"
    dataset.RequestedProcedureID, dataset.RequestedProcedureDescription = f"R{number}", "Thorax"
    step = dataset.ScheduledProcedureStepSequence[0]
    step.Modality, step.ScheduledStationAETitle = modality, station
    step.ScheduledProcedureStepStartDate, step.ScheduledProcedureStepStartTime = day.strftime("%Y%m%d"), f"{8 + number:02}1500"
    step.ScheduledProcedureStepID, step.ScheduledProcedureStepDescription = f"S{number}", "Thorax native"
    for code in (step.ScheduledProtocolCodeSequence[0], dataset.RequestedProcedureCodeSequence[0]):
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "T1", "99TEST", "Native"
    for reference in (dataset.ReferencedStudySequence[0], dataset.ReferencedPatientSequence[0]):
        reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = "1.2.840.10008.3.1.2.3.1", "1.2.3"
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = "1.2.276.0.7230010.3.1.0.1"
    dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.826.0.2.{number}"
    return dataset


def _filled(identifier: Identifier) -> Dataset:
    dataset = Dataset()
    for keyword, value in identifier.items():
        setattr(dataset, keyword, None if isinstance(value, str) else [_filled(item) for item in value])
    return dataset


@pytest.fixture
def entries(tmp_path: Path) -> Path:
    """A folder of four entries, as both worklist servers read it."""
    folder = tmp_path / "worklists" / "WLM"
    folder.mkdir(parents=True)
    (folder / "lockfile").touch()
    rows = [
        ("Müller^Jörg", "CT", TODAY, "SCANNER1"),
        ("Doe^Anna", "MR", TODAY, "SCANNER2"),
        ("Doe^Bert", "CT", TODAY + timedelta(days=1), "SCANNER1"),
        ("Roe^Carl", "CT", TODAY - timedelta(days=9), "SCANNER1"),
    ]
    for number, row in enumerate(rows):
        entry(number, *row).save_as(folder / f"{number}.wl", enforce_file_format=True)
    return folder


def start_wlmscpfs(start_peer: StartPeer, entries: Path) -> Peer:
    port = free_port()
    return start_peer("WLM", port, entries.parent, "wlmscpfs", "-csk", "-dfp", entries.parent, port)


def start_orthanc_worklist(start_peer: StartPeer, entries: Path) -> Peer:
    if not PLUGIN.exists():
        pytest.skip("Orthanc's worklist plug-in is not installed")
    return start_orthanc(
        start_peer,
        entries.parent.parent / "orthanc",
        extra={
            "Plugins": [str(PLUGIN)],
            "Worklists": {"Enable": True, "Database": str(entries)},
            "DicomAlwaysAllowFindWorklist": True,
        },
    )


@pytest.fixture(params=[start_wlmscpfs, start_orthanc_worklist], ids=["wlmscpfs", "orthanc"])
def provider(request: pytest.FixtureRequest, start_peer: StartPeer, entries: Path) -> Peer:
    start: Callable[[StartPeer, Path], Peer] = request.param
    return start(start_peer, entries)


def ask(peer: Peer, caller: Caller, *keys: str, limit: int = 0) -> list[dict[str, object]]:
    wanted = expand_dates(parse_keys(keys), TODAY)
    return [dict(found) for found in find_worklist(peer.node, WorklistQuery(wanted, limit), caller)]


def identities(found: list[dict[str, object]]) -> set[object]:
    return {row["PatientID"] for row in found}


def test_keys_of_patient_and_step(provider: Peer, caller: Caller) -> None:
    assert identities(ask(provider, caller)) == {"P0", "P1", "P2", "P3"}
    assert identities(ask(provider, caller, "PatientName=Doe*")) == {"P1", "P2"}
    assert identities(ask(provider, caller, "Modality=CT", "ScheduledProcedureStepStartDate=today")) == {"P0"}
    nested = "ScheduledProcedureStepSequence.ScheduledProcedureStepStartDate=yesterday-tomorrow"
    assert identities(ask(provider, caller, nested)) == {"P0", "P1", "P2"}
    assert identities(ask(provider, caller, "ScheduledProcedureStepStartDate=-yesterday")) == {"P3"}
    assert identities(ask(provider, caller, "ScheduledStationAETitle=SCANNER2")) == {"P1"}
    assert identities(ask(provider, caller, "AccessionNumber=A2", "Modality=CT")) == {"P2"}
    assert ask(provider, caller, "Modality=US") == []


def test_an_entry_comes_whole(provider: Peer, caller: Caller) -> None:
    (found,) = ask(provider, caller, "PatientID=P0")
    assert found["PatientName"] == "Müller^Jörg"
    assert found["StudyInstanceUID"] == "1.2.826.0.1.0"
    step = step_of(found)  # type: ignore[arg-type]
    assert (text_of(step, "ScheduledProcedureStepID"), text_of(step, "Modality")) == ("S0", "CT")
    (code,) = step["ScheduledProtocolCodeSequence"]
    assert text_of(code, "CodeValue") == "T1"  # type: ignore[arg-type]


def test_limit_and_stop(provider: Peer, caller: Caller) -> None:
    assert len(ask(provider, caller, limit=2)) == 2
    with pytest.raises(CancelledError):
        ask(provider, Caller("TESTS", stop=lambda: True))


def test_fuzzy_matching_is_not_pretended(start_peer: StartPeer, entries: Path, caller: Caller) -> None:
    peer = start_wlmscpfs(start_peer, entries)
    with pytest.raises(NoContextError, match="fuzzy"):
        list(find_worklist(peer.node, WorklistQuery({"PatientName": "Do"}, fuzzy=True), caller))


def test_the_command(start_peer: StartPeer, entries: Path) -> None:
    peer = start_wlmscpfs(start_peer, entries)
    command = [sys.executable, "-m", "viewer", "worklist", "--from", str(peer.node), "Modality=CT", "PatientName=M*"]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)["entries"]
    assert found["patient_name"] == "Müller^Jörg"
    assert found["scheduled_procedure_step_sequence"][0]["scheduled_procedure_step_id"] == "S0"
    line = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout
    assert line.split("\t")[1:4] == ["CT", "SCANNER1", "P0"]
