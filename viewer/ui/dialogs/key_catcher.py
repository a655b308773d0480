"""Asks for a key by having it pressed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from viewer.ui.dialogs.dialog import Dialog, paragraph
from viewer.ui.i18n import tr
from viewer.ui.shortcuts import key_text
from viewer.ui.theme import Theme


class KeyCatcher(Dialog):
    """Calls `caught` with the first key that is pressed, as portable text ("Ctrl+I"). Escape changes nothing."""

    def __init__(self, title: str, caught: Callable[[str], None], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, width=380, height=160)
        self._title = title
        self._caught = caught
        self._hint = paragraph()
        self._hint.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.body.addWidget(self._hint)
        self.begin()

    def event(self, event: QEvent) -> bool:
        """Also keys that Qt would use itself: Tab, Return, shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._take(event)
            return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.reject()
            return
        text = key_text(event)
        if text:
            self._caught(text)
            self.accept()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Keys"))
        self.heading.setText(self._title)
        self._hint.setText(tr("Press the new key. Escape leaves it as it is."))
