"""Something goes wrong inside: one dialog, no patient data, and the program goes on."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import qWarning
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from viewer.app.crash import FaultReporter
from viewer.ui.bridge import Bridge
from viewer.ui.dialogs.fault import FaultDialog
from viewer.ui.fault_window import FaultWindow
from viewer.ui.theme import Theme

NAME = "DOE^JOHN"


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[Bridge]:
    made = Bridge()
    yield made
    made.close()


@pytest.fixture
def reporter(bridge: Bridge, qtbot: QtBot) -> Iterator[FaultReporter]:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    made = FaultReporter(FaultWindow(bridge, Theme(), parent).show)
    made.install()
    yield made
    made.remove()


def dialogs() -> list[FaultDialog]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, FaultDialog) and one.isVisible()]


def raise_hidden() -> None:
    raise ValueError(f"the name is {NAME}")


def as_uncaught() -> None:
    """As the interpreter does with an exception nobody caught."""
    try:
        raise_hidden()
    except ValueError:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]


def test_uncaught_exception_opens_one_dialog(reporter: FaultReporter, qtbot: QtBot) -> None:
    for _ in range(5):
        as_uncaught()
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    text = dialogs()[0].details.toPlainText()
    assert "ValueError" in text
    assert "raise_hidden" in text
    assert NAME not in text
    dialogs()[0].close()


def test_exception_in_a_thread_is_said_too(reporter: FaultReporter, qtbot: QtBot) -> None:
    worker = threading.Thread(target=raise_hidden)
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    as_uncaught()
    qtbot.waitUntil(lambda: dialogs()[0].details.toPlainText().count("ValueError") == 2)
    dialogs()[0].close()


def test_qt_speaks_into_the_log(reporter: FaultReporter, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "viewer"):
        qWarning("something odd")
    assert "something odd" in caplog.text
    assert not dialogs()
