"""The tree of what nodes have: drawn like the browser, opened up on demand, dragged into a viewport to fetch."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QDrag, QFontMetrics, QGuiApplication, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from viewer.ui.i18n import tr
from viewer.ui.network.result_model import Result, ResultModel
from viewer.ui.network.result_pictures import SIDE, ResultPictures
from viewer.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
LEFT = 16


class ResultTree(QTreeView):
    """`opened` fires with a result the user wants on screen, `fetched` with one to bring here only, `dragged` with one dragged."""

    opened = Signal(object)
    fetched = Signal(object)
    dragged = Signal(object)

    def __init__(self, model: ResultModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.results = model
        self._theme = theme
        self.setModel(model)
        self.delegate = _ResultDelegate(model, theme, self)
        self.pictures: ResultPictures | None = None  # of whoever asks for them
        self.setItemDelegate(self.delegate)
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        model.rowsInserted.connect(self._on_rows)

    def _on_rows(self, parent: QModelIndex, first: int, last: int) -> None:
        """Patients stand open."""
        if not parent.isValid():
            for row in range(first, last + 1):
                self.expand(self.results.index(row, 0))

    def current(self) -> Result:
        return self.results.result(self.currentIndex())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self._open(index)
            event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and event.position().x() < self._theme.px(LEFT + 8):
            self.setExpanded(index, not self.isExpanded(index))

    def _open(self, index: Index) -> None:
        result = self.results.result(index)
        if result.entity is not None:
            self.opened.emit(result)
        elif result.patient is not None:
            self.setExpanded(index, not self.isExpanded(index))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
            event.accept()
        else:
            super().keyPressEvent(event)

    def startDrag(self, supported: Qt.DropAction) -> None:
        result = self.current()
        if result.entity is None:
            return
        self.dragged.emit(result)
        drag = QDrag(self)
        drag.setMimeData(self.results.mimeData([self.currentIndex()]))
        drag.exec(Qt.DropAction.CopyAction)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if index.isValid():
            self.menu_of(index).popup(event.globalPos())
            event.accept()

    def menu_of(self, index: Index) -> QMenu:
        """The context menu of a row."""
        result = self.results.result(index)
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        if result.entity is not None:
            first = menu.addAction(self._theme.icon("eye"), tr("Fetch and open"))
            first.triggered.connect(lambda: self.opened.emit(result))
            menu.setDefaultAction(first)
            menu.addAction(self._theme.icon("download"), tr("Fetch")).triggered.connect(lambda: self.fetched.emit(result))
            menu.addSeparator()
        copy = menu.addAction(self._theme.icon("clipboard-copy"), tr("Copy text"))
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(result.text()))
        return menu


class _ResultDelegate(QStyledItemDelegate):
    """Two lines; how much is here at the right of the second."""

    def __init__(self, model: ResultModel, theme: Theme, view: ResultTree) -> None:
        super().__init__(view)
        self._model, self._theme, self._view = model, theme, view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        result = self._model.result(index)
        height = 48 if result.patient is not None else 46 if result.entity is not None else 30
        return QSize(80, self._theme.px(height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, colours, result = self._theme, self._theme.colours, self._model.result(index)
        px, flags, rect = theme.px, option.state, option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRect(6, rect.top() + 1, self._view.viewport().width() - 12, rect.height() - 2)
        if flags & QStyle.StateFlag.State_Selected or flags & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent_ground if flags & QStyle.StateFlag.State_Selected else colours.raised))
            painter.drawRoundedRect(ground, 7, 7)
        depth = 0 if result.patient is not None else 1 if result.is_study else 2
        left = px(LEFT) + depth * px(10)
        if result.patient is not None or result.is_study:
            self._chevron(painter, QRect(left - px(12), rect.top(), px(12), rect.height()), open_=self._view.isExpanded(index))
        room = QRect(left + px(4), rect.top() + px(5), ground.right() - left - px(12), rect.height() - px(10))
        if result.entity is None and result.patient is None:
            self._text(painter, room, result.note, 12, 400, colours.dim)
        else:
            self._lines(painter, self._beside_picture(painter, room, result), result)
        painter.restore()

    def _beside_picture(self, painter: QPainter, room: QRect, result: Result) -> QRect:
        """Draw the picture of a series that may have one; what is left of the row."""
        pictures, entity = self._view.pictures, result.entity
        if pictures is None or entity is None or not pictures.has(entity):
            return room
        side = self._theme.px(SIDE)
        place = QRect(room.left(), room.center().y() - side // 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0))
        painter.drawRoundedRect(place, 4, 4)
        pixmap = pictures.of(entity)
        if pixmap is not None:
            size = pixmap.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
            fitted = QRect(place.topLeft(), size)
            fitted.moveCenter(place.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(fitted, pixmap)
        return room.adjusted(side + self._theme.px(8), 0, 0, 0)

    def _lines(self, painter: QPainter, room: QRect, result: Result) -> None:
        colours, half = self._theme.colours, room.height() // 2
        upper, lower = QRect(room.left(), room.top(), room.width(), half), room.adjusted(0, half, 0, 0)
        weight = 400 if result.entity is not None and not result.is_study else 600
        used = self._right(painter, upper, result.when(), colours.dim)
        self._text(painter, upper.adjusted(0, 0, -used, 0), result.title(), 13, weight, colours.text)
        used = self._right(painter, lower, result.presence(), colours.fine)
        line = result.line(with_source=self._model.number_of_sources > 1)
        self._text(painter, lower.adjusted(0, 0, -used, 0), line, 12, 400, colours.dim)

    def _right(self, painter: QPainter, room: QRect, text: str, colour: str) -> int:
        """Text at the right; how much room it takes."""
        if not text:
            return 0
        font = self._theme.font(12)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        return QFontMetrics(font).horizontalAdvance(text) + self._theme.px(10)

    def _text(self, painter: QPainter, room: QRect, text: str, size: int, weight: int, colour: str) -> None:
        font = self._theme.font(size, weight)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _chevron(self, painter: QPainter, room: QRect, *, open_: bool) -> None:
        icon = self._theme.icon("chevron-down" if open_ else "chevron-right", self._theme.colours.dim)
        side = self._theme.px(11)
        icon.paint(painter, QRect(room.left(), room.center().y() - side // 2, side, side))
