"""A line above the images that stays until it is answered: the first start's notice, a repaired library, a crash of last time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from viewer.model.frozen import frozen
from viewer.model.messages import Message, message
from viewer.ui.i18n import translated
from viewer.ui.theme import Theme

UNDERSTOOD = message("Understood")


def _nothing() -> None:
    """No action."""


@frozen
class Notice:
    """`action` (with its word) is offered beside closing; `closed` runs when the user has read it."""

    text: Message
    action_title: Message | None = None
    action: Callable[[], None] = _nothing
    closed: Callable[[], None] = _nothing


class NoticeBar(QWidget):
    """Shows one notice at a time, the next when it is answered."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._waiting: deque[Notice] = deque()
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)  # what has to be read must not be cut short
        self.action = QPushButton()
        self.understood = QPushButton()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self.action)
        row.addWidget(self.understood)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.action.clicked.connect(self._act)
        self.understood.clicked.connect(self._close_one)
        theme.changed.connect(self.restyle)
        self.hide()
        self.restyle()

    @property
    def current(self) -> Notice | None:
        return self._waiting[0] if self._waiting else None

    def offer(self, notice: Notice) -> None:
        """Show `notice`, or queue it behind the one on show."""
        self._waiting.append(notice)
        self._show_first()

    def _act(self) -> None:
        if self._waiting:
            self._waiting[0].action()
        self._close_one()

    def _close_one(self) -> None:
        if self._waiting:
            self._waiting.popleft().closed()
        self._show_first()

    def _show_first(self) -> None:
        one = self.current
        self.setVisible(one is not None)
        if one is not None:
            self._text.setText(translated(one.text))
            self.action.setVisible(one.action_title is not None)
            self.action.setText(translated(one.action_title) if one.action_title else "")
            self.understood.setText(translated(UNDERSTOOD))

    def restyle(self) -> None:
        theme = self._theme
        self._icon.setPixmap(theme.icon("info", theme.colours.warning).pixmap(theme.px(18), theme.px(18)))
        self._text.setFont(theme.font(13))
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show_first()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.colours.raised))
        painter.fillRect(0, 0, 3, self.height(), QColor(self._theme.colours.warning))
