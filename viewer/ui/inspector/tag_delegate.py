"""Draws the cells of the table of tags."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from viewer.model.tags import TagElement, ValueKind
from viewer.ui.inspector.tag_model import ELEMENT_ROLE, NAME, TAG, VALUE, VR, text_of
from viewer.ui.theme import Theme

ROW_HEIGHT = 24
CHEVRON = 14
MARGIN = 6
EDGE = 14
_OPENS = (ValueKind.SEQUENCE, ValueKind.ITEM)
Index = QModelIndex | QPersistentModelIndex


class TagDelegate(QStyledItemDelegate):
    """Draws the text of a cell; grounds and lines are the view's."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.has_changed: Callable[[int], bool] = lambda node: False  # its value is another than in the file before
        self.restyle()

    def restyle(self) -> None:
        """Fonts and colours of the theme."""
        theme = self._theme
        self._fonts = {TAG: theme.mono(11), VR: theme.mono(11), NAME: theme.font(12), VALUE: theme.font(12)}
        colours = theme.colours
        self._colours = {TAG: colours.dim, VR: colours.dim, NAME: colours.text, VALUE: colours.text}
        self._row = theme.px(ROW_HEIGHT)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        element = index.data(ELEMENT_ROLE)
        if not isinstance(element, TagElement):
            return
        column = index.column()
        room = QRect(option.rect)
        room.adjust(self._theme.px(EDGE) if column == TAG else 0, 0, -self._theme.px(MARGIN), 0)
        if column == VALUE and self.has_changed(index.internalId()):
            self._dot(painter, room)
        if column == NAME and element.number_of_items and element.kind in _OPENS:
            room.adjust(self._chevron(painter, room, bool(option.state & QStyle.StateFlag.State_Open)), 0, 0, 0)
        painter.save()
        painter.setFont(self._fonts[column])
        painter.setPen(QColor(self._colour(element, column)))
        shown = painter.fontMetrics().elidedText(text_of(element, column), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def _dot(self, painter: QPainter, room: QRect) -> None:
        """Mark a value that the image before did not have."""
        size = self._theme.px(4)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.colours.accent))
        painter.drawEllipse(QRect(room.left() - size - self._theme.px(2), room.center().y() - size // 2, size, size))
        painter.restore()

    def _chevron(self, painter: QPainter, room: QRect, is_open: bool) -> int:
        """Draw the mark of what opens; returns the width it takes."""
        size = self._theme.px(12)
        icon = self._theme.icon("chevron-down" if is_open else "chevron-right", self._theme.colours.dim)
        icon.paint(painter, QRect(room.left(), room.center().y() - size // 2 + 1, size, size))
        return self._theme.px(CHEVRON)

    def _colour(self, element: TagElement, column: int) -> str:
        counts = (ValueKind.BINARY, ValueKind.SEQUENCE, ValueKind.EMPTY)
        if column == VALUE and element.kind in counts:
            return self._theme.colours.dim
        if column == NAME and element.is_private:
            return self._theme.colours.dim
        return self._colours[column]
