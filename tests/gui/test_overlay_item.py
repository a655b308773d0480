"""Text in the corners leaves the middle of the edges to the letters that say the sides of the patient."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication

from viewer.ui.canvas.overlay_item import OverlayItem
from viewer.ui.theme import Theme
from viewer.workspace.corner_text import CornerLine
from viewer.workspace.viewport import ViewportState

LINE = (CornerLine(("A study description of a length that a narrow viewport has no room for",)),)


@pytest.mark.parametrize("text_size", [80, 100, 200])
@pytest.mark.parametrize("width", [200, 345, 640])
def test_long_lines_end_before_the_letters(qapp: QApplication, width: int, text_size: int) -> None:
    item = OverlayItem(ViewportState(), Theme("dark", text_size), lambda: ())
    item.set_rect(QRectF(0, 0, width, 400))
    half = item._letters.width("AFR") / 2
    ((left, image),) = item._lay_out(LINE, 1.0, right=False, bottom=False)
    ((right, _),) = item._lay_out(LINE, 1.0, right=True, bottom=False)
    assert left.x() + image.width() <= width / 2 - half + 2
    assert right.x() >= width / 2 + half - 2
