"""The list of remote nodes, kept as ``nodes.json`` in the folder of settings. No secret is ever in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from viewer.app.entry_list import EntryList, key_of_name
from viewer.model.nodes import IdentityWay, NodeTimeouts, RemoteNode, RetrieveWay, TlsFiles

FILE_NAME = "nodes.json"


class NodeList(EntryList[RemoteNode]):
    """The nodes of one file. A node without a name has its AE title."""

    rows = "nodes"

    @classmethod
    def entry_from(cls, row: Mapping[str, Any]) -> RemoteNode:
        return named_node(node_from(row))

    @classmethod
    def with_name(cls, entry: RemoteNode) -> RemoteNode:
        return named_node(entry)

    @property
    def nodes(self) -> tuple[RemoteNode, ...]:
        """By name."""
        return self.entries

    def with_title(self, ae_title: str) -> RemoteNode | None:
        """The first node of this AE title: where a C-MOVE for it goes, where a report for it goes."""
        return next((node for node in self.nodes if node.ae_title == ae_title), None)


def key_of(node: RemoteNode) -> str:
    return key_of_name(node.name or node.ae_title)


def named_node(node: RemoteNode) -> RemoteNode:
    return node if node.name else replace(node, name=node.ae_title)


def read_nodes(path: Path) -> tuple[RemoteNode, ...]:
    """Read a list. What it does not know is passed over. Raises NodeListError."""
    return NodeList.read(path)


def node_from(row: Mapping[str, Any]) -> RemoteNode:
    """One node. Raises ValueError, TypeError, KeyError or NodeAddressError where a value is none."""
    known = {field.name for field in fields(RemoteNode)}
    values = {key: value for key, value in row.items() if key in known}
    readers = {
        "tls": lambda value: None if value is None else TlsFiles(**_of(TlsFiles, value)),
        "timeouts": lambda value: NodeTimeouts(**{key: _seconds(one) for key, one in _of(NodeTimeouts, value).items()}),
        "retrieve": RetrieveWay,
        "identity": IdentityWay,
        "transfer_syntaxes": lambda value: tuple(_text(one) for one in value),
        "port": int,
        "maximum_pdu": _pdu,
    }
    return RemoteNode(**{key: readers.get(key, _text)(value) for key, value in values.items()})  # type: ignore[operator]


def _of(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those values that are fields of a dataclass, each of the type of its default."""
    defaults = {field.name: field.default for field in fields(kind)}
    found = {key: value for key, value in values.items() if key in defaults}
    for key, value in found.items():
        if isinstance(defaults[key], (str, bool)) and type(value) is not type(defaults[key]):
            raise TypeError(key)
    return found


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 1000:
        raise TypeError(value)
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1e6:
        raise ValueError(value)
    return float(value)


def _pdu(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 4096 <= value <= 1 << 20:
        raise ValueError(value)
    return value
