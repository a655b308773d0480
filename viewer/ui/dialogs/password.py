"""Asks for the password of an archive."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from viewer.model.locked_archive import is_refused
from viewer.model.text import plain
from viewer.ui.dialogs.password_prompt import PasswordPrompt
from viewer.ui.i18n import tr
from viewer.ui.theme import Theme


class PasswordDialog(PasswordPrompt):
    """Calls `answer` once: with the password, or None when the archive is to be skipped.

    Says that the password given last was wrong where `name` is a LockedArchive that was refused.
    """

    def __init__(self, name: str, answer: Callable[[str | None], None], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, height=190)
        self._name = plain(name, 120)
        self._is_refused = is_refused(name)
        self.finished.connect(lambda code: answer(self.field.text() if code else None))
        self.begin()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Password"))
        self.heading.setText(tr("The password was wrong") if self._is_refused else tr("This archive is locked"))
        if self._is_refused:
            self.hint.setText(tr("It does not open {name}. Try another one:", name=self._name))
        else:
            self.hint.setText(tr("Password of {name}:", name=self._name))
        self.field.setAccessibleName(tr("Password"))
        self.refuse.setText(tr("Skip the archive"))
        self.give.setText(tr("Open"))
