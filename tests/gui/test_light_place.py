"""The listener's light comes after the first picture, and changes while it starts: the read-out beside it stays where it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.network.conftest import free_port
from viewer.app.bootstrap import Program
from viewer.app.paths import folders
from viewer.model.messages import Message
from viewer.model.nodes import ApplicationEntity


@pytest.fixture
def tidy(qapp: QApplication) -> Iterator[None]:
    yield
    qapp.setStyleSheet("")
    QCoreApplication.processEvents()


def right_end(program: Program) -> int:
    """Where the read-out ends."""
    QCoreApplication.processEvents()
    label = program.window.status._read_out
    return label.mapTo(program.window, label.rect().topRight()).x()


def started(qapp: QApplication, qtbot: QtBot) -> Program:
    """The window without its panels, and something under the cursor."""
    places = folders()
    places.make()
    program = Program(qapp, places, panels_at_once=False)
    program.late_start.call_off()  # as long as the test wants
    program.settings.holder.change(language="en")
    program.window.resize(1280, 800)
    program.window.show()
    qtbot.waitExposed(program.window)
    program.window.status.set_read_out("x 1 y 2 · 3 HU")
    return program


@pytest.mark.usefixtures("tidy")
def test_nothing_moves_when_the_light_comes(qapp: QApplication, qtbot: QtBot) -> None:
    program = started(qapp, qtbot)
    try:
        before = right_end(program)
        program.late_start.finish()
        assert program.network is not None
        assert right_end(program) == before
        assert program.window.status.late_room == program.network.light.width()
    finally:
        program.window.close()
        program.window.deleteLater()


@pytest.mark.network_peers
@pytest.mark.usefixtures("tidy")
def test_nor_while_it_starts_to_listen_as_it_did_last_time(qapp: QApplication, qtbot: QtBot) -> None:
    first = started(qapp, qtbot)
    try:
        first.late_start.finish()
        assert first.network is not None
        listener = first.network.desk.listener
        said: list[Message] = []
        entity = ApplicationEntity("A_LONGER_TITLE", free_port())
        listener.change(replace(listener.settings, entity=entity, is_on=True), said.append)
        qtbot.waitUntil(lambda: listener.state.port > 0, timeout=30_000)
        last = right_end(first)
    finally:
        first.window.close()
        first.window.deleteLater()
    second = started(qapp, qtbot)
    try:
        ends = {right_end(second)}
        second.late_start.finish()
        assert second.network is not None
        listener = second.network.desk.listener
        ends.add(right_end(second))
        listener.changed.connect(lambda: ends.add(right_end(second)))
        qtbot.waitUntil(lambda: listener.state.port > 0, timeout=30_000)
        ends.add(right_end(second))
        assert ends == {last}
    finally:
        second.window.close()
        second.window.deleteLater()
