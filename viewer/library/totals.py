"""What the library knows of a study from what is below it: counts, modalities, newest date, and the words it is found by."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from viewer.library.normalise import date_text, name_text, normalised, words
from viewer.model.text import split_date


def date_key(date: str, time: str = "") -> str:
    """A DA and a TM value as digits that sort; empty when the date is none."""
    if split_date(date) is None:
        return ""
    digits = "".join(char for char in time.partition(".")[0] if char.isascii() and char.isdigit())
    return date.strip().replace(".", "") + digits[:6].ljust(6, "0")


def refresh_totals(connection: sqlite3.Connection, series: Iterable[int], studies: Iterable[int]) -> None:
    """Count again: `series` that changed, `studies` that hold them, and their patients."""
    series = list(series)
    connection.executemany("DELETE FROM stacks WHERE series = ?", [(number,) for number in series])
    connection.executemany(
        "UPDATE series SET number_of_instances = (SELECT count(*) FROM instances WHERE series = series.id) WHERE id = ?",
        [(number,) for number in series],
    )
    patients: set[int] = set()
    for study in studies:
        rows = connection.execute("SELECT modality, number_of_instances FROM series WHERE study = ?", (study,)).fetchall()
        modalities = sorted({modality for modality, _ in rows if modality})
        connection.execute(
            "UPDATE studies SET modalities = ?, number_of_series = ?, number_of_instances = ? WHERE id = ?",
            ("\\" + "".join(f"{one}\\" for one in modalities), len(rows), sum(count for _, count in rows), study),
        )
        patients.update(connection.execute("SELECT patient FROM studies WHERE id = ?", (study,)).fetchone() or ())
    refresh_patients(connection, patients)


def refresh_patients(connection: sqlite3.Connection, patients: Iterable[int]) -> None:
    """Count the studies of `patients` and find the newest."""
    connection.executemany(
        "UPDATE patients SET (number_of_studies, latest) ="
        " (SELECT count(*), coalesce(max(date_key), '') FROM studies WHERE patient = patients.id) WHERE id = ?",
        [(number,) for number in patients],
    )


def refresh_words(connection: sqlite3.Connection, study: int) -> None:
    """Write down again the words a study is found by: of its patient, itself and its series."""
    row = connection.execute(
        "SELECT p.patient_name, p.patient_id, p.patient_birth_date, s.study_date, s.study_description, s.study_id,"
        " s.accession_number, s.referring_physician_name, s.institution_name, s.study_instance_uid"
        " FROM studies s JOIN patients p ON p.id = s.patient WHERE s.id = ?",
        (study,),
    ).fetchone()
    if row is None:
        return
    name, patient_id, birth_date, date, description, study_id, accession, referring, institution, _ = row
    found = [name_text(name), date_text(birth_date), date_text(date), name_text(referring)]
    for text in (patient_id, description, study_id, accession, institution):
        found.extend((normalised(text), *words(text)))
    of_series = connection.execute(
        "SELECT DISTINCT modality, series_description, protocol_name, body_part_examined FROM series WHERE study = ?", (study,)
    )
    for texts in of_series:
        for text in texts:
            found.extend(words(text))
    unique = dict.fromkeys(" ".join(found).split())
    connection.execute("DELETE FROM words WHERE rowid = ?", (study,))
    connection.execute("INSERT INTO words (rowid, name, anything) VALUES (?, ?, ?)", (study, name_text(name), " ".join(unique)))
