"""What all dialogs share: ground, heading, a row of buttons, opening without blocking."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from viewer.ui.theme import Theme


class Dialog(QDialog):
    """Subclasses put their widgets into `body` and say their texts in `retranslate`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, width: int = 560, height: int = 420) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.theme = theme
        self.heading = QLabel()
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.heading.setWordWrap(True)
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.heading)
        column.addLayout(self.body, 1)
        column.addLayout(self.buttons)
        room = self.screen().availableSize()
        self.resize(min(theme.px(width), room.width() - 40), min(theme.px(height), room.height() - 80))
        theme.changed.connect(self.restyle)

    def add_button(self, *, default: bool = False) -> QPushButton:
        """A button at the right of the foot."""
        button = QPushButton()
        button.setDefault(default)
        button.setAutoDefault(default)
        self.buttons.addWidget(button)
        return button

    def begin(self) -> None:
        """Call when built: texts and fonts."""
        self.restyle()
        self.retranslate()

    def restyle(self) -> None:
        self.heading.setFont(self.theme.font(16, 600))

    def retranslate(self) -> None:
        """Say all texts anew in the language in force."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def paragraph(text: str = "") -> QLabel:
    """Plain text over several lines, never markup."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
