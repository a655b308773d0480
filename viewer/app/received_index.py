"""What a folder of received instances holds, in memory, read from its files: sink of the Storage SCP and source of Query/Retrieve.

Nothing to keep in step and nothing to lose: the files are the truth, and an instance counts once its file is safe.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from viewer.dicom.header import read_header
from viewer.dicom.header_values import Header
from viewer.model.errors import NegatoscopeError
from viewer.network.identifier import Identifier, Value, tag_of, text_of, vr_of
from viewer.network.instance_store import ReceivedInstance
from viewer.network.query_retrieve_scp import QueryRequest
from viewer.network.query_scu import UNIQUE_KEYS, Level
from viewer.network.storage_item import StorageItem, read_item

# Attributes known at each level. NumberOf…, ModalitiesInStudy and SOPClassesInStudy are counted.
ATTRIBUTES: dict[Level, tuple[str, ...]] = {
    Level.PATIENT: ("PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex"),
    Level.STUDY: (
        "StudyInstanceUID", "StudyDate", "StudyTime", "StudyDescription", "AccessionNumber", "StudyID", "ReferringPhysicianName",
        "PatientAge",
    ),
    Level.SERIES: (
        "SeriesInstanceUID", "Modality", "SeriesNumber", "SeriesDescription", "SeriesDate", "SeriesTime", "BodyPartExamined",
        "ProtocolName",
    ),
    Level.IMAGE: ("SOPInstanceUID", "SOPClassUID", "InstanceNumber", "NumberOfFrames"),
}  # fmt: skip
_LEVELS = tuple(Level)
_COUNTED = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")


class ReceivedIndex:
    """Thread-safe. `load` reads what the folder holds already."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, tuple[dict[str, str], StorageItem]] = {}  # by path

    def load(self, folder: Path) -> int:
        """Read all files of `folder`. Returns how many."""
        for path in sorted(folder.rglob("*.dcm")):
            try:
                self._add(str(path))
            except NegatoscopeError:
                continue
        return len(self._rows)

    def commit(self, instance: ReceivedInstance) -> None:
        """Of ``InstanceSink``. Raises NegatoscopeError when the file cannot be read."""
        self._add(instance.path)

    def _add(self, path: str) -> None:
        item = read_item(path)
        row = _row(read_header(path))
        with self._lock:
            self._rows[path] = (row, item)

    # -- QuerySource

    def find(self, request: QueryRequest) -> Iterator[Identifier]:
        """Entities of the level, each once, with counts of what is below."""
        keywords = [keyword for level in _down_to(request.level) for keyword in ATTRIBUTES[level]]
        groups: dict[str, list[dict[str, str]]] = {}
        unique = UNIQUE_KEYS[request.level][-1]
        for row, _ in self._chosen(request.keys):
            groups.setdefault(row[unique], []).append(row)
        for rows in groups.values():
            found: dict[str, Value] = {keyword: rows[0][keyword] for keyword in keywords}
            yield found | _counts(request.level, rows)

    def instances(self, request: QueryRequest) -> Sequence[StorageItem]:
        """Objects that the unique keys name; of several contents under one UID the one that came first."""
        keys = {key: value for key in ("PatientID", *_COUNTED) if (value := text_of(request.keys, key))}
        found: dict[str, StorageItem] = {}
        for _, item in sorted(self._chosen(keys), key=lambda entry: len(entry[1].path)) if keys else ():
            found.setdefault(item.sop_instance_uid, item)
        return list(found.values())

    def _chosen(self, keys: Identifier) -> list[tuple[dict[str, str], StorageItem]]:
        """Rows whose UIDs are among those of `keys`: what quickly narrows the search."""
        wanted = {key: set(text_of(keys, key).split("\\")) for key in _COUNTED if text_of(keys, key)}
        patient = text_of(keys, "PatientID")
        if patient and not set(patient) & set("*?\\"):
            wanted["PatientID"] = {patient}
        with self._lock:
            rows = list(self._rows.values())
        return [entry for entry in rows if all(entry[0][key] in values for key, values in wanted.items())]


def _down_to(level: Level) -> Iterable[Level]:
    return _LEVELS[: _LEVELS.index(level) + 1]


def _row(header: Header) -> dict[str, str]:
    row = {}
    for keywords in ATTRIBUTES.values():
        for keyword in keywords:
            vr, tag = vr_of(keyword), tag_of(keyword)
            row[keyword] = header.name(tag) if vr == "PN" else header.text(tag) if vr in ("LO", "SH") else header.code(tag)
    return row


def _counts(level: Level, rows: list[dict[str, str]]) -> dict[str, Value]:
    def number(keyword: str) -> str:
        return str(len({row[keyword] for row in rows}))

    if level is Level.PATIENT:
        return {
            "NumberOfPatientRelatedStudies": number("StudyInstanceUID"),
            "NumberOfPatientRelatedSeries": number("SeriesInstanceUID"),
            "NumberOfPatientRelatedInstances": number("SOPInstanceUID"),
        }
    if level is Level.STUDY:
        return {
            "NumberOfStudyRelatedSeries": number("SeriesInstanceUID"),
            "NumberOfStudyRelatedInstances": number("SOPInstanceUID"),
            "ModalitiesInStudy": "\\".join(sorted({row["Modality"] for row in rows} - {""})),
            "SOPClassesInStudy": "\\".join(sorted({row["SOPClassUID"] for row in rows} - {""})),
        }
    return {"NumberOfSeriesRelatedInstances": number("SOPInstanceUID")} if level is Level.SERIES else {}
