"""One scan from the first path to the last: what is read, what reaches the library when, and what is told meanwhile."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat as stat_module
import time
from collections.abc import Callable, Sequence

from viewer.dicom.header import is_directory_record_file
from viewer.library.known_files import KnownFile
from viewer.library.library import Library
from viewer.library.read_instance import FoundInstance, read_instance
from viewer.library.walk import Listing, Walk
from viewer.model.errors import NegatoscopeError, Problem, ProblemKind
from viewer.model.messages import message
from viewer.model.requests import ScanUpdate
from viewer.model.tasks import CancelToken, Progress

_log = logging.getLogger(__name__)
BATCH = 200
SHORTEST = 0.1  # seconds between two updates, after the first
LONGEST = 0.4
SHARE = 3.0  # a batch is collected for at least so many times as long as the last one took to go into the library
_LASTING = (ProblemKind.NOT_DICOM, ProblemKind.BROKEN)  # reading again would say the same


class ScanRun:
    """Runs on one thread; `update` is called there."""

    def __init__(self, library: Library, paths: Sequence[str], update: Callable[[ScanUpdate], None], cancel: CancelToken) -> None:
        self._library = library
        self._paths = paths
        self._update = update
        self._cancel = cancel
        self._walk: Walk | None = None
        self._found: list[FoundInstance] = []
        self._failed: list[tuple[Problem, int, int]] = []  # to be remembered, with size and mtime
        self._problems: list[Problem] = []  # to be told
        self._studies: set[str] = set()
        self._first_study = ""
        self._done = 0
        self.files_read = 0
        self._last_flush = 0.0
        self._flush_took = 0.0

    def run(self) -> None:
        """Scan. Always ends with an update that says so."""
        self._walk = Walk(self._paths, self._cancel)
        try:
            for listing in self._walk.listings():
                if self._cancel.cancelled:
                    break
                self._take_listing(listing)
        except sqlite3.Error as error:
            _log.error("the scan cannot write into the library: %s", error)
            self._problems.append(_library_problem(error))
        finally:
            self._walk.stop()
            self._problems.extend(self._walk.problems)
            self._walk.problems.clear()
            self._flush(finished=True)

    # One folder

    def _take_listing(self, listing: Listing) -> None:
        known = self._library.known_folder(listing.folder)
        if known.files and listing.present is not None:
            gone = [one.id for name, one in known.files.items() if name not in listing.present]
            self._studies |= self._library.forget_files(gone)
        unchanged = False
        for name in listing.names:
            if self._cancel.cancelled:
                return
            path = os.path.join(listing.folder, name)
            file = known.files.get(name)
            if file is not None and _is_unchanged(path, file):
                unchanged = unchanged or file.problem is None
                if file.problem is not None:
                    self._problems.append(file.problem)
            else:
                self._read(path)
            self._done += 1
            if unchanged and not self._first_study:
                self._opened_again(known.studies)
            self._flush_when_due()
        if unchanged:
            self._opened_again(known.studies)

    def _opened_again(self, studies: tuple[int, ...]) -> None:
        """Files that the library knows already were opened: their studies count as opened, and the first can be shown."""
        uids = self._library.opened_again(frozenset(studies))
        self._studies |= uids
        if not self._first_study and uids:
            self._first_study = min(uids)
            self._flush()

    # One file

    def _read(self, path: str) -> None:
        self.files_read += 1
        try:
            found = read_instance(path)
        except NegatoscopeError as error:
            self._not_read(path, error)
            return
        except Exception as error:  # a fault of ours on one file must not end the scan
            _log.exception("a header could not be read")
            self._problems.append(
                Problem(path, ProblemKind.BROKEN, message("This file cannot be read: {reason}.", reason=type(error).__name__))
            )
            return
        if is_directory_record_file(found.header):
            return
        self._found.append(found)
        if not self._first_study:
            self._first_study = found.instance.study_instance_uid
            self._flush()

    def _not_read(self, path: str, error: NegatoscopeError) -> None:
        problem = Problem(path, error.kind, error.reason, error.advice)
        self._problems.append(problem)
        if error.kind in _LASTING:
            try:
                status = os.stat(path)
            except OSError:
                return
            if stat_module.S_ISREG(status.st_mode):
                self._failed.append((problem, status.st_size, status.st_mtime_ns))

    # Batches

    def _flush_when_due(self) -> None:
        waited = time.monotonic() - self._last_flush
        due = max(SHORTEST, self._flush_took * SHARE)
        if (len(self._found) >= BATCH and waited >= due) or waited >= max(LONGEST, due):
            self._flush()

    def _flush(self, *, finished: bool = False) -> None:
        """Put what was read into the library and tell it."""
        started = time.monotonic()
        found, self._found = self._found, []
        failed, self._failed = self._failed, []
        try:
            if found:
                self._studies |= self._library.add(found)
            if failed:
                self._studies |= self._library.keep_problems(failed)
        except sqlite3.Error as error:
            if not finished:
                raise
            _log.error("the last batch of a scan did not reach the library: %s", error)
            self._problems.append(_library_problem(error))
        self._tell(finished)
        self._last_flush = time.monotonic()
        self._flush_took = self._last_flush - started

    def _tell(self, finished: bool) -> None:
        walk = self._walk
        total = walk.found if walk is not None and walk.finished else 0
        studies, self._studies = frozenset(self._studies), set()
        problems, self._problems = tuple(self._problems), []
        progress = Progress(self._done, total, finished=finished)
        self._update(ScanUpdate(progress, studies, problems, self.files_read, self._first_study))


def _is_unchanged(path: str, file: KnownFile) -> bool:
    try:
        status = os.stat(path)
    except OSError:
        return False
    return status.st_size == file.size and status.st_mtime_ns == file.mtime_ns


def _library_problem(error: sqlite3.Error) -> Problem:
    reason = message("The library cannot be written: {reason}. What was found after that is not in it.", reason=str(error))
    return Problem("", ProblemKind.MISSING_FILE, reason)
