"""What a peer's keys mean for the tables: conditions that indexes answer, and that never leave out what may match."""

from __future__ import annotations

import sqlite3

from viewer.library.normalise import normalised, words
from viewer.library.peer_columns import Entity
from viewer.library.query import Condition, prefixes
from viewer.library.rows import marks
from viewer.model.frozen import frozen

# Columns that SQLite looks through by itself, which is ten times quicker than comparing values one by one.
_PATIENT_TEXTS = {"PatientID": "p.patient_id", "PatientBirthDate": "replace(p.patient_birth_date, '.', '')"}
_STUDY_TEXTS = {
    "AccessionNumber": "s.accession_number",
    "StudyDescription": "s.study_description",
    "StudyID": "s.study_id",
    "InstitutionName": "s.institution_name",
    "ModalitiesInStudy": "s.modalities",
}
NARROWED = (*_PATIENT_TEXTS, *_STUDY_TEXTS)
_MANY = 3000  # studies


@frozen
class Narrowing:
    """What a question is about, as far as the tables can tell quickly; () and "" are any. Never leaves out what may match.

    `patient_name` and `referring_physician` are plain beginnings of names; dates are ``YYYYMMDD``, both included. `texts` are
    attributes of `NARROWED` and what must be in each, with wildcards of DICOM: one of several patterns.
    """

    study_uids: tuple[str, ...] = ()
    series_uids: tuple[str, ...] = ()
    sop_uids: tuple[str, ...] = ()
    patient_id: str = ""
    patient_name: str = ""
    study_date_from: str = ""
    study_date_to: str = ""
    accession_number: str = ""
    referring_physician: str = ""
    texts: tuple[tuple[str, tuple[str, ...]], ...] = ()


def has_many_days(connection: sqlite3.Connection, narrowing: Narrowing) -> bool:
    """Whether the dates fit so many studies that going through all is quicker than the index, whose finds have to be sorted."""
    condition = Condition()
    _dates(condition, narrowing, "date_key")
    if not condition:
        return False
    sql = f"SELECT count(*) FROM (SELECT 1 FROM studies WHERE {condition.sql} LIMIT {_MANY})"
    return bool(connection.execute(sql, condition.values).fetchone()[0] == _MANY)


def condition_of(narrowing: Narrowing, entity: Entity, *, by_date: bool = True) -> Condition:
    """Of a patient ``p``; else of a study ``s``, its patient, and the series ``e`` and instances ``i`` below it.

    `by_date` False keeps SQLite from the index of dates.
    """
    condition = Condition()
    if entity is Entity.PATIENT:
        if narrowing.patient_id:
            condition.add("p.id_key = ? AND p.patient_id = ?", normalised(narrowing.patient_id), narrowing.patient_id)
        _texts(condition, narrowing, _PATIENT_TEXTS)
        studies = "p.id IN (SELECT patient FROM studies WHERE id IN (SELECT rowid FROM words WHERE words MATCH ?))"
        _name(condition, studies, narrowing.patient_name, "name")
        return condition
    _uids(condition, narrowing, entity)
    if narrowing.patient_id:
        condition.add(
            "s.patient IN (SELECT id FROM patients WHERE id_key = ? AND patient_id = ?)",
            normalised(narrowing.patient_id),
            narrowing.patient_id,
        )
    _dates(condition, narrowing, "s.date_key" if by_date else "+s.date_key")
    if narrowing.accession_number:
        condition.add("s.accession_key = ?", normalised(narrowing.accession_number))
    _texts(condition, narrowing, _PATIENT_TEXTS | _STUDY_TEXTS)
    studies = "s.id IN (SELECT rowid FROM words WHERE words MATCH ?)"
    _name(condition, studies, narrowing.patient_name, "name")
    _name(condition, studies, narrowing.referring_physician, "anything")
    return condition


def _dates(condition: Condition, narrowing: Narrowing, column: str) -> None:
    if narrowing.study_date_from:
        condition.add(f"{column} >= ?", narrowing.study_date_from)
    if narrowing.study_date_to:
        condition.add(f"{column} <= ?", narrowing.study_date_to.ljust(14, "9"))


def _uids(condition: Condition, narrowing: Narrowing, entity: Entity) -> None:
    if narrowing.study_uids:
        one = "study_instance_uid = ? OR (study_instance_uid > ? AND study_instance_uid < ?)"  # "UID#mark" too
        condition.add(
            f"s.id IN (SELECT id FROM studies WHERE {' OR '.join(one for _ in narrowing.study_uids)})",
            *(text for uid in narrowing.study_uids for text in (uid, f"{uid}#", f"{uid}$")),
        )
    if narrowing.series_uids:
        named = f"series_instance_uid IN ({marks(len(narrowing.series_uids))})"
        condition.add(f"s.id IN (SELECT study FROM series WHERE {named})", *narrowing.series_uids)
        if entity > Entity.STUDY:
            condition.add(f"e.{named}", *narrowing.series_uids)
    if narrowing.sop_uids:
        named = f"sop_instance_uid IN ({marks(len(narrowing.sop_uids))})"
        condition.add(
            f"s.id IN (SELECT y.study FROM instances x JOIN series y ON y.id = x.series WHERE x.{named})", *narrowing.sop_uids
        )
        if entity is Entity.INSTANCE:
            condition.add(f"e.id IN (SELECT series FROM instances WHERE {named})", *narrowing.sop_uids)
            condition.add(f"i.{named}", *narrowing.sop_uids)


def _texts(condition: Condition, narrowing: Narrowing, columns: dict[str, str]) -> None:
    """Anywhere in the column: values may have spaces around them, or others beside them. * and ? mean the same to GLOB."""
    for keyword, patterns in narrowing.texts:
        if keyword in columns:
            condition.add(
                f"({' OR '.join(f'{columns[keyword]} GLOB ?' for _ in patterns)})",
                *(f"*{pattern.replace('[', '[[]')}*" for pattern in patterns),
            )


def _name(condition: Condition, part: str, name: str, column: str) -> None:
    found = words(name)
    if found:
        condition.add(part, prefixes(found, column))
