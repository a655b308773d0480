"""Finding DICOM in what the user drops: files, folders, DICOMDIRs, archives; in the background, in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from viewer.library.library import Library
from viewer.model.errors import Problem
from viewer.model.requests import ScanUpdate


class RunningScan:
    """A scan under way."""

    def cancel(self) -> None:
        """Stop soon; what was found stays."""

    def join(self, timeout: float | None = None) -> None:
        """Wait for its end."""


class FolderScanner:
    """Scans in background threads and fills `library`. Implements ``workspace.services.Scanner``.

    `cache_folder` is private to the program; what archives hold is extracted below it and swept at the next start.
    """

    def __init__(self, library: Library, cache_folder: Path) -> None:
        raise NotImplementedError

    def open_paths(
        self,
        paths: Sequence[str],
        update: Callable[[ScanUpdate], None],
        password: Callable[[str], str | None] | None = None,
    ) -> RunningScan:
        """Start scanning `paths`. `update` and `password` run on the scan's thread."""
        raise NotImplementedError

    def close(self) -> None:
        """Cancel what runs and wait for it."""


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What `scan_once` found: a library of its own, and what was left out. Close it (or use ``with``) when done."""

    library: Library
    problems: tuple[Problem, ...]
    files_read: int

    def close(self) -> None:
        """Forget the library and what was extracted from archives."""

    def __enter__(self) -> ScanReport:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def scan_once(paths: Sequence[str], password: Callable[[str], str | None] | None = None) -> ScanReport:
    """Scan `paths` now, on this thread, into a library in memory: the user's index is not touched."""
    raise NotImplementedError
