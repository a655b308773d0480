"""Find a command by a few letters of its name and run it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from viewer.model.frozen import frozen
from viewer.ui.i18n import tr, translated
from viewer.ui.menus import plain_title
from viewer.ui.shortcuts import native_keys
from viewer.ui.theme import Theme
from viewer.workspace.commands.registry import CommandRegistry
from viewer.workspace.workspace import Workspace

ROWS = 11


@frozen
class Entry:
    """A command as the palette lists it."""

    command_id: str
    title: str
    place: str
    key: str
    enabled: bool

    def rank(self, query: str) -> int | None:
        """How well `query` (case folded) fits, smaller is better; None when it does not. Words may come in any order."""
        title = self.title.casefold()
        if title.startswith(query):
            return 0
        words = query.split()
        if f" {query}" in title:  # "2 × 3" is "Layout 2 × 3" before it is "Layout 3 × 2"
            return 1
        if all(any(part.startswith(word) for part in title.split()) for word in words):
            return 2
        if query in title:
            return 3
        everything = f"{title} {self.place.casefold()} {self.command_id}"
        return 4 if all(word in everything for word in words) else None


def entries(registry: CommandRegistry, workspace: Workspace) -> list[Entry]:
    """Every command, in menu order; those that cannot run now are marked."""
    return [
        Entry(
            command.id,
            translated(command.title),
            plain_title(command.menu) if command.menu else "",
            (native_keys(command) or [""])[0],
            command.enabled_when(workspace),
        )
        for command in registry
        if command.id != "application.palette"
    ]


def found(everything: list[Entry], query: str) -> list[Entry]:
    """The entries that fit, best first; those that can run before those that cannot."""
    query = query.strip().casefold()
    ranked = [(one.rank(query), one) for one in everything]
    fitting = [(rank, one) for rank, one in ranked if rank is not None]
    return [one for _, one in sorted(fitting, key=lambda pair: (not pair[1].enabled, pair[0]))]


class CommandPalette(QDialog):
    """Enter runs, Escape closes, Up and Down choose. Closes itself when it loses the keyboard."""

    def __init__(self, registry: CommandRegistry, workspace: Workspace, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._registry = registry
        self._workspace = workspace
        self._everything = entries(registry, workspace)
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Find a command"))
        self.field.setAccessibleName(tr("Find a command"))
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Commands"))
        self.list.setItemDelegate(_EntryDelegate(theme, self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._run)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.setWindowTitle(tr("Find a command"))
        self.setStyleSheet(f"QDialog {{ background: {theme.colours.raised}; border: 1px solid {theme.colours.hairline}; }}")
        self.list.setStyleSheet(f"background: {theme.colours.raised};")
        self.resize(theme.px(560), theme.px(34 * ROWS + 60))
        self._fill("")

    def open_over(self, window: QWidget) -> None:
        """Show it below the top of `window`, in the middle."""
        top = min(80, window.height() // 8)
        self.resize(min(self.width(), window.width() - 16), min(self.height(), window.height() - top - 8))
        self.move(window.mapToGlobal(QPoint((window.width() - self.width()) // 2, top)))
        self.show()
        self.field.setFocus()

    def _fill(self, query: str) -> None:
        self.list.clear()
        for entry in found(self._everything, query):
            item = QListWidgetItem(entry.title)
            item.setData(Qt.ItemDataRole.UserRole, entry)
            if not entry.enabled:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        if self.list.count() and self.list.item(0).flags() & Qt.ItemFlag.ItemIsEnabled:
            self.list.setCurrentRow(0)

    def _run(self, item: QListWidgetItem | None) -> None:
        entry = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if isinstance(entry, Entry) and entry.enabled:
            self.close()
            self._registry.run(entry.command_id, self._workspace)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self.list.currentItem())
                return True
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS, Qt.Key.Key_PageUp: -ROWS}
            if event.key() in steps:
                self._step(steps[Qt.Key(event.key())])
                return True
        return super().eventFilter(watched, event)

    def _step(self, n: int) -> None:
        last = self.list.count() - 1
        while last >= 0 and not self.list.item(last).flags() & Qt.ItemFlag.ItemIsEnabled:
            last -= 1
        if last >= 0:
            self.list.setCurrentRow(min(max(self.list.currentRow() + n, 0), last))


class _EntryDelegate(QStyledItemDelegate):
    """Title, where it is in the menus, its key."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:
        return QSize(100, self._theme.px(34))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        entry = index.data(Qt.ItemDataRole.UserRole)  # type: ignore[attr-defined]  # the stubs lack QModelIndex here
        theme, colours = self._theme, self._theme.colours
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent_ground))
            painter.drawRoundedRect(rect.adjusted(0, 1, -2, -1), 6, 6)
        inner = rect.adjusted(theme.px(10), 0, -theme.px(12), 0)
        painter.setFont(theme.font(12))
        painter.setPen(QColor(colours.dim if entry.enabled else colours.faint))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, entry.key)
        key_width = painter.fontMetrics().horizontalAdvance(entry.key) + theme.px(14)
        painter.setFont(theme.font(13))
        metrics = painter.fontMetrics()
        painter.setPen(QColor(colours.text if entry.enabled else colours.faint))
        room = inner.adjusted(0, 0, -key_width, 0)
        title = metrics.elidedText(entry.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, title)
        left = metrics.horizontalAdvance(title) + theme.px(12)
        if entry.place and room.width() - left > theme.px(60):
            painter.setPen(QColor(colours.dim if entry.enabled else colours.faint))
            painter.setFont(theme.font(12))
            place = painter.fontMetrics().elidedText(entry.place, Qt.TextElideMode.ElideRight, room.width() - left)
            painter.drawText(room.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, place)
        painter.restore()
