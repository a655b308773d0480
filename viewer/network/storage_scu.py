"""Storage as user (PS3.4 B): any object, as it is; many over one association; an answer for each; again what may pass.

The original transfer syntax comes first. Where the peer does not take it, the object is written without loss in an uncompressed
one, and the result says so. Nothing is ever compressed, and nothing is sent in a form the peer did not agree to.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from io import BytesIO
from pathlib import Path

from viewer.dicom.decode import decode
from viewer.dicom.sop_classes import name_of
from viewer.dicom.transfer_syntaxes import DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, name_of_transfer_syntax
from viewer.model.errors import NegatoscopeError
from viewer.model.frozen import frozen
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.model.nodes import RemoteNode
from viewer.network.association import Association
from viewer.network.command_set import HAS_DATA_SET, CommandField, CommandSet
from viewer.network.dimse_message import Context
from viewer.network.errors import CancelledError, NetworkError, ProtocolError, UserRefusedError
from viewer.network.reencode import Decode, reencoded
from viewer.network.requestor import Caller, Proposal, open_association
from viewer.network.status import is_success, is_warning, may_pass, meaning
from viewer.network.storage_item import StorageItem, plan
from viewer.network.trace import uid_mark


class Outcome(StrEnum):
    """What became of one object."""

    STORED = "stored"
    WARNING = "warning"  # stored, with a remark of the peer
    FAILED = "failed"
    SKIPPED = "skipped"  # never sent: the peer does not take it, or it was stopped before


@frozen
class SendResult:
    """`sent_as`: the transfer syntax on the wire; `status`: the peer's answer, None when it gave none.

    `retry_after`: seconds that the peer asks to be left alone for.
    """

    item: StorageItem
    outcome: Outcome
    status: int | None = None
    sent_as: str = ""
    reason: Message = NO_MESSAGE
    may_pass: bool = False
    was_stopped: bool = False  # by the user, before it was sent or answered
    wants_user: bool = False  # the peer did not take the password or token; it takes the object from who has the right one
    retry_after: float = 0.0

    @property
    def is_done(self) -> bool:
        return self.outcome in (Outcome.STORED, Outcome.WARNING)


@frozen
class Originator:
    """Of a C-STORE that is part of a C-MOVE (PS3.7 9.1.1.1)."""

    ae_title: str
    message_id: int


@frozen
class RetryPolicy:
    """How often each object is tried, and how long to wait in between: `first` seconds, each time `factor` longer."""

    attempts: int = 3
    first: float = 5.0
    factor: float = 2.0
    longest: float = 600.0

    def pause(self, failures: int) -> float:
        return min(self.longest, self.first * self.factor ** max(0, failures - 1))


Report = Callable[[SendResult], None]
Wait = Callable[[float], bool]  # waits so many seconds; False: stop


def send_item(
    association: Association, item: StorageItem, *, decode_frame: Decode = decode, originator: Originator | None = None
) -> SendResult:
    """C-STORE of one object. What is wrong with the object is in the result.

    Raises NetworkError when the association is gone (or CancelledError): the object's fate is then unknown.
    """
    contexts = association.contexts(item.sop_class_uid)
    exact = next((context for context in contexts if context.transfer_syntax == item.transfer_syntax_uid), None)
    if exact is None and not contexts:
        reason = message("The peer does not take objects of the class {name}.", name=name_of(item.sop_class_uid))
        return SendResult(item, Outcome.SKIPPED, reason=reason)
    context = exact or contexts[0]
    try:
        if exact is not None:
            answer = _send_as_it_is(association, exact, item, originator)
        else:
            data = reencoded(item, context.transfer_syntax, decode_frame)
            answer = _send_bytes(association, context, item, data, originator)
    except NetworkError:
        raise
    except NegatoscopeError as error:
        return SendResult(item, Outcome.SKIPPED, reason=error.reason)
    except OSError as error:
        reason = message("The file cannot be read: {reason}.", reason=error.strerror or "")
        return SendResult(item, Outcome.FAILED, reason=reason)
    result = _result(item, answer, context.transfer_syntax)
    association.trace(
        f"instance {uid_mark(item.sop_instance_uid)} sent: {name_of(item.sop_class_uid)}, "
        f"{name_of_transfer_syntax(context.transfer_syntax)}, 0x{result.status or 0:04X}"
    )
    return result


def _send_as_it_is(association: Association, context: Context, item: StorageItem, originator: Originator | None) -> CommandSet:
    with Path(item.path).open("rb", buffering=0) as stream:
        size = stream.seek(0, 2) - item.offset
        stream.seek(item.offset)
        if size & 1 and item.transfer_syntax_uid == DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN:
            return _send_bytes(association, context, item, stream.read() + b"\0", originator)  # PS3.5 A.5
        command = _request(association, item, originator)
        association.send_file(context, command, stream, size)
    return _answer(association, command)


def _send_bytes(
    association: Association, context: Context, item: StorageItem, data: bytes, originator: Originator | None
) -> CommandSet:
    command = _request(association, item, originator)
    association.send_file(context, command, BytesIO(data), len(data))
    return _answer(association, command)


def _request(association: Association, item: StorageItem, originator: Originator | None) -> CommandSet:
    return CommandSet(
        CommandField.C_STORE_RQ,
        affected_sop_class_uid=item.sop_class_uid,
        affected_sop_instance_uid=item.sop_instance_uid,
        message_id=association.next_message_id(),
        priority=0,
        command_data_set_type=HAS_DATA_SET,
        move_originator_application_entity_title=originator.ae_title if originator is not None else None,
        move_originator_message_id=originator.message_id if originator is not None else None,
    )


def _answer(association: Association, request: CommandSet) -> CommandSet:
    answer = association.receive()
    if answer is None:
        raise ProtocolError(message("The peer released the association instead of answering."))
    command = answer.command
    if command.command_field != CommandField.C_STORE_RSP or command.message_id_being_responded_to != request.message_id:
        association.abort()
        raise ProtocolError(message("The peer answered something else than was asked."))
    return command


def _result(item: StorageItem, answer: CommandSet, sent_as: str) -> SendResult:
    status = answer.status if answer.status is not None else 0x0110
    if is_success(status):
        return SendResult(item, Outcome.STORED, status, sent_as, other_form(item, sent_as))
    if is_warning(status):
        return SendResult(item, Outcome.WARNING, status, sent_as, meaning(status))
    return SendResult(item, Outcome.FAILED, status, sent_as, meaning(status), may_pass(status))


def other_form(item: StorageItem, sent_as: str) -> Message:
    """That an object was re-encoded; NO_MESSAGE for one that went as it is."""
    if sent_as == item.transfer_syntax_uid:
        return NO_MESSAGE
    return message(
        "Sent as {sent_as}, without loss: {original} is not taken there.",
        sent_as=name_of_transfer_syntax(sent_as),
        original=name_of_transfer_syntax(item.transfer_syntax_uid),
    )


def send(
    node: RemoteNode,
    items: Iterable[StorageItem],
    caller: Caller,
    *,
    policy: RetryPolicy,
    wait: Wait,
    report: Report = lambda result: None,
    decode_frame: Decode = decode,
) -> tuple[SendResult, ...]:
    """Send all `items` to `node`. One result each, in the order of the items; `report` gets each as soon as it is known.

    Objects that failed for a reason that may pass, and those whose association broke, are tried again after a pause; what was
    acknowledged is never sent twice.
    """
    job = _SendJob(node, tuple(items), caller, report, decode_frame)
    failures = 0
    while job.run(last_attempt=failures + 1 >= policy.attempts):
        failures += 1
        if not wait(policy.pause(failures)):
            job.give_up(CancelledError(message("Stopped.")))
            break
    return job.results()


class _SendJob:
    def __init__(
        self, node: RemoteNode, items: Sequence[StorageItem], caller: Caller, report: Report, decode_frame: Decode
    ) -> None:
        self._node, self._items, self._caller = node, items, caller
        self._report, self._decode = report, decode_frame
        self._results: dict[int, SendResult] = {}

    def results(self) -> tuple[SendResult, ...]:
        return tuple(self._results[id(item)] for item in self._items)

    def run(self, *, last_attempt: bool) -> bool:
        """One round over what is open. True when some of it should be tried again."""
        remaining = [item for item in self._items if id(item) not in self._results]
        again = False
        for batch, contexts in plan(remaining, self._node.transfer_syntaxes):
            queue = deque(batch)
            while queue:
                try:
                    again |= self._run_association(queue, Proposal(contexts), last_attempt)
                except CancelledError as error:
                    self.give_up(error)
                    return False
                except NetworkError as error:  # there is no association to be had
                    again |= error.may_pass and not last_attempt
                    self._blame(queue, error, last_attempt)
                    queue.clear()
        return again

    def give_up(self, error: NetworkError) -> None:
        """Close what is open as not sent."""
        for item in self._items:
            if id(item) not in self._results:
                self._record(SendResult(item, Outcome.SKIPPED, reason=error.reason, was_stopped=True))

    def _run_association(self, queue: deque[StorageItem], proposal: Proposal, last_attempt: bool) -> bool:
        """Send from `queue` until it is empty or the association breaks. True when something is to be tried again."""
        again = False
        association = open_association(self._node, proposal, self._caller)
        try:
            while queue:
                item = queue.popleft()
                try:
                    result = send_item(association, item, decode_frame=self._decode)
                except CancelledError:
                    raise
                except NetworkError as error:  # this object may be what broke it: the others go on without it
                    self._blame([item], error, last_attempt)
                    return again or (error.may_pass and not last_attempt)
                if result.may_pass and not last_attempt:
                    again = True
                else:
                    self._record(result)
            association.release()
        finally:
            association.abort()
        return again

    def _blame(self, items: Iterable[StorageItem], error: NetworkError, last_attempt: bool) -> None:
        """Record `items` as failed, unless they will be tried again."""
        if error.may_pass and not last_attempt:
            return
        for item in items:
            wants_user = isinstance(error, UserRefusedError)
            self._record(SendResult(item, Outcome.FAILED, reason=error.reason, may_pass=error.may_pass, wants_user=wants_user))

    def _record(self, result: SendResult) -> None:
        self._results[id(result.item)] = result
        self._report(result)
