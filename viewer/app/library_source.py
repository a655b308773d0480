"""The user's library for other nodes: sink of the Storage SCP, source of Query/Retrieve, holdings of Storage Commitment."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import overload

from viewer.dicom.attribute_matching import matches
from viewer.library.library import Library
from viewer.library.peer_columns import Entity
from viewer.library.peer_narrowing import NARROWED, Narrowing
from viewer.library.peer_rows import Attributes, Compare, LibraryFailedError, PeerRows, Question
from viewer.library.read_instance import read_instance
from viewer.model.errors import NegatoscopeError
from viewer.network.commitment import CLASS_INSTANCE_CONFLICT, Reference
from viewer.network.identifier import Identifier, text_of, vr_of
from viewer.network.instance_store import ReceivedInstance
from viewer.network.query_retrieve_scp import QueryRequest
from viewer.network.query_scu import UNIQUE_KEYS, Level
from viewer.network.status import NO_SUCH_INSTANCE
from viewer.network.storage_item import StorageItem, read_item

_MOST_UIDS = 2000  # of one kind, beyond which the tables are not asked for them one by one
_DATES = re.compile(r"(\d{8})?(-?)(\d{8})?")
_DAY = re.compile(r"\d{8}", re.ASCII)
_UNIQUE = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
_ENTITIES = {
    Level.PATIENT: Entity.PATIENT,
    Level.STUDY: Entity.STUDY,
    Level.SERIES: Entity.SERIES,
    Level.IMAGE: Entity.INSTANCE,
}


class LibrarySource:
    """Thread-safe. Every attribute that the index knows is answered; nothing is answered that is not in it."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def use(self, library: Library) -> None:
        """From now on ask this one."""
        self._library = library

    @property
    def _rows(self) -> PeerRows:
        return self._library.peer_rows  # another one after the index was rebuilt

    # -- InstanceSink

    def commit(self, instance: ReceivedInstance) -> None:
        """Enter a file durably; what it raises is the peer's failure."""
        self._library.add([read_instance(instance.path)])

    # -- QuerySource

    def find(self, request: QueryRequest) -> Iterator[Identifier]:
        """Entities that match, with the attributes that are asked for, as they are found."""
        wanted = frozenset((*request.keys, *UNIQUE_KEYS[request.level]))
        return self._rows.found(replace(_question(request), wanted=wanted))

    def page(self, request: QueryRequest, offset: int, limit: int) -> tuple[Sequence[Identifier], bool]:
        """Entities that match with all their attributes, from number `offset` on, and whether there are more."""
        return self._rows.page(_question(request), offset, limit)

    def instances(self, request: QueryRequest) -> Sequence[StorageItem]:
        """The objects that the unique keys name. An object whose file is gone is in it, and fails when it is sent."""
        named = narrowing_of({key: value for key, value in request.keys.items() if key in ("PatientID", *_UNIQUE)})
        if named == Narrowing():
            return ()
        wanted = {key: frozenset(text_of(request.keys, key).split("\\")) for key in _UNIQUE if text_of(request.keys, key)}
        rows = [row for row in self._rows.instances(named) if all(row[key] in uids for key, uids in wanted.items())]
        return _Items(self._rows, rows)

    # -- Holdings

    def failure_reason(self, reference: Reference) -> int:
        """0 for an object that is indexed under this class and whose file is there."""
        found = self._rows.sop_class(reference.sop_instance_uid)
        if not found:
            return NO_SUCH_INSTANCE
        if found != reference.sop_class_uid:
            return CLASS_INSTANCE_CONFLICT
        paths = self._rows.files([reference.sop_instance_uid]).get(reference.sop_instance_uid, [])
        return 0 if any(os.path.isfile(path) for path in paths) else NO_SUCH_INSTANCE


