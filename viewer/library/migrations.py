"""The tables of the library, and how an older library becomes today's (``PRAGMA user_version`` counts the steps done)."""

from __future__ import annotations

import sqlite3

# Step n brings a library from version n to n + 1. A step that was released is never changed: add another.
_STEPS: tuple[str, ...] = (
    """
    CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE patients (
        id INTEGER PRIMARY KEY, patient_key TEXT NOT NULL UNIQUE,
        patient_id TEXT NOT NULL, issuer_of_patient_id TEXT NOT NULL, patient_name TEXT NOT NULL,
        patient_birth_date TEXT NOT NULL, patient_sex TEXT NOT NULL,
        id_key TEXT NOT NULL, name_key TEXT NOT NULL,  -- normalised: what a search compares with
        number_of_studies INTEGER NOT NULL DEFAULT 0,
        latest TEXT NOT NULL DEFAULT ''                -- date and time of the newest study, digits only
    );
    CREATE INDEX patients_newest ON patients (latest DESC, id DESC);
    CREATE INDEX patients_id_key ON patients (id_key);

    CREATE TABLE studies (
        id INTEGER PRIMARY KEY, study_instance_uid TEXT NOT NULL UNIQUE, patient INTEGER NOT NULL,
        study_date TEXT NOT NULL, study_time TEXT NOT NULL, study_description TEXT NOT NULL, study_id TEXT NOT NULL,
        accession_number TEXT NOT NULL, referring_physician_name TEXT NOT NULL, institution_name TEXT NOT NULL,
        patient_age TEXT NOT NULL,
        modalities TEXT NOT NULL DEFAULT '',           -- "\\CT\\SR\\"
        number_of_series INTEGER NOT NULL DEFAULT 0, number_of_instances INTEGER NOT NULL DEFAULT 0,
        date_key TEXT NOT NULL,                        -- date and time, digits only
        accession_key TEXT NOT NULL
    );
    CREATE INDEX studies_of_patient ON studies (patient);
    CREATE INDEX studies_date ON studies (date_key);
    CREATE INDEX studies_accession ON studies (accession_key);

    CREATE TABLE series (
        id INTEGER PRIMARY KEY, study INTEGER NOT NULL, series_instance_uid TEXT NOT NULL,
        modality TEXT NOT NULL, series_number INTEGER, series_description TEXT NOT NULL, protocol_name TEXT NOT NULL,
        body_part_examined TEXT NOT NULL, laterality TEXT NOT NULL, series_date TEXT NOT NULL, series_time TEXT NOT NULL,
        number_of_instances INTEGER NOT NULL DEFAULT 0,
        UNIQUE (study, series_instance_uid)
    );
    CREATE INDEX series_uid ON series (series_instance_uid);

    -- What many images of one series have in common is kept once.
    CREATE TABLE alike (
        id INTEGER PRIMARY KEY, series INTEGER NOT NULL,
        sop_class_uid TEXT NOT NULL, transfer_syntax_uid TEXT NOT NULL, rows INTEGER NOT NULL, columns INTEGER NOT NULL,
        samples_per_pixel INTEGER NOT NULL, bits_allocated INTEGER NOT NULL, photometric_interpretation TEXT NOT NULL,
        image_type TEXT NOT NULL, image_orientation BLOB, pixel_spacing BLOB, slice_thickness REAL,
        frame_of_reference_uid TEXT NOT NULL, echo_number INTEGER, echo_time REAL, b_value REAL
    );
    CREATE INDEX alike_of_series ON alike (series);

    CREATE TABLE instances (
        id INTEGER PRIMARY KEY, series INTEGER NOT NULL, alike INTEGER NOT NULL,
        sop_instance_uid TEXT NOT NULL, copy INTEGER NOT NULL, signature INTEGER NOT NULL,
        instance_number INTEGER, number_of_frames INTEGER NOT NULL, image_position BLOB, acquisition_number INTEGER,
        acquisition_time TEXT NOT NULL, content_time TEXT NOT NULL, temporal_position REAL, trigger_time REAL,
        content_label TEXT NOT NULL, extra TEXT NOT NULL,
        UNIQUE (sop_instance_uid, copy)
    );
    CREATE INDEX instances_of_series ON instances (series, instance_number);

    -- Display sets of long series, as JSON.
    CREATE TABLE stacks (series INTEGER PRIMARY KEY, version TEXT NOT NULL, content TEXT NOT NULL);

    -- A path is a folder and a name; names that are no text are kept as bytes. instance NULL: `problem` says why.
    CREATE TABLE folders (id INTEGER PRIMARY KEY, path NOT NULL UNIQUE);
    CREATE TABLE files (
        id INTEGER PRIMARY KEY, folder INTEGER NOT NULL, name NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
        instance INTEGER, source NOT NULL, problem TEXT NOT NULL DEFAULT '',
        UNIQUE (folder, name)
    );
    CREATE INDEX files_of_instance ON files (instance);

    -- Which studies a running program has opened.
    CREATE TABLE opened (
        session INTEGER NOT NULL, study INTEGER NOT NULL, day TEXT NOT NULL DEFAULT (date()), PRIMARY KEY (session, study)
    ) WITHOUT ROWID;

    -- The words of each study, normalised (normalise.py); rowid is the study's id.
    CREATE VIRTUAL TABLE words USING fts5 (
        name, anything, prefix = '1 2 3', tokenize = "unicode61 remove_diacritics 0"
    );
    """,
)

VERSION = len(_STEPS)


class NewerLibraryError(Exception):
    """The library was written by a newer version of the program."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables to `VERSION`, each step in a transaction of its own. Raises NewerLibraryError."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise NewerLibraryError
    for number in range(version, VERSION):
        connection.executescript(f"BEGIN IMMEDIATE; {_STEPS[number]}; PRAGMA user_version = {number + 1}; COMMIT;")
