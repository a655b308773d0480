"""The pages of the guide as they are set."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from viewer.ui.dialogs.guide import GuideDialog, pages
from viewer.ui.theme import Theme


@pytest.mark.parametrize("size", [100, 200])
def test_paragraphs_and_headings_stand_apart(qtbot: QtBot, size: int) -> None:
    theme = Theme("dark", size)
    dialog = GuideDialog("en", theme)
    qtbot.addWidget(dialog)
    looking = next(row for row, (_, file) in enumerate(pages("en")) if file.name == "02-look.md")
    dialog.list.setCurrentRow(looking)
    document = dialog.page.document()
    headings: list[tuple[float, float]] = []
    paragraphs: list[tuple[float, float]] = []
    block = document.begin().next()
    while block.isValid():
        form = block.blockFormat()
        (headings if form.headingLevel() else paragraphs).append((form.topMargin(), form.bottomMargin()))
        block = block.next()
    assert set(headings) == {(theme.px(14), theme.px(8))}
    assert set(paragraphs) == {(0, theme.px(8))}


def test_cells_of_tables_stay_as_they_are(qtbot: QtBot) -> None:
    dialog = GuideDialog("en", Theme())
    qtbot.addWidget(dialog)
    dialog.list.setCurrentRow(next(row for row, (_, file) in enumerate(pages("en")) if file.name == "conformance.md"))
    block, cells = dialog.page.document().begin(), 0
    while block.isValid():
        if QTextCursor(block).currentTable() is not None:
            cells += 1
            assert block.blockFormat().bottomMargin() == 0
        block = block.next()
    assert cells > 100
