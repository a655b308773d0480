"""Which tool answers which button: the mouse map of one viewport."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from viewer.tools.pan import PanTool
from viewer.tools.probe import ProbeTool
from viewer.tools.protocol import Button, Modifier, PointerEvent, TextMark, Tool, ToolType
from viewer.tools.scroll import ScrollTool
from viewer.tools.window_level import WindowLevelTool
from viewer.tools.zoom import WHEEL_STEP, ZoomTool, zoom_at
from viewer.workspace.viewport import ViewportState
from viewer.workspace.workspace import Workspace

TOOLS: Mapping[str, ToolType] = {
    "window_level": WindowLevelTool,
    "pan": PanTool,
    "zoom": ZoomTool,
    "scroll": ScrollTool,
    "probe": ProbeTool,
}
CLICK_SLACK = 4.0  # a right press that moves less is a click and asks for the menu
CHORD = Button.LEFT | Button.RIGHT


class Router:
    """Left is the chosen tool, middle and right are what the preferences say (pan and zoom unless told otherwise), left with right
    windows; the wheel scrolls, with Ctrl it zooms.

    `show_menu` is called with the place of a right click.
    """

    def __init__(self, workspace: Workspace, viewport: ViewportState, show_menu: Callable[[float, float], None]) -> None:
        self._workspace = workspace
        self._viewport = viewport
        self._show_menu = show_menu
        self._tools: dict[str, Tool] = {name: make(workspace, viewport) for name, make in TOOLS.items()}
        self._pressed = Button.NONE
        self._button = Button.NONE  # what drives the tool in use
        self._tool: Tool | None = None
        self._start = PointerEvent(0, 0)
        self._moving = False
        self._click_pending = False
        self._wheel_rest = 0.0

    @property
    def in_use(self) -> bool:
        """True while a tool is at work."""
        return self._tool is not None

    @property
    def cursor(self) -> str:
        """The shape of the cursor: that of the tool in use, else of the tool on the left button."""
        tool = self._tool or self._tools.get(self._workspace.tools.left)
        return tool.cursor if tool else "arrow"

    def marks(self) -> Sequence[TextMark]:
        return self._tool.marks() if self._tool else ()

    def press(self, button: Button, event: PointerEvent) -> None:
        self._pressed |= button
        if self._pressed & CHORD == CHORD:
            self._finish(event)
            self._begin("window_level", CHORD, event)
        elif self._tool is None and not self._click_pending:
            if button == Button.RIGHT:
                self._click_pending = True
                self._start = event
            else:
                self._begin(self._workspace.tools.middle if button == Button.MIDDLE else self._workspace.tools.left, button, event)

    def move(self, event: PointerEvent) -> None:
        if self._click_pending and self._distance(event) >= CLICK_SLACK:
            self._begin(self._workspace.tools.right, Button.RIGHT, self._start)
            self._moving = True
        if self._tool is None:
            return
        self._moving = self._moving or self._distance(event) >= self._tool.threshold
        if self._moving:
            self._tool.move(event)

    def release(self, button: Button, event: PointerEvent) -> None:
        self._pressed &= ~button
        if self._click_pending and button == Button.RIGHT:
            self._click_pending = False
            self._show_menu(event.x, event.y)
        elif self._tool is not None and self._button & button:
            self._finish(event)

    def wheel(self, notches: float, event: PointerEvent) -> None:
        """`notches` is positive away from the user; parts of a notch (touch pads) add up."""
        if event.modifiers & Modifier.CONTROL:
            zoom_at(self._viewport, WHEEL_STEP**notches, event.x, event.y)
            return
        if notches * self._wheel_rest < 0:
            self._wheel_rest = 0.0
        self._wheel_rest += notches
        whole = math.trunc(self._wheel_rest)
        if whole:
            self._wheel_rest -= whole
            self._workspace.opening.step(-whole, self._viewport)

    def cancel(self) -> None:
        """Put back what the tool in use changed."""
        self._click_pending = False
        if self._tool is not None:
            tool, self._tool = self._tool, None
            tool.cancel()

    def _begin(self, tool_id: str, button: Button, event: PointerEvent) -> None:
        self._click_pending = False
        self._tool = self._tools.get(tool_id)
        self._button, self._start, self._moving = button, event, False
        if self._tool is not None:
            self._tool.begin(event)

    def _finish(self, event: PointerEvent) -> None:
        self._click_pending = False
        if self._tool is not None:
            tool, self._tool = self._tool, None
            tool.end(event)

    def _distance(self, event: PointerEvent) -> float:
        return math.hypot(event.x - self._start.x, event.y - self._start.y)
