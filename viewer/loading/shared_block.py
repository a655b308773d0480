"""A piece of memory that the program and one worker process both see, without a name that could outlive them.

On POSIX it is a file without a name whose descriptor the worker inherits; on Windows the system frees a named mapping with its last
holder. So nothing is left behind, whoever is killed.
"""

from __future__ import annotations

import mmap
import os
import sys
import tempfile

PAGE = 4096
KEPT_BYTES = 64 * 1024 * 1024  # what stays mapped between messages
IS_WINDOWS = sys.platform == "win32"


def rounded_up(nbytes: int) -> int:
    """To whole pages."""
    return -(-nbytes // PAGE) * PAGE


class SharedBlock:
    """The owner's end. `view` is its memory, at least as large as `resize` was asked for last."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._generation = 0
        self._descriptor = -1 if IS_WINDOWS else _nameless_file(name)
        self.view = self._map(PAGE)

    @property
    def descriptor(self) -> int:
        """What a worker inherits on POSIX; -1 on Windows."""
        return self._descriptor

    @property
    def place(self) -> str:
        """How a worker finds the block as it is now: the name of the mapping on Windows, else empty."""
        return f"{self._name}-{self._generation}" if IS_WINDOWS else ""

    @property
    def size(self) -> int:
        return len(self.view)

    def resize(self, nbytes: int) -> None:
        """Make room for `nbytes`; give back what a very large frame took before."""
        wanted = rounded_up(nbytes)
        if len(self.view) >= wanted and (len(self.view) <= KEPT_BYTES or wanted > KEPT_BYTES):
            return
        self.view.close()
        self._generation += 1
        self.view = self._map(wanted)

    def close(self) -> None:
        self.view.close()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _map(self, nbytes: int) -> mmap.mmap:
        if not IS_WINDOWS:
            os.ftruncate(self._descriptor, nbytes)
        return _shared_view(self._descriptor, self.place, nbytes)


class WorkerBlock:
    """The worker's end: follows the owner's block as it grows."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._view: mmap.mmap | None = None
        self._place = ""

    def at(self, place: str, size: int) -> mmap.mmap:
        """The block as the owner has it now."""
        if self._view is None or len(self._view) != size or self._place != place:
            if self._view is not None:
                self._view.close()
            self._view = _shared_view(self._descriptor, place, size)
            self._place = place
        return self._view


def _shared_view(descriptor: int, place: str, nbytes: int) -> mmap.mmap:
    if sys.platform == "win32":
        return mmap.mmap(-1, nbytes, place)
    return mmap.mmap(descriptor, nbytes)


def _nameless_file(name: str) -> int:
    create = getattr(os, "memfd_create", None)
    if create is not None:
        return int(create(name))
    with tempfile.TemporaryFile() as file:  # macOS; it has no name either
        return os.dup(file.fileno())
