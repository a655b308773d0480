"""A query source over a list of files: what the library will be, small enough for a test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydicom import dcmread

from viewer.network.identifier import Identifier, Value, text_of
from viewer.network.query_retrieve_scp import QueryRequest
from viewer.network.query_scu import UNIQUE_KEYS, Level
from viewer.network.storage_item import StorageItem, read_item

_KNOWN = {
    Level.PATIENT: ("PatientName", "PatientID", "PatientBirthDate", "PatientSex"),
    Level.STUDY: ("StudyInstanceUID", "StudyDate", "StudyTime", "StudyDescription", "AccessionNumber", "StudyID"),
    Level.SERIES: ("SeriesInstanceUID", "Modality", "SeriesNumber", "SeriesDescription"),
    Level.IMAGE: ("SOPInstanceUID", "SOPClassUID", "InstanceNumber", "Rows", "Columns"),
}


class FileSource:
    def __init__(self, paths: Sequence[Path]) -> None:
        self._rows = [(self._attributes(path), read_item(str(path))) for path in paths]

    @staticmethod
    def _attributes(path: Path) -> dict[str, Value]:
        dataset = dcmread(path, stop_before_pixels=True)
        return {keyword: str(dataset.get(keyword, "")) for keywords in _KNOWN.values() for keyword in keywords}

    def find(self, request: QueryRequest) -> Iterator[Identifier]:
        levels = list(Level)
        keywords = [keyword for level in levels[: levels.index(request.level) + 1] for keyword in _KNOWN[level]]
        seen = set()
        for attributes, _ in self._rows:
            row = {keyword: attributes[keyword] for keyword in keywords}
            unique = text_of(row, UNIQUE_KEYS[request.level][-1])
            if unique not in seen:
                seen.add(unique)
                yield row

    def instances(self, request: QueryRequest) -> Sequence[StorageItem]:
        wanted = {
            keyword: text_of(request.keys, keyword).split("\\")
            for keyword in ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
            if text_of(request.keys, keyword)
        }
        if not wanted:
            return []
        return [item for row, item in self._rows if all(text_of(row, keyword) in uids for keyword, uids in wanted.items())]
