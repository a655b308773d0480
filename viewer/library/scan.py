"""Finding DICOM in what the user drops: files, folders, DICOMDIRs, archives; in the background, in batches."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType

from viewer.library.archives import Archives
from viewer.library.extraction import ExtractionFolder
from viewer.library.library import Library
from viewer.library.scan_run import ScanRun
from viewer.model.courtesy import Courtesy
from viewer.model.errors import Problem
from viewer.model.frozen import frozen
from viewer.model.requests import ScanUpdate
from viewer.model.tasks import CancelToken


class RunningScan:
    """A scan under way."""

    def __init__(self, work: ScanRun, cancel: CancelToken) -> None:
        self._cancel = cancel
        self._thread = threading.Thread(target=work.run, name="scan", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Stop soon; what was found stays."""
        self._cancel.cancel()

    def join(self, timeout: float | None = None) -> None:
        """Wait for its end."""
        self._thread.join(timeout)

    @property
    def running(self) -> bool:
        return self._thread.is_alive()


class FolderScanner:
    """Scans in background threads and fills `library`. Implements ``workspace.services.Scanner``.

    `cache_folder` is private to the program; what archives hold is extracted below it and swept at the next start. Scans rest while
    `courtesy` says that the user's hand moves.
    """

    def __init__(self, library: Library, cache_folder: Path, courtesy: Courtesy | None = None) -> None:
        self._library = library
        self._courtesy = courtesy or Courtesy()
        self._extraction = ExtractionFolder(cache_folder)
        self._scans: list[RunningScan] = []
        self._asked_for: dict[str, None] = {}  # what the user opened since the start
        self._password: Callable[[str], str | None] | None = None  # who was asked then
        self.rebuilding: Callable[[ScanUpdate, CancelToken], None] = lambda update, cancel: None  # told on the scan's thread
        self._lock = threading.Lock()
        self._sweeping = threading.Thread(target=self._extraction.sweep, name="sweep", daemon=True)
        self._sweeping.start()
        library.repaired = self._rebuild
        library.give_way = self._courtesy.give_way
        self._rebuild()

    def _rebuild(self) -> None:
        """Read again what a damaged index knew, in the background; what the user opened since the start is open again then."""
        opened = tuple(self._asked_for)
        before = tuple(path for path in self._library.read_again if path not in self._asked_for)
        for paths, is_rebuild in ((opened, False), (before, True)):
            if paths:
                cancel = CancelToken()
                told = partial(self._tell_rebuild, cancel)
                self._start(paths, told, None if is_rebuild else self._password, cancel, is_rebuild=is_rebuild)

    def _tell_rebuild(self, cancel: CancelToken, update: ScanUpdate) -> None:
        self.rebuilding(update, cancel)

    def open_paths(
        self,
        paths: Sequence[str],
        update: Callable[[ScanUpdate], None],
        password: Callable[[str], str | None] | None = None,
    ) -> RunningScan:
        """Start scanning `paths`. `update` and `password` run on the scan's thread."""
        self._asked_for.update(dict.fromkeys(paths))
        self._password = password or self._password
        return self._start(paths, update, password)

    def _start(
        self,
        paths: Sequence[str],
        update: Callable[[ScanUpdate], None],
        password: Callable[[str], str | None] | None,
        cancel: CancelToken | None = None,
        *,
        is_rebuild: bool = False,
    ) -> RunningScan:
        cancel = cancel or CancelToken()
        archives = Archives(self._extraction.path, password, cancel)
        rests = {"give_way": self._courtesy.give_way, "stand_back": self._courtesy.stand_back}
        work = ScanRun(self._library, paths, update, archives, cancel, is_rebuild=is_rebuild, **rests)
        scan = RunningScan(work, cancel)
        with self._lock:
            self._scans = [one for one in self._scans if one.running]
            self._scans.append(scan)
        return scan

    def close(self) -> None:
        """Cancel what runs and wait for it."""
        with self._lock:
            scans, self._scans = self._scans, []
        for scan in scans:
            scan.cancel()
        for scan in scans:
            scan.join()
        self._sweeping.join()
        self._extraction.close()


@frozen
class ScanReport:
    """What `scan_once` found: a library of its own, and what was left out. Close it (or use ``with``) when done."""

    library: Library
    problems: tuple[Problem, ...]
    files_read: int
    extraction: ExtractionFolder

    def close(self) -> None:
        """Forget the library and what was extracted from archives."""
        self.library.close()
        self.extraction.remove()

    def __enter__(self) -> ScanReport:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def scan_once(paths: Sequence[str], password: Callable[[str], str | None] | None = None) -> ScanReport:
    """Scan `paths` now, on this thread, into a library in memory: the user's index is not touched."""
    library, cancel = Library(None), CancelToken()
    extraction = ExtractionFolder(None)
    problems: list[Problem] = []
    archives = Archives(extraction.path, password, cancel)
    work = ScanRun(library, paths, lambda update: problems.extend(update.problems), archives, cancel)
    work.run()
    library.compare()
    return ScanReport(library, tuple(problems), work.files_read, extraction)
