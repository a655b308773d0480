"""Modality Performed Procedure Step as user (PS3.4 F.7): begun with N-CREATE, completed or discontinued with N-SET."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from viewer.dicom.header import read_header
from viewer.dicom.sop_classes import kind_of
from viewer.model.display_set import DisplaySetKind
from viewer.model.frozen import frozen
from viewer.model.nodes import RemoteNode
from viewer.network.command_set import CommandField, CommandSet
from viewer.network.identifier import SYNTAXES, Identifier, Value, text_of
from viewer.network.normalized import request
from viewer.network.requestor import Caller, Proposal, open_association
from viewer.network.worklist import step_of

MODALITY_PERFORMED_PROCEDURE_STEP = "1.2.840.10008.3.1.2.3.3"
_PATIENT = ("PatientName", "PatientID", "PatientBirthDate", "PatientSex")
_OF_REQUEST = ("StudyInstanceUID", "AccessionNumber", "RequestedProcedureID", "RequestedProcedureDescription")
_OF_STEP = ("ScheduledProcedureStepID", "ScheduledProcedureStepDescription")


class FinalState(StrEnum):
    """How a step ended (PS3.3 C.4.14)."""

    COMPLETED = "COMPLETED"
    DISCONTINUED = "DISCONTINUED"


@frozen
class StartedStep:
    """A step that begins. `entry`: the worklist entry it belongs to, or just its patient and study as an identifier."""

    modality: str
    station_ae_title: str
    step_id: str
    started: datetime
    entry: Identifier = field(default_factory=dict)
    description: str = ""
    station_name: str = ""
    location: str = ""


@frozen
class PerformedSeries:
    """A series that the step made. `instances` are (SOP Class UID, SOP Instance UID); `retrieve_ae_title` says where they are."""

    series_instance_uid: str
    protocol_name: str
    instances: Sequence[tuple[str, str]] = ()
    description: str = ""
    retrieve_ae_title: str = ""
    operators_name: str = ""
    performing_physician_name: str = ""


def new_uid() -> str:
    """A UID of our own making (PS3.5 B.2)."""
    return f"2.25.{uuid.uuid4().int}"


def begin(node: RemoteNode, step: StartedStep, caller: Caller, uid: str = "") -> str:
    """N-CREATE with the state IN PROGRESS. Returns the SOP Instance UID of the step. Raises RefusedError, NetworkError."""
    uid = uid or new_uid()
    command = CommandSet(
        CommandField.N_CREATE_RQ,
        affected_sop_class_uid=MODALITY_PERFORMED_PROCEDURE_STEP,
        affected_sop_instance_uid=uid,
    )
    return _ask(node, command, creation(step), caller) or uid


def finish(
    node: RemoteNode, uid: str, state: FinalState, series: Sequence[PerformedSeries], ended: datetime, caller: Caller
) -> None:
    """N-SET with a final state; after it the peer lets nobody change the step. Raises RefusedError, NetworkError."""
    attributes: dict[str, Value] = {
        "PerformedProcedureStepStatus": state.value,
        "PerformedProcedureStepEndDate": ended.strftime("%Y%m%d"),
        "PerformedProcedureStepEndTime": ended.strftime("%H%M%S"),
        "PerformedProtocolCodeSequence": (),
        "PerformedSeriesSequence": tuple(_series(one) for one in series),
    }
    command = CommandSet(
        CommandField.N_SET_RQ,
        requested_sop_class_uid=MODALITY_PERFORMED_PROCEDURE_STEP,
        requested_sop_instance_uid=uid,
    )
    _ask(node, command, attributes, caller)


def _ask(node: RemoteNode, command: CommandSet, attributes: Identifier, caller: Caller) -> str:
    association = open_association(node, Proposal(((MODALITY_PERFORMED_PROCEDURE_STEP, SYNTAXES),)), caller)
    try:
        context = association.context(MODALITY_PERFORMED_PROCEDURE_STEP)
        found = request(association, context, command, attributes, character_set=node.character_set)
        association.release()
        return found.sop_instance_uid
    finally:
        association.abort()


def creation(step: StartedStep) -> dict[str, Value]:
    """The attributes of the N-CREATE: all of type 1 and 2 in PS3.4 table F.7.2-1."""
    entry, scheduled = step.entry, step_of(step.entry)
    item: dict[str, Value] = {keyword: text_of(entry, keyword) for keyword in _OF_REQUEST}
    item |= {keyword: text_of(scheduled, keyword) or text_of(entry, keyword) for keyword in _OF_STEP}
    item["ReferencedStudySequence"] = _items(entry, "ReferencedStudySequence")
    item["ScheduledProtocolCodeSequence"] = _items(scheduled, "ScheduledProtocolCodeSequence")
    return {
        "ScheduledStepAttributesSequence": (item,),
        **{keyword: text_of(entry, keyword) for keyword in _PATIENT},
        "ReferencedPatientSequence": _items(entry, "ReferencedPatientSequence"),
        "PerformedProcedureStepID": step.step_id,
        "PerformedStationAETitle": step.station_ae_title,
        "PerformedStationName": step.station_name,
        "PerformedLocation": step.location,
        "PerformedProcedureStepStartDate": step.started.strftime("%Y%m%d"),
        "PerformedProcedureStepStartTime": step.started.strftime("%H%M%S"),
        "PerformedProcedureStepStatus": "IN PROGRESS",
        "PerformedProcedureStepDescription": step.description,
        "PerformedProcedureTypeDescription": "",
        "ProcedureCodeSequence": _items(entry, "RequestedProcedureCodeSequence"),
        "PerformedProcedureStepEndDate": "",
        "PerformedProcedureStepEndTime": "",
        "Modality": step.modality,
        "StudyID": text_of(entry, "StudyID"),
        "PerformedProtocolCodeSequence": (),
        "PerformedSeriesSequence": (),
    }


def _items(entry: Identifier, keyword: str) -> tuple[Identifier, ...]:
    """Items that say something: an archive that knows none may send one that is empty."""
    value = entry.get(keyword, ())
    return () if isinstance(value, str) else tuple(item for item in value if any(item.values()))


def _series(series: PerformedSeries) -> Identifier:
    images = [pair for pair in series.instances if kind_of(pair[0], describes_pixels=True) is not DisplaySetKind.DOCUMENT]
    others = [pair for pair in series.instances if pair not in images]
    return {
        "PerformingPhysicianName": series.performing_physician_name,
        "ProtocolName": series.protocol_name or "none",  # type 1 in the final state
        "OperatorsName": series.operators_name,
        "SeriesInstanceUID": series.series_instance_uid,
        "SeriesDescription": series.description,
        "RetrieveAETitle": series.retrieve_ae_title,
        "ReferencedImageSequence": _references(images),
        "ReferencedNonImageCompositeSOPInstanceSequence": _references(others),
    }


def _references(pairs: Iterable[tuple[str, str]]) -> tuple[Identifier, ...]:
    return tuple({"ReferencedSOPClassUID": one, "ReferencedSOPInstanceUID": uid} for one, uid in pairs)


def series_of_files(paths: Iterable[str], retrieve_ae_title: str = "") -> tuple[PerformedSeries, ...]:
    """The series that files belong to, each with its instances. Raises NegatoscopeError for a file that cannot be read."""
    found: dict[str, tuple[str, str, list[tuple[str, str]]]] = {}
    for path in paths:
        header = read_header(path)
        known = found.setdefault(header.code(0x0020000E), (header.text(0x00181030), header.text(0x0008103E), []))
        known[2].append((header.code(0x00080016), header.code(0x00080018)))
    return tuple(
        PerformedSeries(uid, protocol, tuple(instances), description, retrieve_ae_title)
        for uid, (protocol, description, instances) in found.items()
    )
