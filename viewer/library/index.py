"""Putting what a scan read into the library, a batch at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from viewer.library.database import Database
from viewer.library.normalise import name_text, normalised
from viewer.library.read_instance import FoundInstance, patient_of, series_of, study_of
from viewer.library.removal import remove_empty_series, remove_orphans
from viewer.library.rows import (
    ALIKE_COLUMNS,
    OWN_COLUMNS,
    Row,
    alike_from_row,
    alike_row,
    alike_values,
    chunks,
    join_path,
    marks,
    own_row,
    split_path,
    stored_path,
)
from viewer.library.signature import SAMPLED, same_bytes, signature_of
from viewer.library.totals import date_key, refresh_totals, refresh_words
from viewer.library.twins import NONE_APART, Apart, keep_for_comparison
from viewer.model.frozen import frozen
from viewer.model.hierarchy import Instance, Patient, Series, Study

_MANY_SERIES = 4000  # known series kept in memory
_OWN = f"id, series, alike, signature, {OWN_COLUMNS}"
_INSERT_INSTANCE = f"INSERT INTO instances ({_OWN}) VALUES ({marks(16)})"
_UPDATE_INSTANCE = f"REPLACE INTO instances ({_OWN}) VALUES ({marks(16)})"
_INSERT_FILE = (
    "INSERT INTO files (folder, name, size, mtime_ns, instance, source, problem) VALUES (?, ?, ?, ?, ?, ?, '')"
    " ON CONFLICT (folder, name) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns,"
    " instance = excluded.instance, source = excluded.source, problem = ''"
)


@frozen
class Changes:
    """Rows of the studies and series that a batch touched. `has_replaced`: instances are not what they were under their names."""

    studies: frozenset[int]
    series: frozenset[int]
    has_replaced: bool = False


@dataclass(slots=True)
class _Place:
    """A series as the writer knows it: its rows, and the values its images share."""

    series: int
    study: int
    alike: dict[Row, int]


@dataclass(slots=True)
class _Known:
    """An instance that the library has, or will have after this batch."""

    id: int
    copy: int
    signature: int
    series: int
    path: str = ""  # of a file met in this batch


@dataclass(slots=True)
class _Batch:
    """What one call of `Index.add` is about to write."""

    known: dict[str, list[_Known]] = field(default_factory=dict)
    files: dict[tuple[int, str | bytes], int | None] = field(default_factory=dict)  # files the library has: their instance
    instances: list[Row] = field(default_factory=list)
    replaced: list[Row] = field(default_factory=list)
    file_rows: list[Row] = field(default_factory=list)
    left: set[int] = field(default_factory=set)  # instances that lost a file
    series: set[int] = field(default_factory=set)
    studies: set[int] = field(default_factory=set)
    renamed: set[int] = field(default_factory=set)  # studies whose words changed
    is_rewritten: bool = False  # a file that was known is another one now, if only in its pixels
    alike: set[int] = field(default_factory=set)  # instances with several files of which only samples were compared
    apart: Apart = field(default_factory=lambda: NONE_APART)


class Index:
    """Writes batches. Only one thread at a time gets in: the database sees to that. `give_way` is called for each file."""

    def __init__(self, database: Database, give_way: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._give_way = give_way
        self._places: dict[tuple[str, str, bytes | None, bytes | None], _Place] = {}
        self._folders: dict[str, int] = {}
        self._version = -1

    def add(self, found: Sequence[FoundInstance], session: int | None, apart: Apart = NONE_APART) -> Changes:
        """Take in a batch in one transaction; its studies count as opened in `session`.

        `apart`: for paths whose bytes were compared whole, the instances that they are not.
        """
        with self._database.writing() as connection:
            try:
                self._trust_memory(connection)
                batch = _Batch(apart=apart)
                self._look_up(connection, found, batch)
                next_id = (connection.execute("SELECT max(id) FROM instances").fetchone()[0] or 0) + 1
                for one in found:
                    self._give_way()
                    next_id = self._place(connection, batch, one, next_id)
                self._write(connection, batch, session)
            except BaseException:
                self.forget_memory()  # what was rolled back must not be remembered
                raise
        return Changes(frozenset(batch.studies), frozenset(batch.series), batch.is_rewritten)

    def forget_memory(self) -> None:
        """Look everything up again: rows were removed."""
        self._places.clear()
        self._folders.clear()

    def _trust_memory(self, connection: sqlite3.Connection) -> None:
        """Another window may have removed rows meanwhile."""
        version = connection.execute("PRAGMA data_version").fetchone()[0]
        if version != self._version or len(self._places) > _MANY_SERIES or len(self._folders) > _MANY_SERIES:
            self.forget_memory()
        self._version = version

    def _look_up(self, connection: sqlite3.Connection, found: Sequence[FoundInstance], batch: _Batch) -> None:
        """Which of these instances and files the library has."""
        for uids in chunks({one.instance.sop_instance_uid for one in found}):
            rows = connection.execute(
                "SELECT sop_instance_uid, id, copy, signature, series FROM instances"
                f" WHERE sop_instance_uid IN ({marks(len(uids))})",
                uids,
            )
            for uid, *values in rows:
                batch.known.setdefault(uid, []).append(_Known(*values))
        folders: dict[int, list[str | bytes]] = {}
        for one in found:
            folder, name = split_path(one.instance.path)
            folders.setdefault(self._folder(connection, folder), []).append(stored_path(name))
        for number, all_names in folders.items():
            for names in chunks(all_names):
                rows = connection.execute(
                    f"SELECT name, instance FROM files WHERE folder = ? AND name IN ({marks(len(names))})", (number, *names)
                )
                batch.files.update({(number, name): instance for name, instance in rows})

    def _folder(self, connection: sqlite3.Connection, path: str) -> int:
        number = self._folders.get(path)
        if number is None:
            number = self._folders[path] = folder_id(connection, path)
        return number

    def _place(self, connection: sqlite3.Connection, batch: _Batch, found: FoundInstance, next_id: int) -> int:
        """Decide for one file: a new instance, one more file of a known one, or other content under a known UID."""
        instance = found.instance
        place = self._series(connection, batch, found)
        folder, name = split_path(instance.path)
        key = (self._folder(connection, folder), stored_path(name))
        before = batch.files.get(key)
        known = batch.known.setdefault(instance.sop_instance_uid, [])
        signature = signature_of(found.header)
        chosen = self._same(connection, batch, known, signature, instance, before) if known else None
        if chosen is None:
            chosen = self._changed_in_place(connection, known, before)
            if chosen is None:
                chosen = _Known(next_id, _free_copy(known), signature, place.series, instance.path)
                known.append(chosen)
                rows, next_id = batch.instances, next_id + 1
            else:
                rows = batch.replaced
                batch.series.add(chosen.series)
                chosen.signature, chosen.series, chosen.path = signature, place.series, instance.path
            alike = self._alike(connection, place, instance)
            rows.append((chosen.id, place.series, alike, signature, *own_row(instance, chosen.copy)))
        if before is not None:
            batch.is_rewritten = True
            if before != chosen.id:
                batch.left.add(before)
        batch.files[key] = chosen.id
        batch.file_rows.append(
            (*key, instance.file_size, instance.file_mtime_ns, chosen.id, stored_path(instance.source)),
        )
        batch.series.add(chosen.series)
        batch.studies.add(place.study)
        return next_id

    def _same(
        self,
        connection: sqlite3.Connection,
        batch: _Batch,
        known: list[_Known],
        signature: int,
        instance: Instance,
        before: int | None,
    ) -> _Known | None:
        """The known instance with this content: that of the file's last reading first."""
        apart = batch.apart.get(instance.path)
        for one in sorted(known, key=lambda one: one.id != before):
            if one.signature != signature or (apart is not None and one.id in apart):
                continue
            if one.id == before:
                return one
            path = one.path or _some_path(connection, one.id)
            if not path or path == instance.path:
                return one
            if same_bytes(path, instance.path, instance.file_size):
                if instance.file_size > SAMPLED:
                    batch.alike.add(one.id)
                return one
        return None

    def _changed_in_place(self, connection: sqlite3.Connection, known: list[_Known], before: int | None) -> _Known | None:
        """The instance of this very file, when the file was written anew and no other file holds the old content."""
        for one in known:
            if one.id == before and not one.path:
                count = connection.execute("SELECT count(*) FROM files WHERE instance = ?", (one.id,)).fetchone()[0]
                return one if count == 1 else None
        return None

    def _alike(self, connection: sqlite3.Connection, place: _Place, instance: Instance) -> int:
        values = alike_values(instance)
        number = place.alike.get(values)
        if number is None:
            cursor = connection.execute(
                f"INSERT INTO alike (series, {ALIKE_COLUMNS}) VALUES ({marks(16)})", (place.series, *alike_row(values))
            )
            number = place.alike[values] = cursor.lastrowid or 0
        return number

    def _series(self, connection: sqlite3.Connection, batch: _Batch, found: FoundInstance) -> _Place:
        """The series of a file; made, with study and patient, when it is new."""
        header, instance = found.header, found.instance
        who = header.elements
        key = (instance.study_instance_uid, instance.series_instance_uid, who.get(0x00100020), who.get(0x00100010))
        place = self._places.get(key)
        if place is None:
            patient = patient_of(header, instance.study_instance_uid)
            study = _study_row(connection, study_of(header, instance.study_instance_uid, patient.patient_key), patient)
            series = _series_row(connection, series_of(header, instance.series_instance_uid, instance.study_instance_uid), study)
            rows = connection.execute(f"SELECT id, {ALIKE_COLUMNS} FROM alike WHERE series = ?", (series,))
            place = _Place(series, study, {alike_from_row(row[1:]): row[0] for row in rows})
            self._places[key] = place
            batch.renamed.add(study)
        return place

    def _write(self, connection: sqlite3.Connection, batch: _Batch, session: int | None) -> None:
        connection.executemany(_INSERT_INSTANCE, batch.instances)
        connection.executemany(_UPDATE_INSTANCE, batch.replaced)
        connection.executemany(_INSERT_FILE, batch.file_rows)
        if batch.left:
            batch.studies |= remove_orphans(connection, batch.left)
        if batch.replaced:
            batch.studies |= remove_empty_series(connection, batch.series)
        if batch.left or batch.replaced:
            self.forget_memory()
        keep_for_comparison(connection, batch.alike)
        refresh_totals(connection, batch.series, batch.studies)
        for study in batch.renamed:
            refresh_words(connection, study)
        if session is not None:
            mark_opened(connection, batch.studies, session)


