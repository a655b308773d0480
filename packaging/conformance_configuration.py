"""What can be configured, for the conformance statement: every field of the settings, with the value it has by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from enum import Enum

from viewer.app.node_settings import NodeSettings
from viewer.model.nodes import ApplicationEntity, NodeTimeouts, RemoteNode

# A field that is not here stops the program: whoever adds one says here what it is.
_LOCAL = {
    "ae_title": "AE title",
    "port": "Port",
    "interface": "Address to listen on; empty for all",
    "tls": "TLS: authorities, certificate, key",
    "callers": "AE titles that may call, each with the address it calls from; empty for anybody",
    "require_called_title": "Callers must name our AE title",
    "storage": "Storage is offered",
    "query": "Query/Retrieve is offered",
    "commitment": "Storage Commitment is offered",
    "private": "Private SOP classes and transfer syntaxes are taken",
    "durable": "Files are synchronised before success is answered",
    "peers": "Move and report destinations besides the list of nodes",
}
_REMOTE = {
    "ae_title": "AE title",
    "host": "Host name or address",
    "port": "Port",
    "name": "Name for the user",
    "tls": "TLS: authorities, certificate, key, checks",
    "retrieve": "Way of retrieving",
    "character_set": "Character set of queries",
    "maximum_pdu": "Maximum length that is announced, bytes",
    "timeouts": "",
    "transfer_syntaxes": "Compressed transfer syntaxes that may be offered; empty for any",
    "identity": "User identity",
    "user_name": "User name",
}
_TIMES = {
    "connect": "Seconds to connect",
    "association": "Seconds to agree on an association",
    "response": "Seconds for an answer",
    "move": "Seconds for the next answer to a C-MOVE",
}


def rows() -> Iterator[tuple[str, str, str]]:
    """(of what, parameter, value by itself)."""
    for one in (*fields(ApplicationEntity), *fields(NodeSettings)):
        if one.name != "entity":
            yield "local", _LOCAL[one.name], _value(one)
    for one in fields(RemoteNode):
        if one.name != "timeouts":
            yield "each remote node", _REMOTE[one.name], _value(one)
    for one in fields(NodeTimeouts):
        yield "each remote node", _TIMES[one.name], _value(one)


def _value(one: Field[object]) -> str:
    value = one.default
    if value is MISSING:
        return "given by the user"
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if value not in ("", (), None) else "none"
