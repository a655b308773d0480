"""The private folders that archives are extracted into: one for each run of the program, swept when that run is over."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

if sys.platform != "win32":  # Windows keeps an open file from being removed by itself
    import fcntl

PARENT = "archives"
_LOCK = "in-use"
_JUST_MADE = 60.0  # seconds: its lock may be about to come


class ExtractionFolder:
    """A folder of this run below ``cache_folder/archives``, or a temporary one when that is None; made when first asked for.

    Only the user may look into it.
    """

    def __init__(self, cache_folder: Path | None) -> None:
        self._parent = None if cache_folder is None else cache_folder / PARENT
        self._folder: Path | None = None
        self._lock: IO[bytes] | None = None

    def path(self) -> Path:
        """The folder. Raises OSError."""
        if self._folder is None and self._parent is None:
            self._folder = Path(tempfile.mkdtemp(prefix="negatoscope-"))
        elif self._folder is None and self._parent is not None:
            self._parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder = self._parent / secrets.token_hex(8)
            folder.mkdir(mode=0o700)
            self._lock = open(folder / _LOCK, "wb")  # noqa: SIM115 - kept open as long as the program runs
            _try_lock(self._lock)
            self._folder = folder
        assert self._folder is not None
        return self._folder

    def sweep(self) -> None:
        """Remove what runs that are over left behind. The library keeps the images: they can be unpacked again."""
        if self._parent is None:
            return
        with contextlib.suppress(OSError):
            for folder in sorted(self._parent.iterdir()):
                if folder != self._folder and _is_over(folder):
                    shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Let go of the folder; it stays until the next start, or `remove`."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def remove(self) -> None:
        """Close, and remove everything."""
        self.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


def _try_lock(file: IO[bytes]) -> bool:
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


def _is_over(folder: Path) -> bool:
    """True when no running program holds the lock of `folder`."""
    lock = folder / _LOCK
    try:
        if not lock.exists():
            return time.time() - folder.stat().st_mtime > _JUST_MADE
        if sys.platform == "win32":
            os.remove(lock)
            return True
        with open(lock, "rb") as file:
            return _try_lock(file)
    except OSError:
        return False