def mark_opened(connection: sqlite3.Connection, studies: set[int] | frozenset[int], session: int) -> None:
    """Remember that this run of the program opened `studies`."""
    connection.executemany("INSERT OR IGNORE INTO opened (session, study) VALUES (?, ?)", [(session, study) for study in studies])


def folder_id(connection: sqlite3.Connection, path: str) -> int:
    """The row of a folder, made when it is new."""
    stored = stored_path(path)
    row = connection.execute("SELECT id FROM folders WHERE path = ?", (stored,)).fetchone()
    if row is not None:
        return int(row[0])
    return connection.execute("INSERT INTO folders (path) VALUES (?)", (stored,)).lastrowid or 0


def _some_path(connection: sqlite3.Connection, instance: int) -> str:
    row = connection.execute(
        "SELECT d.path, f.name FROM files f JOIN folders d ON d.id = f.folder WHERE f.instance = ? LIMIT 1", (instance,)
    ).fetchone()
    return join_path(*row) if row is not None else ""


def _free_copy(known: list[_Known]) -> int:
    return max(one.copy for one in known) + 1 if known else 0


def _patient_row(connection: sqlite3.Connection, patient: Patient) -> int:
    values = (
        patient.patient_id, patient.issuer_of_patient_id, patient.patient_name, patient.patient_birth_date, patient.patient_sex
    )  # fmt: skip
    columns = ("patient_id", "issuer_of_patient_id", "patient_name", "patient_birth_date", "patient_sex")
    row = connection.execute("SELECT id FROM patients WHERE patient_key = ?", (patient.patient_key,)).fetchone()
    if row is not None:
        _fill(connection, "patients", int(row[0]), columns, values)
        return int(row[0])
    cursor = connection.execute(
        f"INSERT INTO patients (patient_key, id_key, name_key, {', '.join(columns)}) VALUES ({marks(8)})",
        (patient.patient_key, normalised(patient.patient_id), name_text(patient.patient_name), *values),
    )
    return cursor.lastrowid or 0


