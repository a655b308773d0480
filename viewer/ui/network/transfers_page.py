"""What is sent and fetched, now and before: each job with its progress, each object of a job with what became of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetrics, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer.model.remote import Direction, Transfer, TransferObject, TransferState
from viewer.model.text import plain
from viewer.ui.i18n import tr
from viewer.ui.network import transfer_texts as texts
from viewer.ui.network.secret_dialog import SecretDialog
from viewer.ui.stepwise import Stepwise
from viewer.ui.theme import Theme
from viewer.workspace.network_services import Network, Transfers
from viewer.workspace.workspace import Workspace

Index = QModelIndex | QPersistentModelIndex
TRANSFER = Qt.ItemDataRole.UserRole
ACTIONS = {"secret": "lock", "resume": "play", "pause": "pause", "retry": "refresh-cw", "cancel": "x", "forget": "trash-2"}
MOST_OBJECTS = 2000
ASK_AGAIN_MS = 2000  # the objects of a transfer that goes on
_AT_ONCE = 20  # rows between two looks at the clock


class TransferModel(QAbstractListModel):
    """The newest first. Rows that stay keep their selection."""

    def __init__(self, transfers: Transfers, parent: QWidget) -> None:
        super().__init__(parent)
        self._transfers = transfers
        self.rows: tuple[Transfer, ...] = ()

    def follow(self) -> None:
        """As they are now."""
        fresh = self._transfers.transfers
        if [one.key for one in fresh] != [one.key for one in self.rows]:
            kept = {index.data(TRANSFER).key: index for index in self.persistentIndexList()}
            self.layoutAboutToBeChanged.emit()
            self.rows = fresh
            places = {one.key: place for place, one in enumerate(fresh)}
            for key, index in kept.items():
                self.changePersistentIndex(index, self.index(places[key]) if key in places else QModelIndex())
            self.layoutChanged.emit()
        elif fresh != self.rows:
            self.rows = fresh
            self.dataChanged.emit(self.index(0), self.index(len(fresh) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as Qt declares it
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self.rows):
            return None
        one = self.rows[index.row()]
        if role == TRANSFER:
            return one
        if role == Qt.ItemDataRole.DisplayRole:
            return texts.title_of(one)
        if role == Qt.ItemDataRole.ToolTipRole:
            parts = (texts.title_of(one), texts.line_of(one), texts.reason_text(one))
            return "\n".join(plain(part, 400).replace("<", "‹") for part in parts if part)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (texts.title_of(one), texts.line_of(one), texts.reason_text(one)) if part)
        return None


class TransfersPage(QWidget):
    """Follows the transfers while it is on screen."""

    def __init__(self, workspace: Workspace, network: Network, theme: Theme) -> None:
        super().__init__()
        transfers = network.transfers
        self._workspace, self._nodes, self._transfers, self._theme = workspace, network.nodes, transfers, theme
        self._shown = ""
        self._filling = Stepwise(self)
        self._ask_again = QTimer(self)
        self._ask_again.setSingleShot(True)
        self._ask_again.setInterval(ASK_AGAIN_MS)
        self._ask_again.timeout.connect(self._ask_objects)
        self.model = TransferModel(transfers, self)
        self.list = _TransferList(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(_TransferDelegate(theme, self.list))
        self.empty = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.buttons = {action: QToolButton() for action in ACTIONS}
        self.objects = QTreeWidget()
        self.objects.setRootIsDecorated(False)
        self.objects.setUniformRowHeights(True)
        self.objects.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.objects.setColumnCount(3)
        self.objects.setObjectName("objects")
        self.objects.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.objects.header().resizeSection(0, theme.px(150))
        self.objects.header().resizeSection(1, theme.px(80))
        self._lay_out()
        for action, button in self.buttons.items():
            button.clicked.connect(partial(self._act, action))
        self.list.selectionModel().currentChanged.connect(lambda *_: self._on_current())
        transfers.changed.connect(self.follow)
        workspace.closing.connect(self.dispose)
        theme.changed.connect(self.restyle)
        self.restyle()
        self.follow()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch()
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.empty, 1)
        self._column.addWidget(self.list, 3)
        self._column.addLayout(row)
        self._column.addWidget(self.objects, 2)

    def dispose(self) -> None:
        """Let go of the transfers; the window closes."""
        self._ask_again.stop()
        self._filling.stop()
        self._transfers.changed.disconnect(self.follow, missing_ok=True)
        self._workspace.closing.disconnect(self.dispose, missing_ok=True)

    def showEvent(self, event: QShowEvent) -> None:
        """What was not asked for while nobody looked."""
        super().showEvent(event)
        self.follow()

    def follow(self) -> None:
        """Something moved on."""
        self.model.follow()
        has_rows = bool(self.model.rows)
        self.empty.setVisible(not has_rows)
        self.list.setVisible(has_rows)
        if has_rows and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(0))
        self._follow_current()

    @property
    def current(self) -> Transfer | None:
        index = self.list.currentIndex()
        found = index.data(TRANSFER) if index.isValid() else None
        return found if isinstance(found, Transfer) else None

    def _on_current(self) -> None:
        self._filling.stop()
        self._follow_current()
        self._ask_objects()

    def _follow_current(self) -> None:
        one = self.current
        possible = texts.actions_of(one) if one is not None else ()
        for action, button in self.buttons.items():
            button.setVisible(action in possible)
        bare = len(possible) > 2 and possible[-1] == "forget"  # its words would be cut
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if bare else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        self.buttons["forget"].setToolButtonStyle(style)
        self.objects.setVisible(one is not None)
        if one is None or f"{one.key} {one.done} {one.failed} {one.state}" == self._shown:
            return
        if one.state.is_over or not self._shown.startswith(f"{one.key} "):
            self._ask_objects()
        elif not self._ask_again.isActive():  # all of them at every object that goes through would take longer than the sending
            self._ask_again.start()

    def _ask_objects(self) -> None:
        one = self.current
        if one is None or not self.isVisible():
            return
        self._ask_again.stop()
        self._shown = f"{one.key} {one.done} {one.failed} {one.state}"
        self._transfers.objects(one.key, partial(self._show_objects, one.key))

    def _show_objects(self, key: str, objects: Sequence[TransferObject]) -> None:
        if self.current is None or self.current.key != key:
            return
        self._filling.run(self._fill_steps(objects))

    def _fill_steps(self, objects: Sequence[TransferObject]) -> Iterator[int]:
        """What is there stays until all rows are made."""
        trouble = [one for one in objects if one.outcome not in ("", "stored")]  # what needs a person first
        others = [one for one in objects if one.outcome in ("", "stored")]
        rows = []
        for one in (*trouble, *others)[:MOST_OBJECTS]:
            row = QTreeWidgetItem([plain(os.path.basename(one.name), 200), texts.outcome_text(one.outcome), plain(one.reason, 300)])
            row.setToolTip(0, plain(one.name, 400).replace("<", "‹"))
            row.setToolTip(2, plain(one.reason, 400).replace("<", "‹"))
            rows.append(row)
            if len(rows) % _AT_ONCE == 0:
                yield len(rows)
        self.objects.setUpdatesEnabled(False)
        bar = self.objects.verticalScrollBar().value()
        self.objects.clear()
        self.objects.addTopLevelItems(rows)
        self.objects.verticalScrollBar().setValue(bar)
        self.objects.setUpdatesEnabled(True)

    def _act(self, action: str) -> None:
        one = self.current
        if one is not None and action == "secret":
            self._ask_secret(one)
        elif one is not None:
            self._transfers.act(one.key, action)

    def _ask_secret(self, one: Transfer) -> None:
        """A password or token; the transfer goes on with it."""
        node = self._nodes.source(one.node)
        if node is None:
            return

        def use(secret: str) -> None:
            self._nodes.keep_secret(node, secret)
            self._transfers.act(one.key, "retry" if one.state.is_over else "resume")

        SecretDialog(node, use, self._theme, self.window()).open()

    def menu(self) -> QMenu | None:
        """Of the current transfer."""
        one = self.current
        if one is None:
            return None
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for action in texts.actions_of(one):
            entry = menu.addAction(self._theme.icon(ACTIONS[action]), _action_text(action))
            entry.triggered.connect(lambda _=False, action=action: self._act(action))
        return menu

    def restyle(self) -> None:
        theme, colours = self._theme, self._theme.colours
        self._column.setContentsMargins(*(theme.px(n) for n in (8, 6, 8, 8)))
        self._column.setSpacing(theme.px(6))
        self.empty.setStyleSheet(f"color: {colours.dim}; padding: {theme.px(24)}px")
        self.objects.setFont(theme.font(12))
        for action, button in self.buttons.items():
            button.setIcon(theme.icon(ACTIONS[action]))
            button.setIconSize(QSize(theme.px(16), theme.px(16)))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setFont(theme.font(12))
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Transfers"))
        self.list.setAccessibleName(tr("Transfers"))
        self.objects.setAccessibleName(tr("Objects of the transfer"))
        self.objects.setHeaderLabels([tr("Object"), tr("State"), tr("Reason")])
        self.empty.setText(tr("Nothing was sent or fetched yet."))
        for action, button in self.buttons.items():
            button.setText(_action_text(action))
            button.setToolTip(_action_text(action))
            button.setAccessibleName(_action_text(action))
        self.list.viewport().update()
        self._shown = ""
        self._follow_current()


def _action_text(action: str) -> str:
    return {
        "secret": tr("Password …"),
        "resume": tr("Go on"),
        "pause": tr("Pause"),
        "retry": tr("Try again"),
        "cancel": tr("Cancel"),
        "forget": tr("Take off the list"),
    }[action]


class _TransferList(QListView):
    def __init__(self, page: TransfersPage) -> None:
        super().__init__()
        self._page = page
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self._page.menu()
        if menu is not None:
            menu.popup(event.globalPos())
            event.accept()


class _TransferDelegate(QStyledItemDelegate):
    """Arrow and title, a line of facts, the reason when there is one, and a thin bar."""

    def __init__(self, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        one = index.data(TRANSFER)
        has_reason = isinstance(one, Transfer) and bool(texts.reason_text(one))
        return QSize(80, self._theme.px(68 if has_reason else 52))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        one = index.data(TRANSFER)
        if not isinstance(one, Transfer):
            return
        theme, colours, px = self._theme, self._theme.colours, self._theme.px
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = option.rect.adjusted(0, 1, 0, -1)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            is_selected = option.state & QStyle.StateFlag.State_Selected
            painter.setBrush(QColor(colours.accent_ground if is_selected else colours.raised))
            painter.drawRoundedRect(area, 8, 8)
        side = px(16)
        name = "arrow-up-to-line" if one.direction is Direction.SEND else "arrow-down-to-line"
        theme.icon(name, colours.dim).paint(painter, QRect(area.left() + px(8), area.top() + px(8), side, side))
        left = area.left() + px(8) + side + px(8)
        width = area.right() - left - px(8)
        self._text(painter, QRect(left, area.top() + px(5), width, px(19)), texts.title_of(one), 13, colours.text)
        colour = {TransferState.DONE: colours.fine, TransferState.FAILED: colours.fault}.get(one.state, colours.dim)
        self._text(painter, QRect(left, area.top() + px(24), width, px(16)), texts.line_of(one), 12, colour)
        reason = texts.reason_text(one)
        if reason:
            tone = colours.warning if one.reason else colours.dim
            self._text(painter, QRect(left, area.top() + px(40), width, px(16)), reason, 12, tone)
        if not one.state.is_over:
            self._bar(painter, QRect(left, area.bottom() - px(5), width, px(3)), one)
        painter.restore()

    def _text(self, painter: QPainter, room: QRect, text: str, size: int, colour: str) -> None:
        font = self._theme.font(size)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _bar(self, painter: QPainter, room: QRect, one: Transfer) -> None:
        colours = self._theme.colours
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.hairline))
        painter.drawRoundedRect(QRectF(room), 1.5, 1.5)
        if one.total:
            share = min(one.done / one.total, 1.0)
            painter.setBrush(QColor(colours.accent if one.state is TransferState.RUNNING else colours.dim))
            painter.drawRoundedRect(QRectF(room.left(), room.top(), room.width() * share, room.height()), 1.5, 1.5)
