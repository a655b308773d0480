"""Patients, studies, series and instances out of the library's tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from viewer.library.query import of_patients, of_studies
from viewer.library.rows import ALIKE_COLUMNS, OWN_COLUMNS, Row, alike_from_row, chunks, instance_from, join_path, marks, path_text
from viewer.model.hierarchy import FrameRef, Instance, Patient, Series, Study
from viewer.model.requests import StudyFilter

_PATIENT = (
    "p.patient_key, p.patient_id, p.issuer_of_patient_id, p.patient_name, p.patient_birth_date, p.patient_sex,"
    " p.number_of_studies, substr(p.latest, 1, 8)"
)
_STUDY = (
    "s.study_instance_uid, p.patient_key, s.study_date, s.study_time, s.study_description, s.study_id, s.accession_number,"
    " s.referring_physician_name, s.institution_name, s.patient_age, s.modalities, s.number_of_series, s.number_of_instances"
)
_SERIES = (
    "e.series_instance_uid, s.study_instance_uid, e.modality, e.series_number, e.series_description, e.protocol_name,"
    " e.body_part_examined, e.laterality, e.series_date, e.series_time, e.number_of_instances"
)
_OWN = ", ".join(f"i.{column.strip()}" for column in OWN_COLUMNS.split(","))
_FILE = "d.path, f.name, f.source, f.size, f.mtime_ns"
_WITH_FILE = "instances i JOIN files f ON f.instance = i.id JOIN folders d ON d.id = f.folder"


def patients(connection: sqlite3.Connection, query: StudyFilter, session: int, offset: int, limit: int) -> tuple[Patient, ...]:
    """A page of those that match, newest study first."""
    condition = of_patients(query, session)
    where = f"WHERE {condition.sql}" if condition else ""
    rows = connection.execute(
        f"SELECT {_PATIENT} FROM patients p {where} ORDER BY p.latest DESC, p.id DESC LIMIT ? OFFSET ?",
        (*condition.values, limit, offset),
    )
    return tuple([Patient(*row) for row in rows])


def count_patients(connection: sqlite3.Connection, query: StudyFilter, session: int) -> int:
    condition = of_patients(query, session)
    where = f"WHERE {condition.sql}" if condition else ""
    return int(connection.execute(f"SELECT count(*) FROM patients p {where}", condition.values).fetchone()[0])


def patient(connection: sqlite3.Connection, patient_key: str) -> Patient | None:
    row = connection.execute(f"SELECT {_PATIENT} FROM patients p WHERE p.patient_key = ?", (patient_key,)).fetchone()
    return Patient(*row) if row is not None else None


def _study_from(row: Row) -> Study:
    modalities = tuple(one for one in row[10].split("\\") if one)
    values: Row = (*row[:10], modalities, *row[11:])
    return Study(*values)


def studies(connection: sqlite3.Connection, patient_key: str, query: StudyFilter, session: int) -> tuple[Study, ...]:
    """Those of a patient that match, newest first."""
    condition = of_studies(query, session)
    where = f"AND {condition.sql}" if condition else ""
    rows = connection.execute(
        f"SELECT {_STUDY} FROM studies s JOIN patients p ON p.id = s.patient WHERE p.patient_key = ? {where}"
        " ORDER BY s.date_key DESC, s.id DESC",
        (patient_key, *condition.values),
    )
    return tuple([_study_from(row) for row in rows])


def study(connection: sqlite3.Connection, study_instance_uid: str) -> Study | None:
    row = connection.execute(
        f"SELECT {_STUDY} FROM studies s JOIN patients p ON p.id = s.patient WHERE s.study_instance_uid = ?", (study_instance_uid,)
    ).fetchone()
    return _study_from(row) if row is not None else None


def series(connection: sqlite3.Connection, study_instance_uid: str) -> tuple[Series, ...]:
    """By Series Number, then time; those without a number last."""
    return tuple([one for _, one in series_with_rows(connection, study_instance_uid)])


def series_with_rows(connection: sqlite3.Connection, study_instance_uid: str) -> list[tuple[int, Series]]:
    """The same, each with the id of its row."""
    rows = connection.execute(
        f"SELECT e.id, {_SERIES} FROM series e JOIN studies s ON s.id = e.study WHERE s.study_instance_uid = ?"
        " ORDER BY e.series_number IS NULL, e.series_number, e.series_date, e.series_time, e.series_instance_uid",
        (study_instance_uid,),
    )
    return [(row[0], Series(*row[1:])) for row in rows]


def images_of_series(connection: sqlite3.Connection, row: int, series_uid: str, study_uid: str) -> list[Instance]:
    """Every instance of a series once, without its path: what splitting needs."""
    alike = _alike_of(connection, "series = ?", row)
    own = connection.execute(f"SELECT i.alike, {_OWN} FROM instances i WHERE i.series = ?", (row,))
    return [instance_from(values[1:], alike[values[0]], series_uid, study_uid) for values in own]


def _alike_of(connection: sqlite3.Connection, where: str, value: int) -> dict[int, Row]:
    rows = connection.execute(f"SELECT id, {ALIKE_COLUMNS} FROM alike WHERE {where}", (value,))
    return {row[0]: alike_from_row(row[1:]) for row in rows}


def instance(connection: sqlite3.Connection, ref: FrameRef) -> Instance | None:
    """The instance that holds a frame, with the first of its files."""
    row = connection.execute(
        f"SELECT i.alike, e.series_instance_uid, s.study_instance_uid, {_FILE}, {_OWN} FROM {_WITH_FILE}"
        " JOIN series e ON e.id = i.series JOIN studies s ON s.id = e.study"
        " WHERE i.sop_instance_uid = ? AND i.copy = ? ORDER BY f.id LIMIT 1",
        (ref.sop_instance_uid, ref.copy),
    ).fetchone()
    if row is None:
        return None
    return instance_from(row[8:], _alike_of(connection, "id = ?", row[0])[row[0]], row[1], row[2], _file_from(row[3:8]))


def instances(connection: sqlite3.Connection, series_instance_uid: str, offset: int, limit: int) -> tuple[Instance, ...]:
    """A page of the files of a series, second copies included, by Instance Number."""
    rows = connection.execute(
        f"SELECT i.alike, s.study_instance_uid, {_FILE}, {_OWN} FROM series e JOIN studies s ON s.id = e.study"
        " JOIN instances i ON i.series = e.id JOIN files f ON f.instance = i.id JOIN folders d ON d.id = f.folder"
        " WHERE e.series_instance_uid = ?"
        " ORDER BY i.instance_number IS NULL, i.instance_number, i.sop_instance_uid, i.copy, f.id LIMIT ? OFFSET ?",
        (series_instance_uid, limit, offset),
    ).fetchall()
    alike: dict[int, Row] = {}
    for number in {row[0] for row in rows}:
        alike.update(_alike_of(connection, "id = ?", number))
    return tuple([instance_from(row[7:], alike[row[0]], series_instance_uid, row[1], _file_from(row[2:7])) for row in rows])


def _file_from(row: Row) -> Row:
    folder, name, source, size, mtime = row
    return join_path(folder, name), path_text(source), size, mtime


def files_of(connection: sqlite3.Connection, ref: FrameRef) -> list[tuple[str, int, int]]:
    """(path, size, mtime) of every file that holds a frame."""
    rows = connection.execute(
        f"SELECT d.path, f.name, f.size, f.mtime_ns FROM {_WITH_FILE} WHERE i.sop_instance_uid = ? AND i.copy = ? ORDER BY f.id",
        (ref.sop_instance_uid, ref.copy),
    )
    return [(join_path(folder, name), size, mtime) for folder, name, size, mtime in rows]


def of_the_same_patient(
    connection: sqlite3.Connection, study_instance_uid: str, sop_class_uid: str, limit: int
) -> tuple[FrameRef, ...]:
    """Objects of one SOP Class in any study of the patient that a study belongs to, newest first."""
    rows = connection.execute(
        "SELECT i.sop_instance_uid, i.copy FROM studies o JOIN studies s ON s.patient = o.patient JOIN series e ON e.study = s.id"
        " JOIN alike a ON a.series = e.id JOIN instances i ON i.series = e.id AND i.alike = a.id"
        " WHERE o.study_instance_uid = ? AND a.sop_class_uid = ? ORDER BY i.id DESC LIMIT ?",
        (study_instance_uid, sop_class_uid, limit),
    )
    return tuple([FrameRef(uid, copy=copy) for uid, copy in rows])


def study_uids(connection: sqlite3.Connection, rows: frozenset[int] | set[int]) -> frozenset[str]:
    """Study Instance UIDs of study rows."""
    found: set[str] = set()
    for row in rows:
        found.update(connection.execute("SELECT study_instance_uid FROM studies WHERE id = ?", (row,)).fetchone() or ())
    return frozenset(found)


def series_rows(connection: sqlite3.Connection, uids: frozenset[str]) -> frozenset[int]:
    """Series rows of Series Instance UIDs; one UID in two studies has two."""
    found: set[int] = set()
    for uid in uids:
        found.update(row for (row,) in connection.execute("SELECT id FROM series WHERE series_instance_uid = ?", (uid,)))
    return frozenset(found)


def study_rows(connection: sqlite3.Connection, uids: frozenset[str]) -> frozenset[int]:
    """Study rows of Study Instance UIDs; those that are not there are left out."""
    found: set[int] = set()
    for uid in uids:
        found.update(connection.execute("SELECT id FROM studies WHERE study_instance_uid = ?", (uid,)).fetchone() or ())
    return frozenset(found)


def places_of_study(connection: sqlite3.Connection, study_instance_uid: str) -> list[tuple[int, str]]:
    """(row, path) of every file of a study; the path is that of the archive where the file came out of one."""
    rows = connection.execute(
        f"SELECT f.id, f.source, d.path, f.name FROM {_WITH_FILE} JOIN series e ON e.id = i.series JOIN studies s ON s.id = e.study"
        " WHERE s.study_instance_uid = ?",
        (study_instance_uid,),
    )
    return [(number, path_text(source).partition("!/")[0] or join_path(folder, name)) for number, source, folder, name in rows]


def studies_of_files(connection: sqlite3.Connection, files: Sequence[int]) -> frozenset[str]:
    """Study Instance UIDs of what these file rows hold."""
    found: set[int] = set()
    for numbers in chunks(files):
        rows = connection.execute(
            "SELECT DISTINCT e.study FROM files f JOIN instances i ON i.id = f.instance JOIN series e ON e.id = i.series"
            f" WHERE f.id IN ({marks(len(numbers))})",
            numbers,
        )
        found.update(study for (study,) in rows)
    return study_uids(connection, found)
