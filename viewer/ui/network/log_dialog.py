"""The association log: what happened on the network, to read and to copy."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from viewer.ui.dialogs.dialog import Dialog, paragraph
from viewer.ui.i18n import tr
from viewer.ui.theme import Theme
from viewer.workspace.network_services import AssociationLog


class LogDialog(Dialog):
    """Follows the log while it is open; stays where the user scrolled to."""

    def __init__(self, log: AssociationLog, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, width=820, height=520)
        self._log = log
        self._hint = paragraph()
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.body.addWidget(self._hint)
        self.body.addWidget(self.text, 1)
        self._copy = self.add_button()
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText("\n".join(self._log.lines)))
        self.buttons.addStretch()
        self._close = self.add_button(default=True)
        self._close.clicked.connect(self.close)
        log.changed.connect(self.fill)
        self.finished.connect(lambda _code: log.changed.disconnect(self.fill, missing_ok=True))
        self.fill()
        self.begin()

    def fill(self) -> None:
        """Show the lines known now."""
        bar = self.text.verticalScrollBar()
        before, at_end = bar.value(), bar.value() >= bar.maximum() - 1
        self.text.setPlainText("\n".join(self._log.lines))
        bar.setValue(bar.maximum() if at_end else before)

    def restyle(self) -> None:
        super().restyle()
        self.text.setFont(self.theme.mono(11))

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Association log"))
        self.heading.setText(tr("Association log"))
        self._hint.setText(tr("What was agreed, sent, received and refused. No names of patients are in it."))
        self.text.setAccessibleName(tr("Association log"))
        self.text.setPlaceholderText(tr("Nothing has happened on the network since the program started."))
        self._copy.setText(tr("Copy all"))
        self._close.setText(tr("Close"))
