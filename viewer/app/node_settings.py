"""Where the node keeps things and what its listener offers. Without the network's code: the window, too, makes these values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from viewer.app.node_list import node_from
from viewer.model.frozen import frozen
from viewer.model.nodes import ApplicationEntity, KnownCaller, RemoteNode, TlsFiles


@frozen
class NodePlaces:
    """Where things are: received objects, the library's folder, the folder of settings, and that of jobs and audit trail."""

    received: Path
    library: Path
    config: Path
    data: Path

    @property
    def node_list(self) -> Path:
        return self.config / "nodes.json"

    @property
    def rules(self) -> Path:
        return self.config / "routing.json"


@frozen
class NodeSettings:
    """What the listener offers. `peers` are known besides those of the node list."""

    entity: ApplicationEntity
    storage: bool = True
    query: bool = True
    commitment: bool = True
    private: bool = False
    durable: bool = True
    peers: tuple[RemoteNode, ...] = ()


def settings_to_plain(settings: NodeSettings) -> dict[str, Any]:
    """For `Listen`."""
    return asdict(settings)


def settings_from_plain(plain: Mapping[str, Any]) -> NodeSettings:
    """Raises ValueError, TypeError, KeyError, NodeAddressError."""
    entity = dict(plain["entity"])
    tls = entity.get("tls")
    entity["tls"] = None if tls is None else TlsFiles(**tls)
    entity["callers"] = tuple(KnownCaller(**caller) for caller in entity.get("callers", ()))
    rest = {name: bool(plain[name]) for name in ("storage", "query", "commitment", "private", "durable") if name in plain}
    peers = tuple(node_from(node) for node in plain.get("peers", ()))
    return NodeSettings(ApplicationEntity(**entity), peers=peers, **rest)
