"""What another process has put into the folder of received objects, read from the library's file."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from viewer.library.rows import stored_path
from viewer.library.upkeep import FILE_NAME
from viewer.model.errors import NegatoscopeError
from viewer.model.messages import message

_NEWS = (
    "SELECT DISTINCT st.study_instance_uid, se.series_instance_uid FROM files f JOIN folders d ON d.id = f.folder"
    " JOIN instances i ON i.id = f.instance JOIN series se ON se.id = i.series JOIN studies st ON st.id = se.study"
    " WHERE f.id > ? AND substr(d.path, 1, ?) = ?"
)


class ReceivedRowsError(NegatoscopeError):
    """The library's file cannot be read."""


class ReceivedRows:
    """Files in the folders below `received` of the library in the folder `library`. Not thread-safe. Writes nothing."""

    def __init__(self, library: Path, received: Path) -> None:
        self._path = library / FILE_NAME
        self._below = stored_path(str(received) + os.sep)
        self._connection: sqlite3.Connection | None = None
        self._version = self._last = -1

    def news(self) -> frozenset[tuple[str, str]]:
        """(Study, Series Instance UID) of what came since the last look; nothing at the first. Raises ReceivedRowsError."""
        try:
            return self._news()
        except sqlite3.Error as error:
            raise ReceivedRowsError(message("The library could not be asked."), path=str(self._path)) from error

    def _news(self) -> frozenset[tuple[str, str]]:
        if self._connection is None:
            uri = f"{self._path.absolute().as_uri()}?mode=ro"
            self._connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        version = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        if version == self._version:
            return frozenset()
        before, self._version = self._last, version
        self._last = int(self._connection.execute("SELECT coalesce(max(id), 0) FROM files").fetchone()[0])
        if before < 0 or before > self._last:  # the last ones were removed, and their numbers are given anew
            return frozenset()
        rows = self._connection.execute(_NEWS, (before, len(self._below), self._below)).fetchall()
        return frozenset((str(study), str(series)) for study, series in rows)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
