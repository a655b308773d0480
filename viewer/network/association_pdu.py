"""The PDUs that agree on, end and break an association (PS3.8 9.3), read strictly and within bounds, written plainly.

Items that are not known are stepped over, as PS3.8 9.3.1 asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from struct import pack, unpack_from
from typing import Any

from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.network.errors import ProtocolError

ASSOCIATE_RQ, ASSOCIATE_AC, ASSOCIATE_RJ, P_DATA_TF, RELEASE_RQ, RELEASE_RP, ABORT = range(1, 8)
APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1"
RELEASE_REQUEST = pack(">BxIxxxx", RELEASE_RQ, 4)
RELEASE_RESPONSE = pack(">BxIxxxx", RELEASE_RP, 4)
MAXIMUM_CONTEXTS = 128

ACCEPTANCE, USER_REJECTION, NO_REASON, NO_ABSTRACT_SYNTAX, NO_TRANSFER_SYNTAX = range(5)


@frozen
class ProposedContext:
    """`context_id` is odd, 1 to 255."""

    context_id: int
    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]


@frozen
class ContextAnswer:
    """`result`: 0 accepted, 1 by the user, 2 no reason, 3 abstract syntax, 4 transfer syntaxes (PS3.8 9.3.3.2)."""

    context_id: int
    result: int
    transfer_syntax: str


@frozen
class Role:
    """SCP/SCU Role Selection of one SOP Class, of the requestor (PS3.7 D.3.3.4)."""

    scu: bool
    scp: bool


@frozen
class UserIdentity:
    """PS3.7 D.3.3.7. `kind`: 1 name, 2 name and password, 3 Kerberos, 4 SAML, 5 JWT. Never printed."""

    kind: int
    primary: bytes = field(repr=False)
    secondary: bytes = field(default=b"", repr=False)
    wants_response: bool = False


@frozen
class UserInformation:
    """PS3.7 D.3.3. `extended` holds the SOP Class Extended Negotiation as bytes per class.

    `operations`: asynchronous operations (invoked, performed) that may be outstanding, 0 for any number; None is one of each.
    """

    maximum_length: int
    implementation_class_uid: str = ""
    implementation_version_name: str = ""
    roles: dict[str, Role] = field(default_factory=dict)
    extended: dict[str, bytes] = field(default_factory=dict)
    identity: UserIdentity | None = None
    identity_response: bytes | None = None
    operations: tuple[int, int] | None = None


@frozen
class AssociateRequest:
    called_ae_title: str
    calling_ae_title: str
    contexts: tuple[ProposedContext, ...]
    user: UserInformation
    application_context: str = APPLICATION_CONTEXT
    protocol_version: int = 1  # bits; the first is the only one there is (PS3.8 9.3.2)


@frozen
class AssociateAccept:
    called_ae_title: str
    calling_ae_title: str
    answers: tuple[ContextAnswer, ...]
    user: UserInformation


def encode_request(request: AssociateRequest) -> bytes:
    """A-ASSOCIATE-RQ (PS3.8 9.3.2)."""
    contexts = b"".join(
        _item(0x20, pack(">Bxxx", c.context_id) + _item(0x30, c.abstract_syntax.encode("ascii")) + _syntaxes(c.transfer_syntaxes))
        for c in request.contexts
    )
    return _associate(ASSOCIATE_RQ, request.called_ae_title, request.calling_ae_title, contexts, request.user)


def encode_accept(accept: AssociateAccept) -> bytes:
    """A-ASSOCIATE-AC (PS3.8 9.3.3)."""
    contexts = b"".join(
        _item(0x21, pack(">BxBx", a.context_id, a.result) + _syntaxes((a.transfer_syntax,))) for a in accept.answers
    )
    return _associate(ASSOCIATE_AC, accept.called_ae_title, accept.calling_ae_title, contexts, accept.user)


def encode_reject(result: int, source: int, reason: int) -> bytes:
    """A-ASSOCIATE-RJ (PS3.8 9.3.4)."""
    return pack(">BxIxBBB", ASSOCIATE_RJ, 4, result, source, reason)


def encode_abort(source: int, reason: int) -> bytes:
    """A-ABORT (PS3.8 9.3.8). `source` 0 the user, 2 the provider."""
    return pack(">BxIxxBB", ABORT, 4, source, reason)


def decode_request(body: bytes) -> AssociateRequest:
    """`body`: the PDU without its first six bytes. Raises ProtocolError."""
    called, calling, items = _titles(body)
    contexts: list[ProposedContext] = []
    user = UserInformation(0)
    application = ""
    for kind, value in items:
        if kind == 0x10:
            application = _uid(value)
        elif kind == 0x20:
            contexts.append(_proposed(value))
        elif kind == 0x50:
            user = _user_information(value)
    if len(contexts) > MAXIMUM_CONTEXTS or len({c.context_id for c in contexts}) != len(contexts):
        raise _malformed()
    return AssociateRequest(called, calling, tuple(contexts), user, application, unpack_from(">H", body)[0])


def decode_accept(body: bytes) -> AssociateAccept:
    """`body`: the PDU without its first six bytes. Raises ProtocolError."""
    called, calling, items = _titles(body)
    if not unpack_from(">H", body)[0] & 1:
        raise _malformed()
    answers: list[ContextAnswer] = []
    user = UserInformation(0)
    for kind, value in items:
        if kind == 0x21:
            if len(value) < 4:
                raise _malformed()
            syntaxes = [uid for inner, uid in _items(value, 4) if inner == 0x40]
            answers.append(ContextAnswer(value[0], value[2], _uid(syntaxes[0]) if syntaxes else ""))
        elif kind == 0x50:
            user = _user_information(value)
    if len(answers) > MAXIMUM_CONTEXTS:
        raise _malformed()
    return AssociateAccept(called, calling, tuple(answers), user)


def _associate(kind: int, called: str, calling: str, contexts: bytes, user: UserInformation) -> bytes:
    titles = (title.encode("ascii", "replace").ljust(16) for title in (called, calling))
    body = pack(">Hxx16s16s32x", 1, *titles)
    body += _item(0x10, APPLICATION_CONTEXT.encode()) + contexts + _item(0x50, _encode_user(user))
    return pack(">BxI", kind, len(body)) + body


def _item(kind: int, value: bytes) -> bytes:
    return pack(">BxH", kind, len(value)) + value


def _syntaxes(uids: tuple[str, ...]) -> bytes:
    return b"".join(_item(0x40, uid.encode("ascii")) for uid in uids)


def _prefixed(value: bytes) -> bytes:
    return pack(">H", len(value)) + value


def _encode_user(user: UserInformation) -> bytes:
    out = _item(0x51, pack(">I", user.maximum_length))
    out += _item(0x52, user.implementation_class_uid.encode("ascii"))
    if user.operations is not None:
        out += _item(0x53, pack(">HH", *user.operations))
    for uid, role in user.roles.items():
        out += _item(0x54, _prefixed(uid.encode("ascii")) + bytes((role.scu, role.scp)))
    if user.implementation_version_name:
        out += _item(0x55, user.implementation_version_name.encode("ascii")[:16])
    for uid, information in user.extended.items():
        out += _item(0x56, _prefixed(uid.encode("ascii")) + information)
    if user.identity is not None:
        head = bytes((user.identity.kind, user.identity.wants_response))
        out += _item(0x58, head + _prefixed(user.identity.primary) + _prefixed(user.identity.secondary))
    if user.identity_response is not None:
        out += _item(0x59, _prefixed(user.identity_response))
    return out


def _titles(body: bytes) -> tuple[str, str, Iterator[tuple[int, bytes]]]:
    if len(body) < 68:
        raise _malformed()
    return _title(body[4:20]), _title(body[20:36]), _items(body, 68)


def _title(raw: bytes) -> str:
    return raw.decode("ascii", "replace").strip(" \0")


def _items(value: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at < len(value):
        if at + 4 > len(value):
            raise _malformed()
        kind, length = unpack_from(">BxH", value, at)
        at += 4
        if at + length > len(value):
            raise _malformed()
        yield kind, value[at : at + length]
        at += length


def _proposed(value: bytes) -> ProposedContext:
    if len(value) < 4 or not value[0] & 1:
        raise _malformed()
    abstract, syntaxes = "", []
    for kind, uid in _items(value, 4):
        if kind == 0x30:
            abstract = _uid(uid)
        elif kind == 0x40:
            syntaxes.append(_uid(uid))
    if not abstract or not syntaxes:
        raise _malformed()
    return ProposedContext(value[0], abstract, tuple(syntaxes))


def _uid(raw: bytes) -> str:
    text = raw.rstrip(b"\0 ")
    if len(text) > 64 or not text.isascii():
        raise _malformed()
    return text.decode("ascii")


def _user_information(value: bytes) -> UserInformation:
    found: dict[str, Any] = {"maximum_length": 0, "roles": {}, "extended": {}}
    for kind, part in _items(value, 0):
        if kind == 0x54:
            uid, rest = _split(part)
            if len(rest) < 2:
                raise _malformed()
            found["roles"][_uid(uid)] = Role(bool(rest[0]), bool(rest[1]))
        elif kind == 0x56:
            uid, rest = _split(part)
            found["extended"][_uid(uid)] = rest
        elif kind in _SINGLE_ITEMS:
            name, read = _SINGLE_ITEMS[kind]
            found[name] = read(part)
    return UserInformation(**found)


def _length(part: bytes) -> int:
    return int(unpack_from(">I", part)[0]) if len(part) == 4 else 0


def _operations(part: bytes) -> tuple[int, int] | None:
    if len(part) != 4:
        return None
    invoked, performed = unpack_from(">HH", part)
    return invoked, performed


def _identity(part: bytes) -> UserIdentity:
    if len(part) < 6:
        raise _malformed()
    primary, rest = _split(part[2:])
    secondary, _ = _split(rest)
    return UserIdentity(part[0], primary, secondary, bool(part[1]))


def _split(part: bytes) -> tuple[bytes, bytes]:
    """(a value with a two byte length before it, what follows it)."""
    if len(part) < 2:
        raise _malformed()
    end = 2 + int(unpack_from(">H", part)[0])
    if end > len(part):
        raise _malformed()
    return part[2:end], part[end:]


def _response(part: bytes) -> bytes:
    return _split(part)[0]


_SINGLE_ITEMS: dict[int, tuple[str, Callable[[bytes], Any]]] = {
    0x51: ("maximum_length", _length),
    0x52: ("implementation_class_uid", _uid),
    0x53: ("operations", _operations),
    0x55: ("implementation_version_name", _title),
    0x58: ("identity", _identity),
    0x59: ("identity_response", _response),
}


def _malformed() -> ProtocolError:
    return ProtocolError(message("The peer's association message is malformed."))
