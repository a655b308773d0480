"""Asks for the password or token that a node wants to see."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from viewer.model.nodes import RemoteNode
from viewer.model.web_archives import WebArchive
from viewer.ui.dialogs.dialog import Dialog, paragraph
from viewer.ui.i18n import tr
from viewer.ui.theme import Theme


class SecretDialog(Dialog):
    """Calls `answer` with what was typed; not when it is given up."""

    def __init__(
        self, node: RemoteNode | WebArchive, answer: Callable[[str], None], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent, width=420, height=210)
        self._node = node
        self._hint = paragraph()
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.body.addWidget(self._hint)
        self.body.addWidget(self.field)
        self.body.addStretch()
        self.buttons.addStretch()
        self._cancel = self.add_button()
        self._cancel.clicked.connect(self.reject)
        self.use = self.add_button(default=True)
        self.use.clicked.connect(self.accept)
        self.accepted.connect(lambda: answer(self.field.text()))
        self.begin()
        self.field.setFocus()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Password"))
        self.heading.setText(tr("{node} asks who you are", node=self._node.name or str(self._node)))
        self._hint.setText(tr("Password or token of {user}:", user=self._node.user_name or str(self._node)))
        self.field.setAccessibleName(tr("Password or token"))
        self._cancel.setText(tr("Cancel"))
        self.use.setText(tr("Use it"))
