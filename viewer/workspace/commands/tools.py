"""Commands that choose what the left mouse button does."""

from __future__ import annotations

from collections.abc import Callable

from viewer.model.messages import Message, message
from viewer.workspace.commands.registry import Command, CommandRegistry
from viewer.workspace.workspace import Workspace


def _choose(tool_id: str) -> Callable[[Workspace], None]:
    return lambda workspace: workspace.tools.set_left(tool_id)


def _is_chosen(tool_id: str) -> Callable[[Workspace], bool]:
    return lambda workspace: workspace.tools.left == tool_id


def _tool(tool_id: str, title: Message, tip: Message, key: str, icon: str) -> Command:
    return Command(
        f"tool.{tool_id}",
        title,
        _choose(tool_id),
        menu="Tools",
        group="look",
        keys=(key,),
        context="canvas",
        icon=icon,
        toolbar="tools",
        toolbar_title=title,
        tip=tip,
        checked_when=_is_chosen(tool_id),
    )


def register(registry: CommandRegistry) -> None:
    """Add the commands of this file."""
    registry.register(
        _tool("window_level", message("Window"), message("Drag: right is wider, down is darker"), "W", "contrast"),
        _tool("pan", message("Pan"), message("Drag the picture"), "P", "move"),
        _tool("zoom", message("Zoom"), message("Drag up to enlarge, down to shrink"), "Z", "zoom-in"),
        _tool("scroll", message("Scroll"), message("Drag up and down through the images"), "S", "layers"),
        _tool("probe", message("Probe"), message("Hold to read the value under the cursor"), "M", "crosshair"),
    )
