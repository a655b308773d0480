"""Moving the picture."""

from __future__ import annotations

from viewer.tools.protocol import DragTool, PointerEvent


class PanTool(DragTool):
    """The image point under the pointer follows it."""

    cursor = "pan"

    def begin(self, event: PointerEvent) -> None:
        super().begin(event)
        self._before = self.viewport.view

    def move(self, event: PointerEvent) -> None:
        dx, dy = self.step(event)
        if self.viewport.geometry is not None:
            self.viewport.set_view(self.viewport.geometry.panned(dx, dy))

    def cancel(self) -> None:
        self.viewport.set_view(self._before)
