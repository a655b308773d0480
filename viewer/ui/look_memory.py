"""How the viewports look from start to start: their grid, and how much text is on the images."""

from __future__ import annotations

from PySide6.QtCore import QSettings

from viewer.model.view import OverlayLevel
from viewer.workspace.layout import Layout


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
