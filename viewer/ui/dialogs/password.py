"""Asks for the password of an archive."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from viewer.model.locked_archive import is_refused
from viewer.model.text import plain
from viewer.ui.dialogs.dialog import Dialog, paragraph
from viewer.ui.i18n import tr
from viewer.ui.theme import Theme


class PasswordDialog(Dialog):
    """Calls `answer` once: with the password, or None when the archive is to be skipped.

    Says that the password given last was wrong where `name` is a LockedArchive that was refused.
    """

    def __init__(self, name: str, answer: Callable[[str | None], None], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, width=420, height=190)
        self._name = plain(name, 120)
        self._is_refused = is_refused(name)
        self._hint = paragraph()
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.body.addWidget(self._hint)
        self.body.addWidget(self.field)
        self.body.addStretch()
        self.buttons.addStretch()
        self._skip = self.add_button()
        self._skip.clicked.connect(self.reject)
        self._open = self.add_button(default=True)
        self._open.clicked.connect(self.accept)
        self.finished.connect(lambda code: answer(self.field.text() if code else None))
        self.begin()
        self.field.setFocus()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Password"))
        self.heading.setText(tr("The password was wrong") if self._is_refused else tr("This archive is locked"))
        if self._is_refused:
            self._hint.setText(tr("It does not open {name}. Try another one:", name=self._name))
        else:
            self._hint.setText(tr("Password of {name}:", name=self._name))
        self.field.setAccessibleName(tr("Password"))
        self._skip.setText(tr("Skip the archive"))
        self._open.setText(tr("Open"))
