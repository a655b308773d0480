"""What is written and drawn over the picture: corner text, orientation letters, scale bar, notices, marks of tools."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from viewer.model.view import OverlayLevel
from viewer.tools.protocol import TextMark
from viewer.ui.canvas.corner_layout import Band, clearance, document_place, lines_with_room
from viewer.ui.canvas.halo_text import AMBER, BRIGHT, DIM, HALO, HaloText
from viewer.ui.canvas.line_text import line_text
from viewer.ui.i18n import tr, translated
from viewer.ui.theme import Theme
from viewer.workspace.corner_text import NO_IDENTITY, CornerLine, Identity, corner_text
from viewer.workspace.orientation import EdgeLetters, edge_letters
from viewer.workspace.scale_bar import ScaleBar, scale_bar
from viewer.workspace.viewport import ViewportState

MARGIN = 9.0
SLIDER_SPACE = 12.0  # the frame slider's place at the right edge
LETTER_GAP = 6.0
BAR_HEIGHT = 14.0  # with the space below its number
BAR_SHARE = 0.3  # of the viewport's width, at most
SHORTEST_BAR_ROOM = 36.0
LINES_WITH_BAR = 8  # a lower viewport has no room for a scale bar
TYPICAL_LINE = "W 1500 L −600"  # what has to fit beside the bar uncut
MAX_NOTICE_WIDTH = 420.0
NOTICE_FLAGS = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)

_CUT_NUMBER = re.compile(r"(?<=\s)[\d.,−]+…(?=\u2069*$)")  # an isolate may end after it

Placed = tuple[QPointF, QImage]  # a line of text and where it stands


class OverlayItem(QGraphicsObject):
    """One item over the whole viewport, in the widget's units."""

    def __init__(self, viewport: ViewportState, theme: Theme, marks: Callable[[], Sequence[TextMark]]) -> None:
        super().__init__()
        self._viewport = viewport
        self._theme = theme
        self._marks = marks
        self._rect = QRectF(0, 0, 1, 1)
        self.identity: Identity = NO_IDENTITY
        self.busy = False  # loading for so long that it should be said
        self._text = HaloText(theme.font(12))
        self._letters = HaloText(theme.font(14, 600))
        self._laid_out: dict[tuple[bool, bool], tuple[object, list[Placed]]] = {}
        self._taken: list[QRectF] = []  # by letters and bar of this painting
        self._covered = QRectF()  # by what stands in place of the picture
        self.setZValue(10)

    def restyle(self) -> None:
        """The theme, the text size or the language changed."""
        self._laid_out.clear()
        self._text.set_font(self._theme.font(12))
        self._letters.set_font(self._theme.font(14, 600))
        self.update()

    def set_rect(self, rect: QRectF) -> None:
        self.prepareGeometryChange()
        self._rect = rect

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        viewport, bands = self._viewport, tuple[Band, ...]()
        self._taken = []
        notice = self._notice()
        self._covered = self._notice_area(notice[0]) if notice is not None else self._document_area()
        if viewport.frame is not None and viewport.overlay is not OverlayLevel.NONE:
            bar, letters = self._bar(), edge_letters(viewport.frame.facts.geometry, viewport.view)
            self._paint_letters(painter, letters, bar)
            if bar is not None:
                self._paint_scale_bar(painter, bar)
            bands = self._bands(letters, bar)
        self._paint_corners(painter, bands)
        self._paint_marks(painter)
        if notice is not None:
            self._paint_notice(painter, *notice)
        else:
            self._paint_state(painter)

    # Corners

    def _paint_corners(self, painter: QPainter, bands: tuple[Band, ...]) -> None:
        corners = corner_text(self._viewport, self.identity)
        if self._is_narrow():
            for bottom in (False, True):
                self._laid_out.pop((True, bottom), None)
            warnings = tuple(line for line in corners.bottom_right if line.is_warning)
            self._corner(painter, corners.top_left, bands, right=False, bottom=False)
            self._corner(painter, (*corners.bottom_left, *warnings), bands, right=False, bottom=True)
            return
        self._corner(painter, corners.top_left, bands, right=False, bottom=False)
        self._corner(painter, corners.top_right, bands, right=True, bottom=False)
        self._corner(painter, corners.bottom_left, bands, right=False, bottom=True)
        self._corner(painter, corners.bottom_right, bands, right=True, bottom=True)

    def _is_narrow(self) -> bool:
        """True where two columns of text would cut even the window: then there is one, at the left, between the letters."""
        is_high = self._space(LETTER_GAP + self._letters.line_height) >= 2 * self._text.line_height
        return is_high and self._rect.width() < 2 * (self._text.width(TYPICAL_LINE) + MARGIN + LETTER_GAP)

    def _space(self, edge: float) -> float:
        """For the lines of a corner, `edge` away from the edge: the middle belongs to two letters."""
        return (self._rect.height() - self._letters.line_height) / 2 - edge - LETTER_GAP

    def _bands(self, letters: EdgeLetters, bar: ScaleBar | None) -> tuple[Band, ...]:
        """Where the middle belongs to letters and bar: a side must be read, a name can be cut."""
        rect, height = self._rect, self._letters.line_height
        below = self._bottom_letter_y(bar)
        above = Band(rect.top(), rect.top() + LETTER_GAP + height, self._letters.width(letters.top) / 2 + LETTER_GAP)
        bands = (above, Band(below, below + height, self._letters.width(letters.bottom) / 2 + LETTER_GAP))
        if bar is None:
            return bands
        half = round(max(bar.length, self._text.width(translated(bar.label))) / 2) + LETTER_GAP
        return (*bands, Band(rect.bottom() - MARGIN - BAR_HEIGHT - self._text.line_height, rect.bottom(), half))

    def _corner(
        self, painter: QPainter, lines: Sequence[CornerLine], bands: tuple[Band, ...], *, right: bool, bottom: bool
    ) -> None:
        """Most steps of a wheel or a drag change one corner: what was laid out for the others is used again."""
        ratio = painter.device().devicePixelRatioF()
        made_of = (lines, bands, self._rect.width(), self._rect.height(), ratio)
        known = self._laid_out.get((right, bottom))
        if known is None or known[0] != made_of:
            known = made_of, self._lay_out(lines, bands, ratio, right=right, bottom=bottom)
            self._laid_out[right, bottom] = known
        for position, image in known[1]:
            if self._covered.isNull() or not self._covered.intersects(_area((position, image))):
                painter.drawImage(position, image)

    def _lay_out(
        self, lines: Sequence[CornerLine], bands: Sequence[Band], ratio: float, *, right: bool, bottom: bool
    ) -> list[Placed]:
        placed: list[Placed] = []
        height = self._text.line_height
        is_narrow = self._is_narrow()
        edge = LETTER_GAP + self._letters.line_height if is_narrow else MARGIN  # beside the letters, or below and above them
        lines = lines_with_room(lines, int(self._space(edge) / height))
        room = self._rect.width() - SLIDER_SPACE if is_narrow else self._rect.width() / 2 - (SLIDER_SPACE if right else 0.0)
        y = self._rect.bottom() - edge - height * len(lines) if bottom else self._rect.top() + edge
        for place, line in enumerate(lines):
            beside = MARGIN if is_narrow else clearance(bands, y, y + height, LETTER_GAP)
            text = self._cut(line, room - MARGIN - beside)
            x = self._rect.left() + MARGIN
            if right:
                x = self._rect.right() - MARGIN - SLIDER_SPACE - self._text.width(text)
            colour = AMBER if line.is_warning else BRIGHT if place == 0 else DIM
            placed.append((QPointF(x - HALO, y - HALO), self._text.image(text, colour, ratio)))
            y += height
        return placed

    def _cut(self, line: CornerLine, limit: float) -> str:
        """The line within `limit`: whole parts go first, as half a number is a wrong one."""
        for count in range(len(line.parts), 0, -1):
            text = line_text(CornerLine(line.parts[:count])) + (" …" if count < len(line.parts) else "")
            if self._text.width(text) <= limit:
                return text
        return _CUT_NUMBER.sub("…", self._text.elided(line_text(line), limit))

    # Letters and bar

    def _paint_letters(self, painter: QPainter, letters: EdgeLetters, bar: ScaleBar | None) -> None:
        rect, height = self._rect, self._letters.line_height
        middle_y = rect.center().y() - height / 2
        right_x = rect.right() - SLIDER_SPACE - LETTER_GAP - self._letters.width(letters.right)
        top_x = rect.center().x() - self._letters.width(letters.top) / 2
        bottom_x = rect.center().x() - self._letters.width(letters.bottom) / 2
        for x, y, letter in (
            (rect.left() + LETTER_GAP, middle_y, letters.left),
            (right_x, middle_y, letters.right),
            (top_x, rect.top() + LETTER_GAP, letters.top),
            (bottom_x, self._bottom_letter_y(bar), letters.bottom),
        ):
            self._letters.draw(painter, QPointF(x, y), letter)
            if letter:
                self._taken.append(QRectF(x, y, self._letters.width(letter), height))

    def _bottom_letter_y(self, bar: ScaleBar | None) -> float:
        below = self._text.line_height + BAR_HEIGHT if bar is not None else 0.0
        return self._rect.bottom() - LETTER_GAP - self._letters.line_height - below

    def _bar(self) -> ScaleBar | None:
        """The scale bar, shorter in a narrow viewport; None where it has no room beside the corner text."""
        viewport, width = self._viewport, self._rect.width()
        if viewport.geometry is None or viewport.frame is None or self._rect.height() < LINES_WITH_BAR * self._text.line_height:
            return None
        room = width - 2 * (self._text.width(TYPICAL_LINE) + MARGIN + LETTER_GAP)
        if room < SHORTEST_BAR_ROOM:
            return None
        bar = scale_bar(viewport.geometry, viewport.frame.facts.geometry, min(BAR_SHARE, room / width))
        return bar if bar is not None and self._text.width(translated(bar.label)) <= room else None

    def _paint_scale_bar(self, painter: QPainter, bar: ScaleBar) -> None:
        left = self._rect.center().x() - bar.length / 2
        base = self._rect.bottom() - MARGIN
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for colour, width in ((QColor(0, 0, 0, 200), 3.0), (QColor(BRIGHT), 1.0)):
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
            lines = [QLineF(left, base, left + bar.length, base)]
            for tick in range(bar.divisions + 1):
                x = left + bar.length * tick / bar.divisions
                size = 6.0 if tick in (0, bar.divisions) else 3.0
                lines.append(QLineF(x, base - size, x, base))
            painter.drawLines(lines)
        label = translated(bar.label)
        x = self._rect.center().x() - self._text.width(label) / 2
        top = base - 9.0 - self._text.line_height
        self._text.draw(painter, QPointF(x, top), label, DIM)
        self._taken.append(QRectF(left, top, bar.length, base - top))

    # Tools and states

    def _paint_marks(self, painter: QPainter) -> None:
        geometry = self._viewport.geometry
        if geometry is None:
            return
        for mark in self._marks():
            x, y = geometry.to_screen(mark.column, mark.row)
            text = translated(mark.text)
            x = min(x + 12, self._rect.right() - SLIDER_SPACE - self._text.width(text) - MARGIN)
            y = max(y - 12 - self._text.line_height, self._rect.top() + 2)
            self._text.draw(painter, QPointF(x, y), text, BRIGHT)

    def _paint_state(self, painter: QPainter) -> None:
        """What is wrong with the picture, or that another one is on its way."""
        viewport = self._viewport
        if viewport.frame is None:
            return
        if viewport.loading and self.busy:
            self._paint_line(painter, self._loading_text(), DIM)
        elif viewport.notice and viewport.overlay is not OverlayLevel.NONE:
            self._paint_line(painter, translated(viewport.notice), AMBER)

    def _notice(self) -> tuple[str, str] | None:
        """Why there is no picture, and the colour in which that is said."""
        viewport = self._viewport
        if viewport.frame is not None:
            return None
        if viewport.notice:
            return translated(viewport.notice), BRIGHT
        if viewport.loading:
            return (self._loading_text(), DIM) if self.busy else None
        return (tr("Drag a series here"), DIM) if viewport.display_set is None else None

    def _loading_text(self) -> str:
        viewport = self._viewport
        return tr("Loading image {number} of {count} …", number=viewport.index + 1, count=viewport.count)

    def _paint_line(self, painter: QPainter, text: str, colour: str) -> None:
        position, shown = self._place_line(text)
        self._text.draw(painter, position, shown, colour)

    def _place_line(self, text: str) -> tuple[QPointF, str]:
        """Below the upper letter where the line crosses nothing else; where all is taken, between the letters of the sides."""
        height, centre = self._text.line_height, self._rect.center()
        shown = self._text.elided(text, self._rect.width() - 4 * MARGIN)
        width = self._text.width(shown)
        y = self._rect.top() + LETTER_GAP + self._letters.line_height + 4
        taken = self._taken + [area for _, placed in self._laid_out.values() for area in map(_area, placed)]
        while y + height <= self._rect.bottom() - MARGIN:
            line = QRectF(centre.x() - width / 2, y, width, height)
            lowest = max((one.bottom() for one in taken if one.intersects(line)), default=None)
            if lowest is None:
                return line.topLeft(), shown
            y = lowest + 1
        beside = max((one.width() for one in self._taken if one.top() < centre.y() < one.bottom()), default=0.0)
        shown = self._text.elided(text, self._rect.width() - 2 * (LETTER_GAP + beside + SLIDER_SPACE + MARGIN))
        return QPointF(centre.x() - self._text.width(shown) / 2, centre.y() - height / 2), shown

    def _paint_notice(self, painter: QPainter, text: str, colour: str) -> None:
        space = self._notice_space()
        painter.setFont(self._notice_font(text, space.width()))
        painter.setPen(QColor(colour))
        painter.drawText(space, NOTICE_FLAGS, text)

    def _notice_space(self) -> QRectF:
        width = min(MAX_NOTICE_WIDTH, self._rect.width() - 4 * MARGIN)
        space = QRectF(0, 0, width, self._rect.height() - 4 * MARGIN)
        space.moveCenter(self._rect.center())
        return space

    def _notice_area(self, text: str) -> QRectF:
        """Where its letters stand: no corner text is written there."""
        space = self._notice_space()
        return QFontMetricsF(self._notice_font(text, space.width())).boundingRect(space, NOTICE_FLAGS, text)

    def _document_area(self) -> QRectF:
        if self._viewport.document is None:
            return QRectF()
        return QRectF(*document_place(round(self._rect.width()), round(self._rect.height()), self._theme.px))

    def _notice_font(self, text: str, width: float) -> QFont:
        """Smaller where a word has no room otherwise: lines break between words only, and a cut word is no word."""
        fonts = (self._theme.font(size) for size in (13, 12, 11, 10, 9, 8))
        return next((font for font in fonts if _widest_word(text, font) <= width), self._theme.font(8))


def _widest_word(text: str, font: QFont) -> float:
    return max((QFontMetricsF(font).horizontalAdvance(word) for word in text.split()), default=0.0)


def _area(placed: Placed) -> QRectF:
    """Where the letters of a line are, without their halo."""
    position, image = placed
    size = image.deviceIndependentSize()
    return QRectF(position.x() + HALO, position.y() + HALO, max(size.width() - 2 * HALO, 0), max(size.height() - 2 * HALO, 0))
