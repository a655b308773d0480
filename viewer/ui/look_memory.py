"""How the window looks from start to start: the grid of viewports, how much text is on the images, room in the status line."""

from __future__ import annotations

from PySide6.QtCore import QSettings

from viewer.model.view import OverlayLevel
from viewer.ui.status_bar import StatusBar
from viewer.workspace.layout import Layout

MOST_ROOM = 800


def save_look(layout: Layout, state: QSettings) -> None:
    state.setValue("rows", layout.rows)
    state.setValue("columns", layout.columns)
    state.setValue("overlay", layout.active.overlay.value)


def restore_look(layout: Layout, state: QSettings) -> None:
    """What is not there or makes no sense stays as it is."""
    try:
        rows, columns = int(str(state.value("rows", 1))), int(str(state.value("columns", 1)))
        overlay = OverlayLevel(str(state.value("overlay", OverlayLevel.ALL.value)))
    except ValueError:
        return
    layout.set_grid(rows, columns)
    for viewport in layout.all_viewports:
        viewport.set_overlay(overlay)


def save_room(status: StatusBar, state: QSettings) -> None:
    """How much room what comes late into the status line takes."""
    state.setValue("late room", status.late_room)


def restore_room(status: StatusBar, state: QSettings) -> None:
    """Keep it free from the start."""
    known = str(state.value("late room", ""))
    status.keep_room(min(int(known), MOST_ROOM) if known.isascii() and known.isdigit() else status.usual_room)
