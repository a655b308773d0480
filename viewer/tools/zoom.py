"""Enlarging by dragging or by the wheel."""

from __future__ import annotations

import math

from viewer.tools.protocol import DragTool, PointerEvent
from viewer.workspace.viewport import ViewportState

UNITS_PER_E = 150.0  # a drag this long enlarges 2.7 times
WHEEL_STEP = 1.15


class ZoomTool(DragTool):
    """Up enlarges, down shrinks; the image point at which the drag began stays in place."""

    cursor = "zoom"

    def begin(self, event: PointerEvent) -> None:
        super().begin(event)
        self._start = event
        self._before = self.viewport.view

    def move(self, event: PointerEvent) -> None:
        _, dy = self.step(event)
        zoom_at(self.viewport, math.exp(-dy / UNITS_PER_E), self._start.x, self._start.y)

    def cancel(self) -> None:
        self.viewport.set_view(self._before)


def zoom_at(viewport: ViewportState, factor: float, x: float, y: float) -> None:
    """Enlarge by `factor`, the image point under (`x`, `y`) staying in place."""
    geometry = viewport.geometry
    if geometry is not None:
        viewport.set_view(geometry.zoomed(geometry.zoom * factor, x, y))
