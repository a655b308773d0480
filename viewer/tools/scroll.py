"""Scrolling through a stack by dragging."""

from __future__ import annotations

from viewer.tools.protocol import DragTool, PointerEvent

LEAST_UNITS = 3.0  # for one frame, however long the stack
MOST_UNITS = 24.0  # for one frame, however short


class ScrollTool(DragTool):
    """Down goes on, up goes back; the height of the viewport spans the stack where that is comfortable."""

    cursor = "scroll"

    def begin(self, event: PointerEvent) -> None:
        super().begin(event)
        self._first = self.viewport.index
        self._travelled = 0.0
        geometry, count = self.viewport.geometry, max(self.viewport.count, 1)
        height = geometry.height if geometry else 400.0
        self._units = min(max(height / count, LEAST_UNITS), MOST_UNITS)

    def move(self, event: PointerEvent) -> None:
        _, dy = self.step(event)
        self._travelled += dy
        self.workspace.opening.go(self._first + int(self._travelled / self._units), self.viewport)

    def cancel(self) -> None:
        self.workspace.opening.go(self._first, self.viewport)