_STUDY_COLUMNS = (
    "study_date", "study_time", "study_description", "study_id", "accession_number", "referring_physician_name",
    "institution_name", "patient_age",
)  # fmt: skip


def _study_row(connection: sqlite3.Connection, study: Study, patient: Patient) -> int:
    """The row of a study, made with its patient when it is new.

    A Study Instance UID that two different patients use (bad pseudonyms) makes two studies.
    """
    uid = study.study_instance_uid
    values = tuple(str(getattr(study, column)) for column in _STUDY_COLUMNS)
    for tried in (uid, f"{uid}#{patient.patient_key[:8]}"):
        row = connection.execute(
            "SELECT s.id, p.patient_key, p.patient_id, p.patient_name FROM studies s JOIN patients p ON p.id = s.patient"
            " WHERE s.study_instance_uid = ?",
            (tried,),
        ).fetchone()
        if row is None:
            break
        if row[1] == patient.patient_key or _may_be_one_person(patient, row[2], row[3]):
            _fill(connection, "studies", int(row[0]), _STUDY_COLUMNS, values)
            if row[1] == patient.patient_key:
                _patient_row(connection, patient)
            return int(row[0])
    cursor = connection.execute(
        "INSERT INTO studies (study_instance_uid, patient, date_key, accession_key,"
        f" {', '.join(_STUDY_COLUMNS)}) VALUES ({marks(12)})",
        (
            tried,
            _patient_row(connection, patient),
            date_key(study.study_date, study.study_time),
            normalised(study.accession_number),
            *values,
        ),
    )
    return cursor.lastrowid or 0


