"""Transactions of the library's file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from viewer.library.database import Database


def test_a_commit_that_fails_leaves_no_transaction_open(tmp_path: Path) -> None:
    database = Database(tmp_path / "library.sqlite")
    try:
        with database.writing() as connection:
            connection.execute("CREATE TABLE one (id INTEGER PRIMARY KEY)")
            connection.execute("CREATE TABLE two (one INTEGER REFERENCES one DEFERRABLE INITIALLY DEFERRED)")
        connection.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError), database.writing():
            connection.execute("INSERT INTO two VALUES (5)")  # only COMMIT finds out
        with database.writing():
            connection.execute("INSERT INTO one VALUES (7)")
        with database.reading() as other:
            assert other.execute("SELECT id FROM one").fetchall() == [(7,)]
            assert other.execute("SELECT * FROM two").fetchall() == []
    finally:
        database.close()
