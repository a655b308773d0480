"""Verification (PS3.4 A): C-ECHO as user and as provider, and the step-by-step test of a node."""

from __future__ import annotations

import time
from collections.abc import Callable

from viewer.dicom.transfer_syntaxes import EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN
from viewer.model.frozen import frozen
from viewer.model.messages import NO_MESSAGE, Message
from viewer.model.nodes import RemoteNode
from viewer.network.association import Association
from viewer.network.association_pdu import ProposedContext
from viewer.network.command_set import CommandField, CommandSet
from viewer.network.connection import Connection
from viewer.network.dimse_message import Context, DataConsumer, DimseMessage
from viewer.network.errors import NetworkError, RefusedError
from viewer.network.listener import refuse
from viewer.network.requestor import Caller, Proposal, connect, negotiate, secure
from viewer.network.status import SUCCESS, UNRECOGNIZED_OPERATION, meaning

VERIFICATION = "1.2.840.10008.1.1"
_SYNTAXES = (IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN)


def echo(association: Association) -> None:
    """C-ECHO (PS3.7 9.1.5). Raises RefusedError on a failure status."""
    command = CommandSet(CommandField.C_ECHO_RQ, affected_sop_class_uid=VERIFICATION, message_id=association.next_message_id())
    association.send(association.context(VERIFICATION), command)
    answer = association.receive()
    status = answer.command.status if answer is not None else None
    if status != SUCCESS:
        raise RefusedError(meaning(status or UNRECOGNIZED_OPERATION), status=status or UNRECOGNIZED_OPERATION)


@frozen
class Step:
    """One step of the test of a node: "tcp", "tls", "association" or "echo". `reason` and `advice` say what failed."""

    name: str
    passed: bool
    milliseconds: float
    reason: Message = NO_MESSAGE
    advice: Message = NO_MESSAGE


def check_node(node: RemoteNode, caller: Caller, report: Callable[[Step], None] = lambda step: None) -> tuple[Step, ...]:
    """Connect, secure, agree, C-ECHO; stops at the first step that fails. `report` gets each step as it is done."""
    check = _Check(node, caller, report)
    check.run()
    return tuple(check.steps)


class _Check:
    def __init__(self, node: RemoteNode, caller: Caller, report: Callable[[Step], None]) -> None:
        self._node, self._caller, self._report = node, caller, report
        self._name, self._began = "tcp", time.perf_counter()
        self.steps: list[Step] = []

    def run(self) -> None:
        node, caller = self._node, self._caller
        try:
            sock = connect(node, caller.trace)
            self._passed("tls" if node.tls is not None else "association")
            if node.tls is not None:
                sock = secure(sock, node, caller.trace)
                self._passed("association")
            association = negotiate(Connection(sock), node, Proposal(((VERIFICATION, _SYNTAXES),)), caller)
            try:
                self._passed("echo")
                echo(association)
                self._passed("")
                association.release()
            finally:
                association.abort()
        except NetworkError as error:
            self._add(False, error.reason, error.advice)

    def _passed(self, next_name: str) -> None:
        self._add(True)
        self._name, self._began = next_name, time.perf_counter()

    def _add(self, passed: bool, reason: Message = NO_MESSAGE, advice: Message = NO_MESSAGE) -> None:
        step = Step(self._name, passed, (time.perf_counter() - self._began) * 1000, reason, advice)
        self.steps.append(step)
        self._report(step)


class VerificationService:
    """C-ECHO as provider."""

    def choose(self, context: ProposedContext, as_scp_of_peer: bool) -> str | None:
        if context.abstract_syntax != VERIFICATION:
            return None
        return next((syntax for syntax in context.transfer_syntaxes if syntax in _SYNTAXES), "")

    def consumer(self, association: Association, context: Context, command: CommandSet) -> DataConsumer | None:
        return None

    def serve(self, association: Association, request: DimseMessage) -> None:
        known = request.command.command_field == CommandField.C_ECHO_RQ
        refuse(association, request, SUCCESS if known else UNRECOGNIZED_OPERATION)
