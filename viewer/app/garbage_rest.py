"""When garbage is not looked for among all objects: while the hand of the user moves, and while a scan goes on.

A look at all of them takes 40 ms after a series of 10,000 files, and the window stands still meanwhile, on whatever thread it is.
"""

from __future__ import annotations

import gc

from viewer.workspace.workspace import Workspace

NEVER = 1_000_000  # collections of the middle generation before one of all objects
MANY = 1000  # files of a scan after which what it left is set aside


class GarbageRest:
    """Holders are named; while there is one, only young objects are looked at. Lives on the GUI thread."""

    def __init__(self) -> None:
        self._holders: set[str] = set()
        self._before = gc.get_threshold()
        self._read = 0
        self._workspace: Workspace | None = None

    def hold(self, holder: str) -> None:
        """Begin to rest; twice is as good as once."""
        if not self._holders:
            self._before = gc.get_threshold()
            gc.set_threshold(*self._before[:2], NEVER)
        self._holders.add(holder)

    def release(self, holder: str) -> None:
        """This holder needs it no more."""
        if holder in self._holders:
            self._holders.remove(holder)
            if not self._holders:
                gc.set_threshold(*self._before)

    def attend(self, workspace: Workspace) -> None:
        """Rest during its scans."""
        self._workspace = workspace
        workspace.scan_changed.connect(self._on_scan)
        self._on_scan()

    def _on_scan(self) -> None:
        workspace = self._workspace
        if workspace is None:
            return
        if workspace.scan is not None:
            self.hold("scan")
            self._read = max(self._read, workspace.progress.done if workspace.progress is not None else 0)
            return
        if self._read >= MANY:
            gc.freeze()  # rows, frames and images of a long series: they end when nobody needs them, looking for it is in vain
        self._read = 0
        self.release("scan")

    def close(self) -> None:
        """The window closes."""
        if self._workspace is not None:
            self._workspace.scan_changed.disconnect(self._on_scan, missing_ok=True)
        self.release("scan")
