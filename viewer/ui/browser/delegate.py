"""Between the tree and the painter of its rows."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from viewer.ui.browser.model import BrowserModel
from viewer.ui.browser.row_painter import RowPainter, RowState

Index = QModelIndex | QPersistentModelIndex


class RowDelegate(QStyledItemDelegate):
    """`reading` says whether a scan is adding rows."""

    def __init__(self, model: BrowserModel, painter: RowPainter, view: QTreeView) -> None:
        super().__init__(view)
        self._model = model
        self._painter = painter
        self._view = view
        self.reading = False

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._painter.sizes[type(self._model.row_of(index))]  # asked for every row at each new layout

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        flags = option.state
        row = self._model.row_of(index)
        state = RowState(
            width=self._view.width(),
            is_current=index == self._view.currentIndex(),
            is_hovered=bool(flags & QStyle.StateFlag.State_MouseOver),
            has_focus=self._view.hasFocus(),
            is_expanded=self._view.isExpanded(index),
            is_reading=self.reading,
        )
        painter.save()
        self._painter.paint(painter, option.rect, row, state)
        painter.restore()
