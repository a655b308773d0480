"""The empty grid in little room: nothing of it is cut."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QRect
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.hand_driven import Table
from viewer.ui.canvas.empty_state import EmptyState
from viewer.ui.i18n import Language
from viewer.ui.theme import Theme
from viewer.workspace.commands import register_all
from viewer.workspace.commands.registry import CommandRegistry

RECENT = [f"/data/of a study {number}" for number in range(5)]


@pytest.fixture
def russian(qapp: QApplication) -> Iterator[None]:
    language = Language()
    language.use("ru")
    yield
    language.stop()
    qapp.setStyleSheet("")


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(
    ("width", "height", "size", "fits"),
    [(730, 620, 200, False), (650, 690, 100, True), (300, 420, 100, False), (1900, 1200, 150, True)],
)
def test_words_are_whole_and_nothing_overlaps(qtbot: QtBot, width: int, height: int, size: int, fits: bool) -> None:
    registry, theme = CommandRegistry(), Theme("dark", size)
    register_all(registry)
    theme.apply()
    place = QWidget()  # as in the grid, which gives it any size
    qtbot.addWidget(place)
    empty = EmptyState(Table().workspace, registry, theme, lambda: list(RECENT), place)
    empty.resize(width, height)
    place.resize(width, height)
    place.show()
    qtbot.waitExposed(place)
    for _ in range(3):
        QCoreApplication.processEvents()
    shown = [one for one in empty.findChildren(QPushButton) + empty.findChildren(QLabel) if one.isVisible()]
    room = QRect(0, 0, width, height)
    assert [one.text() for one in shown if not room.contains(one.geometry())] == []
    assert [one.text() for one in shown if isinstance(one, QPushButton) and one.width() < one.sizeHint().width()] == []
    for label in (empty._title, empty._hint):
        assert label.height() >= label.heightForWidth(label.width())
        assert max(QFontMetrics(label.font()).horizontalAdvance(word) for word in label.text().split()) <= label.width()
    both = [(a.text(), b.text()) for n, a in enumerate(shown) for b in shown[:n] if a.geometry().intersects(b.geometry())]
    assert both == []
    assert (len([one for one in shown if one.text().startswith("of a study")]) == len(RECENT)) is fits
    empty.dispose()
