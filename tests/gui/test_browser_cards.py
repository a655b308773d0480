"""What the cards of the browser look like where there is little room."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QFont, QFontMetrics, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.browser_desk import BrowserDesk, MemoryCatalogue, series
from viewer.model.hierarchy import Patient, Study
from viewer.model.messages import message
from viewer.ui.browser.row_painter import shortened
from viewer.ui.browser.rows import DisplaySetRow


@pytest.mark.parametrize("size", [100, 200])
def test_cards_that_differ_in_the_last_word_look_different(qtbot: QtBot, size: int) -> None:
    """A series of many multi-frame images: only the number at the end tells one from the other."""
    catalogue = MemoryCatalogue()
    catalogue.add(Patient("doe", patient_name="DOE^JANE"), Study("A", "doe", study_date="20200312"), series("a1", "A", 6))
    desk = BrowserDesk(catalogue)
    desk.panel.show()
    qtbot.waitExposed(desk.panel)
    desk.settle()
    desk.theme.set_look("dark", size)
    row = desk.row("a1")
    assert isinstance(row, DisplaySetRow)

    def picture(number: int) -> QImage:
        row.display_set = replace(row.display_set, split_reason=message("multi-frame image {number}", number=number))
        painter = desk.panel.tree.delegate._painter
        return painter.card_pixmap(row, desk.theme.px(280), desk.theme.px(60), 1.0).toImage()

    assert picture(1) == picture(1)
    assert picture(1) != picture(2)
    desk.dispose()


def test_how_many_and_the_last_word_are_whole(qapp: QApplication) -> None:
    font = QFontMetrics(QFont())
    text = "1024 images · other file with the same UID (12)"
    whole = font.horizontalAdvance(text)
    assert shortened(text, font, whole + 2, keeps_end=True) == text
    shown = shortened(text, font, whole * 3 // 4, keeps_end=True)
    assert shown.startswith("1024 images · ")
    assert shown.endswith("(12)")
    assert font.horizontalAdvance(shown) <= whole * 3 // 4
    narrow = font.horizontalAdvance("1024 images · ")  # no room behind it
    assert font.horizontalAdvance(shortened(text, font, narrow, keeps_end=True)) <= narrow
    assert shortened(text, font, whole // 2, keeps_end=False).startswith("1024 images · ")