def _may_be_one_person(patient: Patient, known_id: str, known_name: str) -> bool:
    """Within one study a differing spelling of the name is no other person; another ID and another name is."""
    if patient.patient_id and known_id:
        return patient.patient_id == known_id
    return not (patient.patient_name and known_name) or normalised(patient.patient_name) == normalised(known_name)


_SERIES_COLUMNS = (
    "modality", "series_description", "protocol_name", "body_part_examined", "laterality", "series_date", "series_time",
)  # fmt: skip


def _series_row(connection: sqlite3.Connection, series: Series, study: int) -> int:
    values = tuple(str(getattr(series, column)) for column in _SERIES_COLUMNS)
    row = connection.execute(
        "SELECT id FROM series WHERE study = ? AND series_instance_uid = ?", (study, series.series_instance_uid)
    ).fetchone()
    if row is not None:
        _fill(connection, "series", int(row[0]), _SERIES_COLUMNS, values)
        return int(row[0])
    cursor = connection.execute(
        f"INSERT INTO series (study, series_instance_uid, series_number, {', '.join(_SERIES_COLUMNS)}) VALUES ({marks(10)})",
        (study, series.series_instance_uid, series.series_number, *values),
    )
    return cursor.lastrowid or 0


def _fill(connection: sqlite3.Connection, table: str, row: int, columns: tuple[str, ...], values: tuple[str, ...]) -> None:
    """Take over what was empty so far; what is there stays as the first file had it."""
    wishes = [(column, value) for column, value in zip(columns, values, strict=True) if value]
    if not wishes:
        return
    sets = ", ".join(f"{column} = CASE {column} WHEN '' THEN ? ELSE {column} END" for column, _ in wishes)
    connection.execute(f"UPDATE {table} SET {sets} WHERE id = ?", (*(value for _, value in wishes), row))
