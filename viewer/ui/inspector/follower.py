"""Which file the table should show: that of the active viewport's image, once the scrolling rests."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from viewer.model.hierarchy import FrameRef, Instance
from viewer.workspace.workspace import Workspace

REST_MS = 120


class Follower(QObject):
    """Calls `turned_to` with the instance and the frame number, or with None when nothing is open.

    Scrolling on starts the wait anew, so that two hundred images a second cost nothing but a timer.
    """

    def __init__(self, workspace: Workspace, turned_to: Callable[[Instance | None, int], None], parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._turned_to = turned_to
        self._shown: FrameRef | None = None
        self._found = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)
        for viewport in workspace.layout.all_viewports:
            viewport.reference_changed.connect(self.follow)
            viewport.display_set_changed.connect(self.follow)
        workspace.layout.active_changed.connect(self.follow)
        workspace.studies_changed.connect(self._on_studies)
        workspace.closing.connect(self.dispose)

    def dispose(self) -> None:
        """Let go of the workspace."""
        self._timer.stop()
        workspace = self._workspace
        for viewport in workspace.layout.all_viewports:
            viewport.reference_changed.disconnect(self.follow, missing_ok=True)
            viewport.display_set_changed.disconnect(self.follow, missing_ok=True)
        workspace.layout.active_changed.disconnect(self.follow, missing_ok=True)
        workspace.studies_changed.disconnect(self._on_studies, missing_ok=True)
        workspace.closing.disconnect(self.dispose, missing_ok=True)

    def follow(self) -> None:
        """Something turned; look once it rests, at once when nothing is shown yet or any more."""
        wanted = self._workspace.layout.active.reference
        if wanted == self._shown and self._found:
            self._timer.stop()
            return
        self._timer.start(REST_MS if wanted is not None and self._shown is not None else 0)

    def _on_studies(self, _studies: object) -> None:
        if not self._found:
            self.follow()

    def _look(self) -> None:
        wanted = self._workspace.layout.active.reference
        self._shown = wanted
        instance = self._workspace.services.catalogue.instance(wanted) if wanted is not None else None
        self._found = instance is not None or wanted is None
        self._turned_to(instance, wanted.frame_number if wanted is not None else 1)
