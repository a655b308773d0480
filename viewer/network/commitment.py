"""Storage Commitment as user (PS3.4 J): ask a peer to answer for objects; its report may come on any association."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from viewer.model.frozen import frozen
from viewer.model.messages import Message, message
from viewer.model.nodes import RemoteNode
from viewer.network.association import Association
from viewer.network.command_set import CommandField, CommandSet
from viewer.network.dimse_message import DimseMessage
from viewer.network.errors import CancelledError, NetworkError, StalledError
from viewer.network.identifier import SYNTAXES, Identifier, Value, text_of
from viewer.network.mpps import new_uid
from viewer.network.normalized import answer, attributes_of, request
from viewer.network.requestor import Caller, Proposal, open_association
from viewer.network.status import NO_SUCH_INSTANCE, PROCESSING_FAILURE, SUCCESS, UNRECOGNIZED_OPERATION

STORAGE_COMMITMENT = "1.2.840.10008.1.20.1"
WELL_KNOWN_INSTANCE = "1.2.840.10008.1.20.1.1"
REQUEST_ACTION = 1
ALL_COMMITTED, SOME_NOT_COMMITTED = 1, 2
CLASS_INSTANCE_CONFLICT = 0x0119
_SLICE = 0.1  # seconds between two looks for a report that came on another association


@frozen
class Reference:
    """One object that is asked for."""

    sop_class_uid: str
    sop_instance_uid: str


@frozen
class CommitmentReport:
    """What an N-EVENT-REPORT says (PS3.4 J.3.3): `failed` maps SOP Instance UIDs to failure reasons (0008,1197)."""

    transaction_uid: str
    committed: frozenset[str]
    failed: dict[str, int]


@frozen
class CommitmentResult:
    """What became of a request. `unanswered`: no report named them in time."""

    transaction_uid: str
    committed: tuple[Reference, ...] = ()
    failed: tuple[tuple[Reference, int], ...] = ()
    unanswered: tuple[Reference, ...] = ()

    @property
    def is_complete(self) -> bool:
        """The peer answers for every object."""
        return bool(self.committed) and not self.failed and not self.unanswered


class CommitmentReports:
    """Reports as they arrive, on whichever association. Thread-safe; a listener's service and the request share one.

    `others` gets those that no request waits for; True when it knows what they are about.
    """

    def __init__(self, others: Callable[[CommitmentReport], bool] = lambda report: False) -> None:
        self._others = others
        self._changed = threading.Condition()
        self._expected: set[str] = set()
        self._reports: dict[str, CommitmentReport] = {}

    def expect(self, transaction_uid: str) -> None:
        """From now on a report of this transaction is taken."""
        with self._changed:
            self._expected.add(transaction_uid)

    def forget(self, transaction_uid: str) -> None:
        with self._changed:
            self._expected.discard(transaction_uid)
            self._reports.pop(transaction_uid, None)

    def wait(self, transaction_uid: str, seconds: float) -> CommitmentReport | None:
        """The report of a transaction, None when it is not here in time."""
        with self._changed:
            self._changed.wait_for(lambda: transaction_uid in self._reports, seconds)
            return self._reports.get(transaction_uid)

    def serve(self, association: Association, received: DimseMessage) -> None:
        """Take an N-EVENT-REPORT and answer it; nothing else is expected of a provider."""
        if received.command.command_field != CommandField.N_EVENT_REPORT_RQ:
            answer(association, received, UNRECOGNIZED_OPERATION)
            return
        report = _report(attributes_of(received))
        with self._changed:
            is_expected = report.transaction_uid in self._expected
            if is_expected:
                self._reports[report.transaction_uid] = report
                self._changed.notify_all()
        is_expected = is_expected or self._others(report)
        association.trace(
            f"storage commitment report: {len(report.committed)} committed, {len(report.failed)} not"
            f"{'' if is_expected else ', which nobody asked for'}"
        )
        answer(association, received, SUCCESS if is_expected else PROCESSING_FAILURE)


def _report(attributes: Identifier) -> CommitmentReport:
    failed = {}
    for item in _items(attributes, "FailedSOPSequence"):
        reason = text_of(item, "FailureReason")
        failed[text_of(item, "ReferencedSOPInstanceUID")] = int(reason) if reason.isdigit() else PROCESSING_FAILURE
    committed = {text_of(item, "ReferencedSOPInstanceUID") for item in _items(attributes, "ReferencedSOPSequence")}
    return CommitmentReport(text_of(attributes, "TransactionUID"), frozenset(committed - failed.keys()), failed)


def _items(attributes: Identifier, keyword: str) -> tuple[Identifier, ...]:
    value = attributes.get(keyword, ())
    return () if isinstance(value, str) else value


def request_commitment(
    node: RemoteNode,
    references: Sequence[Reference],
    caller: Caller,
    *,
    seconds: float,
    reports: CommitmentReports | None = None,
    stay: float | None = None,
    transaction_uid: str = "",
) -> CommitmentResult:
    """Ask `node` to commit itself to `references` and wait up to `seconds` for its report.

    `reports` is what our listener fills when the peer reports on an association of its own; without it we stay on ours all the
    time, with it for `stay` seconds (2). `transaction_uid`: a new one, where the caller has written it down.

    Raises RefusedError when the peer does not take the request, other NetworkErrors, CancelledError.
    """
    collected = reports or CommitmentReports()
    transaction_uid = transaction_uid or new_uid()
    collected.expect(transaction_uid)
    due = time.monotonic() + seconds
    leave = due if reports is None else min(due, time.monotonic() + (2.0 if stay is None else stay))
    try:
        _send_request(node, references, caller, transaction_uid, collected, leave)
        report = collected.wait(transaction_uid, 0)
        while report is None and time.monotonic() < due:
            if caller.stop is not None and caller.stop():
                raise CancelledError(message("Stopped."))
            report = collected.wait(transaction_uid, min(_SLICE, max(0.0, due - time.monotonic())))
        return result_of(transaction_uid, references, report)
    finally:
        collected.forget(transaction_uid)


def _send_request(
    node: RemoteNode,
    references: Sequence[Reference],
    caller: Caller,
    transaction_uid: str,
    reports: CommitmentReports,
    leave: float,
) -> None:
    association = open_association(node, Proposal(((STORAGE_COMMITMENT, SYNTAXES),)), caller)
    try:
        context = association.context(STORAGE_COMMITMENT)
        command = CommandSet(
            CommandField.N_ACTION_RQ,
            requested_sop_class_uid=STORAGE_COMMITMENT,
            requested_sop_instance_uid=WELL_KNOWN_INSTANCE,
            action_type_id=REQUEST_ACTION,
        )
        attributes: dict[str, Value] = {
            "TransactionUID": transaction_uid,
            "ReferencedSOPSequence": tuple(reference_item(reference) for reference in references),
        }
        request(association, context, command, attributes, serve=reports.serve)
        _listen(association, transaction_uid, reports, leave)
        association.release()
    finally:
        association.abort()


def _listen(association: Association, transaction_uid: str, reports: CommitmentReports, leave: float) -> None:
    """Stay until the report is here, on this association or on another, the peer leaves, or it is time."""
    while association.is_open and reports.wait(transaction_uid, 0) is None and time.monotonic() < leave:
        if not association.has_input():
            reports.wait(transaction_uid, min(_SLICE, max(0.0, leave - time.monotonic())))
            continue
        try:
            received = association.receive()
        except (CancelledError, StalledError):
            raise
        except NetworkError as error:
            association.trace(f"the peer left after it took the request: {error.reason}")
            return
        if received is not None:
            reports.serve(association, received)


def reference_item(reference: Reference) -> Identifier:
    return {"ReferencedSOPClassUID": reference.sop_class_uid, "ReferencedSOPInstanceUID": reference.sop_instance_uid}


def result_of(transaction_uid: str, references: Sequence[Reference], report: CommitmentReport | None) -> CommitmentResult:
    """Only what was asked for counts, whatever else the peer names."""
    if report is None:
        return CommitmentResult(transaction_uid, unanswered=tuple(references))
    committed = tuple(one for one in references if one.sop_instance_uid in report.committed)
    failed = tuple((one, report.failed[one.sop_instance_uid]) for one in references if one.sop_instance_uid in report.failed)
    named = {*committed, *(one for one, _ in failed)}
    return CommitmentResult(transaction_uid, committed, failed, tuple(one for one in references if one not in named))


_REASONS: dict[int, Message] = {
    PROCESSING_FAILURE: message("the peer could not process it"),
    NO_SUCH_INSTANCE: message("the peer does not have it"),
    0x0213: message("the peer is out of resources"),
    0x0122: message("the peer does not support its SOP class"),
    CLASS_INSTANCE_CONFLICT: message("the peer has it under another SOP class"),
    0x0131: message("the transaction was used before"),
}


def failure_meaning(reason: int) -> Message:
    """Words for a Failure Reason (PS3.3 C.14.1.1)."""
    return _REASONS.get(reason, message("the peer gave no known reason"))
