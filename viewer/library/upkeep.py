"""Keeping the library's file sound: opening it whatever state it is in, checking it, backing it up, putting it right.

A start costs only a glance at the file. The full check and the backup run once a day, some seconds later, on a thread of their
own; a check also follows a run that did not end in order. What can be rebuilt is rebuilt from the backup and from the list of
paths that were opened, which is a plain text file beside the library.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from viewer.library.database import Database, is_damage
from viewer.library.migrations import NewerLibraryError
from viewer.model.frozen import frozen
from viewer.model.messages import NO_MESSAGE, Message, message

_log = logging.getLogger(__name__)
FILE_NAME = "library.sqlite"
BACKUP_NAME = "library.backup.sqlite"
OPENED_NAME = "opened.jsonl"
_IN_USE = "library.in-use"
_DAMAGED = "library.damaged-"
_TRIAL, _TRIAL_SIZE = "library.trial", 1 << 20
_KEPT_ASIDE = 2  # damaged files that are kept
_MAX_OPENED = 4000  # lines
_DAY = 20 * 3600.0  # a little less: so that a daily start at the same hour does it
_OVERLAP = 3600.0  # what was opened shortly before the backup is read again too


@frozen
class Opened:
    """An open database, what to tell the user, and the paths to read again."""

    database: Database
    notice: Message = NO_MESSAGE
    read_again: tuple[str, ...] = ()
    is_due: bool = False  # a check and a backup


class Upkeep:
    """The files of the library in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / FILE_NAME
        self._backup = folder / BACKUP_NAME

    def open(self) -> Opened:
        """Open the library, put right before when it must be; in memory when there is no way."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._is_lost():
                return self._restore(message("The library was lost."))
            database = Database(self._path)
        except NewerLibraryError:
            text = message(
                "The library was written by a newer version of this program and is left as it is."
                " What you open now is not remembered."
            )
            return Opened(Database(None), text)
        except (sqlite3.Error, OSError) as error:
            if is_damage(error):
                return self.put_right()
            _log.error("the library cannot be opened: %s", type(error).__name__)
            text = message("The library cannot be opened ({reason}). What you open now is not remembered.", reason=_reason(error))
            return Opened(Database(None), text)
        was_cut_off = self._mark_in_use()
        return Opened(database, is_due=was_cut_off or self._age_of_backup() > _DAY)

    def _is_lost(self) -> bool:
        """The file is gone or empty although there is a backup of something."""
        return self._backup.exists() and (not self._path.exists() or self._path.stat().st_size == 0)

    def put_right(self) -> Opened:
        """Set a damaged library aside (nothing may have it open), and make a new one out of backup and opened paths."""
        stamp = datetime.now().strftime("%Y%m%d-%H%M%S-%f")
        for ending in ("", "-wal", "-shm"):
            source = self._path.with_name(FILE_NAME + ending)
            with contextlib.suppress(FileNotFoundError):
                os.replace(source, self.folder / f"{_DAMAGED}{stamp}.sqlite{ending}")
        for old in sorted({name.name.split(".sqlite")[0] for name in self.folder.glob(f"{_DAMAGED}*")})[:-_KEPT_ASIDE]:
            for file in self.folder.glob(f"{old}.sqlite*"):
                file.unlink(missing_ok=True)
        _log.error("the library was damaged and set aside")
        return self._restore(message("The library was damaged."))

    def _restore(self, what: Message) -> Opened:
        since = 0.0
        text = message("{what} The files you opened before are read again.", what=what)
        if self._backup.exists() and _is_sound(self._backup):
            since = self._backup.stat().st_mtime - _OVERLAP
            _copy(self._backup, self._path)
            when = datetime.fromtimestamp(self._backup.stat().st_mtime).strftime("%Y-%m-%d %H:%M")
            text = message(
                "{what} It was restored from the copy of {when}; what you opened since is read again.", what=what, when=when
            )
        elif self._backup.exists():
            self._backup.unlink()
        database = Database(self._path)
        self._mark_in_use()
        return Opened(database, text, self.paths_since(since), is_due=False)

    def why_no_writing(self) -> str:
        """What the system says when something is written into the folder: "Disk quota exceeded"; "" when it can be."""
        trial = self.folder / _TRIAL
        try:
            try:
                trial.write_bytes(bytes(_TRIAL_SIZE))
                _sync(trial)
            finally:
                trial.unlink(missing_ok=True)
        except OSError as error:
            return error.strerror or ""
        return ""

    # Opened paths

    def remember_paths(self, paths: Sequence[str]) -> None:
        """Add to the list of opened paths. A failure costs only what a rebuild would know."""
        line = json.dumps({"time": round(time.time()), "paths": [os.path.abspath(path) for path in paths]})
        try:
            with open(self.folder / OPENED_NAME, "ab") as file:
                file.write(line.encode("ascii") + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            _log.warning("the list of opened paths cannot be written: %s", type(error).__name__)

    def paths_since(self, since: float) -> tuple[str, ...]:
        """Paths opened after `since` that are still there, each once, what was opened last first."""
        try:
            lines = (self.folder / OPENED_NAME).read_bytes().splitlines()
        except OSError:
            return ()
        paths: dict[str, None] = {}
        for line in reversed(lines):
            with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
                entry = json.loads(line)
                if float(entry["time"]) >= since:
                    paths.update({str(path): None for path in entry["paths"] if os.path.exists(path)})
        return tuple(paths)

    def _shorten_opened(self) -> None:
        """Drop all but the last mention of each path, and the oldest when there are too many."""
        file = self.folder / OPENED_NAME
        try:
            lines = file.read_bytes().splitlines()
            kept = list(reversed(dict.fromkeys(reversed(lines))))[-_MAX_OPENED:]
            if len(kept) < len(lines):
                _write_whole(file, b"\n".join(kept) + b"\n")
        except FileNotFoundError:
            return  # nothing was opened yet
        except OSError as error:
            _log.warning("the list of opened paths cannot be shortened: %s", type(error).__name__)

    # Once a day

    def look_after(self, connection: sqlite3.Connection) -> bool:
        """Check the whole file; when it is sound, back it up. False when it is damaged. Raises sqlite3.Error when broken off."""
        try:
            if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
                return False
        except sqlite3.Error as error:
            if is_damage(error):
                return False
            raise
        fresh = self._backup.with_suffix(".new")
        try:
            fresh.unlink(missing_ok=True)
            with contextlib.closing(sqlite3.connect(fresh)) as target:
                connection.backup(target)
            _sync(fresh)
            os.replace(fresh, self._backup)
        except (OSError, sqlite3.Error) as error:  # of the copy: it must not be taken for damage of the library
            _log.warning("the library cannot be backed up: %s", type(error).__name__)
            with contextlib.suppress(OSError):  # half a copy on a full disk takes room that is wanted
                fresh.unlink(missing_ok=True)
        self._shorten_opened()
        return True

    def _age_of_backup(self) -> float:
        try:
            return time.time() - self._backup.stat().st_mtime
        except OSError:
            return float("inf")

    def _mark_in_use(self) -> bool:
        """Leave a mark that `closed` removes. True when there was one: a run did not end in order (or another one runs)."""
        mark = self.folder / _IN_USE
        existed = mark.exists()
        with contextlib.suppress(OSError):
            mark.touch()
        return existed

    def closed(self) -> None:
        """The library was closed in order."""
        with contextlib.suppress(OSError):
            (self.folder / _IN_USE).unlink(missing_ok=True)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _is_sound(path: Path) -> bool:
    try:
        with contextlib.closing(sqlite3.connect(f"file:{_quoted(path)}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error:
        return False


def _quoted(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _copy(source: Path, target: Path) -> None:
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    fresh = target.with_name(target.name + ".new")
    shutil.copyfile(source, fresh)
    _sync(fresh)
    os.replace(fresh, target)


def _write_whole(target: Path, content: bytes) -> None:
    fresh = target.with_name(target.name + ".new")
    fresh.write_bytes(content)
    _sync(fresh)
    os.replace(fresh, target)


def _sync(path: Path) -> None:
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
