"""Walking folders ahead of the reader: what lies where, in an order that shows a picture soon. Nothing is read here.

Links to files are followed, links to folders never: what they lead to inside the opened folder is met anyway, and what lies
outside was not opened. A folder is entered once, whatever mounts lead to it. Pipes, sockets and devices are left out.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence

from viewer.model.errors import Problem, ProblemKind
from viewer.model.frozen import frozen
from viewer.model.messages import Message, message
from viewer.model.tasks import CancelToken

_AHEAD = 500_000  # files waiting for the reader: beyond that the walk pauses
# Read last: such names are seldom DICOM, and on a slow disc each costs the first picture some time. They are read all the same.
_UNLIKELY_NAMES = (
    "7z avi bat bmp cab cfg chm cmd css csv db dll doc docx ds_store dylib exe gif gz htm html ico inf ini jar jpeg jpg js json lnk"
    " log md mov mp4 nii msi nrrd pdf png ppt pptx py rar rtf sh so sqlite svg sys tar tgz tif tiff txt url wav webp wmv xls xlsx"
    " xml xsl yaml yml zip"
)
_OF_DATABASE = ("", "-wal", "-shm")  # endings of the files of a SQLite database that is open
_UNLIKELY = frozenset(_UNLIKELY_NAMES.split())


@frozen
class Listing:
    """Some files of a folder. `present`: every name in it, so that files that are gone can be told; None where not known."""

    folder: str
    names: tuple[str, ...]
    present: frozenset[str] | None = None


class Walk:
    """Goes through `roots` in a thread of its own. `found` counts the files met so far, `finished` says that is all."""

    def __init__(self, roots: Sequence[str], cancel: CancelToken) -> None:
        self.found = 0
        self.finished = False
        self.problems: deque[Problem] = deque()
        self._roots = list(roots)
        self._cancel = cancel
        self._ready: deque[Listing] = deque()
        self._later: list[Listing] = []
        self._waiting = 0  # files in `_ready`
        self._news = threading.Condition()
        self._entered: set[tuple[int, int]] = set()
        self._thread = threading.Thread(target=self._run, name="walk", daemon=True)
        self._thread.start()

    def listings(self) -> Iterator[Listing]:
        """What was found, as it comes; ends with the walk or when it is cancelled."""
        while True:
            with self._news:
                while not self._ready and not self.finished:
                    self._news.wait()
                if not self._ready:
                    return
                listing = self._ready.popleft()
                self._waiting -= len(listing.names)
                self._news.notify_all()
            yield listing

    def stop(self) -> None:
        """After the token was cancelled: wake both sides and wait for the thread."""
        with self._news:
            self._news.notify_all()
        self._thread.join()

    def _run(self) -> None:
        try:
            for root in self._roots:
                self._root(root)
            for listing in self._later:
                self._put(listing)
        finally:
            with self._news:
                self.finished = True
                self._news.notify_all()

    def _root(self, root: str) -> None:
        folder = os.path.realpath(root) if os.path.isdir(root) else ""
        if not folder:
            self.found += 1
            head, name = os.path.split(os.path.abspath(root))
            database = name.removesuffix("-wal").removesuffix("-shm")
            if all(os.path.exists(os.path.join(head, database + ending)) for ending in _OF_DATABASE):
                self.problems.append(_in_use(os.path.join(head, database)))
            else:
                self._put(Listing(head, (name,)))
            return
        pending = [folder]
        while pending and not self._cancel.cancelled:
            pending.extend(reversed(self._folder(pending.pop())))

    def _folder(self, folder: str) -> list[str]:
        """List one folder. Returns those in it."""
        try:
            status = os.stat(folder)
            if (status.st_dev, status.st_ino) in self._entered and status.st_ino:
                return []
            self._entered.add((status.st_dev, status.st_ino))
            folders, names = self._entries(folder)
            names = self._without_databases(folder, names)
        except OSError as error:
            self.problems.append(_unreadable(folder, error))
            return []
        self.found += len(names)
        unlikely = tuple([name for name in names if _is_unlikely(name)])
        last = frozenset(unlikely)
        likely = tuple([name for name in names if name not in last]) if last else tuple(names)
        if likely or not unlikely:
            self._put(Listing(folder, likely, frozenset(names)))
        if unlikely:
            self._later.append(Listing(folder, unlikely, None if likely else frozenset(names)))
        return folders

    def _without_databases(self, folder: str, names: list[str]) -> list[str]:
        """SQLite's files that are open now, perhaps in this process, are not even looked at.

        Whoever closes a file takes all locks of his process on it away, as POSIX has it; another process that ends would then
        delete the log into which this one still writes.
        """
        if not any(name.endswith("-shm") for name in names):
            return names
        present = frozenset(names)
        databases = [name[:-4] for name in names if name.endswith("-shm")]
        open_ones = [name for name in databases if all(name + ending in present for ending in _OF_DATABASE)]
        self.problems.extend(_in_use(os.path.join(folder, name)) for name in open_ones)
        theirs = frozenset(name + ending for name in open_ones for ending in _OF_DATABASE)
        return [name for name in names if name not in theirs]

    def _entries(self, folder: str) -> tuple[list[str], list[str]]:
        folders, names = [], []
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    names.append(entry.name)
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif entry.is_symlink():
                    self._link(entry, names)
        folders.sort()
        names.sort(key=_first_names_first)
        return folders, names

    def _link(self, entry: os.DirEntry[str], names: list[str]) -> None:
        if entry.is_file():
            names.append(entry.name)
        elif entry.is_dir():
            reason = message("This is a link to another folder; links to folders are not followed. Open that folder itself.")
            self.problems.append(Problem(entry.path, ProblemKind.MISSING_FILE, reason))
        else:
            self.problems.append(Problem(entry.path, ProblemKind.MISSING_FILE, message("This link leads nowhere.")))

    def _put(self, listing: Listing) -> None:
        with self._news:
            while self._waiting > _AHEAD and not self._cancel.cancelled:
                self._news.wait(1.0)
            self._ready.append(listing)
            self._waiting += len(listing.names)
            self._news.notify_all()


def _first_names_first(name: str) -> tuple[bool, str]:
    """A DICOMDIR knows the order of the others."""
    return name.upper() != "DICOMDIR", name


def _is_unlikely(name: str) -> bool:
    return name.rpartition(".")[2].lower() in _UNLIKELY


def _in_use(path: str) -> Problem:
    return Problem(path, ProblemKind.NOT_DICOM, message("This is a database that is in use."))


def _unreadable(folder: str, error: OSError) -> Problem:
    reason: Message
    if isinstance(error, PermissionError):
        reason = message("You have no permission to look into this folder.")
    else:
        reason = message("The folder cannot be read: {reason}.", reason=error.strerror or type(error).__name__)
    return Problem(folder, ProblemKind.MISSING_FILE, reason)
