"""A dialog with one hidden field: what the passwords of archives, and those of nodes, are asked with."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from viewer.ui.dialogs.dialog import Dialog, paragraph
from viewer.ui.theme import Theme


class PasswordPrompt(Dialog):
    """`hint` stands above the `field`; `give` accepts, `refuse` rejects. Their words are the subclass's, which calls `begin`."""

    def __init__(self, theme: Theme, parent: QWidget | None, height: int) -> None:
        super().__init__(theme, parent, width=420, height=height)
        self.hint = paragraph()
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.body.addWidget(self.hint)
        self.body.addWidget(self.field)
        self.body.addStretch()
        self.buttons.addStretch()
        self.refuse = self.add_button()
        self.refuse.clicked.connect(self.reject)
        self.give = self.add_button(default=True)
        self.give.clicked.connect(self.accept)

    def begin(self) -> None:
        super().begin()
        self.field.setFocus()
