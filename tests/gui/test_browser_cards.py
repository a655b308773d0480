"""What the cards of the browser look like where there is little room."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.browser_desk import BrowserDesk, MemoryCatalogue, series
from viewer.model.hierarchy import Patient, Study
from viewer.model.messages import message
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
