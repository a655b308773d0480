"""One scan from the first path to the last: what is read, what reaches the library when, and what is told meanwhile."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat as stat_module
import time
from collections.abc import Callable, Sequence

from viewer.dicom.header import is_directory_record_file
from viewer.library.archives import Archives, Extracted, is_zip
from viewer.library.known_files import KnownFile
from viewer.library.library import Library
from viewer.library.media import read_media
from viewer.library.read_instance import FoundInstance, read_instance
from viewer.library.walk import Listing, Walk
from viewer.model.errors import NegatoscopeError, Problem, ProblemKind
from viewer.model.messages import message
from viewer.model.requests import ScanUpdate
from viewer.model.tasks import CancelToken, Progress

_log = logging.getLogger(__name__)
BATCH = 200
AHEAD = 500  # files that are looked at before the first picture of a new program; the window is built beside them
SHORTEST = 0.1  # seconds between two updates, after the first
LONGEST = 0.4
SHARE = 3.0  # a batch is collected for at least so many times as long as the last one took to go into the library
_LASTING = (ProblemKind.NOT_DICOM, ProblemKind.BROKEN)  # reading again would say the same


class ScanRun:
    """Runs on one thread; `update` is called there."""

    def __init__(
        self,
        library: Library,
        paths: Sequence[str],
        update: Callable[[ScanUpdate], None],
        archives: Archives,
        cancel: CancelToken,
        *,
        is_rebuild: bool = False,
        give_way: Callable[[], None] = lambda: None,
        stand_back: Callable[[], None] = lambda: None,
    ) -> None:
        """`is_rebuild`: the user did not ask for it, so nothing counts as opened.

        `give_way` is called between two files; `stand_back` in its place once there is something to show and `AHEAD` were met.
        """
        self._give_way = give_way
        self._stand_back = stand_back
        self._is_rebuild = is_rebuild
        self._library = library
        self._roots = list(paths)
        self._update = update
        self._archives = archives
        self._cancel = cancel
        self._walks: list[Walk] = []
        self._taken: set[str] = set()  # files read ahead of their turn, because a DICOMDIR named them
        self._media: set[str] = set()  # DICOMDIRs that were followed
        self._found: list[FoundInstance] = []
        self._met: set[int] = set()  # rows of studies with unchanged files, to be marked as opened
        self._marked: set[int] = set()
        self._failed: list[tuple[Problem, int, int]] = []  # to be remembered, with size and mtime
        self._problems: list[Problem] = []  # to be told
        self._studies: set[str] = set()  # changed, to be told
        self._changed: set[str] = set()
        self._first_study = ""
        self._done = 0
        self._members = 0  # of archives, met so far
        self._last_flush = 0.0
        self._flush_took = 0.0
        self.files_read = 0

    def run(self) -> None:
        """Scan. Always ends with an update that says so."""
        paths = list(self._roots)
        try:
            while self._roots and not self._cancel.cancelled:
                roots, self._roots = self._roots, []
                self._walk_through(roots)
        except sqlite3.Error as error:
            _log.error("the scan cannot write into the library: %s", error)
            self._problems.append(_library_problem(error))
        except Exception as error:  # a fault of ours must be told, not leave the scan running for ever
            _log.exception("the scan broke off")
            reason = message("The scan broke off: {reason}.", reason=type(error).__name__)
            self._problems.append(Problem("", ProblemKind.BROKEN, reason))
        finally:
            if not self._is_rebuild:
                self._library.remember_paths(paths)
            self._flush(finished=True)
            self._library.settle(self._changed)

    def _walk_through(self, roots: list[str]) -> None:
        walk = Walk(roots, self._cancel)
        self._walks.append(walk)
        try:
            for listing in walk.listings():
                if self._cancel.cancelled:
                    break
                self._take_listing(listing)
        finally:
            walk.stop()
            self._problems.extend(walk.problems)
            walk.problems.clear()

    # Folders, and what stands for one

    def _take_listing(self, listing: Listing) -> None:
        known = self._library.known_files(listing.folder, None if listing.present is not None else listing.names)
        if known and listing.present is not None:
            gone = [file.id for name, file in known.items() if name not in listing.present]
            self._studies |= self._library.forget_files(gone)
        for name in listing.names:
            if self._cancel.cancelled:
                return
            path = os.path.join(listing.folder, name)
            if path not in self._taken:
                self._take_file(path, known.get(name), is_named=listing.present is None)
            self._done += 1
            self._flush_when_due()

    def _take_media(self, path: str, *, is_named: bool) -> None:
        """Read what a DICOMDIR names, in its order. One that was opened by itself and is wrong makes its folder be scanned."""
        if path in self._media:  # the folder of a wrong one is scanned, and it lies there
            return
        self._media.add(path)
        media = read_media(path)
        self._problems.extend(media.problems)
        known: dict[str, dict[str, KnownFile]] = {}
        for file in media.files:
            if self._cancel.cancelled:
                return
            if file in self._taken:
                continue
            folder, name = os.path.split(file)
            if folder not in known:
                known[folder] = self._library.known_files(folder)
            self._taken.add(file)
            self._take_file(file, known[folder].get(name), is_named=False)
            self._flush_when_due()
        if is_named and not media.is_sound:
            self._roots.append(os.path.dirname(path))

    def _take_archive(self, path: str) -> None:
        folder = ""
        for member in self._archives.extract(path):
            if self._cancel.cancelled:
                return
            if isinstance(member, Problem):
                self._problems.append(member)
            else:
                folder = os.path.dirname(member.path)
                self._read_member(member)
            self._members += 1
            self._flush_when_due()
        if folder:
            self._flush()  # first: what is the same stays what it is
            self._studies |= self._library.unpacked(path, folder)

    # One file

    def _take_file(self, path: str, known: KnownFile | None, *, is_named: bool) -> None:
        if known is not None and _is_unchanged(path, known):
            if known.problem is not None:
                self._problems.append(known.problem)
            elif known.study not in self._marked:
                self._met.add(known.study)
                if not self._first_study:
                    self._flush()
            return
        self.files_read += 1
        try:
            found = read_instance(path)
        except NegatoscopeError as error:
            self._not_read(path, error)
        except Exception as error:  # a fault of ours on one file must not end the scan
            self._problems.append(_our_fault(path, error))
        else:
            if is_directory_record_file(found.header):
                self._take_media(path, is_named=is_named)
            else:
                self._take(found)

    def _read_member(self, member: Extracted) -> None:
        self.files_read += 1
        try:
            found = read_instance(member.path, member.source)
        except NegatoscopeError as error:
            self._problems.append(Problem(member.source, error.kind, error.reason, error.advice))
        except Exception as error:
            self._problems.append(_our_fault(member.source, error))
        else:
            if not is_directory_record_file(found.header):
                self._take(found)
                return
        _remove(member.path)

    def _take(self, found: FoundInstance) -> None:
        self._found.append(found)
        if not self._first_study:
            self._first_study = found.instance.study_instance_uid
            self._flush()

    def _not_read(self, path: str, error: NegatoscopeError) -> None:
        if error.kind is ProblemKind.NOT_DICOM and is_zip(path):
            self._take_archive(path)
            return
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
        if self._first_study and self._done >= AHEAD:
            self._stand_back()
        else:
            self._give_way()
        waited = time.monotonic() - self._last_flush
        due = max(SHORTEST, self._flush_took * SHARE)
        if waited >= max(LONGEST, due) or (waited >= due and len(self._found) >= BATCH):
            self._flush()

    def _flush(self, *, finished: bool = False) -> None:
        """Put what was read into the library and tell it."""
        started = time.monotonic()
        try:
            self._write()
        except sqlite3.Error as error:
            if not finished:
                raise
            _log.error("the last batch of a scan did not reach the library: %s", error)
            self._problems.append(_library_problem(error))
        self._tell(finished)
        self._last_flush = time.monotonic()
        self._flush_took = self._last_flush - started

    def _write(self) -> None:
        found, self._found = self._found, []
        failed, self._failed = self._failed, []
        met, self._met = self._met, set()
        if met and not self._is_rebuild:
            uids = self._library.opened_again(frozenset(met))
            self._marked |= met
            self._studies |= uids
            self._first_study = self._first_study or min(uids, default="")
        if found:
            changed = self._library.add(found, opened=not self._is_rebuild)
            self._studies |= changed
            self._changed |= changed
        if failed:
            self._studies |= self._library.keep_problems(failed)

    def _tell(self, finished: bool) -> None:
        known = not self._roots and all(walk.finished for walk in self._walks)
        total = sum(walk.found for walk in self._walks) + self._members if known else 0
        studies, self._studies = frozenset(self._studies), set()
        problems, self._problems = tuple(self._problems), []
        progress = Progress(self._done + self._members, total, finished=finished)
        self._update(ScanUpdate(progress, studies, problems, self.files_read, self._first_study))


def _is_unchanged(path: str, file: KnownFile) -> bool:
    try:
        status = os.stat(path)
    except OSError:
        return False
    return status.st_size == file.size and status.st_mtime_ns == file.mtime_ns


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass


def _our_fault(path: str, error: Exception) -> Problem:
    _log.exception("a header could not be read")
    return Problem(path, ProblemKind.BROKEN, message("This file cannot be read: {reason}.", reason=type(error).__name__))


def _library_problem(error: sqlite3.Error) -> Problem:
    reason = message("The library cannot be written: {reason}. What was found after that is not in it.", reason=str(error))
    return Problem("", ProblemKind.MISSING_FILE, reason)
