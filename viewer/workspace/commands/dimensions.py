"""Commands that step through the dimensions of a multi-frame image: phases, echoes, segments, detectors."""

from __future__ import annotations

from collections.abc import Callable

from viewer.model.messages import Message, message
from viewer.workspace.commands.registry import Command
from viewer.workspace.workspace import Workspace


def _has(control: int) -> Callable[[Workspace], bool]:
    def enabled(workspace: Workspace) -> bool:
        axes = workspace.layout.active.axes
        return axes is not None and control < len(axes.controls)

    return enabled


def _step(command_id: str, title: Message, control: int, n: int, key: str, icon: str) -> Command:
    def run(workspace: Workspace) -> None:
        workspace.dimensions.step(workspace.layout.active, control, n)

    return Command(
        f"navigate.{command_id}",
        title,
        run,
        menu="Image",
        group="dimensions",
        keys=(key,),
        context="canvas",
        icon=icon,
        enabled_when=_has(control),
        repeats=True,
    )


def dimension_steps() -> tuple[Command, ...]:
    """For the first and the second dimension beside the one that is scrolled through."""
    return (
        _step("next_phase", message("Next in the first dimension"), 0, 1, "Alt+Down", "chevron-down"),
        _step("previous_phase", message("Previous in the first dimension"), 0, -1, "Alt+Up", "chevron-up"),
        _step("next_second", message("Next in the second dimension"), 1, 1, "Alt+Shift+Down", "chevrons-down"),
        _step("previous_second", message("Previous in the second dimension"), 1, -1, "Alt+Shift+Up", "chevrons-up"),
    )
