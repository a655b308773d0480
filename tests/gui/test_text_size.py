"""The size of the text, chosen before the start and while the window is open: panels follow, the pictures keep their room."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from viewer.app.bootstrap import Program
from viewer.app.engine import Engine
from viewer.app.paths import folders

WIDTH = 1280
Start = Callable[[int], Program]


@pytest.fixture
def start(qapp: QApplication, qtbot: QtBot) -> Iterator[Start]:
    """Starts the program at a text size, in a window of 1280 × 800."""
    made: list[Program] = []

    def begin(text_size: int) -> Program:
        places = folders()
        places.make()
        engine = Engine(places)
        engine.settings.holder.change(text_size=text_size, notice_seen=True)
        made.append(Program(qapp, places, engine))
        window = made[-1].window
        window.resize(WIDTH, 800)
        window.show()
        qtbot.waitExposed(window)
        return made[-1]

    yield begin
    for program in made:
        program.window.close()
        program.window.deleteLater()
    qapp.setStyleSheet("")
    QCoreApplication.processEvents()


@pytest.mark.parametrize(("text_size", "has_tags"), [(80, True), (100, True), (150, False), (200, False)])
def test_pictures_have_most_of_a_small_window(start: Start, qtbot: QtBot, text_size: int, has_tags: bool) -> None:
    window = start(text_size).window
    assert window.inspector.isVisible() is has_tags
    qtbot.waitUntil(lambda: window.grid.width() >= 0.45 * WIDTH)
    assert window.toolbar._buttons[0].font().pixelSize() == round(13 * text_size / 100)


def test_panels_follow_the_text_while_the_window_is_open(start: Start, qtbot: QtBot) -> None:
    program = start(100)
    browser, inspector = program.window.browser, program.window.inspector
    before = browser.width(), inspector.width()
    program.settings.holder.change(text_size=80)
    qtbot.waitUntil(lambda: browser.width() < before[0] and inspector.width() < before[1])
    program.settings.holder.change(text_size=200)
    qtbot.waitUntil(lambda: browser.width() > before[0] - 40)
    qtbot.waitUntil(lambda: program.window.grid.width() >= 0.45 * WIDTH)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("text_size", [100, 150, 200])
def test_nothing_of_the_toolbar_is_cut_off(start: Start, text_size: int, language: str) -> None:
    program = start(text_size)
    program.settings.holder.change(language=language)
    QCoreApplication.processEvents()
    toolbar = program.window.toolbar
    assert toolbar.width() == WIDTH
    parts = [*toolbar._buttons, toolbar._search]
    assert [part.toolTip() for part in parts if part.geometry().right() > WIDTH or part.width() < part.height()] == []
    edges = sorted((part.geometry().left(), part.geometry().right()) for part in parts)
    assert all(right < left for (_, right), (left, _) in pairwise(edges))
