"""Commands that open and close."""

from __future__ import annotations

from collections.abc import Callable

from viewer.model.messages import message
from viewer.workspace.commands.conditions import has_display_set
from viewer.workspace.commands.registry import Command, CommandRegistry
from viewer.workspace.services import Window
from viewer.workspace.workspace import Workspace


def has_window(workspace: Workspace) -> bool:
    """Somebody shows this workspace."""
    return workspace.window is not None


def on_window(action: Callable[[Window], None]) -> Callable[[Workspace], None]:
    """A command's function that asks the window for something."""

    def run(workspace: Workspace) -> None:
        if workspace.window is not None:
            action(workspace.window)

    return run


def _close_study(workspace: Workspace) -> None:
    display_set = workspace.layout.active.display_set
    if display_set is not None:
        workspace.upkeep.close(display_set.study_instance_uid)


def _is_busy(workspace: Workspace) -> bool:
    return workspace.scan is not None or workspace.tasks.current is not None


def _has_problems(workspace: Workspace) -> bool:
    return has_window(workspace) and bool(workspace.problems)


def _cancel(workspace: Workspace) -> None:
    workspace.opening.cancel()
    workspace.tasks.cancel()


def _opening() -> tuple[Command, ...]:
    return (
        Command(
            "file.open",
            message("Open files …"),
            on_window(lambda window: window.choose_files()),
            menu="File",
            group="open",
            keys=("Ctrl+O",),
            icon="folder-open",
            toolbar="file",
            toolbar_title=message("Open"),
            tip=message("DICOM files, a DICOMDIR or zip archives. Dropping them on the window works too."),
            enabled_when=has_window,
        ),
        Command(
            "file.open_folder",
            message("Open folder …"),
            on_window(lambda window: window.choose_folder()),
            menu="File",
            group="open",
            keys=("Ctrl+Shift+O",),
            icon="folder",
            enabled_when=has_window,
        ),
        Command(
            "file.open_sample",
            message("Open sample study"),
            on_window(lambda window: window.open_sample()),
            menu="File",
            group="open",
            icon="flask-conical",
            enabled_when=has_window,
        ),
    )


def register(registry: CommandRegistry) -> None:
    """Add the commands of this file."""
    registry.register(
        *_opening(),
        Command(
            "file.cancel",
            message("Stop what goes on"),
            _cancel,
            menu="File",
            group="reading",
            icon="x",
            enabled_when=_is_busy,
        ),
        Command(
            "file.details",
            message("Details of skipped files …"),
            on_window(lambda window: window.show_dialog("details")),
            menu="File",
            group="reading",
            icon="file-warning",
            enabled_when=_has_problems,
        ),
        Command(
            "file.close_study",
            message("Close study"),
            _close_study,
            menu="File",
            group="close",
            keys=("Ctrl+W",),
            icon="x",
            enabled_when=has_display_set,
        ),
        Command(
            "file.quit",
            message("Quit"),
            on_window(lambda window: window.close_window()),
            menu="File",
            group="quit",
            keys=("Ctrl+Q",),
            icon="log-out",
            enabled_when=has_window,
        ),
    )
