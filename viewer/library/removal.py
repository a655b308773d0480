"""Taking rows out of the library: files that are gone, studies the user does not want there. Files themselves are never touched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from viewer.library.rows import chunks, marks, stored_path
from viewer.library.totals import refresh_patients, refresh_totals


def remove_files(connection: sqlite3.Connection, files: Iterable[int]) -> frozenset[int]:
    """Remove file rows, and what is empty then. Returns the ids of the studies that changed."""
    instances: set[int] = set()
    for numbers in chunks(files):
        rows = connection.execute(f"SELECT DISTINCT instance FROM files WHERE id IN ({marks(len(numbers))})", numbers)
        instances.update(row[0] for row in rows if row[0] is not None)
        connection.execute(f"DELETE FROM files WHERE id IN ({marks(len(numbers))})", numbers)
    return remove_orphans(connection, instances)


def members_elsewhere(connection: sqlite3.Connection, archive: str, folder: str) -> list[int]:
    """Rows of the files that came out of `archive` and do not lie in `folder`."""
    below = (stored_path(f"{archive}!/"), stored_path(f"{archive}!0"))  # "0" is what comes after "/"
    rows = connection.execute(
        "SELECT f.id FROM files f JOIN folders d ON d.id = f.folder WHERE f.source >= ? AND f.source < ? AND d.path <> ?",
        (*below, stored_path(folder)),
    )
    return [number for (number,) in rows]


def remove_orphans(connection: sqlite3.Connection, instances: Iterable[int]) -> frozenset[int]:
    """Remove those of `instances` that no file holds, and series, studies and patients without any. Returns changed studies."""
    series: set[int] = set()
    for numbers in chunks(instances):
        orphan = f"id IN ({marks(len(numbers))}) AND NOT EXISTS (SELECT 1 FROM files WHERE instance = instances.id)"
        series.update(row[0] for row in connection.execute(f"SELECT DISTINCT series FROM instances WHERE {orphan}", numbers))
        connection.execute(f"DELETE FROM instances WHERE {orphan}", numbers)
    return remove_empty_series(connection, series)


def remove_empty_series(connection: sqlite3.Connection, series: Iterable[int]) -> frozenset[int]:
    """Remove those of `series` that hold nothing, and studies and patients without any. Returns the studies of all of them."""
    studies: set[int] = set()
    numbers_of_all = list(series)
    for numbers in chunks(numbers_of_all):
        rows = connection.execute(f"SELECT DISTINCT study FROM series WHERE id IN ({marks(len(numbers))})", numbers)
        studies.update(row[0] for row in rows)
        empty = f"({marks(len(numbers))}) AND NOT EXISTS (SELECT 1 FROM instances WHERE instances.series ="
        connection.execute(f"DELETE FROM alike WHERE series IN {empty} alike.series)", numbers)
        connection.execute(f"DELETE FROM series WHERE id IN {empty} series.id)", numbers)
    refresh_totals(connection, numbers_of_all, studies)
    _remove_empty(connection, studies)
    return frozenset(studies)


def remove_study(connection: sqlite3.Connection, study_instance_uid: str) -> bool:
    """Take a study out with everything below it. False when it is not there."""
    row = connection.execute("SELECT id FROM studies WHERE study_instance_uid = ?", (study_instance_uid,)).fetchone()
    if row is None:
        return False
    below = "(SELECT id FROM series WHERE study = ?)"
    connection.execute(f"DELETE FROM files WHERE instance IN (SELECT id FROM instances WHERE series IN {below})", row)
    connection.execute(f"DELETE FROM instances WHERE series IN {below}", row)
    connection.execute(f"DELETE FROM alike WHERE series IN {below}", row)
    connection.execute(f"DELETE FROM stacks WHERE series IN {below}", row)
    connection.execute("DELETE FROM series WHERE study = ?", row)
    _remove_empty(connection, {int(row[0])})
    return True


def _remove_empty(connection: sqlite3.Connection, studies: set[int]) -> None:
    patients = set()
    for study in studies:
        row = connection.execute(
            "SELECT patient FROM studies WHERE id = ? AND NOT EXISTS (SELECT 1 FROM series WHERE study = studies.id)", (study,)
        ).fetchone()
        if row is not None:
            patients.add(row[0])
            connection.execute("DELETE FROM words WHERE rowid = ?", (study,))
            connection.execute("DELETE FROM opened WHERE study = ?", (study,))
            connection.execute("DELETE FROM studies WHERE id = ?", (study,))
    refresh_patients(connection, patients)
    connection.executemany("DELETE FROM patients WHERE id = ? AND number_of_studies = 0", [(one,) for one in patients])


def leave_session(connection: sqlite3.Connection, study_instance_uid: str, session: int) -> None:
    """A run of the program has a study open no more; in the library it stays."""
    connection.execute(
        "DELETE FROM opened WHERE session = ? AND study IN (SELECT id FROM studies WHERE study_instance_uid = ?)",
        (session, study_instance_uid),
    )


def forget_old_sessions(connection: sqlite3.Connection, days: int) -> None:
    """Forget what runs of the program that are long over had opened."""
    connection.execute("DELETE FROM opened WHERE day < date('now', ?)", (f"-{days} days",))
