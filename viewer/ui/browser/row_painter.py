"""Draws the rows of the browser: headings, cards and lines of instances."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap

from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.frozen import frozen
from viewer.ui.browser import metrics, row_texts
from viewer.ui.browser.marks import Marks
from viewer.ui.browser.rows import DisplaySetRow, InstanceRow, PatientRow, Row, StudyRow
from viewer.ui.browser.thumbnail_shelf import ThumbnailShelf
from viewer.ui.i18n import tr
from viewer.ui.palettes import Colours
from viewer.ui.theme import Theme

ALIGN = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine
DRAG_OPACITY = 0.9
GONE_OPACITY = 0.35
LEAST_END = 6  # characters that must have room behind what stays whole


@frozen
class RowState:
    """How a row is to look. `width` is that of the view, scroll bar included, so that the bar moves nothing."""

    width: int
    is_current: bool = False
    is_hovered: bool = False
    has_focus: bool = False
    is_expanded: bool = False
    is_reading: bool = False


class RowPainter:
    """Rows in, pixels out: what is looked up was looked up before."""

    def __init__(self, theme: Theme, shelf: ThumbnailShelf, marks: Marks) -> None:
        self._theme = theme
        self._shelf = shelf
        self._fonts: dict[tuple[float, int], QFont] = {}
        self._marks = marks
        self.sizes: dict[type[Row], QSize] = {}
        theme.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """The theme or the text size changed."""
        self._fonts.clear()
        self.sizes = {kind: QSize(80, self._theme.px(height)) for kind, height in metrics.ROW_HEIGHTS.items()}

    def paint(self, painter: QPainter, rect: QRect, row: Row, state: RowState) -> None:
        """Draw `row` into `rect`, which spans the view."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = QRect(0, rect.top(), state.width - metrics.RIGHT, rect.height())
        if isinstance(row, PatientRow):
            self._patient(painter, area, row, state)
        elif isinstance(row, StudyRow):
            self._study(painter, area, row, state)
        elif isinstance(row, DisplaySetRow):
            self._card(painter, area, row, state)
        elif isinstance(row, InstanceRow):
            self._instance(painter, area, row, state)

    # Headings

    def _patient(self, painter: QPainter, area: QRect, row: PatientRow, state: RowState) -> None:
        px = self._theme.px
        ground = area.adjusted(metrics.CARD_LEFT - 2, px(8), 0, -px(3))
        self._ground(painter, ground, state)
        self._chevron(painter, ground, state)
        left, width = px(metrics.GUTTER), area.width() - px(metrics.GUTTER) - 4
        top = area.top() + px(10)
        self._text(painter, QRect(left, top, width, px(19)), row_texts.patient_title(row.patient), 13, 600)
        self._text(painter, QRect(left, top + px(19), width, px(17)), row_texts.patient_line(row), 12, colour=self._colours.dim)

    def _study(self, painter: QPainter, area: QRect, row: StudyRow, state: RowState) -> None:
        px, colours = self._theme.px, self._colours
        line = area.top() + px(5)
        painter.setPen(QPen(QColor(colours.hairline), 1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawLine(px(metrics.GUTTER), line, area.right() - 4, line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = area.adjusted(metrics.CARD_LEFT - 2, px(9), 0, -px(3))
        self._ground(painter, ground, state)
        self._chevron(painter, ground, state)
        left = px(metrics.GUTTER)
        room = QRect(left, ground.top(), area.right() - left - 4, ground.height())
        when = row_texts.study_line(row.study)
        title = row_texts.study_title(row.study)
        if row.key in self._marks.received:
            room = self._received(painter, room)
        wanted = self._width(title, 12, 600)
        when_width = self._width(when, 12)
        if wanted + when_width + px(12) > room.width():
            date_only = row_texts.study_date(row.study)
            when, when_width = (date_only, self._width(date_only, 12))
        when_width = min(when_width, room.width() * 2 // 3)
        self._text(painter, room.adjusted(0, 0, -when_width - px(10), 0), title, 12, 600)
        place = QRect(room.right() - when_width, room.top(), when_width + 1, room.height())
        self._text(painter, place, when, 12, colour=colours.dim)

    def _received(self, painter: QPainter, room: QRect) -> QRect:
        """The mark of what came over the network; the room that is left."""
        px, text = self._theme.px, tr("received")
        width = self._width(text, 10.5, 600) + px(10)
        place = QRectF(room.left(), room.center().y() - px(8), width, px(16))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colours.accent_ground))
        painter.drawRoundedRect(place, px(4), px(4))
        self._text(painter, place.toRect(), text, 10.5, 600, self._colours.text, Qt.AlignmentFlag.AlignCenter)
        return room.adjusted(width + px(8), 0, 0, 0)

    def _chevron(self, painter: QPainter, ground: QRect, state: RowState) -> None:
        """Says that a heading opens up: shown while it is closed, under the pointer or current."""
        if state.is_expanded and not (state.is_hovered or state.is_current):
            return
        px = self._theme.px
        size, middle = px(5) / 2, QPointF(ground.left() + px(3.5), ground.center().y() + 0.5)
        self._draw_chevron(painter, middle, size, down=state.is_expanded)

    def _draw_chevron(self, painter: QPainter, middle: QPointF, size: float, *, down: bool) -> None:
        path = QPainterPath()
        if down:
            path.moveTo(middle + QPointF(-size, -size / 2))
            path.lineTo(middle + QPointF(0, size / 2))
            path.lineTo(middle + QPointF(size, -size / 2))
        else:
            path.moveTo(middle + QPointF(-size / 2, -size))
            path.lineTo(middle + QPointF(size / 2, 0))
            path.lineTo(middle + QPointF(-size / 2, size))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._colours.dim), 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPath(path)

    # Cards

    def _card(self, painter: QPainter, area: QRect, row: DisplaySetRow, state: RowState) -> None:
        px, colours, display_set = self._theme.px, self._colours, row.display_set
        card = QRect(metrics.CARD_LEFT, area.top(), area.right() - metrics.CARD_LEFT, px(metrics.CARD_HEIGHT))
        shown = self._marks.on_screen.get(display_set.key)
        self._ground(painter, card, state, on_screen=shown is not None)
        if shown is not None:
            self._bar(painter, card, active=shown)
        side = px(metrics.THUMBNAIL)
        tile = QRect(card.left() + px(metrics.CARD_PADDING), card.top() + (card.height() - side) // 2, side, side)
        self._tile(painter, tile, display_set)
        left = tile.right() + px(10)
        expandable = row.can_have_children and (state.is_hovered or state.is_current or state.is_expanded)
        right = card.right() - (px(22) if expandable else px(8))
        top = card.top() + (card.height() - px(38)) // 2
        title_colour = colours.dim if display_set.key in self._marks.gone else colours.text
        self._text(painter, QRect(left, top, right - left, px(20)), row_texts.display_set_title(display_set), 13, 400, title_colour)
        self._second_line(painter, QRect(left, top + px(20), right - left, px(18)), display_set, state)
        if expandable:
            self._draw_chevron(painter, QPointF(card.right() - px(12), card.center().y()), px(4), down=state.is_expanded)

    def _second_line(self, painter: QPainter, room: QRect, display_set: DisplaySet, state: RowState) -> None:
        px, colours = self._theme.px, self._colours
        badge = row_texts.badge_text(display_set)
        left = room.left()
        if badge:
            width = min(self._width(badge, 10.5, 600) + px(10), room.width() // 2)
            place = QRectF(left + 0.5, room.top() + 0.5, width - 1, room.height() - 1).adjusted(0, px(1), 0, -px(1))
            painter.setPen(QPen(QColor(colours.hairline), 1))
            painter.setBrush(QColor(colours.window if display_set.key in self._marks.on_screen else colours.raised))
            painter.drawRoundedRect(place, px(4), px(4))
            self._text(painter, place.toRect(), badge, 10.5, 600, colours.dim, Qt.AlignmentFlag.AlignCenter)
            left += width + px(7)
        rest = QRect(left, room.top(), room.right() - left, room.height())
        gone = display_set.key in self._marks.gone
        if gone or (display_set.notes and not state.is_reading):
            mark = px(13)
            icon = self._theme.icon("triangle-alert", colours.warning)
            icon.paint(painter, QRect(rest.left(), rest.center().y() - mark // 2, mark, mark))
            rest = rest.adjusted(mark + px(5), 0, 0, 0)
        line = tr("file not found") if gone else row_texts.display_set_line(display_set)
        self._text(painter, rest, line, 12, colour=colours.dim, keeps_end=True)

    def _bar(self, painter: QPainter, card: QRect, *, active: bool) -> None:
        """The left edge of what is on screen; quieter where the viewport is not the active one."""
        painter.save()
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(card), metrics.CARD_CORNER, metrics.CARD_CORNER)
        painter.setClipPath(clip)
        bar = QColor(self._colours.accent)
        bar.setAlphaF(1.0 if active else 0.55)
        painter.fillRect(QRect(card.left(), card.top(), self._theme.px(metrics.BAR), card.height()), bar)
        painter.restore()

    def _tile(self, painter: QPainter, tile: QRect, display_set: DisplaySet) -> None:
        thumbnail = self._shelf.of(display_set.key) if display_set.kind is not DisplaySetKind.DOCUMENT else None
        corner = self._theme.px(metrics.THUMBNAIL_CORNER)
        frame = QRectF(tile)
        path = QPainterPath()
        path.addRoundedRect(frame, corner, corner)
        if thumbnail is not None and thumbnail.pixmap is not None:
            painter.save()
            painter.setClipPath(path)
            painter.fillRect(tile, QColor(self._colours.image))
            painter.setOpacity(GONE_OPACITY if display_set.key in self._marks.gone else painter.opacity())
            painter.drawPixmap(tile, thumbnail.pixmap)
            painter.restore()
        else:
            painter.fillPath(path, QColor(self._colours.raised))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._colours.hairline), 1))
        painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), corner, corner)
        is_waiting = thumbnail is None and display_set.kind is not DisplaySetKind.DOCUMENT
        if (thumbnail is None or thumbnail.pixmap is None) and not is_waiting:
            self._letters(painter, tile, display_set)
        if display_set.kind is DisplaySetKind.VIDEO:
            self._play_mark(painter, tile)

    def _letters(self, painter: QPainter, tile: QRect, display_set: DisplaySet) -> None:
        letters = row_texts.tile_letters(display_set)
        if display_set.kind is DisplaySetKind.VIDEO:
            return
        room = tile.adjusted(3, 0, -3, 0)
        size = next((size for size in (12.0, 11.0, 10.0, 9.0) if self._width(letters, size, 600) <= room.width()), 8.0)
        self._text(painter, room, letters, size, 600, self._colours.dim, Qt.AlignmentFlag.AlignCenter)

    def _play_mark(self, painter: QPainter, tile: QRect) -> None:
        side = self._theme.px(20)
        place = QRect(0, 0, side, side)
        place.moveCenter(tile.center())
        self._theme.icon("play", self._colours.dim).paint(painter, place)

    # Instances

    def _instance(self, painter: QPainter, area: QRect, row: InstanceRow, state: RowState) -> None:
        px, colours = self._theme.px, self._colours
        left = px(metrics.CARD_PADDING + metrics.THUMBNAIL) + metrics.CARD_LEFT
        ground = QRect(left, area.top() + 1, area.right() - left, area.height() - 2)
        self._ground(painter, ground, state)
        text = QRect(left + px(11), area.top(), ground.right() - left - px(19), area.height())
        title = row_texts.instance_title(row)
        gone = row.key in self._marks.gone
        width = min(self._width(title, 12), text.width())
        self._text(painter, text, title, 12, colour=colours.dim if gone else colours.text)
        rest = text.adjusted(width + px(8), 0, 0, 0)
        if rest.width() > px(24):
            line = tr("file not found") if gone else row_texts.instance_line(row.instance)
            self._text(painter, rest, line, 12, colour=colours.warning if gone else colours.dim)

    # Parts

    def card_pixmap(self, row: DisplaySetRow, width: int, height: int, ratio: float) -> QPixmap:
        """A card on a ground of its own, a little see-through, as it hangs on the pointer while it is dragged."""
        pixmap = QPixmap(round(width * ratio), round(height * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setOpacity(DRAG_OPACITY)
        state = RowState(width=width + metrics.RIGHT, is_current=True, has_focus=True)
        self.paint(painter, QRect(0, 0, width, height), row, state)
        painter.end()
        return pixmap

    @property
    def _colours(self) -> Colours:
        return self._theme.colours

    def _ground(self, painter: QPainter, place: QRect, state: RowState, *, on_screen: bool = False) -> None:
        colours = self._colours
        frame = QRectF(place)
        painter.setPen(Qt.PenStyle.NoPen)
        if on_screen:
            painter.setBrush(QColor(colours.accent_ground))
        elif state.is_current or state.is_hovered:
            painter.setBrush(QColor(colours.raised))
        else:
            return
        painter.drawRoundedRect(frame, metrics.CARD_CORNER, metrics.CARD_CORNER)
        if state.is_current:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent if state.has_focus else colours.hairline), 1))
            painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), metrics.CARD_CORNER, metrics.CARD_CORNER)

    def _font(self, size: float, weight: int) -> QFont:
        font = self._fonts.get((size, weight))
        if font is None:
            font = self._fonts[size, weight] = self._theme.font(size, weight)
        return font

    def _width(self, text: str, size: float, weight: int = 400) -> int:
        return QFontMetrics(self._font(size, weight)).horizontalAdvance(text) + 1

    def _text(
        self,
        painter: QPainter,
        room: QRect,
        text: str,
        size: float,
        weight: int = 400,
        colour: str = "",
        alignment: Qt.AlignmentFlag | Qt.TextFlag | int = ALIGN,
        *,
        keeps_end: bool = False,
    ) -> None:
        """One line, shortened where it does not fit; `keeps_end`: before its end, which tells it from others."""
        if not text or room.width() <= 0:
            return
        font = self._font(size, weight)
        painter.setFont(font)
        painter.setPen(QColor(colour or self._colours.text))
        shown = shortened(text, QFontMetrics(font), room.width(), keeps_end=keeps_end)
        painter.drawText(room, int(alignment), shown)


def shortened(text: str, font: QFontMetrics, width: int, *, keeps_end: bool) -> str:
    """`text` in `width`; with `keeps_end` the middle of what follows its first part goes: half a number is a wrong one."""
    if not keeps_end:
        return font.elidedText(text, Qt.TextElideMode.ElideRight, width)
    first, dot, rest = text.partition(" · ")
    left = width - font.horizontalAdvance(first + dot)
    if rest and left >= LEAST_END * font.averageCharWidth():
        return first + dot + font.elidedText(rest, Qt.TextElideMode.ElideMiddle, left)
    return font.elidedText(text, Qt.TextElideMode.ElideMiddle, width)
