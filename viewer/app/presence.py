"""Which programs run on a data folder: each holds a file of its own, and lets go of it however it ends."""

from __future__ import annotations

import contextlib
import os
import uuid
from pathlib import Path

from viewer.app.folder_lock import lock_file

FOLDER = "running"  # in the data folder


class Presence:
    """A program that runs, from construction to `close` or to its end. Raises OSError."""

    def __init__(self, data: Path) -> None:
        folder = data / FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        while True:
            self.name = uuid.uuid4().hex
            self._path = folder / self.name
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            with contextlib.suppress(OSError):  # taken for dead by `living`, which looked just now
                lock_file(self._descriptor)
                if self._path.exists():
                    return
            os.close(self._descriptor)

    def close(self) -> None:
        os.close(self._descriptor)
        self._path.unlink(missing_ok=True)


def living(data: Path) -> frozenset[str]:
    """The names of those that run. What others left behind is removed."""
    return frozenset(path.name for path in (data / FOLDER).glob("*") if not _is_dead(path))


def _is_dead(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        lock_file(descriptor)
        if os.name != "nt":
            path.unlink(missing_ok=True)  # while it is held: who has just made it sees that, and makes another
    except OSError:
        return False
    finally:
        os.close(descriptor)
    if os.name == "nt":
        with contextlib.suppress(OSError):  # somebody has opened it meanwhile
            path.unlink(missing_ok=True)
    return True
