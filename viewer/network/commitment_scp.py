"""Storage Commitment as provider (PS3.4 J): answers for what is stored, on the same association or on one of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from viewer.model.errors import NegatoscopeError
from viewer.model.nodes import RemoteNode
from viewer.network.association import Association
from viewer.network.association_pdu import ProposedContext, Role
from viewer.network.command_set import CommandField, CommandSet
from viewer.network.commitment import (
    ALL_COMMITTED,
    REQUEST_ACTION,
    SOME_NOT_COMMITTED,
    STORAGE_COMMITMENT,
    WELL_KNOWN_INSTANCE,
    CommitmentReports,
    Reference,
    reference_item,
)
from viewer.network.dimse_message import Context, DataConsumer, DimseMessage
from viewer.network.identifier import SYNTAXES, Identifier, Value, text_of
from viewer.network.normalized import answer, attributes_of, request
from viewer.network.report_delivery import PATIENT_REPORT, Report, ReportDelivery, ReportStore, RetryReport
from viewer.network.requestor import Caller, Proposal, open_association
from viewer.network.status import (
    INVALID_VALUE,
    MISSING_ATTRIBUTE,
    NO_SUCH_ACTION,
    NO_SUCH_INSTANCE,
    PROCESSING_FAILURE,
    SUCCESS,
    UNRECOGNIZED_OPERATION,
)

MOST_REFERENCES = 100_000
_COMMITTED = 0


class Holdings(Protocol):
    """Who knows what is stored: the library. Called from threads of associations; may raise NegatoscopeError."""

    def failure_reason(self, reference: Reference) -> int:
        """0 when this object is stored and safe, else a Failure Reason (PS3.3 C.14.1.1): 0x0112 not here, 0x0119 another class."""


class CommitmentService:
    """Takes requests when there are `holdings`, and reports of peers into `reports`.

    A peer that `node` knows gets its report on an association of our own, as most expect, tried again for days; with a `store`
    also after the process ended. One that it does not know gets it on the same, if it stays for it.
    """

    def __init__(
        self,
        holdings: Holdings | None,
        node: Callable[[str], RemoteNode | None],
        caller: Caller,
        *,
        reports: CommitmentReports | None = None,
        retry: RetryReport = PATIENT_REPORT,
        store: ReportStore | None = None,
    ) -> None:
        self._holdings, self._node, self._caller = holdings, node, caller
        self._reports = reports or CommitmentReports()
        self._delivery = ReportDelivery(_report_on_own, node, caller, store=store, retry=retry)

    def close(self) -> None:
        """Stop delivering, and wait for the thread that does."""
        self._delivery.close()

    def choose(self, context: ProposedContext, as_scp_of_peer: bool) -> str | None:
        if context.abstract_syntax != STORAGE_COMMITMENT:
            return None
        return next((syntax for syntax in context.transfer_syntaxes if syntax in SYNTAXES), "")

    def consumer(self, association: Association, context: Context, command: CommandSet) -> DataConsumer | None:
        return None

    def serve(self, association: Association, received: DimseMessage) -> None:
        """Answer an N-ACTION or an N-EVENT-REPORT."""
        command = received.command
        if command.command_field == CommandField.N_EVENT_REPORT_RQ:
            self._reports.serve(association, received)
            return
        if command.command_field != CommandField.N_ACTION_RQ or self._holdings is None:
            answer(association, received, UNRECOGNIZED_OPERATION)
            return
        attributes = attributes_of(received)
        refusal = _refusal(command, attributes)
        if refusal:
            answer(association, received, refusal)
            return
        try:
            report = self._judged(association, attributes, self._holdings)
            is_known = self._node(report.peer_title) is not None
            deliver = self._delivery.keep(report) if is_known else None  # before we say that it will come
        except NegatoscopeError as error:
            association.trace(f"storage commitment failed: {type(error).__name__}")
            answer(association, received, PROCESSING_FAILURE)
            return
        answer(association, received, SUCCESS)
        if deliver is not None:
            deliver()
        else:
            _send_report(association, received.context, report)

    def _judged(self, association: Association, attributes: Identifier, holdings: Holdings) -> Report:
        """What we answer for and what not."""
        committed: list[Identifier] = []
        failed: list[Identifier] = []
        for reference in _references(attributes):
            reason = holdings.failure_reason(reference)
            item = reference_item(reference)
            if reason == _COMMITTED:
                committed.append(item)
            else:
                failed.append({**item, "FailureReason": str(reason)})
        association.trace(f"storage commitment: {len(committed)} committed, {len(failed)} not")
        event: dict[str, Value] = {
            "TransactionUID": text_of(attributes, "TransactionUID"),
            "RetrieveAETitle": self._caller.ae_title,
            "ReferencedSOPSequence": tuple(committed),
        }
        if failed:
            event["FailedSOPSequence"] = tuple(failed)
        return Report(association.agreement.peer_title, SOME_NOT_COMMITTED if failed else ALL_COMMITTED, event)


def _report_on_own(node: RemoteNode, report: Report, caller: Caller) -> None:
    """Report on an association of our own, as SCP (PS3.4 J.3.3.1). Raises NetworkError."""
    roles = {STORAGE_COMMITMENT: Role(scu=False, scp=True)}
    association = open_association(node, Proposal(((STORAGE_COMMITMENT, SYNTAXES),), roles=roles), caller)
    try:
        contexts = association.contexts(STORAGE_COMMITMENT, as_scp=True) or [association.context(STORAGE_COMMITMENT)]
        _send_report(association, contexts[0], report)
        association.release()
    finally:
        association.abort()


def _send_report(association: Association, context: Context, report: Report) -> None:
    command = CommandSet(
        CommandField.N_EVENT_REPORT_RQ,
        affected_sop_class_uid=STORAGE_COMMITMENT,
        affected_sop_instance_uid=WELL_KNOWN_INSTANCE,
        event_type_id=report.event_type,
    )
    request(association, context, command, report.attributes)


def _refusal(command: CommandSet, attributes: Identifier) -> int:
    """Why the request cannot be taken, 0 when it can."""
    if command.requested_sop_instance_uid != WELL_KNOWN_INSTANCE:
        return NO_SUCH_INSTANCE
    if command.action_type_id != REQUEST_ACTION:
        return NO_SUCH_ACTION
    references = _references(attributes)
    if not text_of(attributes, "TransactionUID") or not references:
        return MISSING_ATTRIBUTE
    if len(references) > MOST_REFERENCES or not all(one.sop_instance_uid and one.sop_class_uid for one in references):
        return INVALID_VALUE
    return 0


def _references(attributes: Identifier) -> Sequence[Reference]:
    value = attributes.get("ReferencedSOPSequence", ())
    items: tuple[Identifier, ...] = () if isinstance(value, str) else value
    return [Reference(text_of(item, "ReferencedSOPClassUID"), text_of(item, "ReferencedSOPInstanceUID")) for item in items]
