"""Damage of the library comes to light while the window is open: it is said, what was open is open again, progress is shown."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.library_desk import write
from viewer.app.bootstrap import Program
from viewer.model.messages import Message
from viewer.model.requests import ScanUpdate, StudyFilter
from viewer.model.tasks import CancelToken, Progress
from viewer.ui.browser.panel import BrowserPanel
from viewer.ui.notice_bar import Notice

OPENED = StudyFilter(opened_only=True)


def test_a_repair_is_said_and_what_was_open_is_open_again(program: Program, tmp_path: Path, qtbot: QtBot) -> None:
    write(tmp_path / "in" / "1", PatientName="Muster^Max", PatientID="P1")
    panel = program.window.browser.content
    assert isinstance(panel, BrowserPanel)
    program.window.open_paths([str(tmp_path / "in")])
    qtbot.waitUntil(lambda: program.workspace.scan is None and panel.model.rowCount() == 1, timeout=20_000)
    program.library._failed(sqlite3.DatabaseError("database disk image is malformed"))
    qtbot.waitUntil(lambda: program.window.notices.isVisible(), timeout=20_000)
    assert "damaged" in str(program.library.notice)
    qtbot.waitUntil(lambda: len(program.library.patients(OPENED)) == 1, timeout=20_000)
    qtbot.waitUntil(lambda: program.workspace.scan is None and panel.model.rowCount() == 1, timeout=20_000)


def test_a_rebuild_shows_its_progress_and_can_be_cancelled(program: Program) -> None:
    opening, cancel = program.workspace.opening, CancelToken()
    opening._on_rebuilding(ScanUpdate(Progress(7, 20), frozenset()), cancel)
    status = program.window.status
    assert status._reading.isVisible()
    assert status._reading.text() == "Reading 7 of 20 files"
    status._cancel.click()
    assert cancel.cancelled
    opening._on_rebuilding(ScanUpdate(Progress(9, 20, finished=True), frozenset()), cancel)
    assert not status._reading.isVisible()
    assert program.workspace.layout.active.display_set is None


def test_settings_that_cannot_be_written_are_told(program: Program) -> None:
    file = program.folders.config / "settings.toml"
    file.unlink(missing_ok=True)
    file.mkdir()
    program.settings.holder.change(smooth=False)
    assert "could not be written" in str(program.window.notices._waiting[-1].text)
    told = len(program.window.notices._waiting)
    program.settings.holder.change(smooth=True)
    assert len(program.window.notices._waiting) == told
    file.rmdir()


def test_a_long_notice_is_read_whole(program: Program, qtbot: QtBot) -> None:
    bar = program.window.notices
    bar.offer(Notice(Message("Short.")))
    qtbot.waitUntil(lambda: bar.height() > 20)
    one_line = bar.height()
    bar.understood.click()
    bar.offer(Notice(Message("The library was damaged. It was restored from the copy of yesterday. " * 3)))
    qtbot.waitUntil(lambda: bar.height() > one_line)
    assert bar.height() < program.window.grid.height()
