"""Asking a remote node for an association (PS3.8 7.1): connect, secure, propose, and say in plain words what went wrong."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from struct import unpack

from viewer.model.frozen import frozen
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.model.nodes import IdentityWay, RemoteNode
from viewer.network import association_pdu as pdus
from viewer.network.association import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME, Association
from viewer.network.association_pdu import ProposedContext, Role, UserIdentity, UserInformation
from viewer.network.connection import Connection
from viewer.network.dimse_message import Agreement, Context
from viewer.network.errors import (
    AbortedError,
    BusyError,
    ConnectError,
    NetworkError,
    ProtocolError,
    RejectedError,
    TlsError,
    UserRefusedError,
)
from viewer.network.limits import DEFAULT_LIMITS, Limits
from viewer.network.tls import requestor_context, tls_error
from viewer.network.trace import Trace, no_trace

LARGEST_ANSWER = 256 * 1024


@frozen
class Proposal:
    """What to ask for: contexts as (abstract syntax, transfer syntaxes), at most 128."""

    contexts: Sequence[tuple[str, tuple[str, ...]]]
    roles: Mapping[str, Role] = field(default_factory=dict)
    extended: Mapping[str, bytes] = field(default_factory=dict)
    identity: UserIdentity | None = None


@frozen
class Caller:
    """Who calls, and within which limits. `stop` is looked at while waiting for the peer; `identity` is the user behind it."""

    ae_title: str = "NEGATOSCOPE"
    limits: Limits = DEFAULT_LIMITS
    trace: Trace = no_trace
    stop: Callable[[], bool] | None = None
    identity: UserIdentity | None = None


def open_association(node: RemoteNode, proposal: Proposal, caller: Caller) -> Association:
    """Connect to `node` and agree on an association.

    Raises ConnectError, TlsError, RejectedError, BusyError, AbortedError, StalledError, ProtocolError.
    """
    sock = connect(node, caller.trace)
    if node.tls is not None:
        sock = secure(sock, node, caller.trace)
    return negotiate(Connection(sock), node, proposal, caller)


def connect(node: RemoteNode, trace: Trace = no_trace) -> socket.socket:
    """A TCP connection to `node`. Raises ConnectError."""
    try:
        sock = socket.create_connection((node.host, node.port), timeout=node.timeouts.connect)
    except TimeoutError as error:
        reason = message("Nothing answered at {node} within {seconds} s.", node=str(node), seconds=node.timeouts.connect)
        raise ConnectError(reason, advice=message("Check the address, and whether a firewall is in the way.")) from error
    except socket.gaierror as error:
        raise ConnectError(message("The host name {host} is not known.", host=node.host)) from error
    except (OSError, UnicodeError) as error:
        reason = message("No connection to {node}: {reason}.", node=str(node), reason=getattr(error, "strerror", None) or "")
        raise ConnectError(reason, advice=message("Check the port, and whether the node is running.")) from error
    trace(f"connected to {node}")
    return sock


def secure(sock: socket.socket, node: RemoteNode, trace: Trace = no_trace) -> ssl.SSLSocket:
    """TLS over `sock`. Raises TlsError, and closes `sock` then."""
    if node.tls is None:
        raise ValueError("the node has no TLS settings")
    try:
        sock.settimeout(node.timeouts.association)
        secured = requestor_context(node.tls).wrap_socket(sock, server_hostname=node.host)
    except (OSError, ValueError) as error:
        sock.close()
        raise tls_error(error) from error
    except TlsError:
        sock.close()
        raise
    trace(f"secured with {secured.version()}")
    return secured


def negotiate(connection: Connection, node: RemoteNode, proposal: Proposal, caller: Caller) -> Association:
    """Propose and read the answer. Closes the connection when there is no association."""
    limits = replace(caller.limits, response_seconds=node.timeouts.response, maximum_pdu=node.maximum_pdu)
    connection.stop = caller.stop
    try:
        return _negotiate(connection, node, proposal, caller, limits)
    except NetworkError as error:
        caller.trace(f"no association with {node}: {error.reason}")
        connection.close()
        raise


def _negotiate(connection: Connection, node: RemoteNode, proposal: Proposal, caller: Caller, limits: Limits) -> Association:
    proposed = tuple(ProposedContext(2 * i + 1, *context) for i, context in enumerate(proposal.contexts))
    if not 0 < len(proposed) <= pdus.MAXIMUM_CONTEXTS:
        raise ValueError(f"{len(proposed)} presentation contexts")
    user = UserInformation(
        limits.maximum_pdu,
        IMPLEMENTATION_CLASS_UID,
        IMPLEMENTATION_VERSION_NAME,
        dict(proposal.roles),
        dict(proposal.extended),
        proposal.identity or caller.identity,
    )
    request = pdus.AssociateRequest(node.ae_title, caller.ae_title, proposed, user)
    seconds = node.timeouts.association
    connection.send(pdus.encode_request(request), seconds)
    deadline = time.monotonic() + seconds
    kind, length = unpack(">BxI", connection.take(6, deadline))
    if length > LARGEST_ANSWER:
        raise ProtocolError(message("The peer's answer to the association request is too large."))
    body = b"".join(bytes(piece) for piece in connection.pieces(length, deadline))
    if kind == pdus.ASSOCIATE_RJ and len(body) >= 4:
        raise _rejection(node, *body[1:4])
    if kind == pdus.ABORT:
        raise AbortedError(message("{node} broke off when asked for an association.", node=str(node)))
    if kind != pdus.ASSOCIATE_AC:
        raise ProtocolError(message("{node} answered with something that is not DICOM.", node=str(node)))
    accept = pdus.decode_accept(body)
    contexts = _contexts(proposed, accept, proposal.roles)
    caller.trace(f"association with {node} as {caller.ae_title}: {len(contexts)} of {len(proposed)} contexts accepted")
    agreement = Agreement(node.ae_title, caller.ae_title, contexts, accept.user, limits.maximum_pdu)
    return Association(connection, agreement, limits, caller.trace)


def _contexts(proposed: Sequence[ProposedContext], accept: pdus.AssociateAccept, roles: Mapping[str, Role]) -> dict[int, Context]:
    by_id = {context.context_id: context for context in proposed}
    found = {}
    for answer in accept.answers:
        context = by_id.get(answer.context_id)
        if context is None or answer.result != pdus.ACCEPTANCE or answer.transfer_syntax not in context.transfer_syntaxes:
            continue
        asked = roles.get(context.abstract_syntax)
        given = accept.user.roles.get(context.abstract_syntax)
        as_scu, as_scp = True, False
        if asked is not None and given is not None:
            as_scu, as_scp = asked.scu and given.scu, asked.scp and given.scp
        found[answer.context_id] = Context(
            answer.context_id, context.abstract_syntax, answer.transfer_syntax, as_scu=as_scu, as_scp=as_scp
        )
    return found


# (source, reason): sentence, advice. PS3.8 table 9-21.
_REASONS: dict[tuple[int, int], tuple[Message, Message]] = {
    (1, 2): (message("it does not know the application context"), NO_MESSAGE),
    (1, 3): (
        message("it does not know our AE title"),
        message("Ask its administrator to enter your AE title, address and port."),
    ),
    (1, 7): (message("its AE title is another one"), message("Check the AE title of the node.")),
    (2, 1): (message("it gave no reason"), message("User name or password may be wrong.")),
    (2, 2): (message("it does not know the protocol version"), NO_MESSAGE),
    (3, 1): (message("it is overloaded for the moment"), message("Try again later.")),
    (3, 2): (message("it has no room for another association"), message("Try again later.")),
}
_UNKNOWN = (message("it gave no reason"), NO_MESSAGE)
_NO_REASON = (2, 1)


def _rejection(node: RemoteNode, result: int, source: int, reason: int) -> RejectedError:
    why, advice = _REASONS.get((source, reason), _UNKNOWN)
    text = message(
        "{node} refused the association: {why} ({result}/{origin}/{reason}).",
        node=str(node), why=why, result=result, origin=source, reason=reason,
    )  # fmt: skip
    if result == 2:
        return BusyError(text, advice=advice)
    shows_secret = node.identity in (IdentityWay.PASSWORD, IdentityWay.TOKEN)
    return (UserRefusedError if shows_secret and (source, reason) == _NO_REASON else RejectedError)(text, advice=advice)
