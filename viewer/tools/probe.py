"""Reading one pixel."""

from __future__ import annotations

from collections.abc import Sequence

from viewer.model.messages import message
from viewer.tools.protocol import DragTool, PointerEvent, TextMark
from viewer.workspace.read_out import read_out


class ProbeTool(DragTool):
    """While the button is held, the value under the pointer stands beside it."""

    cursor = "cross"
    threshold = 0.0

    def begin(self, event: PointerEvent) -> None:
        super().begin(event)
        self._held = True

    def move(self, event: PointerEvent) -> None:
        self.last = event

    def end(self, event: PointerEvent) -> None:
        self._held = False

    def cancel(self) -> None:
        self._held = False

    def marks(self) -> Sequence[TextMark]:
        found = read_out(self.viewport, self.last.x, self.last.y) if self._held else None
        if found is None:
            return ()
        return (TextMark(found.x, found.y, message("{value}", value=found.value_line())),)
