"""Which tool answers which button."""

from __future__ import annotations

from viewer.model.signals import Signal

DEFAULT_LEFT = "window_level"


class ToolGroup:
    """The tool on the left button is chosen by the user; middle and right are pan and zoom (a setting may change them)."""

    changed = Signal()

    def __init__(self) -> None:
        self._left = DEFAULT_LEFT
        self.middle = "pan"
        self.right = "zoom"

    @property
    def left(self) -> str:
        return self._left

    def set_left(self, tool_id: str) -> None:
        if tool_id != self._left:
            self._left = tool_id
            self.changed.emit()
