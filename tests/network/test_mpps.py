"""Modality Performed Procedure Step with a provider built on pynetdicom."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.network.objects import CT, make_ct, make_series, save
from tests.network.pynetdicom_peers import StepRegister, pynetdicom_provider
from viewer.model.nodes import RemoteNode
from viewer.network.errors import RefusedError
from viewer.network.mpps import (
    MODALITY_PERFORMED_PROCEDURE_STEP,
    FinalState,
    PerformedSeries,
    StartedStep,
    begin,
    finish,
    series_of_files,
)
from viewer.network.requestor import Caller

pytestmark = pytest.mark.network_peers
STARTED, ENDED = datetime(2026, 3, 1, 10, 5, 7), datetime(2026, 3, 1, 10, 25, 9)
ENTRY = {
    "PatientName": "Müller^Jörg",
    "PatientID": "P0",
    "StudyInstanceUID": "1.2.3",
    "AccessionNumber": "A0",
    "RequestedProcedureID": "R0",
    "ReferencedStudySequence": ({"ReferencedSOPClassUID": "", "ReferencedSOPInstanceUID": ""},),
    "ScheduledProcedureStepSequence": (
        {
            "ScheduledProcedureStepID": "S0",
            "ScheduledProtocolCodeSequence": ({"CodeValue": "T1", "CodingSchemeDesignator": "99TEST", "CodeMeaning": "Native"},),
        },
    ),
}
STEP = StartedStep("CT", "SCANNER1", "PPS1", STARTED, ENTRY, "Thorax")


@pytest.fixture
def register() -> StepRegister:
    return StepRegister()


@pytest.fixture
def ris(register: StepRegister) -> Iterator[RemoteNode]:
    with pynetdicom_provider([MODALITY_PERFORMED_PROCEDURE_STEP], register.handlers(), "RIS") as node:
        yield node


def test_a_step_begins_and_is_completed(ris: RemoteNode, register: StepRegister, caller: Caller) -> None:
    uid = begin(ris, STEP, caller)
    step = register.steps[uid]
    assert step.PerformedProcedureStepStatus == "IN PROGRESS"
    assert (step.PerformedProcedureStepStartDate, step.PerformedProcedureStepStartTime) == ("20260301", "100507")
    assert str(step.PatientName) == "Müller^Jörg"
    (scheduled,) = step.ScheduledStepAttributesSequence
    assert (scheduled.StudyInstanceUID, scheduled.ScheduledProcedureStepID) == ("1.2.3", "S0")
    assert scheduled.ScheduledProtocolCodeSequence[0].CodeValue == "T1"
    assert not scheduled.ReferencedStudySequence
    instances = ((CT, "1.2.3.1.1"), (CT, "1.2.3.1.2"), ("1.2.840.10008.5.1.4.1.1.88.22", "1.2.3.1.3"))
    finish(ris, uid, FinalState.COMPLETED, [PerformedSeries("1.2.3.1", "Native", instances)], ENDED, caller)
    assert (step.PerformedProcedureStepStatus, step.PerformedProcedureStepEndTime) == ("COMPLETED", "102509")
    (series,) = step.PerformedSeriesSequence
    assert [item.ReferencedSOPInstanceUID for item in series.ReferencedImageSequence] == ["1.2.3.1.1", "1.2.3.1.2"]
    assert [item.ReferencedSOPInstanceUID for item in series.ReferencedNonImageCompositeSOPInstanceSequence] == ["1.2.3.1.3"]


def test_what_the_peer_refuses_is_said(ris: RemoteNode, register: StepRegister, caller: Caller) -> None:
    uid = begin(ris, STEP, caller)
    with pytest.raises(RefusedError, match="has this instance already") as twice:
        begin(ris, STEP, caller, uid)
    assert twice.value.status == 0x0111
    finish(ris, uid, FinalState.DISCONTINUED, [PerformedSeries("1.2.3.1", "Native")], ENDED, caller)
    assert register.steps[uid].PerformedProcedureStepStatus == "DISCONTINUED"
    with pytest.raises(RefusedError, match="could not process"):
        finish(ris, uid, FinalState.COMPLETED, [], ENDED, caller)
    with pytest.raises(RefusedError, match="does not have this instance"):
        finish(ris, "1.2.9", FinalState.COMPLETED, [], ENDED, caller)


def test_series_of_files(tmp_path: Path) -> None:
    paths = make_series(tmp_path / "one", 3, ProtocolName="Thorax", SeriesDescription="native")
    other = save(make_ct(series="1.2.9"), tmp_path / "other.dcm")
    first, second = series_of_files([*map(str, paths), str(other)], "ARCHIVE")
    assert (first.protocol_name, first.description, len(first.instances)) == ("Thorax", "native", 3)
    assert (second.series_instance_uid, second.retrieve_ae_title) == ("1.2.9", "ARCHIVE")


def test_the_command(ris: RemoteNode, register: StepRegister, tmp_path: Path) -> None:
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "viewer", "mpps", *map(str, arguments), "--to", str(ris), "--json"]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    began = run("begin", "PatientName=Doe^Anna", "PatientID=P1", "StudyInstanceUID=1.2.3", "--modality", "MR")
    assert began.returncode == 0, began.stderr
    uid = json.loads(began.stdout)["sop_instance_uid"]
    make_series(tmp_path / "made", 2)
    done = run("complete", uid, tmp_path / "made")
    assert (done.returncode, json.loads(done.stdout)["state"]) == (0, "COMPLETED")
    step = register.steps[uid]
    assert (step.Modality, str(step.PatientName), len(step.PerformedSeriesSequence[0].ReferencedImageSequence)) == (
        "MR",
        "Doe^Anna",
        2,
    )
    again = run("discontinue", uid)
    assert again.returncode == 1
    assert "could not process" in again.stderr
