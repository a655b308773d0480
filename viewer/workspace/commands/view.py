"""Commands that change how pictures are framed, and the grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from viewer.model.messages import Message, message
from viewer.model.view import OverlayLevel, ViewPresentation
from viewer.workspace.commands.conditions import has_display_set, has_picture, has_several_viewports
from viewer.workspace.commands.registry import Command, CommandRegistry
from viewer.workspace.layout import MAX_COLUMNS, MAX_ROWS
from viewer.workspace.presets import reset
from viewer.workspace.view_geometry import flipped, rotated
from viewer.workspace.workspace import Workspace

ZOOM_STEP = 1.25
LAYOUT_KEYS = {(1, 1): "Ctrl+1", (1, 2): "Ctrl+2", (2, 2): "Ctrl+3"}
_NEXT_LEVEL = {
    OverlayLevel.ALL: OverlayLevel.NO_PATIENT,
    OverlayLevel.NO_PATIENT: OverlayLevel.NONE,
    OverlayLevel.NONE: OverlayLevel.ALL,
}


def _change(edit: Callable[[ViewPresentation], ViewPresentation]) -> Callable[[Workspace], None]:
    def run(workspace: Workspace) -> None:
        viewport = workspace.layout.active
        viewport.set_view(edit(viewport.view))

    return run


def _zoom(factor: float) -> Callable[[Workspace], None]:
    def run(workspace: Workspace) -> None:
        viewport = workspace.layout.active
        if viewport.geometry is not None:
            viewport.set_view(viewport.geometry.zoomed(viewport.geometry.zoom * factor))

    return run


def _fit(view: ViewPresentation) -> ViewPresentation:
    return replace(view, zoom=None, pan=(0.0, 0.0))


def _step_overlay(workspace: Workspace) -> None:
    level = _NEXT_LEVEL[workspace.layout.active.overlay]
    for viewport in workspace.layout.all_viewports:
        viewport.set_overlay(level)
    workspace.notify(
        {
            OverlayLevel.ALL: message("Text: everything"),
            OverlayLevel.NO_PATIENT: message("Text: without patient data"),
            OverlayLevel.NONE: message("Text: none"),
        }[level]
    )


def _reset(workspace: Workspace) -> None:
    reset(workspace.layout.active)


def _is_smooth(workspace: Workspace) -> bool:
    return workspace.layout.active.view.smooth


def _toggle_smooth(workspace: Workspace) -> None:
    smooth = not _is_smooth(workspace)
    for viewport in workspace.layout.all_viewports:
        viewport.set_view(replace(viewport.view, smooth=smooth))


def _is_maximised(workspace: Workspace) -> bool:
    return workspace.layout.maximised


def _framing() -> tuple[Command, ...]:
    return (
        Command(
            "view.fit",
            message("Fit to window"),
            _change(_fit),
            menu="View",
            group="zoom",
            keys=("F",),
            context="canvas",
            icon="maximize",
            enabled_when=has_picture,
        ),
        Command(
            "view.actual_pixels",
            message("Actual pixels (1:1)"),
            _change(lambda view: replace(view, zoom=1.0)),
            menu="View",
            group="zoom",
            keys=("Ctrl+0",),
            icon="scan",
            enabled_when=has_picture,
        ),
        Command(
            "view.zoom_in",
            message("Zoom in"),
            _zoom(ZOOM_STEP),
            menu="View",
            group="zoom",
            keys=("+", "="),
            context="canvas",
            icon="zoom-in",
            enabled_when=has_picture,
            repeats=True,
        ),
        Command(
            "view.zoom_out",
            message("Zoom out"),
            _zoom(1 / ZOOM_STEP),
            menu="View",
            group="zoom",
            keys=("-",),
            context="canvas",
            icon="zoom-out",
            enabled_when=has_picture,
            repeats=True,
        ),
    )


def _turning() -> tuple[Command, ...]:
    def turn(command_id: str, title: Message, edit: Callable[[ViewPresentation], ViewPresentation], key: str, icon: str) -> Command:
        return Command(
            command_id,
            title,
            _change(edit),
            menu="View",
            group="turn",
            keys=(key,),
            context="canvas",
            icon=icon,
            enabled_when=has_picture,
        )

    return (
        turn("view.rotate_right", message("Rotate right"), lambda view: rotated(view, 90), "R", "rotate-cw"),
        turn("view.rotate_left", message("Rotate left"), lambda view: rotated(view, -90), "Shift+R", "rotate-ccw"),
        turn(
            "view.flip_horizontal",
            message("Flip horizontally"),
            lambda view: flipped(view, horizontal=True),
            "H",
            "mirror-left-right",
        ),
        turn(
            "view.flip_vertical", message("Flip vertically"), lambda view: flipped(view, horizontal=False), "V", "mirror-top-bottom"
        ),
    )


def _showing() -> tuple[Command, ...]:
    return (
        Command(
            "view.reset",
            message("Reset view"),
            _reset,
            menu="View",
            group="turn",
            keys=("Backspace",),
            context="canvas",
            icon="undo-2",
            enabled_when=has_picture,
        ),
        Command(
            "view.smooth",
            message("Smooth pixels"),
            _toggle_smooth,
            menu="View",
            group="show",
            icon="blend",
            enabled_when=has_display_set,
            checked_when=_is_smooth,
        ),
        Command(
            "view.overlays",
            message("Text on the image: all, no patient, none"),
            _step_overlay,
            menu="View",
            group="show",
            keys=("O",),
            context="canvas",
            icon="type",
        ),
    )


def _layout(rows: int, columns: int) -> Command:
    def run(workspace: Workspace) -> None:
        workspace.layout.set_grid(rows, columns)

    def checked(workspace: Workspace) -> bool:
        return (workspace.layout.rows, workspace.layout.columns) == (rows, columns)

    key = LAYOUT_KEYS.get((rows, columns))
    return Command(
        f"view.layout_{rows}x{columns}",
        message("Layout {rows} × {columns}", rows=rows, columns=columns),
        run,
        menu="View/Layout",
        group=f"rows {rows}",
        keys=(key,) if key else (),
        icon={(1, 1): "square", (1, 2): "columns-2", (2, 1): "rows-2", (2, 2): "layout-grid"}.get((rows, columns), "grid-3x3"),
        checked_when=checked,
    )


def _grid() -> tuple[Command, ...]:
    return (
        Command(
            "view.maximise",
            message("Maximise viewport"),
            lambda workspace: workspace.layout.toggle_maximised(),
            menu="View",
            group="grid",
            keys=("Ctrl+M",),
            icon="expand",
            enabled_when=has_several_viewports,
            checked_when=_is_maximised,
        ),
        Command(
            "view.next_viewport",
            message("Next viewport"),
            lambda workspace: workspace.layout.step_active(1),
            menu="View",
            group="grid",
            keys=("Tab",),
            context="canvas",
            icon="arrow-right",
            enabled_when=has_several_viewports,
        ),
        Command(
            "view.previous_viewport",
            message("Previous viewport"),
            lambda workspace: workspace.layout.step_active(-1),
            menu="View",
            group="grid",
            keys=("Shift+Tab",),
            context="canvas",
            icon="arrow-left",
            enabled_when=has_several_viewports,
        ),
    )


def register(registry: CommandRegistry) -> None:
    """Add the commands of this file."""
    registry.register(*_framing(), *_turning(), *_showing(), *_grid())
    registry.register(*(_layout(r, c) for r in range(1, MAX_ROWS + 1) for c in range(1, MAX_COLUMNS + 1)))
