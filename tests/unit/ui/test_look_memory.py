"""Grid and level of text are the same at the next start."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from viewer.model.view import OverlayLevel
from viewer.ui.look_memory import restore_look, save_look
from viewer.workspace.layout import Layout


def state(path: Path) -> QSettings:
    return QSettings(str(path), QSettings.Format.IniFormat)


def test_grid_and_text_come_back(tmp_path: Path) -> None:
    before, kept = Layout(), state(tmp_path / "window.ini")
    before.set_grid(2, 3)
    for viewport in before.all_viewports:
        viewport.set_overlay(OverlayLevel.NO_PATIENT)
    save_look(before, kept)
    kept.sync()
    after = Layout()
    restore_look(after, state(tmp_path / "window.ini"))
    assert (after.rows, after.columns) == (2, 3)
    assert {viewport.overlay for viewport in after.all_viewports} == {OverlayLevel.NO_PATIENT}


@pytest.mark.parametrize(("rows", "overlay", "shape"), [("many", "all", (1, 1)), ("2", "loud", (1, 1)), ("99", "none", (4, 1))])
def test_nonsense_does_no_harm(tmp_path: Path, rows: str, overlay: str, shape: tuple[int, int]) -> None:
    (tmp_path / "window.ini").write_text(f"[General]\nrows={rows}\ncolumns=1\noverlay={overlay}\n", encoding="utf-8")
    layout = Layout()
    restore_look(layout, state(tmp_path / "window.ini"))
    assert (layout.rows, layout.columns) == shape
