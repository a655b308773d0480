"""The list of DICOMweb archives, kept as ``archives.json`` in the folder of settings. No secret is ever in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from viewer.app.entry_list import EntryList
from viewer.app.node_list import node_from
from viewer.model.nodes import NodeTimeouts, RemoteNode, TlsFiles
from viewer.model.web_archives import OidcClient, WebAccess, WebArchive

FILE_NAME = "archives.json"


class ArchiveList(EntryList[WebArchive]):
    """The archives of one file. One without a name has its address."""

    rows = "archives"

    @classmethod
    def entry_from(cls, row: Mapping[str, Any]) -> WebArchive:
        return archive_from(row)

    @classmethod
    def with_name(cls, entry: WebArchive) -> WebArchive:
        return entry if entry.name else replace(entry, name=entry.url)

    @property
    def archives(self) -> tuple[WebArchive, ...]:
        """By name."""
        return self.entries


def read_archives(path: Path) -> tuple[WebArchive, ...]:
    """Read a list. Raises NodeListError."""
    return ArchiveList.read(path)


def source_from(row: Mapping[str, Any]) -> RemoteNode | WebArchive:
    """A node, or an archive where there is an address. Raises ValueError, TypeError, KeyError or NodeAddressError."""
    return archive_from(row) if "url" in row else node_from(row)


def archive_from(row: Mapping[str, Any]) -> WebArchive:
    """One archive. Raises ValueError, TypeError, KeyError or NodeAddressError where a value is none."""
    tls = TlsFiles(**{key: _like(getattr(TlsFiles(), key), value) for key, value in row.get("tls", {}).items()})
    timeouts = NodeTimeouts(**{key: _like(1.0, value) for key, value in row.get("timeouts", {}).items()})
    oidc = row.get("oidc")
    return WebArchive(
        _like("", row["url"]),
        _like("", row.get("name", "")) or _like("", row["url"]),
        tls,
        WebAccess(row.get("access", "none")),
        _like("", row.get("user_name", "")),
        None if oidc is None else OidcClient(**{key: _like("", value) for key, value in oidc.items()}),
        timeouts,
        _like("", row.get("wado_uri", "")),
        _like(4, row.get("connections", 4)),
    )


def _like(default: Any, value: Any) -> Any:
    """`value` when it is of the type of `default`; a whole number of seconds is seconds."""
    if isinstance(default, float) and type(value) is int:
        value = float(value)
    if type(value) is not type(default) or (isinstance(value, str) and len(value) > 2000):
        raise TypeError(type(value).__name__)
    if isinstance(value, float) and not 0 < value < 1e6:
        raise ValueError(value)
    return value
