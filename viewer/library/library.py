"""The library: what was opened, as patients, studies, series and display sets. Implements ``workspace.services.Catalogue``.

Over 400 lines: each method is a line or two over one of the modules beside this one, and they share one connection.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from viewer.library import entities, twins
from viewer.library.database import Database, is_damage, is_full
from viewer.library.display_set_cache import DisplaySetCache
from viewer.library.index import Changes, Index, mark_opened
from viewer.library.known_files import KnownFile, keep_problems, known_files
from viewer.library.read_instance import FoundInstance, read_instance
from viewer.library.removal import forget_old_sessions, leave_session, members_elsewhere, remove_files, remove_study
from viewer.library.upkeep import Opened, Upkeep
from viewer.model.display_set import DisplaySet
from viewer.model.errors import NegatoscopeError, Problem
from viewer.model.hierarchy import FrameRef, Instance, Patient, Series, Study
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.model.requests import StudyFilter

if TYPE_CHECKING:
    from viewer.library.peer_rows import PeerRows

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_SETTLED = 5.0  # seconds after the start: then the daily check is in nobody's way
_OLD_SESSION = 14  # days


class Library:
    """The index of the user's files in ``folder/library.sqlite``; `folder` None keeps it in memory.

    All methods may be called from any thread. `notice` says what happened when the index was opened (damaged and rebuilt ...).
    `read_again` are paths that a scan should read to make a damaged index whole; `repaired` is called, on a thread of the library,
    when damage came to light later and `read_again` has grown. `replaced` is called, on any thread, when what a FrameRef names may
    be another image from now on. `left_disk` is called, on any thread, when the file can be written no more and the index goes on
    in memory; `notice` says so. `set_apart` is called, on a thread of the library, with the studies in which two files, taken for
    one object at first, turned out to be two. `give_way` is called between two pieces of that work, and while a batch
    goes in.
    """

    notice: Message = NO_MESSAGE

    def __init__(self, folder: Path | None) -> None:
        self._upkeep = None if folder is None else Upkeep(folder)
        opened = Opened(Database(None)) if self._upkeep is None else self._upkeep.open()
        self.notice = opened.notice
        self.read_again = opened.read_again
        self.repaired: Callable[[], None] = lambda: None
        self.replaced: Callable[[], None] = lambda: None
        self.left_disk: Callable[[], None] = lambda: None
        self.set_apart: Callable[[frozenset[str]], None] = lambda studies: None
        self.give_way: Callable[[], None] = lambda: None
        self._session = secrets.randbits(62)
        self._use(opened.database)
        self._repairing = threading.Lock()
        self._comparing = threading.Lock()
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        if opened.is_due:
            self._start(self._look_after)
        if self._waiting():
            self._start(self._compare_later)

    def _use(self, database: Database) -> None:
        self._database = database
        self._index = Index(database, lambda: self.give_way())
        self._display_sets = DisplaySetCache(database, lambda: self.give_way())
        self._peer_rows: PeerRows | None = None

    @property
    def peer_rows(self) -> PeerRows:
        """What Query/Retrieve SCPs ask; imported with the first question, for most windows hear none."""
        from viewer.library.peer_rows import PeerRows

        if self._peer_rows is None:
            self._peer_rows = PeerRows(self._database)
        return self._peer_rows

    def _ask(self, question: Callable[[sqlite3.Connection], _T], otherwise: _T) -> _T:
        """The answer, or `otherwise` when the index cannot give one: a damaged index must not take the window along."""
        try:
            with self._database.reading() as connection:
                return question(connection)
        except sqlite3.Error as error:
            self._failed(error)
            return otherwise

    @contextlib.contextmanager
    def _noticing(self) -> Iterator[None]:
        """An error of the index is passed on; if it says damage, the repair starts."""
        try:
            yield
        except sqlite3.Error as error:
            self._failed(error)
            raise

    # Damage

    def _failed(self, error: sqlite3.Error) -> None:
        if self._closing.is_set():
            return
        _log.error("the library could not answer: %s", error)
        if is_damage(error) and self._upkeep is not None and self._database.path is not None:
            self._start(self._repair)

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name="library", daemon=True)
        self._threads = [one for one in self._threads if one.is_alive()]
        self._threads.append(thread)
        thread.start()

    def _look_after(self) -> None:
        """The daily check and backup."""
        if self._closing.wait(_SETTLED) or self._upkeep is None:
            return
        try:
            with self._database.reading() as connection:
                is_sound = self._upkeep.look_after(connection)
            if is_sound:
                with self._database.writing() as connection:
                    forget_old_sessions(connection, _OLD_SESSION)
        except sqlite3.Error as error:
            self._failed(error)
            return
        if not is_sound:
            self._repair()

    def _repair(self) -> None:
        """Put a new index in the place of a damaged one. Many threads may find the damage; one repairs."""
        if self._upkeep is None or not self._repairing.acquire(blocking=False):
            return
        try:
            damaged = self._database
            if damaged.is_closed or self._closing.is_set():
                return
            damaged.close()
            opened = self._upkeep.put_right()
            self._use(opened.database)
            self.notice, self.read_again = opened.notice, opened.read_again
        except (sqlite3.Error, OSError):
            _log.exception("the library could not be repaired; it goes on in memory")
            self._use(Database(None))
        finally:
            self._repairing.release()
        self.repaired()

    def _write(self, work: Callable[[], _T]) -> _T:
        """Do what writes; on a full disk once more, in memory. An error is passed on; if it says damage, the repair starts."""
        try:
            with self._noticing():
                return work()
        except sqlite3.OperationalError as error:
            if not is_full(error) or self._upkeep is None:
                raise
            self._leave_disk(error)
            return work()

    def _leave_disk(self, error: sqlite3.Error) -> None:
        with self._repairing:
            file = self._database
            if file.path is None:
                return  # another thread was quicker
            self._use(file.copy_in_memory())
            file.close()
            reason = (self._upkeep.why_no_writing() if self._upkeep is not None else "") or str(error)
            self.notice = message("The library cannot be written ({reason}). What you open now is not remembered.", reason=reason)
        self.left_disk()

    # What is there

    def patients(self, query: StudyFilter, offset: int = 0, limit: int = 200) -> tuple[Patient, ...]:
        """Patients with a study that matches, newest study first."""
        return self._ask(lambda c: entities.patients(c, query, self._session, offset, limit), ())

    def count_patients(self, query: StudyFilter) -> int:
        """How many patients match."""
        return self._ask(lambda c: entities.count_patients(c, query, self._session), 0)

    def patient(self, patient_key: str) -> Patient | None:
        return self._ask(lambda c: entities.patient(c, patient_key), None)

    def studies(self, patient_key: str, query: StudyFilter) -> tuple[Study, ...]:
        """The patient's studies that match, newest first."""
        return self._ask(lambda c: entities.studies(c, patient_key, query, self._session), ())

    def study(self, study_instance_uid: str) -> Study | None:
        return self._ask(lambda c: entities.study(c, study_instance_uid), None)

    def series(self, study_instance_uid: str) -> tuple[Series, ...]:
        """By Series Number, then time."""
        return self._ask(lambda c: entities.series(c, study_instance_uid), ())

    def display_sets(self, study_instance_uid: str) -> tuple[DisplaySet, ...]:
        """All display sets of a study, by Series Number, then time, then split value. Computed once per change."""
        return self._ask(lambda _: self._display_sets.of_study(study_instance_uid), ())

    def display_set(self, key: str) -> DisplaySet | None:
        return self._ask(lambda _: self._display_sets.by_key(key), None)

    def instance(self, ref: FrameRef) -> Instance | None:
        """The instance that holds a frame."""
        return self._ask(lambda c: entities.instance(c, ref), None)

    def instances(self, series_instance_uid: str, offset: int = 0, limit: int = 500) -> tuple[Instance, ...]:
        """Every file of a series, second copies included, by Instance Number."""
        return self._ask(lambda c: entities.instances(c, series_instance_uid, offset, limit), ())

    def of_the_same_patient(self, study_instance_uid: str, sop_class_uid: str, limit: int) -> tuple[FrameRef, ...]:
        """Objects of one SOP Class in any study of the patient that a study belongs to, newest first."""
        return self._ask(lambda c: entities.of_the_same_patient(c, study_instance_uid, sop_class_uid, limit), ())

    def locate(self, ref: FrameRef) -> str | None:
        """Path of a file that is there and holds this frame: a second copy when the first is gone. Touches the disk."""
        nothing: list[tuple[str, int, int]] = []
        for path, size, mtime_ns in self._ask(lambda c: entities.files_of(c, ref), nothing):
            try:
                status = os.stat(path)
            except OSError:
                continue
            if (status.st_size, status.st_mtime_ns) == (size, mtime_ns) or _still_holds(path, ref):
                return path
        return None

    # What changes

    def add(self, found: Sequence[FoundInstance], *, opened: bool = True) -> frozenset[str]:
        """Take in what a scan read; `opened`: the user opened it. Returns the Study Instance UIDs that changed.

        Raises sqlite3.Error.
        """
        return self._write(lambda: self._add(found, self._session if opened else None))

    def _add(self, found: Sequence[FoundInstance], session: int | None, apart: twins.Apart = twins.NONE_APART) -> frozenset[str]:
        changes = self._index.add(found, session, apart)
        with self._database.reading() as connection:
            uids = entities.study_uids(connection, changes.studies)
        self._display_sets.refresh(uids, changes)
        if changes.has_replaced:
            self.replaced()
        return uids

    def known_files(self, folder: str, names: Sequence[str] | None = None) -> dict[str, KnownFile]:
        """By name, what the library knows of the files directly in `folder`; with `names` only of these."""
        nothing: dict[str, KnownFile] = {}
        return self._ask(lambda c: known_files(c, folder, names), nothing)

    def settle(self, studies: Iterable[str]) -> None:
        """A scan is over: keep what makes `studies` open quickly next time."""
        try:
            self._display_sets.store(studies)
        except sqlite3.Error as error:
            self._failed(error)
        if self._waiting():
            self._start(self.compare)

    def compare(self) -> None:
        """Read all of the files that were taken for one object after samples of them, and set apart those that are not."""
        changed: set[str] = set()
        tried: set[int] = set()
        with self._comparing:
            try:
                while fresh := [number for number in self._waiting() if number not in tried]:
                    tried.update(fresh)
                    for number in fresh:
                        changed |= self._compare_files(number)
            except sqlite3.Error as error:
                self._failed(error)
        if changed:
            self.set_apart(frozenset(changed))

    def _waiting(self) -> list[int]:
        nothing: list[int] = []
        return self._ask(twins.waiting, nothing)

    def _compare_later(self) -> None:
        if not self._closing.wait(_SETTLED):
            self.compare()

    def _compare_files(self, number: int) -> set[str]:
        """Compare the files of one instance; the studies that changed by it. Raises sqlite3.Error."""
        changed: set[str] = set()
        with self._database.reading() as connection:
            places = twins.places(connection, number)
        try:
            for other in places[1:]:
                if twins.is_another(places[0], other, self._is_over):
                    changed |= self._put_apart(other, number)
        except (OSError, NegatoscopeError):
            return changed  # a file is gone, or another one now: it is asked again at the next start
        if not self._closing.is_set():
            with self._database.writing() as connection:
                twins.compared(connection, number)
        return changed

    def _put_apart(self, place: twins.Place, number: int) -> frozenset[str]:
        """A file is not instance `number`. Which one it is, a new one as a rule, is told by all of its bytes too."""
        with self._database.reading() as connection:
            rivals = twins.rivals(connection, number)
        found = read_instance(place.path, place.source)
        apart = {place.path: frozenset((number,)) | twins.unlike(place, rivals, self._is_over)}
        return self._write(lambda: self._add([found], None, apart))

    def _is_over(self) -> bool:
        self.give_way()
        return self._closing.is_set()

    def opened_again(self, studies: frozenset[int]) -> frozenset[str]:
        """Remember that this run opened study rows whose files did not change. Returns their UIDs. Raises sqlite3.Error."""

        def work() -> frozenset[str]:
            with self._database.writing() as connection:
                mark_opened(connection, studies, self._session)
                return entities.study_uids(connection, studies)

        return self._write(work)

    def keep_problems(self, problems: Sequence[tuple[Problem, int, int]]) -> frozenset[str]:
        """Remember files, with size and mtime, that are not DICOM; if they were once, that is over. Raises sqlite3.Error."""

        def work() -> frozenset[str]:
            with self._database.writing() as connection:
                return keep_problems(connection, problems)

        return self._removed(self._write(work))

    def forget_files(self, files: Sequence[int]) -> frozenset[str]:
        """Take out file rows that are gone from the disk. Returns the studies that changed. Raises sqlite3.Error."""
        if not files:
            return frozenset()
        with self._noticing(), self._database.writing() as connection:
            uids_before = entities.studies_of_files(connection, files)
            remove_files(connection, files)
        return self._removed(uids_before)

    def _removed(self, studies: frozenset[str]) -> frozenset[str]:
        if studies:
            self._index.forget_memory()
            self._display_sets.forget(studies)
            self.replaced()
        return studies

    def unpacked(self, archive: str, folder: str) -> frozenset[str]:
        """`archive` was unpacked into `folder`: files that came out of it earlier count no more. Returns the changed studies.

        Raises sqlite3.Error.
        """
        nothing: list[int] = []
        return self.forget_files(self._ask(lambda c: members_elsewhere(c, archive, folder), nothing))

    def changed_elsewhere(self, studies: frozenset[str]) -> None:
        """Another process has put instances into these studies: what is in memory of them is split anew."""
        self._display_sets.forget(studies)

    def received_elsewhere(self, studies: frozenset[str], series: frozenset[str]) -> None:
        """Another process has received instances of these studies and series for us: they belong to this session now.

        What is in memory of the series is split anew here, on the caller's thread.
        """
        try:
            with self._database.writing() as connection:
                rows = entities.study_rows(connection, studies)
                mark_opened(connection, rows, self._session)
                changes = Changes(rows, entities.series_rows(connection, series))
            self._display_sets.refresh(studies, changes)
        except sqlite3.Error as error:
            self._failed(error)
            self.changed_elsewhere(studies)

    def close_study(self, study_instance_uid: str) -> None:
        """This run of the program has the study open no more; the library keeps it."""
        try:
            with self._database.writing() as connection:
                leave_session(connection, study_instance_uid, self._session)
        except sqlite3.Error as error:
            self._failed(error)

    def forget_study(self, study_instance_uid: str) -> None:
        """Take a study out of the index; its files stay."""
        try:
            with self._database.writing() as connection:
                remove_study(connection, study_instance_uid)
        except sqlite3.Error as error:
            self._failed(error)
        self._removed(frozenset((study_instance_uid,)))

    def refresh_study(self, study_instance_uid: str, goes_on: Callable[[int, int], bool] = lambda done, total: True) -> int:
        """Drop what is gone from the disk. Returns how many instances that were. Touches the disk.

        `goes_on(done, total)` counts files; once it says False, nothing is dropped.
        """
        nothing: list[tuple[int, str]] = []
        files = self._ask(lambda c: entities.places_of_study(c, study_instance_uid), nothing)
        gone: list[int] = []
        for done, (number, path) in enumerate(files):
            if not goes_on(done, len(files)):
                return 0
            if not os.path.exists(path):
                gone.append(number)
        if not gone:
            return 0
        before = self._ask(lambda c: entities.study(c, study_instance_uid), None)
        try:
            self.forget_files(gone)
        except sqlite3.Error as error:
            self._failed(error)
            return 0
        after = self._ask(lambda c: entities.study(c, study_instance_uid), None)
        return (before.number_of_instances if before else 0) - (after.number_of_instances if after else 0)

    def remember_paths(self, paths: Sequence[str]) -> None:
        """Note what the user opens, in a file that outlives a damaged index."""
        if self._upkeep is not None:
            self._upkeep.remember_paths(paths)

    def close(self) -> None:
        """End; a question that runs is broken off."""
        self._closing.set()
        self._database.close()
        for thread in self._threads:
            thread.join()
        self._database.close()  # a repair may have opened another one
        if self._upkeep is not None:
            self._upkeep.closed()


def _still_holds(path: str, ref: FrameRef) -> bool:
    """True when a file that was written anew still has the instance."""
    try:
        return read_instance(path).instance.sop_instance_uid == ref.sop_instance_uid
    except NegatoscopeError:
        return False
