"""What the lists of nodes and of archives share: named entries, kept as JSON in a file of their own. No secret is ever in one."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from viewer.model.errors import NegatoscopeError
from viewer.model.messages import message
from viewer.model.nodes import NodeAddressError, RemoteNode
from viewer.model.web_archives import WebArchive

_VERSION = 1
_LARGEST = 4 * 1024 * 1024
Entry = TypeVar("Entry", RemoteNode, WebArchive)


class NodeListError(NegatoscopeError):
    """A list of nodes or archives that cannot be read or written."""


def key_of_name(name: str) -> str:
    """Names are the same in any case."""
    return name.strip().casefold()


class EntryList(Generic[Entry]):
    """The entries of one file; changes are saved at once. Names are unique, in any case. Methods raise NodeListError."""

    rows: ClassVar[str]  # what the entries are called in the document

    def __init__(self, path: Path) -> None:
        self.path = path
        self._entries: dict[str, Entry] = {}
        if path.exists():
            self._entries = {key_of_name(one.name): one for one in self.read(path)}

    @classmethod
    def entry_from(cls, row: Mapping[str, Any]) -> Entry:
        """One entry, with a name. Raises ValueError, TypeError, KeyError, AttributeError or NodeAddressError."""
        raise NotImplementedError

    @classmethod
    def with_name(cls, entry: Entry) -> Entry:
        """`entry`, under its address when it has no name."""
        raise NotImplementedError

    @classmethod
    def read(cls, path: Path) -> tuple[Entry, ...]:
        """The entries in a file."""
        return cls.taken_from(read_document(path), path)

    @classmethod
    def taken_from(cls, document: Mapping[str, Any], path: Path) -> tuple[Entry, ...]:
        """The entries in a document that `path` held."""
        try:
            return tuple(cls.entry_from(row) for row in document[cls.rows])
        except NodeAddressError as error:
            raise NodeListError(error.reason, path=str(path), advice=error.advice) from error
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise _damaged(path) from error

    @property
    def entries(self) -> tuple[Entry, ...]:
        """By name."""
        return tuple(self._entries[key] for key in sorted(self._entries))

    def named(self, name: str) -> Entry | None:
        return self._entries.get(key_of_name(name))

    def put(self, entry: Entry) -> None:
        """Add an entry, or replace the one of the same name."""
        self.merge((entry,), replacing=True)

    def remove(self, name: str) -> bool:
        """False when there is none of this name."""
        key = key_of_name(name)
        if key not in self._entries:
            return False
        self._save({other: entry for other, entry in self._entries.items() if other != key})
        return True

    def merge(self, entries: Iterable[Entry], *, replacing: bool = False) -> tuple[int, int]:
        """(added or replaced, left as they were)."""
        merged = dict(self._entries)
        taken = kept = 0
        for entry in map(self.with_name, entries):
            if key_of_name(entry.name) in merged and not replacing:
                kept += 1
                continue
            merged[key_of_name(entry.name)] = entry
            taken += 1
        self._save(merged)
        return taken, kept

    def _save(self, entries: Mapping[str, Entry]) -> None:
        write_document(self.path, {self.rows: [entries[key] for key in sorted(entries)]})
        self._entries = dict(entries)


def write_document(path: Path, lists: Mapping[str, Sequence[RemoteNode] | Sequence[WebArchive]]) -> None:
    """Write lists whole or not at all. Raises NodeListError."""
    document = {"version": _VERSION, **{rows: [asdict(one) for one in entries] for rows, entries in lists.items()}}
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
        reason = message("The list cannot be written: {reason}.", reason=error.strerror or "")
        raise NodeListError(reason, path=str(path)) from error


def read_document(path: Path) -> Mapping[str, Any]:
    """What is in a file of lists. Raises NodeListError."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError("size")
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = message("The list cannot be read: {reason}.", reason=error.strerror or "")
        raise NodeListError(reason, path=str(path)) from error
    except (ValueError, RecursionError) as error:
        raise _damaged(path) from error
    if not isinstance(document, dict):
        raise _damaged(path)
    return document


def _damaged(path: Path) -> NodeListError:
    return NodeListError(
        message("This is no list of nodes or archives, or it is damaged."),
        path=str(path),
        advice=message("Mend or remove the file; nothing in it was changed."),
    )
