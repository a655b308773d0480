"""What the middle and the right button do is a preference: it holds at once, at the next start, and in the key sheet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from viewer.app.bootstrap import Program
from viewer.app.paths import folders
from viewer.app.settings import Settings
from viewer.tools.protocol import Button, PointerEvent
from viewer.tools.router import Router
from viewer.ui.dialogs.key_sheet import mouse_table


@pytest.fixture
def program(qapp: QApplication, qtbot: QtBot) -> Iterator[Program]:
    places = folders()
    places.make()
    Settings(places.config).holder.change(middle_drag="zoom")
    made = Program(qapp, places)
    made.window.show()
    qtbot.waitExposed(made.window)
    yield made
    made.window.close()
    made.window.deleteLater()
    qapp.setStyleSheet("")
    QCoreApplication.processEvents()


def test_buttons_do_what_was_chosen(program: Program) -> None:
    tools, viewport = program.workspace.tools, program.workspace.layout.active
    assert (tools.middle, tools.right) == ("zoom", "zoom")
    program.settings.holder.change(right_drag="window_level")
    assert tools.right == "window_level"
    router = Router(program.workspace, viewport, lambda x, y: None)
    router.press(Button.RIGHT, PointerEvent(100, 100))
    router.move(PointerEvent(140, 100))
    assert router.cursor == router._tools["window_level"].cursor
    assert router._tool is router._tools["window_level"]
    router.release(Button.RIGHT, PointerEvent(140, 100))


def test_the_key_sheet_says_what_was_chosen(program: Program) -> None:
    assert ("Zoom", "Middle drag") in mouse_table("zoom", "scroll")
    assert ("Scroll", "Right drag") in mouse_table("zoom", "scroll")