def _question(request: QueryRequest) -> Question:
    keys = {key: value for key, value in request.keys.items() if isinstance(value, str) and value}
    narrowing = narrowing_of(keys)
    below = _patterns("Modality", keys.get("Modality", ""))
    if below and request.level in (Level.SERIES, Level.IMAGE):
        narrowing = replace(narrowing, texts=(*narrowing.texts, ("ModalitiesInStudy", below)))
    compare: dict[str, Compare] = {key: partial(_matches, value, vr_of(key)) for key, value in keys.items()}
    name = repr((request.level.value, sorted(keys.items())))
    return Question(_ENTITIES[request.level], narrowing, compare, None, request.is_stopped, name)


def _matches(key: str, vr: str, value: str) -> bool:
    return matches(key, value, vr)


def narrowing_of(keys: Identifier) -> Narrowing:
    """What the tables can tell quickly of these keys; the rest is compared answer by answer."""
    first, last = _dates(text_of(keys, "StudyDate"))
    return Narrowing(
        study_uids=_uids(text_of(keys, "StudyInstanceUID")),
        series_uids=_uids(text_of(keys, "SeriesInstanceUID")),
        sop_uids=_uids(text_of(keys, "SOPInstanceUID")),
        patient_id=_plain(text_of(keys, "PatientID")),
        patient_name=_beginning(text_of(keys, "PatientName")),
        study_date_from=first,
        study_date_to=last,
        accession_number=_plain(text_of(keys, "AccessionNumber")),
        referring_physician=_beginning(text_of(keys, "ReferringPhysicianName")),
        texts=tuple((keyword, patterns) for keyword in NARROWED if (patterns := _patterns(keyword, text_of(keys, keyword)))),
    )


def _uids(text: str) -> tuple[str, ...]:
    uids = tuple(dict.fromkeys(text.split("\\"))) if text else ()
    return uids if len(uids) <= _MOST_UIDS and "" not in uids else ()


def _plain(text: str) -> str:
    """A single value without wildcards, else ""."""
    return "" if set(text) & set("*?\\") else text.strip()


def _patterns(keyword: str, key: str) -> tuple[str, ...]:
    """What one of must be somewhere in the value; () when that cannot be told, or would tell nothing."""
    if keyword.endswith("Date"):
        return (key,) if _DAY.fullmatch(key) else ()
    patterns = tuple(part.strip() for part in key.split("\\"))
    return () if not all(part.strip("*") for part in patterns) or "\0" in key else patterns


def _beginning(name: str) -> str:
    """What a name must begin with: all before the first wildcard, when it is one name."""
    return "" if "\\" in name or "=" in name else re.split(r"[*?]", name)[0]


def _dates(key: str) -> tuple[str, str]:
    found = _DATES.fullmatch(key.strip())
    if found is None or not key.strip():
        return "", ""
    first, dash, last = found.groups(default="")
    return (first, last) if dash else (first, first)


class _Items(Sequence[StorageItem]):
    """Objects whose files are looked into when their turn comes, not all before the first is sent."""

    def __init__(self, rows: PeerRows, found: list[Attributes]) -> None:
        self._rows = rows
        self._found = found
        self._paths: dict[str, list[str]] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, index: int) -> StorageItem: ...
    @overload
    def __getitem__(self, index: slice) -> list[StorageItem]: ...
    def __getitem__(self, index: int | slice) -> StorageItem | list[StorageItem]:
        if isinstance(index, slice):
            return [self._item(number) for number in range(*index.indices(len(self._found)))]
        return self._item(index)

    def _item(self, index: int) -> StorageItem:
        row = self._found[index]
        uid = row["SOPInstanceUID"]
        for path in self._files(index, uid):
            try:
                item = read_item(path)
            except NegatoscopeError:
                continue
            if item.sop_instance_uid == uid:
                return item
        return StorageItem("", row["SOPClassUID"], uid, row["AvailableTransferSyntaxUID"], 0, row["StudyInstanceUID"])

    def _files(self, index: int, uid: str) -> list[str]:
        with self._lock:
            if uid not in self._paths:
                uids = [row["SOPInstanceUID"] for row in self._found[index : index + 400]]
                try:
                    self._paths = self._rows.files(uids)
                except LibraryFailedError:
                    self._paths = {}
            return self._paths.get(uid, [])
