"""Being called: the listening socket, who may come in, and one thread for each association (PS3.8 7.1).

Nobody can hold the door: a connection has a few seconds to secure itself and to propose an association, in its own thread; when
too many wait, the one that waited longest is dropped for the newest.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from struct import unpack
from typing import Protocol, runtime_checkable

from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.model.nodes import ApplicationEntity
from viewer.network import association_pdu as pdus
from viewer.network.association import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME, Association
from viewer.network.association_pdu import AssociateRequest, ContextAnswer, ProposedContext, Role, UserInformation
from viewer.network.command_set import CommandSet
from viewer.network.connection import Connection
from viewer.network.dimse_message import Agreement, Context, DataConsumer, DimseMessage
from viewer.network.door import Call, Door
from viewer.network.errors import ProtocolError
from viewer.network.limits import DEFAULT_LIMITS, Limits
from viewer.network.status import SOP_CLASS_NOT_SUPPORTED
from viewer.network.trace import Trace, no_trace
from viewer.network.user_identity import UserCheck, name_of_user

_REJECTED_TITLE, _REJECTED_CALLER, _REJECTED_FULL = (1, 1, 7), (1, 1, 3), (2, 3, 2)
_REJECTED_USER = (1, 2, 1)  # PS3.7 D.3.3.7.3
_REJECTED_VERSION, _REJECTED_APPLICATION = (1, 2, 2), (1, 1, 2)  # PS3.8 9.3.4


class Service(Protocol):
    """One service class as provider."""

    def choose(self, context: ProposedContext, as_scp_of_peer: bool) -> str | None:
        """The transfer syntax to accept; "" when none of those proposed will do; None when the SOP Class is not of this service.

        `as_scp_of_peer`: the peer wants to be SCP of this class (C-GET sends its images so).
        """

    def consumer(self, association: Association, context: Context, command: CommandSet) -> DataConsumer | None:
        """What takes the data set of this message; None collects it in memory."""

    def serve(self, association: Association, request: DimseMessage) -> None:
        """Answer one request."""


@runtime_checkable
class NegotiatingService(Protocol):
    """A service that answers SOP Class Extended Negotiation (PS3.7 D.3.3.5)."""

    def extended(self, abstract_syntax: str, asked: bytes) -> bytes | None:
        """The answer to what the peer asked for; None when the SOP Class is not of this service."""


@frozen
class Refusal:
    """A caller that was not let in: "called title", "calling title", "user", "protocol version" or "application context"."""

    calling_ae_title: str
    address: str
    reason: str
    user: str = ""


@frozen
class Admission:
    """A caller whose user was checked and let in."""

    calling_ae_title: str
    address: str
    user: str


_WHY = {
    _REJECTED_TITLE: "called title",
    _REJECTED_CALLER: "calling title",
    _REJECTED_USER: "user",
    _REJECTED_VERSION: "protocol version",
    _REJECTED_APPLICATION: "application context",
}


@dataclass(slots=True, eq=False)
class _Caller(Call):
    """`association` is None while it has not agreed on one."""

    association: Association | None = None


class Listener(Door[_Caller]):
    """Listens from construction to `close`. `port` is the real one when 0 was asked for.

    `users` decides on the user identity that a caller shows, None when it shows none; without `users` it is not looked at.
    `refused` is told of callers that were not let in, `admitted` of users that were, from the thread of their connection.
    """

    def __init__(
        self,
        entity: ApplicationEntity,
        services: Sequence[Service],
        *,
        limits: Limits = DEFAULT_LIMITS,
        trace: Trace = no_trace,
        users: UserCheck | None = None,
        refused: Callable[[Refusal], None] = lambda refusal: None,
        admitted: Callable[[Admission], None] = lambda admission: None,
    ) -> None:
        self._entity = entity
        self._services = tuple(services)
        self._limits = replace(limits, response_seconds=limits.idle_seconds)
        self._users = users
        self._refused, self._admitted = refused, admitted
        super().__init__(entity.interface, entity.port, entity.tls, trace, "association")
        self.open_door()
        trace(f"listening as {entity.ae_title} on {entity.interface or 'all interfaces'}, port {self.port}")

    @property
    def associations(self) -> int:
        """How many associations are open."""
        with self._lock:
            return sum(call.association is not None for call in self._calls)

    def close(self) -> None:
        super().close()
        self._trace("listener stopped")

    # -- the door

    def call_of(self, sock: socket.socket, address: str, now: float) -> _Caller:
        return _Caller(sock, address, now)

    def admit(self, call: _Caller) -> bool:
        """Everybody; one of those who have not agreed on an association yet makes room."""
        waiting = [other for other in self.staying() if other.association is None]
        if len(waiting) >= self._limits.waiting:
            self.drop(self._least_welcome(waiting))
        return True

    @staticmethod
    def _least_welcome(waiting: list[_Caller]) -> _Caller:
        """The one that waited longest of the address that has most connections waiting."""
        counts: dict[str, int] = {}
        for call in waiting:
            counts[call.address] = counts.get(call.address, 0) + 1
        return min(waiting, key=lambda call: (-counts[call.address], call.since))

    def talk(self, call: _Caller) -> None:
        association = self._open(call)
        if association is not None:
            self._serve(association)

    # -- agreeing on an association

    def _open(self, call: _Caller) -> Association | None:
        deadline = time.monotonic() + self._limits.association_seconds
        connection = Connection(self.secured(call, self._limits.association_seconds))
        kind, length = unpack(">BxI", connection.take(6, deadline))
        if kind != pdus.ASSOCIATE_RQ or length > self._limits.largest_pdu:
            raise ProtocolError(message("the first message was no association request"))
        request = pdus.decode_request(b"".join(bytes(piece) for piece in connection.pieces(length, deadline)))
        refusal = self._refusal(call, request)
        user = name_of_user(request.user.identity) if self._users is not None else ""
        if refusal is not None:
            connection.send(pdus.encode_reject(*refusal), self._limits.association_seconds)
            self._trace(f"association from {request.calling_ae_title} at {call.address} rejected: {refusal}")
            self._refused(Refusal(request.calling_ae_title, call.address, _WHY[refusal], user))
            return None
        if user:
            self._admitted(Admission(request.calling_ae_title, call.address, user))
        association = self._accept_association(connection, request)
        with self._lock:
            is_full = self._is_full(call.address)
            if not is_full:
                call.association = association
        if is_full:
            connection.send(pdus.encode_reject(*_REJECTED_FULL), self._limits.association_seconds)
            self._trace(f"association from {request.calling_ae_title} at {call.address} rejected: too many")
            return None
        connection.send(self._accept_pdu(request, association), self._limits.association_seconds)
        contexts = association.agreement.contexts
        self._trace(f"association from {request.calling_ae_title} at {call.address}: {len(contexts)} contexts accepted")
        return association

    def _refusal(self, call: _Caller, request: AssociateRequest) -> tuple[int, int, int] | None:
        if not request.protocol_version & 1:
            return _REJECTED_VERSION
        if request.application_context != pdus.APPLICATION_CONTEXT:
            return _REJECTED_APPLICATION
        if self._entity.require_called_title and request.called_ae_title != self._entity.ae_title:
            return _REJECTED_TITLE
        callers = self._entity.callers
        if callers and not any(
            known.ae_title == request.calling_ae_title and known.address in ("", call.address) for known in callers
        ):
            return _REJECTED_CALLER
        if self._users is not None and not self._users(request.user.identity):
            return _REJECTED_USER
        return None

    def _is_full(self, address: str) -> bool:
        open_from = [call.address for call in self._calls if call.association is not None]
        return len(open_from) >= self._limits.associations or open_from.count(address) >= self._limits.associations_per_address

    def _accept_association(self, connection: Connection, request: AssociateRequest) -> Association:
        contexts = {}
        for proposed in request.contexts:
            role = request.user.roles.get(proposed.abstract_syntax, Role(scu=True, scp=False))
            chosen = self._choose(proposed, role)
            if chosen:
                contexts[proposed.context_id] = Context(
                    proposed.context_id, proposed.abstract_syntax, chosen, as_scu=role.scp, as_scp=role.scu
                )
        agreement = Agreement(request.calling_ae_title, self._entity.ae_title, contexts, request.user, self._limits.maximum_pdu)
        return Association(connection, agreement, self._limits, self._trace)

    def _choose(self, proposed: ProposedContext, role: Role) -> str | None:
        answer = None
        for service in self._services:
            chosen = service.choose(proposed, role.scp)
            if chosen:
                return chosen
            answer = chosen if answer is None else answer
        return answer

    def _accept_pdu(self, request: AssociateRequest, association: Association) -> bytes:
        contexts = association.agreement.contexts
        answers = []
        for proposed in request.contexts:
            context = contexts.get(proposed.context_id)
            if context is not None:
                answers.append(ContextAnswer(proposed.context_id, pdus.ACCEPTANCE, context.transfer_syntax))
                continue
            role = request.user.roles.get(proposed.abstract_syntax, Role(scu=True, scp=False))
            unknown = self._choose(proposed, role) is None
            result = pdus.NO_ABSTRACT_SYNTAX if unknown else pdus.NO_TRANSFER_SYNTAX
            answers.append(ContextAnswer(proposed.context_id, result, proposed.transfer_syntaxes[0]))
        user = UserInformation(
            self._limits.maximum_pdu,
            IMPLEMENTATION_CLASS_UID,
            IMPLEMENTATION_VERSION_NAME,
            self._roles(request, contexts),
            self._extended(request),
            identity_response=self._identity_response(request),
            operations=(1, 1) if request.user.operations is not None else None,  # we do one thing after the other
        )
        return pdus.encode_accept(pdus.AssociateAccept(request.called_ae_title, request.calling_ae_title, tuple(answers), user))

    @staticmethod
    def _roles(request: AssociateRequest, contexts: Mapping[int, Context]) -> dict[str, Role]:
        accepted = {context.abstract_syntax for context in contexts.values()}
        return {uid: role for uid, role in request.user.roles.items() if uid in accepted}

    def _identity_response(self, request: AssociateRequest) -> bytes | None:
        """Given only where the user was checked: it tells the peer that we did (PS3.7 D.3.3.7.2)."""
        identity = request.user.identity
        return b"" if self._users is not None and identity is not None and identity.wants_response else None

    def _extended(self, request: AssociateRequest) -> dict[str, bytes]:
        answers = {}
        for service in self._services:
            if isinstance(service, NegotiatingService):
                for uid, asked in request.user.extended.items():
                    answer = service.extended(uid, asked)
                    if answer is not None:
                        answers[uid] = answer
        return answers

    # -- serving

    def _serve(self, association: Association) -> None:
        def choose(context: Context, command: CommandSet) -> DataConsumer | None:
            service = self._service(context)
            return service.consumer(association, context, command) if service is not None else None

        try:
            while association.is_open:
                request = association.receive(choose)
                if request is None:
                    return
                service = self._service(request.context)
                if service is None or request.command.is_response:
                    raise ProtocolError(message("the peer sent an answer nobody asked for"))
                service.serve(association, request)
        finally:
            association.abort(by_provider=True)

    def _service(self, context: Context) -> Service | None:
        proposed = ProposedContext(context.context_id, context.abstract_syntax, (context.transfer_syntax,))
        for service in self._services:
            if service.choose(proposed, context.as_scu) is not None:
                return service
        return None


def refuse(association: Association, request: DimseMessage, status: int = SOP_CLASS_NOT_SUPPORTED, comment: str = "") -> None:
    """Answer a request with a failure."""
    command = request.command
    association.send(
        request.context,
        CommandSet(
            command.command_field | 0x8000,
            affected_sop_class_uid=command.affected_sop_class_uid,
            affected_sop_instance_uid=command.affected_sop_instance_uid,
            message_id_being_responded_to=command.message_id or 0,
            status=status,
            error_comment=comment or None,
        ),
    )
