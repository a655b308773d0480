"""Asks for the password or token that a node wants to see."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from viewer.model.nodes import RemoteNode
from viewer.model.web_archives import WebArchive
from viewer.ui.dialogs.password_prompt import PasswordPrompt
from viewer.ui.i18n import tr
from viewer.ui.theme import Theme


class SecretDialog(PasswordPrompt):
    """Calls `answer` with what was typed; not when it is given up."""

    def __init__(
        self, node: RemoteNode | WebArchive, answer: Callable[[str], None], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent, height=210)
        self._node = node
        self.accepted.connect(lambda: answer(self.field.text()))
        self.begin()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Password"))
        self.heading.setText(tr("{node} asks who you are", node=self._node.name or str(self._node)))
        self.hint.setText(tr("Password or token of {user}:", user=self._node.user_name or str(self._node)))
        self.field.setAccessibleName(tr("Password or token"))
        self.refuse.setText(tr("Cancel"))
        self.give.setText(tr("Use it"))
