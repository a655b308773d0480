"""The pages of the guide as they are set."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from viewer.ui.dialogs.guide import MOST_ROWS, GuideDialog, pages, portions
from viewer.ui.theme import Theme


@pytest.mark.parametrize("size", [100, 200])
def test_paragraphs_and_headings_stand_apart(qtbot: QtBot, size: int) -> None:
    theme = Theme("dark", size)
    dialog = GuideDialog("en", theme)
    qtbot.addWidget(dialog)
    looking = next(row for row, (_, file) in enumerate(pages("en")) if file.name == "02-look.md")
    dialog.list.setCurrentRow(looking)
    qtbot.waitUntil(lambda: not dialog.is_writing)
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
    qtbot.waitUntil(lambda: not dialog.is_writing)
    block, cells = dialog.page.document().begin(), 0
    while block.isValid():
        if QTextCursor(block).currentTable() is not None:
            cells += 1
            assert block.blockFormat().bottomMargin() == 0
        block = block.next()
    assert cells > 100


@pytest.mark.usefixtures("small_slices")
def test_a_long_page_follows_its_beginning_while_the_window_lives(qtbot: QtBot) -> None:
    dialog = GuideDialog("en", Theme())
    qtbot.addWidget(dialog)
    dialog.show()
    names = [file.name for _, file in pages("en")]
    dialog.list.setCurrentRow(names.index("supported.md"))
    assert dialog.is_writing
    assert dialog.page.toPlainText().startswith("What is supported")
    dialog.list.setCurrentRow(names.index("03-tags.md"))  # the rest of the other page does not come into this one
    qtbot.waitUntil(lambda: not dialog.is_writing)
    assert "What is supported" not in dialog.page.toPlainText()
    dialog.list.setCurrentRow(names.index("supported.md"))
    qtbot.waitUntil(lambda: not dialog.is_writing)
    assert dialog.page.toPlainText().count("Transfer syntaxes") >= 1


def test_long_tables_come_in_parts_under_the_same_heads() -> None:
    rows = [f"| {number} | x |" for number in range(2 * MOST_ROWS + 1)]
    found = list(portions("\n".join(["# Title", "", "text", "| a | b |", "|---|---|", *rows, "", "- end"])))
    assert found[0] == "# Title\n\ntext"
    assert [one.split("\n")[:2] for one in found[1:4]] == [["| a | b |", "|---|---|"]] * 3
    assert [row for one in found[1:4] for row in one.split("\n")[2:]] == rows
    assert found[4] == "\n- end"
    assert list(portions("| a |\n|---|")) == ["| a |\n|---|"]
