"""Commands that walk: frames, series, studies, cine."""

from __future__ import annotations

from collections.abc import Callable

from viewer.model.messages import Message, message
from viewer.workspace.commands.conditions import has_display_set, has_stack
from viewer.workspace.commands.dimensions import dimension_steps
from viewer.workspace.commands.registry import Command, CommandRegistry
from viewer.workspace.workspace import Workspace

FAR = 10
_END = 1 << 30


def _step(n: int) -> Callable[[Workspace], None]:
    return lambda workspace: workspace.opening.step(n)


def _go(index: int) -> Callable[[Workspace], None]:
    return lambda workspace: workspace.opening.go(index)


def _frame(command_id: str, title: Message, run: Callable[[Workspace], None], key: str, icon: str) -> Command:
    return Command(
        f"navigate.{command_id}",
        title,
        run,
        menu="Image",
        group="frames",
        keys=(key,),
        context="canvas",
        icon=icon,
        enabled_when=has_stack,
        repeats=True,
    )


def _walk(command_id: str, title: Message, run: Callable[[Workspace], None], keys: tuple[str, ...], icon: str) -> Command:
    return Command(
        f"navigate.{command_id}",
        title,
        run,
        menu="Study",
        group=command_id.split("_")[1],
        keys=keys,
        context="canvas",
        icon=icon,
        enabled_when=has_display_set,
        repeats=True,
    )


def _toggle_cine(workspace: Workspace) -> None:
    workspace.cine.toggle(workspace.layout.active)


def _plays(workspace: Workspace) -> bool:
    return workspace.layout.active.cine_rate is not None


def _cine_rate(step: int) -> Callable[[Workspace], None]:
    def run(workspace: Workspace) -> None:
        rate = workspace.cine.change_rate(workspace.layout.active, step)
        workspace.notify(message("Cine: {rate} frames per second", rate=f"{rate:g}"))

    return run


def _cine() -> tuple[Command, ...]:
    return (
        Command(
            "navigate.cine",
            message("Play or stop"),
            _toggle_cine,
            menu="Image",
            group="cine",
            keys=("Space", "C"),
            context="canvas",
            icon="play",
            toolbar="cine",
            toolbar_title=message("Cine"),
            enabled_when=has_stack,
            checked_when=_plays,
        ),
        Command(
            "navigate.cine_slower",
            message("Cine slower"),
            _cine_rate(-1),
            menu="Image",
            group="cine",
            keys=("[",),
            context="canvas",
            icon="rewind",
            enabled_when=has_stack,
            repeats=True,
        ),
        Command(
            "navigate.cine_faster",
            message("Cine faster"),
            _cine_rate(1),
            menu="Image",
            group="cine",
            keys=("]",),
            context="canvas",
            icon="fast-forward",
            enabled_when=has_stack,
            repeats=True,
        ),
    )


def register(registry: CommandRegistry) -> None:
    """Add the commands of this file and those of `dimensions`."""
    registry.register(
        _frame("next_frame", message("Next image"), _step(1), "Down", "chevron-down"),
        _frame("previous_frame", message("Previous image"), _step(-1), "Up", "chevron-up"),
        _frame("far_forward", message("10 images forward"), _step(FAR), "Shift+Down", "chevrons-down"),
        _frame("far_back", message("10 images back"), _step(-FAR), "Shift+Up", "chevrons-up"),
        _frame("first_frame", message("First image"), _go(0), "Home", "arrow-up-to-line"),
        _frame("last_frame", message("Last image"), _go(_END), "End", "arrow-down-to-line"),
        *dimension_steps(),
        *_cine(),
        _walk(
            "next_series",
            message("Next series"),
            lambda workspace: workspace.opening.step_series(1),
            ("Right", "PgDown"),
            "chevron-right",
        ),
        _walk(
            "previous_series",
            message("Previous series"),
            lambda workspace: workspace.opening.step_series(-1),
            ("Left", "PgUp"),
            "chevron-left",
        ),
        _walk(
            "next_study",
            message("Next study"),
            lambda workspace: workspace.opening.step_study(1),
            ("Ctrl+Right",),
            "chevrons-right",
        ),
        _walk(
            "previous_study",
            message("Previous study"),
            lambda workspace: workspace.opening.step_study(-1),
            ("Ctrl+Left",),
            "chevrons-left",
        ),
    )
