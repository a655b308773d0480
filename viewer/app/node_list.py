"""The list of remote nodes, kept as ``nodes.json`` in the folder of settings. No secret is ever in it."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from viewer.model.errors import NegatoscopeError
from viewer.model.messages import message
from viewer.model.nodes import IdentityWay, NodeAddressError, NodeTimeouts, RemoteNode, RetrieveWay, TlsFiles

FILE_NAME = "nodes.json"
_VERSION = 1
_LARGEST = 4 * 1024 * 1024


class NodeListError(NegatoscopeError):
    """A list of nodes that cannot be read or written."""


class NodeList:
    """The nodes of one file; changes are saved at once. Names are unique, in any case; a node without one has its AE title."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._nodes: dict[str, RemoteNode] = {}
        if path.exists():
            self._nodes = {key_of(node): node for node in read_nodes(path)}

    @property
    def nodes(self) -> tuple[RemoteNode, ...]:
        """By name."""
        return tuple(sorted(self._nodes.values(), key=key_of))

    def named(self, name: str) -> RemoteNode | None:
        return self._nodes.get(name.strip().casefold())

    def with_title(self, ae_title: str) -> RemoteNode | None:
        """The first node of this AE title: where a C-MOVE for it goes, where a report for it goes."""
        return next((node for node in self.nodes if node.ae_title == ae_title), None)

    def put(self, node: RemoteNode) -> None:
        """Add a node, or replace the one of the same name. Raises NodeListError."""
        self._save({**self._nodes, key_of(node): named_node(node)})

    def remove(self, name: str) -> bool:
        """False when there is none of this name. Raises NodeListError."""
        key = name.strip().casefold()
        if key not in self._nodes:
            return False
        self._save({other: node for other, node in self._nodes.items() if other != key})
        return True

    def merge(self, nodes: Iterable[RemoteNode], *, replacing: bool = False) -> tuple[int, int]:
        """(added or replaced, left as they were). Raises NodeListError."""
        merged = dict(self._nodes)
        taken = kept = 0
        for node in nodes:
            if key_of(node) in merged and not replacing:
                kept += 1
                continue
            merged[key_of(node)] = named_node(node)
            taken += 1
        self._save(merged)
        return taken, kept

    def _save(self, nodes: Mapping[str, RemoteNode]) -> None:
        write_nodes(self.path, sorted(nodes.values(), key=key_of))
        self._nodes = dict(nodes)


def key_of(node: RemoteNode) -> str:
    return (node.name or node.ae_title).strip().casefold()


def named_node(node: RemoteNode) -> RemoteNode:
    return node if node.name else replace(node, name=node.ae_title)


def write_nodes(path: Path, nodes: Iterable[RemoteNode]) -> None:
    """Write a list whole or not at all. Raises NodeListError."""
    document = {"version": _VERSION, "nodes": [asdict(node) for node in nodes]}
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            json.dump(document, stream, ensure_ascii=False, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        reason = message("The list of nodes cannot be written: {reason}.", reason=error.strerror or "")
        raise NodeListError(reason, path=str(path)) from error


def read_nodes(path: Path) -> tuple[RemoteNode, ...]:
    """Read a list. What it does not know is passed over. Raises NodeListError."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError("size")
        document = json.loads(path.read_text(encoding="utf-8"))
        return tuple(named_node(node_from(row)) for row in document["nodes"])
    except OSError as error:
        reason = message("The list of nodes cannot be read: {reason}.", reason=error.strerror or "")
        raise NodeListError(reason, path=str(path)) from error
    except NodeAddressError as error:
        raise NodeListError(error.reason, path=str(path), advice=error.advice) from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NodeListError(
            message("This is no list of nodes, or it is damaged."),
            path=str(path),
            advice=message("Mend or remove the file; nothing in it was changed."),
        ) from error


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
