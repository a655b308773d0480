"""Query as user (PS3.4 C.4.1): C-FIND at every level of Patient Root and Study Root, answers one by one, limit and cancel."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import field
from enum import StrEnum

from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.model.nodes import RemoteNode
from viewer.network.association import Association
from viewer.network.command_set import HAS_DATA_SET, CommandField, CommandSet
from viewer.network.dimse_message import Context, cancel_request
from viewer.network.errors import CancelledError, NetworkError, NoContextError, ProtocolError, RefusedError
from viewer.network.identifier import SYNTAXES, Identifier, Value, decode_identifier, encode_identifier, fits, text_of
from viewer.network.requestor import Caller, Proposal, open_association
from viewer.network.status import CANCELLED, CANNOT_UNDERSTAND, SUCCESS, is_pending, meaning


class Level(StrEnum):
    """Query/Retrieve Level (0008,0052)."""

    PATIENT = "PATIENT"
    STUDY = "STUDY"
    SERIES = "SERIES"
    IMAGE = "IMAGE"


class Root(StrEnum):
    """Information model."""

    PATIENT = "patient"
    STUDY = "study"


_MOST_AFTER_CANCEL = 1000  # answers that may be on their way when the peer hears of it
_CANCEL_SECONDS = 3.0  # until it stops; then the association is broken off, which no peer can overlook
_ROOT_UID = "1.2.840.10008.5.1.4.1.2."
FIND = {Root.PATIENT: _ROOT_UID + "1.1", Root.STUDY: _ROOT_UID + "2.1"}
MOVE = {Root.PATIENT: _ROOT_UID + "1.2", Root.STUDY: _ROOT_UID + "2.2"}
GET = {Root.PATIENT: _ROOT_UID + "1.3", Root.STUDY: _ROOT_UID + "2.3"}

_PATIENT_KEYS = ("PatientName", "PatientID", "PatientBirthDate", "PatientSex")
RETURN_KEYS = {
    Level.PATIENT: (*_PATIENT_KEYS, "NumberOfPatientRelatedStudies", "NumberOfPatientRelatedSeries"),
    Level.STUDY: (
        *_PATIENT_KEYS, "StudyInstanceUID", "StudyDate", "StudyTime", "StudyDescription", "AccessionNumber", "StudyID",
        "ReferringPhysicianName", "ModalitiesInStudy", "NumberOfStudyRelatedSeries", "NumberOfStudyRelatedInstances",
    ),
    Level.SERIES: (
        "StudyInstanceUID", "SeriesInstanceUID", "Modality", "SeriesNumber", "SeriesDescription", "SeriesDate", "SeriesTime",
        "BodyPartExamined", "ProtocolName", "NumberOfSeriesRelatedInstances",
    ),
    Level.IMAGE: (
        "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID", "InstanceNumber", "NumberOfFrames", "Rows",
        "Columns",
    ),
}  # fmt: skip
UNIQUE_KEYS = {
    Level.PATIENT: ("PatientID",),
    Level.STUDY: ("StudyInstanceUID",),
    Level.SERIES: ("StudyInstanceUID", "SeriesInstanceUID"),
    Level.IMAGE: ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"),
}


@frozen
class Query:
    """What to ask for. `keys` as in ``identifier``; return keys of the level are added unless `only_keys`.

    `limit` 0 is none. `relational` and `fuzzy` are negotiated; a peer that does not grant them raises NoContextError.
    """

    level: Level
    keys: Identifier = field(default_factory=dict)
    root: Root = Root.STUDY
    limit: int = 0
    relational: bool = False
    fuzzy: bool = False
    only_keys: bool = False


def request_identifier(query: Query) -> dict[str, Value]:
    """The identifier of a C-FIND-RQ for `query`. Raises NoContextError when the level does not exist in its root."""
    if query.root is Root.STUDY and query.level is Level.PATIENT:
        raise NoContextError(message("Patients can be asked for only with the patient root."))
    identifier: dict[str, Value] = {"QueryRetrieveLevel": query.level.value}
    if not query.only_keys:
        identifier |= dict.fromkeys(RETURN_KEYS[query.level], "")
    return identifier | dict(query.keys)


def find(node: RemoteNode, query: Query, caller: Caller) -> Iterator[dict[str, Value]]:
    """Ask `node`; one answer after the other as it arrives. Stop early by closing the iterator: the peer is told.

    Raises NetworkError subclasses; RefusedError for a failure status, CancelledError when the caller's `stop` says so.
    """
    class_uid = FIND[query.root]
    extended = extended_negotiation(class_uid, relational=query.relational, fuzzy=query.fuzzy)
    association = open_association(node, Proposal(((class_uid, SYNTAXES),), extended=extended), caller)
    try:
        check_granted(association, class_uid, relational=query.relational, fuzzy=query.fuzzy)
        yield from find_on(association, query, node.character_set)
        association.release()
    finally:
        association.abort()


def extended_negotiation(class_uid: str, *, relational: bool = False, fuzzy: bool = False) -> dict[str, bytes]:
    """SOP Class Extended Negotiation: relational queries, date and time combined, fuzzy names (PS3.4 C.5.1.1.1)."""
    return {class_uid: bytes((relational, 0, fuzzy))} if relational or fuzzy else {}


def check_granted(association: Association, class_uid: str, *, relational: bool = False, fuzzy: bool = False) -> None:
    """Raises NoContextError when the peer did not grant what was asked for."""
    granted = association.agreement.peer.extended.get(class_uid, b"").ljust(3, b"\0")
    if relational and not granted[0]:
        raise NoContextError(message("The peer does not offer relational queries."))
    if fuzzy and not granted[2]:
        raise NoContextError(message("The peer does not offer fuzzy matching of names."))


def find_on(association: Association, query: Query, character_set: str) -> Iterator[dict[str, Value]]:
    """C-FIND on an association that is open. An answer that does not match the keys is left out: some peers ignore keys."""
    identifier = request_identifier(query)
    return ask(association, FIND[query.root], identifier, character_set, matching=query.keys, limit=query.limit)


def ask(
    association: Association,
    sop_class_uid: str,
    identifier: Identifier,
    character_set: str,
    *,
    matching: Identifier,
    limit: int = 0,
) -> Iterator[dict[str, Value]]:
    """C-FIND of one SOP Class (PS3.7 9.1.2). Answers that contradict `matching` are left out; `limit` 0 is none."""
    context = association.context(sop_class_uid)
    command = CommandSet(
        CommandField.C_FIND_RQ,
        affected_sop_class_uid=context.abstract_syntax,
        message_id=association.next_message_id(),
        priority=0,
        command_data_set_type=HAS_DATA_SET,
    )
    what = text_of(identifier, "QueryRetrieveLevel") or "worklist"
    association.send(context, command, encode_identifier(identifier, context.transfer_syntax, character_set))
    association.trace(f"C-FIND {what}: {len(matching)} keys")
    talk = _Talk(association, context, command)
    count = 0
    try:
        for answer in talk.answers():
            if not fits(matching, answer):
                continue
            count += 1
            yield answer
            if limit and count >= limit:
                break
    finally:
        association.trace(f"C-FIND {what}: {count} answers")
        talk.stop()


class _Talk:
    """The answers to one C-FIND."""

    def __init__(self, association: Association, context: Context, command: CommandSet) -> None:
        self._association, self._context, self._command = association, context, command
        self._finished = False

    def answers(self) -> Iterator[dict[str, Value]]:
        while (data := self._next()) is not None:
            answer = decode_identifier(data, self._context.transfer_syntax)
            answer.pop("SpecificCharacterSet", None)
            yield answer

    def _next(self, seconds: float | None = None) -> bytes | None:
        """The next pending answer, which may take that long to begin; None at the end."""
        try:
            answer = self._association.receive(seconds=seconds)
        except CancelledError:
            self.stop()
            raise
        except NetworkError:
            self._finished = True
            raise
        command = answer.command if answer is not None else CommandSet()
        if (
            answer is None
            or command.command_field != CommandField.C_FIND_RSP
            or command.message_id_being_responded_to != self._command.message_id
        ):
            self._finished = True
            raise ProtocolError(message("The peer answered something else than was asked."))
        status = command.status if command.status is not None else CANNOT_UNDERSTAND
        if is_pending(status):
            return answer.data_set()
        self._finished = True
        if status not in (SUCCESS, CANCELLED):
            raise RefusedError(meaning(status), status=status)
        return None

    def stop(self) -> None:
        """Cancel when answers are left (PS3.7 9.3.2.3), and let some more past; a peer that goes on is left."""
        if self._finished or not self._association.is_open:
            return
        self._association.stop_when(None)
        try:
            self._association.send(self._context, cancel_request(self._command.message_id or 0))
            self._drain()
        except (NetworkError, RefusedError):
            self._finished = True

    def _drain(self) -> None:
        due = time.monotonic() + _CANCEL_SECONDS
        for _ in range(_MOST_AFTER_CANCEL):
            if self._finished:
                return
            self._next(max(0.0, due - time.monotonic()))
        self._association.abort()


def unique_keys(level: Level, identifier: Identifier) -> dict[str, Value]:
    """The unique keys down to `level` that `identifier` holds (PS3.4 C.6)."""
    wanted = ("PatientID", *UNIQUE_KEYS[level])
    return {keyword: text_of(identifier, keyword) for keyword in wanted if text_of(identifier, keyword)}
