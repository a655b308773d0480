"""The library as other nodes ask for it: patients, studies, series and instances as attributes, page by page (PS3.4 C.6).

Each page is a short question of its own: a peer that reads its answers slowly holds no transaction, and memory stays flat however
many instances there are.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from viewer.library.database import Database
from viewer.library.normalise import normalised, words
from viewer.library.query import prefixes
from viewer.library.rows import Row, chunks, join_path, marks
from viewer.model.errors import NegatoscopeError
from viewer.model.messages import message

PAGE = 500
Attributes = dict[str, str]

_PATIENT = {
    "PatientName": "p.patient_name",
    "PatientID": "p.patient_id",
    "IssuerOfPatientID": "p.issuer_of_patient_id",
    "PatientBirthDate": "p.patient_birth_date",
    "PatientSex": "p.patient_sex",
    "NumberOfPatientRelatedStudies": "p.number_of_studies",
    "NumberOfPatientRelatedSeries": "(SELECT sum(number_of_series) FROM studies WHERE patient = p.id)",
    "NumberOfPatientRelatedInstances": "(SELECT sum(number_of_instances) FROM studies WHERE patient = p.id)",
}
_STUDY = {
    "StudyInstanceUID": "s.study_instance_uid",
    "StudyDate": "s.study_date",
    "StudyTime": "s.study_time",
    "StudyDescription": "s.study_description",
    "StudyID": "s.study_id",
    "AccessionNumber": "s.accession_number",
    "ReferringPhysicianName": "s.referring_physician_name",
    "InstitutionName": "s.institution_name",
    "PatientAge": "s.patient_age",
    "ModalitiesInStudy": "trim(s.modalities, '\\')",
    "NumberOfStudyRelatedSeries": "s.number_of_series",
    "NumberOfStudyRelatedInstances": "s.number_of_instances",
    "SOPClassesInStudy": (
        "(SELECT group_concat(uid, '\\') FROM (SELECT DISTINCT a.sop_class_uid AS uid FROM series e JOIN alike a"
        " ON a.series = e.id WHERE e.study = s.id ORDER BY uid))"
    ),
}
_SERIES = {
    "SeriesInstanceUID": "e.series_instance_uid",
    "Modality": "e.modality",
    "SeriesNumber": "e.series_number",
    "SeriesDescription": "e.series_description",
    "ProtocolName": "e.protocol_name",
    "BodyPartExamined": "e.body_part_examined",
    "Laterality": "e.laterality",
    "SeriesDate": "e.series_date",
    "SeriesTime": "e.series_time",
    "NumberOfSeriesRelatedInstances": "e.number_of_instances",
}
_INSTANCE = {
    "SOPInstanceUID": "i.sop_instance_uid",
    "SOPClassUID": "a.sop_class_uid",
    "InstanceNumber": "i.instance_number",
    "NumberOfFrames": "i.number_of_frames",
    "Rows": "a.rows",
    "Columns": "a.columns",
    "AvailableTransferSyntaxUID": "a.transfer_syntax_uid",
}
# Columns that SQLite looks through by itself, which is fifty times quicker than comparing answers one by one.
_PATIENT_TEXTS = {"PatientID": "p.patient_id", "PatientBirthDate": "replace(p.patient_birth_date, '.', '')"}
_STUDY_TEXTS = {
    "AccessionNumber": "s.accession_number",
    "StudyDescription": "s.study_description",
    "StudyID": "s.study_id",
    "InstitutionName": "s.institution_name",
    "ModalitiesInStudy": "s.modalities",
}
NARROWED = (*_PATIENT_TEXTS, *_STUDY_TEXTS)
PATIENT_ATTRIBUTES, STUDY_ATTRIBUTES = tuple(_PATIENT), tuple(_STUDY)
SERIES_ATTRIBUTES, INSTANCE_ATTRIBUTES = tuple(_SERIES), tuple(_INSTANCE)
_STUDIES = "studies s JOIN patients p ON p.id = s.patient"


class LibraryFailedError(NegatoscopeError):
    """The index could not answer."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a question is about, as far as the tables can tell quickly; () and "" are any. Never leaves out what may match.

    `patient_name` is the plain beginning of a name; dates are ``YYYYMMDD``, both included. `texts` are attributes of `NARROWED`
    and what must be in each, with wildcards of DICOM: one of several patterns.
    """

    study_uids: tuple[str, ...] = ()
    series_uids: tuple[str, ...] = ()
    sop_uids: tuple[str, ...] = ()
    patient_id: str = ""
    patient_name: str = ""
    study_date_from: str = ""
    study_date_to: str = ""
    accession_number: str = ""
    texts: tuple[tuple[str, tuple[str, ...]], ...] = ()


class PeerRows:
    """All methods may be called from any thread and raise LibraryFailedError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def is_durable(self) -> bool:
        """False for an index in memory: one that could not be opened or written on the disk."""
        return self._database.path is not None

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._database.reading() as connection:
                yield connection
        except sqlite3.Error as error:
            raise LibraryFailedError(message("The library could not be asked.")) from error

    def patients(self, narrowing: Narrowing) -> Iterator[Attributes]:
        """Patients that have a study."""
        parts = ["p.number_of_studies > 0"]
        values: list[object] = []
        if narrowing.patient_id:
            parts.append("p.patient_id = ?")
            values.append(narrowing.patient_id)
        _texts(narrowing, _PATIENT_TEXTS, parts, values)
        _name(
            narrowing,
            "p.id IN (SELECT patient FROM studies WHERE id IN (SELECT rowid FROM words WHERE words MATCH ?))",
            parts,
            values,
        )
        for row in self._pages("patients p", "p.id", _PATIENT, parts, values):
            yield _attributes(_PATIENT, row)

    def studies(self, narrowing: Narrowing) -> Iterator[Attributes]:
        for _, found in self._studies(narrowing):
            yield found

    def series(self, narrowing: Narrowing) -> Iterator[Attributes]:
        for _, found in self._series(narrowing):
            yield found

    def instances(self, narrowing: Narrowing) -> Iterator[Attributes]:
        """Of several contents under one SOP Instance UID the first alone: peers know no copies."""
        for number, above in self._series(narrowing):
            parts = ["i.series = ?", "i.copy = 0"]
            values: list[object] = [number]
            if narrowing.sop_uids:
                parts.append(f"i.sop_instance_uid IN ({marks(len(narrowing.sop_uids))})")
                values.extend(narrowing.sop_uids)
            for row in self._pages("instances i JOIN alike a ON a.id = i.alike", "i.id", _INSTANCE, parts, values):
                yield above | _attributes(_INSTANCE, row)

    def files(self, sop_instance_uids: Sequence[str]) -> dict[str, list[str]]:
        """Paths of the files that hold each instance, the oldest first; an instance that is not here is left out."""
        found: dict[str, list[str]] = {}
        with self._reading() as connection:
            for uids in chunks(sop_instance_uids):
                rows = connection.execute(
                    "SELECT i.sop_instance_uid, d.path, f.name FROM instances i JOIN files f ON f.instance = i.id"
                    " JOIN folders d ON d.id = f.folder"
                    f" WHERE i.copy = 0 AND i.sop_instance_uid IN ({marks(len(uids))}) ORDER BY f.id",
                    uids,
                )
                for uid, folder, name in rows:
                    found.setdefault(uid, []).append(join_path(folder, name))
        return found

    def sop_class(self, sop_instance_uid: str) -> str:
        """SOP Class UID of an instance, "" when it is not here."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT a.sop_class_uid FROM instances i JOIN alike a ON a.id = i.alike"
                " WHERE i.sop_instance_uid = ? AND i.copy = 0",
                (sop_instance_uid,),
            ).fetchone()
        return str(row[0]) if row is not None else ""

    def _studies(self, narrowing: Narrowing) -> Iterator[tuple[int, Attributes]]:
        columns = _PATIENT | _STUDY
        parts, values = _of_studies(narrowing)
        for row in self._pages(_STUDIES, "s.id", columns, parts, values):
            found = _attributes(columns, row)
            # A UID that two patients share is made two with a mark; the object itself says the UID alone.
            found["StudyInstanceUID"] = found["StudyInstanceUID"].partition("#")[0]
            yield int(row[0]), found

    def _series(self, narrowing: Narrowing) -> Iterator[tuple[int, Attributes]]:
        for study, above in self._studies(narrowing):
            parts = ["e.study = ?"]
            values: list[object] = [study]
            if narrowing.series_uids:
                parts.append(f"e.series_instance_uid IN ({marks(len(narrowing.series_uids))})")
                values.extend(narrowing.series_uids)
            for row in self._pages("series e", "e.id", _SERIES, parts, values):
                yield int(row[0]), above | _attributes(_SERIES, row)

    def _pages(self, tables: str, key: str, columns: dict[str, str], parts: list[str], values: list[object]) -> Iterator[Row]:
        """Rows by their key, which comes first; the connection is given back between pages."""
        sql = (
            f"SELECT {key}, {', '.join(columns.values())} FROM {tables} WHERE {' AND '.join((*parts, f'{key} > ?'))}"
            f" ORDER BY {key} LIMIT {PAGE}"
        )
        last = -1
        while True:
            with self._reading() as connection:
                page = connection.execute(sql, (*values, last)).fetchall()
            yield from page
            if len(page) < PAGE:
                return
            last = page[-1][0]


def _attributes(columns: dict[str, str], row: Row) -> Attributes:
    return {keyword: "" if value is None else str(value) for keyword, value in zip(columns, row[1:], strict=True)}


def _of_studies(narrowing: Narrowing) -> tuple[list[str], list[object]]:
    parts: list[str] = ["1"]
    values: list[object] = []
    if narrowing.study_uids:
        one = "study_instance_uid = ? OR (study_instance_uid > ? AND study_instance_uid < ?)"  # "UID#mark" too
        parts.append(f"s.id IN (SELECT id FROM studies WHERE {' OR '.join(one for _ in narrowing.study_uids)})")
        values.extend(text for uid in narrowing.study_uids for text in (uid, f"{uid}#", f"{uid}$"))
    if narrowing.series_uids:
        parts.append(f"s.id IN (SELECT study FROM series WHERE series_instance_uid IN ({marks(len(narrowing.series_uids))}))")
        values.extend(narrowing.series_uids)
    if narrowing.sop_uids:
        parts.append(
            "s.id IN (SELECT e.study FROM instances i JOIN series e ON e.id = i.series"
            f" WHERE i.sop_instance_uid IN ({marks(len(narrowing.sop_uids))}))"
        )
        values.extend(narrowing.sop_uids)
    if narrowing.patient_id:
        _patient_id(narrowing, parts, values)
    if narrowing.study_date_from:
        parts.append("s.date_key >= ?")
        values.append(narrowing.study_date_from)
    if narrowing.study_date_to:
        parts.append("s.date_key <= ?")
        values.append(narrowing.study_date_to.ljust(14, "9"))
    if narrowing.accession_number:
        parts.append("s.accession_key = ?")
        values.append(normalised(narrowing.accession_number))
    _texts(narrowing, _PATIENT_TEXTS | _STUDY_TEXTS, parts, values)
    _name(narrowing, "s.id IN (SELECT rowid FROM words WHERE words MATCH ?)", parts, values)
    return parts, values


def _texts(narrowing: Narrowing, columns: dict[str, str], parts: list[str], values: list[object]) -> None:
    """Anywhere in the column: values may have spaces around them, or others beside them. * and ? mean the same to GLOB."""
    for keyword, patterns in narrowing.texts:
        if keyword in columns:
            parts.append(f"({' OR '.join(f'{columns[keyword]} GLOB ?' for _ in patterns)})")
            values.extend(f"*{pattern.replace('[', '[[]')}*" for pattern in patterns)


def _patient_id(narrowing: Narrowing, parts: list[str], values: list[object]) -> None:
    parts.append("p.id_key = ? AND p.patient_id = ?")
    values.extend((normalised(narrowing.patient_id), narrowing.patient_id))


def _name(narrowing: Narrowing, part: str, parts: list[str], values: list[object]) -> None:
    found = words(narrowing.patient_name)
    if found:
        parts.append(part)
        values.append(prefixes(found, "name"))
