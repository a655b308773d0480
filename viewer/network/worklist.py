"""Modality Worklist as user (PS3.4 K): what is to be done, asked with keys of the scheduled procedure step and of the patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from viewer.model.frozen import frozen
from viewer.model.nodes import RemoteNode
from viewer.network.identifier import SYNTAXES, Identifier, Value
from viewer.network.query_scu import ask, check_granted, extended_negotiation
from viewer.network.requestor import Caller, Proposal, open_association

MODALITY_WORKLIST_FIND = "1.2.840.10008.5.1.4.31"
STEPS = "ScheduledProcedureStepSequence"
_CODE = ("CodeValue", "CodingSchemeDesignator", "CodeMeaning")
_STEP_KEYS = (
    "ScheduledStationAETitle", "ScheduledProcedureStepStartDate", "ScheduledProcedureStepStartTime", "Modality",
    "ScheduledPerformingPhysicianName", "ScheduledProcedureStepDescription", "ScheduledStationName",
    "ScheduledProcedureStepLocation", "ScheduledProcedureStepID", "ScheduledProcedureStepStatus", "PreMedication",
    "RequestedContrastAgent",
)  # fmt: skip
_REQUEST_KEYS = (
    "AccessionNumber", "ReferringPhysicianName", "RequestingPhysician", "RequestingService", "RequestedProcedureID",
    "RequestedProcedureDescription", "RequestedProcedurePriority", "StudyInstanceUID", "PatientTransportArrangements",
    "ReasonForTheRequestedProcedure", "AdmissionID", "CurrentPatientLocation", "PatientName", "PatientID", "IssuerOfPatientID",
    "PatientBirthDate", "PatientSex", "PatientSize", "PatientWeight", "MedicalAlerts", "Allergies", "PregnancyStatus",
    "SpecialNeeds", "PatientState", "ConfidentialityConstraintOnPatientDataDescription",
)  # fmt: skip
_CODES = ("RequestedProcedureCodeSequence",)
_STEP_CODES = ("ScheduledProtocolCodeSequence",)
_REFERENCES = ("ReferencedStudySequence", "ReferencedPatientSequence")


@frozen
class WorklistQuery:
    """`keys` as in ``identifier``: those of the scheduled procedure step may be given alone or inside their sequence.

    `limit` 0 is none; `fuzzy` is negotiated (PS3.4 K.6.1.3).
    """

    keys: Identifier = field(default_factory=dict)
    limit: int = 0
    fuzzy: bool = False


def matching_keys(keys: Identifier) -> dict[str, Value]:
    """`keys` with those of the scheduled procedure step put into their sequence."""
    outer: dict[str, Value] = {}
    step: dict[str, Value] = {}
    for keyword, value in keys.items():
        if keyword == STEPS and not isinstance(value, str):
            step |= value[0] if value else {}
        elif keyword in _STEP_KEYS or keyword in _STEP_CODES:
            step[keyword] = value
        else:
            outer[keyword] = value
    return outer | {STEPS: (step,)} if step else outer


def request_identifier(keys: Identifier) -> dict[str, Value]:
    """The identifier of a C-FIND-RQ: every return key of PS3.4 table K.6-1 that people use, and `keys` in their places."""
    wanted = matching_keys(keys)
    steps = wanted.pop(STEPS, ())
    asked: Mapping[str, Value] = steps[0] if steps and not isinstance(steps, str) else {}
    code: dict[str, Value] = dict.fromkeys(_CODE, "")
    reference: dict[str, Value] = {"ReferencedSOPClassUID": "", "ReferencedSOPInstanceUID": ""}
    step: dict[str, Value] = dict.fromkeys(_STEP_KEYS, "")
    step |= dict.fromkeys(_STEP_CODES, (code,))
    identifier: dict[str, Value] = dict.fromkeys(_REQUEST_KEYS, "")
    identifier |= dict.fromkeys(_CODES, (code,))
    identifier |= dict.fromkeys(_REFERENCES, (reference,))
    return identifier | wanted | {STEPS: (step | dict(asked),)}


def find_worklist(node: RemoteNode, query: WorklistQuery, caller: Caller) -> Iterator[dict[str, Value]]:
    """Ask `node`; one entry after the other as it arrives, its scheduled procedure step inside its sequence.

    Entries that contradict the keys are left out. Raises NetworkError subclasses as ``query_scu.find`` does.
    """
    extended = extended_negotiation(MODALITY_WORKLIST_FIND, fuzzy=query.fuzzy)
    association = open_association(node, Proposal(((MODALITY_WORKLIST_FIND, SYNTAXES),), extended=extended), caller)
    try:
        check_granted(association, MODALITY_WORKLIST_FIND, fuzzy=query.fuzzy)
        keys = matching_keys(query.keys)
        identifier = request_identifier(query.keys)
        yield from ask(association, MODALITY_WORKLIST_FIND, identifier, node.character_set, matching=keys, limit=query.limit)
        association.release()
    finally:
        association.abort()


def step_of(entry: Identifier) -> Identifier:
    """The scheduled procedure step of a worklist entry; {} when it has none."""
    steps = entry.get(STEPS, ())
    return steps[0] if steps and not isinstance(steps, str) else {}
