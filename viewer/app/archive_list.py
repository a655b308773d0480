"""The list of DICOMweb archives, kept as ``archives.json`` in the folder of settings. No secret is ever in it."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from viewer.app.node_list import NodeListError
from viewer.model.messages import message
from viewer.model.nodes import NodeAddressError, NodeTimeouts, TlsFiles
from viewer.model.web_archives import OidcClient, WebAccess, WebArchive

FILE_NAME = "archives.json"
_VERSION = 1
_LARGEST = 4 * 1024 * 1024


class ArchiveList:
    """The archives of one file; changes are saved at once. Names are unique, in any case. Raises NodeListError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._archives: dict[str, WebArchive] = {}
        if path.exists():
            self._archives = {_key(one.name): one for one in read_archives(path)}

    @property
    def archives(self) -> tuple[WebArchive, ...]:
        """By name."""
        return tuple(self._archives[key] for key in sorted(self._archives))

    def named(self, name: str) -> WebArchive | None:
        return self._archives.get(_key(name))

    def put(self, archive: WebArchive) -> None:
        """Add an archive, or replace the one of the same name; one without a name has its address."""
        named = archive if archive.name else replace(archive, name=archive.url)
        self._save({**self._archives, _key(named.name): named})

    def remove(self, name: str) -> bool:
        """False when there is none of this name."""
        if _key(name) not in self._archives:
            return False
        self._save({key: one for key, one in self._archives.items() if key != _key(name)})
        return True

    def _save(self, archives: Mapping[str, WebArchive]) -> None:
        write_archives(self.path, (archives[key] for key in sorted(archives)))
        self._archives = dict(archives)


def _key(name: str) -> str:
    return name.strip().casefold()


def write_archives(path: Path, archives: Iterable[WebArchive]) -> None:
    """Write a list whole or not at all. Raises NodeListError."""
    document = {"version": _VERSION, "archives": [asdict(one) for one in archives]}
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
        reason = message("The list of archives cannot be written: {reason}.", reason=error.strerror or "")
        raise NodeListError(reason, path=str(path)) from error


def read_archives(path: Path) -> tuple[WebArchive, ...]:
    """Read a list. Raises NodeListError."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError("size")
        document = json.loads(path.read_text(encoding="utf-8"))
        return tuple(archive_from(row) for row in document["archives"])
    except OSError as error:
        reason = message("The list of archives cannot be read: {reason}.", reason=error.strerror or "")
        raise NodeListError(reason, path=str(path)) from error
    except NodeAddressError as error:
        raise NodeListError(error.reason, path=str(path), advice=error.advice) from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NodeListError(
            message("This is no list of archives, or it is damaged."),
            path=str(path),
            advice=message("Mend or remove the file; nothing in it was changed."),
        ) from error


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
