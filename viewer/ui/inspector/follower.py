"""What the inspector should be about: the image of the active viewport, once the scrolling rests."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from viewer.model.display_set import DisplaySet
from viewer.model.frozen import frozen
from viewer.model.hierarchy import FrameRef, Instance
from viewer.model.pixels import FrameFacts
from viewer.workspace.workspace import Workspace

REST_MS = 120
PLAYING_MS = 1000  # a playing stack never rests: so often it is looked at meanwhile


@frozen
class Shown:
    """What is in the active viewport; nothing of it may be known (yet)."""

    display_set: DisplaySet | None = None
    instance: Instance | None = None
    frame_number: int = 1
    facts: FrameFacts | None = None


class Follower(QObject):
    """Calls `turned_to` when the active viewport has come to rest.

    Scrolling on starts the wait anew, so that two hundred images a second cost nothing but a timer. The first image is not
    waited for.
    """

    def __init__(self, workspace: Workspace, turned_to: Callable[[Shown], None], parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._turned_to = turned_to
        self._last: FrameRef | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)
        turning, growing = [workspace.layout.active_changed], [workspace.studies_changed, workspace.scan_changed]
        for viewport in workspace.layout.all_viewports:
            turning += [viewport.reference_changed, viewport.frame_changed, viewport.cine_changed]
            growing += [viewport.display_set_changed]
        self._connections = [(signal, self.follow) for signal in turning] + [(signal, self.follow_soon) for signal in growing]
        for signal, slot in self._connections:
            signal.connect(slot)
        workspace.closing.connect(self.dispose)

    def dispose(self) -> None:
        """Let go of the workspace."""
        self._timer.stop()
        for signal, slot in self._connections:
            signal.disconnect(slot, missing_ok=True)
        self._workspace.closing.disconnect(self.dispose, missing_ok=True)

    def follow(self, *_: object) -> None:
        """Something turned; look once it rests, at once when nothing was shown before or nothing is any more."""
        viewport = self._workspace.layout.active
        wanted = viewport.reference
        if viewport.cine_rate is not None and self._last is not None:
            if not self._timer.isActive():
                self._timer.start(PLAYING_MS)
            return
        self._timer.start(REST_MS if wanted is not None and self._last is not None else 0)

    def follow_soon(self, *_: object) -> None:
        """More became known of what is shown; a scan says that without end, so it must not put the look off."""
        if not self._timer.isActive():
            self.follow()

    def _look(self) -> None:
        viewport = self._workspace.layout.active
        wanted, frame = viewport.reference, viewport.frame
        self._last = wanted
        if wanted is None:
            self._turned_to(Shown(viewport.display_set))
            return
        instance = self._workspace.services.catalogue.instance(wanted)
        self._turned_to(Shown(viewport.display_set, instance, wanted.frame_number, frame.facts if frame is not None else None))
