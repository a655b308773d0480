"""The browser comes after the first picture: what it missed it makes up for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.library_desk import write
from viewer.app.bootstrap import Program
from viewer.app.paths import folders
from viewer.ui.browser.panel import BrowserPanel
from viewer.ui.browser.rows import DisplaySetRow


@pytest.fixture
def late(qapp: QApplication, qtbot: QtBot) -> Iterator[Program]:
    """The window without its panels."""
    places = folders()
    places.make()
    program = Program(qapp, places, panels_at_once=False)
    program.late_start.call_off()
    program.window.resize(1280, 800)
    program.window.show()
    qtbot.waitExposed(program.window)
    yield program
    program.window.close()
    program.window.deleteLater()
    qapp.setStyleSheet("")
    QCoreApplication.processEvents()


def test_the_series_on_screen_is_in_sight_also_when_all_was_read_before(late: Program, tmp_path: Path, qtbot: QtBot) -> None:
    """What is shown is the first thing opened, here the oldest: it is the last of the list."""
    for n in range(30):
        uid = f"1.2.{n + 1}"
        write(
            tmp_path / f"{n:02}" / "image",
            SOPInstanceUID=f"{uid}.1.1", SeriesInstanceUID=f"{uid}.1", StudyInstanceUID=uid,
            StudyDate=f"20{n:02}0131", PatientID=f"P{n}", PatientName=f"Patient^{n}",
        )  # fmt: skip
    late.window.open_paths([str(tmp_path / "00"), str(tmp_path)])
    workspace = late.workspace
    qtbot.waitUntil(lambda: workspace.scan is None and workspace.layout.active.frame is not None, timeout=30_000)
    shown = workspace.layout.active.display_set
    assert shown is not None
    assert shown.study_instance_uid == "1.2.1"
    late.late_start.finish()
    panel = late.window.browser.content
    assert isinstance(panel, BrowserPanel)

    def in_sight() -> list[str]:
        return [row.key for row in panel.tree.rows_in_sight() if isinstance(row, DisplaySetRow)]

    qtbot.waitUntil(lambda: shown.key in in_sight(), timeout=10_000)
