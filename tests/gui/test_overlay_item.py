"""Text in the corners leaves the middle of the edges to the letters that say the sides of the patient, and to the scale bar."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication, QStyleOptionGraphicsItem

from tests.hand_driven import display_set
from viewer.model.document import Document
from viewer.model.hierarchy import Patient
from viewer.model.messages import message
from viewer.ui.canvas.corner_layout import lines_with_room
from viewer.ui.canvas.halo_text import BRIGHT
from viewer.ui.canvas.line_text import line_text
from viewer.ui.canvas.overlay_item import TYPICAL_LINE, OverlayItem, _area
from viewer.ui.theme import Theme
from viewer.workspace.corner_text import CornerLine, Identity
from viewer.workspace.orientation import NO_LETTERS, EdgeLetters
from viewer.workspace.scale_bar import ScaleBar
from viewer.workspace.viewport import ViewportState

LINE = (CornerLine(("A study description of a length that a narrow viewport has no room for",)),)
BAR = ScaleBar(90.0, 50.0, 5, message("{number} cm", number="5"))


def made(width: int, height: int = 400, text_size: int = 100) -> OverlayItem:
    item = OverlayItem(ViewportState(), Theme("dark", text_size), lambda: ())
    item.set_rect(QRectF(0, 0, width, height))
    return item


@pytest.mark.parametrize(("width", "text_size"), [(200, 80), (240, 100), (345, 100), (480, 200), (640, 200)])
@pytest.mark.parametrize("bottom", [False, True])
def test_long_lines_end_before_the_letters(qapp: QApplication, width: int, text_size: int, bottom: bool) -> None:
    item = made(width, 400, text_size)
    bands = item._bands(EdgeLetters("R", "AFR", "L", "PHL"), None)
    half = item._letters.width("AFR" if not bottom else "PHL") / 2
    ((left, image),) = item._lay_out(LINE, bands, 1.0, right=False, bottom=bottom)
    ((right, _),) = item._lay_out(LINE, bands, 1.0, right=True, bottom=bottom)
    assert left.x() + image.width() <= width / 2 - half + 2
    assert right.x() >= width / 2 + half - 2


@pytest.mark.parametrize(("width", "height", "text_size"), [(158, 168, 100), (158, 168, 80), (230, 588, 200), (182, 588, 200)])
@pytest.mark.parametrize("bottom", [False, True])
def test_a_narrow_viewport_has_one_column_between_the_letters(
    qapp: QApplication, width: int, height: int, text_size: int, bottom: bool
) -> None:
    """Sixteen viewports in a small window: the numbers of the window are read, whole."""
    item = made(width, height, text_size)
    if text_size > 80:
        assert item._is_narrow()
    wanted = CornerLine((TYPICAL_LINE,))
    placed = item._lay_out(
        (wanted, CornerLine(("Image 10 / 45",), rank=1)),
        item._bands(EdgeLetters("R", "A", "L", "P"), None),
        1.0,
        right=False,
        bottom=bottom,
    )
    assert len(placed) == 2
    (position, image), letters = placed[0], item._letters.line_height
    assert image.width() >= min(item._text.width(TYPICAL_LINE), width - 40)
    for position, image in placed:
        ends = position.x() + image.width(), position.y() + image.height()
        assert ends[0] <= width
        assert ends[1] <= height
        if item._is_narrow():
            assert position.y() >= letters if not bottom else ends[1] <= height - letters


def test_long_lines_end_before_the_scale_bar(qapp: QApplication) -> None:
    item = made(345)
    bands = item._bands(NO_LETTERS, BAR)
    upper, lower = item._lay_out(LINE * 9, bands, 1.0, right=False, bottom=True)[::8]
    assert lower[0].x() + lower[1].width() <= 345 / 2 - BAR.length / 2
    assert upper[1].width() > lower[1].width()  # above it there is more room


@pytest.mark.parametrize("bottom", [False, True])
def test_a_low_viewport_has_fewer_lines_and_free_side_letters(qapp: QApplication, bottom: bool) -> None:
    item = made(345, 150)
    placed = item._lay_out(LINE * 9, (), 1.0, right=False, bottom=bottom)
    half = item._letters.line_height / 2
    assert 1 < len(placed) < 9
    for position, image in placed:
        assert position.y() + image.height() <= 75 - half + 2 or position.y() >= 75 + half - 2


def test_warnings_stay_and_low_ranks_go_first() -> None:
    lines = (
        CornerLine(("zoom",), rank=-1),
        CornerLine(("series",)),
        CornerLine(("flipped",), rank=1),
        CornerLine(("lossy",), is_warning=True),
    )
    assert [line.parts[0] for line in lines_with_room(lines, 4)] == ["zoom", "series", "flipped", "lossy"]
    assert [line.parts[0] for line in lines_with_room(lines, 3)] == ["series", "flipped", "lossy"]
    assert [line.parts[0] for line in lines_with_room(lines, 0)] == ["lossy"]


def test_a_part_is_dropped_before_a_number_is_cut(qapp: QApplication) -> None:
    item, line = made(345), CornerLine(("Loc 2230.4 mm", "1.25 mm"))
    width = item._text.width(line_text(line))
    assert item._cut(line, width) == line_text(line)
    assert item._cut(line, width - 1) == "Loc 2230.4 mm …"


@pytest.mark.parametrize("text", ["W 1860 L 1023", "Ш 1860 Ц 1023"])
def test_no_number_is_cut(qapp: QApplication, text: str) -> None:
    item, line = made(345), CornerLine((text,))
    whole = item._text.width(line_text(line))
    cut = {item._cut(line, width).strip("\u2068\u2069") for width in range(30, int(whole) + 2)}
    assert text in cut
    assert f"{text[:9]}…" in cut
    assert not any("1" in one[9:] for one in cut - {text})


NOTICE = "The file gives no spacing: nothing can be measured in it, and its proportions are those of its pixels."


@pytest.mark.parametrize("text_size", [80, 100, 200])
@pytest.mark.parametrize(("width", "height"), [(1000, 800), (640, 400), (345, 300), (345, 150), (200, 120)])
def test_a_notice_crosses_no_other_text(qapp: QApplication, width: int, height: int, text_size: int) -> None:
    item = made(width, height, text_size)
    canvas = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    canvas.fill(0)
    painter = QPainter(canvas)
    letters = EdgeLetters("R", "AFR", "L", "PHL")
    item._paint_letters(painter, letters, None)
    bands = item._bands(letters, None)
    for right in (False, True):
        for bottom in (False, True):
            item._corner(painter, LINE * 5, bands, right=right, bottom=bottom)
    painter.end()
    position, shown = item._place_line(NOTICE)
    line = QRectF(position.x(), position.y(), item._text.width(shown), item._text.line_height)
    others = item._taken + [_area(placed) for _, corner in item._laid_out.values() for placed in corner]
    assert len(others) > 4
    assert not [one for one in others if one.adjusted(1, 2, -1, -2).intersects(line)]
    assert shown.startswith(NOTICE[:3])
    assert 0 <= line.left() <= line.right() <= width


@pytest.mark.parametrize(("width", "text_size"), [(180, 200), (120, 150), (400, 100)])
def test_no_word_of_a_notice_is_cut(qapp: QApplication, width: int, text_size: int) -> None:
    """Lines break between words only: a narrow viewport makes the letters smaller."""
    item, text = made(width, 400, text_size), "Перетащите сюда серию"
    picture = QImage(width, 400, QImage.Format.Format_ARGB32)
    picture.fill(0)
    painter = QPainter(picture)
    item._paint_notice(painter, text, "#ffffff")
    font = painter.font()
    painter.end()
    assert QFontMetricsF(font).horizontalAdvance("Перетащите") <= width - 40
    assert font.pixelSize() == item._theme.font(13).pixelSize() or width < 400


@pytest.mark.parametrize(("width", "height"), [(158, 168), (300, 150)])
def test_corner_text_gives_way_to_why_there_is_no_picture(qapp: QApplication, width: int, height: int) -> None:
    item = made(width, height)
    item.identity = Identity(
        Patient("p", patient_id="NEG-0001", patient_name="Sample^Head", patient_birth_date="19840312", patient_sex="O")
    )
    reason = message("Real World Value Mapping Storage: this object has no picture. Its tags are in the inspector.")
    item._viewport.set_display_set(display_set("a", 1))
    item._viewport.set_frame(None, reason)

    def painted(how: Callable[[QPainter], None]) -> QImage:
        picture = QImage(width, height, QImage.Format.Format_ARGB32)
        picture.fill(0)
        painter = QPainter(picture)
        how(painter)
        painter.end()
        return picture.copy(item._covered.toAlignedRect())

    whole = painted(lambda painter: item.paint(painter, QStyleOptionGraphicsItem()))
    assert any(item._covered.intersects(_area(one)) for placed in item._laid_out.values() for one in placed[1])
    assert whole == painted(lambda painter: item._paint_notice(painter, str(reason), BRIGHT))


def test_corner_text_gives_way_to_a_report(qapp: QApplication) -> None:
    """The report lies over the canvas: nothing of a line is to look out beside it."""
    item = made(158, 168)
    item.identity = Identity(Patient("p", patient_id="NEG-0001", patient_name="Sample^Head"))
    item._viewport.set_display_set(display_set("a", 1))
    item._viewport.set_document(Document("Report"))
    picture = QImage(158, 168, QImage.Format.Format_ARGB32)
    picture.fill(0)
    painter = QPainter(picture)
    item.paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    first, second = (_area(one) for one in item._laid_out[False, False][1])
    assert not item._covered.intersects(first)
    assert item._covered.intersects(second)
    ink = [any(picture.pixelColor(x, y).alpha() for x in range(158)) for y in range(168)]
    assert any(ink[round(first.top()) : round(first.bottom())])
    assert not any(ink[round(second.top()) + 2 :])
