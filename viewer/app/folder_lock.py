"""One process for one folder: a lock that ends with the process, however it ends."""

from __future__ import annotations

import os
from pathlib import Path

from viewer.model.errors import NegatoscopeError
from viewer.model.messages import message


class FolderInUseError(NegatoscopeError):
    """Another process has the folder."""

    SAID = message("Another node of ours already uses this folder.")


class FolderLock:
    """Holds ``folder/lock`` from construction to `close`. Raises FolderInUseError, OSError."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            lock_file(self._descriptor)
        except OSError as error:
            os.close(self._descriptor)
            raise FolderInUseError(FolderInUseError.SAID, path=str(folder)) from error

    def close(self) -> None:
        os.close(self._descriptor)


def lock_file(descriptor: int) -> None:
    """Hold an open file until it is closed. Raises OSError when another process, or this one, holds it already."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
