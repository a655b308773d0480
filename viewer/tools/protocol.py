"""What a mouse tool is, and the plain events it is fed. No Qt: tools are tested without a window."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntFlag
from typing import Protocol

from viewer.model.frozen import frozen
from viewer.model.messages import Message
from viewer.workspace.viewport import ViewportState
from viewer.workspace.workspace import Workspace

FINE = 0.2
COARSE = 5.0


class Button(IntFlag):
    """Mouse buttons."""

    NONE = 0
    LEFT = 1
    RIGHT = 2
    MIDDLE = 4


class Modifier(IntFlag):
    """Held keys. CONTROL is Command on macOS."""

    NONE = 0
    SHIFT = 1
    CONTROL = 2
    ALT = 4


@frozen
class PointerEvent:
    """Where the pointer is, in the units of the viewport's widget."""

    x: float
    y: float
    modifiers: Modifier = Modifier.NONE

    @property
    def speed(self) -> float:
        """Shift makes a drag fine, Ctrl+Shift coarse."""
        if not self.modifiers & Modifier.SHIFT:
            return 1.0
        return COARSE if self.modifiers & Modifier.CONTROL else FINE


@frozen
class TextMark:
    """A tool's own text beside a point of the image (column, row)."""

    column: float
    row: float
    text: Message


class Tool(Protocol):
    """One interaction with one viewport.

    `begin` comes with the press, `move` with every drag of at least `threshold` units away from it, then `end` or `cancel`
    (which puts back what `begin` found). `marks` is what to draw while the tool is in use.
    """

    cursor: str
    threshold: float

    def begin(self, event: PointerEvent) -> None: ...

    def move(self, event: PointerEvent) -> None: ...

    def end(self, event: PointerEvent) -> None: ...

    def cancel(self) -> None: ...

    def marks(self) -> Sequence[TextMark]: ...


class ToolType(Protocol):
    """How a tool is made: once per viewport."""

    def __call__(self, workspace: Workspace, viewport: ViewportState) -> Tool: ...


class DragTool:
    """What most tools share: where the pointer was last, no marks, nothing at the end."""

    cursor = "arrow"
    threshold = 3.0

    def __init__(self, workspace: Workspace, viewport: ViewportState) -> None:
        self.workspace = workspace
        self.viewport = viewport
        self.last = PointerEvent(0, 0)

    def begin(self, event: PointerEvent) -> None:
        self.last = event

    def step(self, event: PointerEvent) -> tuple[float, float]:
        """How far the pointer went since the last event, its speed applied."""
        dx, dy = (event.x - self.last.x) * event.speed, (event.y - self.last.y) * event.speed
        self.last = event
        return dx, dy

    def end(self, event: PointerEvent) -> None:
        """Nothing is left to do."""

    def cancel(self) -> None:
        """Nothing is to be put back."""

    def marks(self) -> Sequence[TextMark]:
        return ()
