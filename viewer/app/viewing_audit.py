"""What the user opens, takes in and exports, written into the audit trail (PS3.15 A.5.3.4, A.5.3.6, A.5.3.7).

The window never waits for it: lines are written by a thread, which begins when the first picture is on screen.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from viewer.app.audit_notes import EXPORTED, IMPORTED, OPENED, Note, write_notes
from viewer.app.paths import Folders
from viewer.library.library import Library
from viewer.library.read_instance import FoundInstance

_QUIET = 1.0  # seconds without another file, after which an import is written down
_END = 5.0  # seconds
_MOST_STUDIES = 500  # in one line


class ViewingAudit:
    """Thread-safe. Notes are kept until `begin`, and what is left is written by `close`."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders
        self._changed = threading.Condition()
        self._waiting: list[Note] = []
        self._imported: Counter[str] = Counter()
        self._seen: set[str] = set()
        self._last = 0.0  # when a file was taken in last
        self._closing = False
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Write from now on."""
        self._thread = threading.Thread(target=self._run, name="viewing-audit", daemon=True)
        self._thread.start()

    def opened(self, study_instance_uid: str, count: int) -> None:
        """Images of a study are on screen: told once a run."""
        with self._changed:
            if study_instance_uid and study_instance_uid not in self._seen:
                self._seen.add(study_instance_uid)
                self._put(Note(OPENED, {study_instance_uid: count}))

    def imported(self, studies: Mapping[str, int]) -> None:
        """Instances came into the library from files: told in one line when no more come."""
        with self._changed:
            self._imported.update(studies)
            self._last = time.monotonic()
            self._changed.notify_all()

    def exported(self, studies: Mapping[str, int], what: str) -> None:
        """Something left the program: "picture", "file" …"""
        with self._changed:
            self._put(Note(EXPORTED, studies, what))

    def _put(self, note: Note) -> None:
        self._waiting.append(note)
        self._changed.notify_all()

    def close(self) -> None:
        """Write what is left. A key store that waits for its user keeps nobody from leaving."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            if self._thread is None and (self._waiting or self._imported):
                self.begin()
        if self._thread is not None:
            self._thread.join(_END)

    def _run(self) -> None:
        is_closing = False
        while not is_closing:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or bool(self._waiting) or bool(self._imported))
                while not self._closing and not self._waiting and self._quiet_in() > 0:
                    self._changed.wait(self._quiet_in())
                notes, self._waiting = self._waiting, []
                if self._closing or self._quiet_in() <= 0:  # what is opened meanwhile does not break an import in two
                    notes[:0] = _in_lines(self._imported)
                    self._imported = Counter()
                is_closing = self._closing
            if notes:
                write_notes(self._folders, notes)

    def _quiet_in(self) -> float:
        """Seconds until nothing has been taken in for a while."""
        return self._last + _QUIET - time.monotonic()


def _in_lines(studies: Mapping[str, int]) -> Iterator[Note]:
    named = list(studies.items())
    for start in range(0, len(named), _MOST_STUDIES):
        yield Note(IMPORTED, dict(named[start : start + _MOST_STUDIES]), "file")


class AuditedLibrary(Library):
    """A library that tells of what the user takes in from files. Those of the program itself, its sample, are nobody's."""

    def __init__(self, folder: Path | None, imported: Callable[[Mapping[str, int]], None], own: Path) -> None:
        self._imported, self._own = imported, str(own)
        super().__init__(folder)

    def add(self, found: Sequence[FoundInstance], *, opened: bool = True) -> frozenset[str]:
        studies = super().add(found, opened=opened)
        if opened:
            self._imported(Counter(one.instance.study_instance_uid for one in found if not one.instance.path.startswith(self._own)))
        return studies
