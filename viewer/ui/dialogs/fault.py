"""Says that something went wrong inside the program, in plain words, with details to copy."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from viewer.ui.dialogs.dialog import Dialog, paragraph
from viewer.ui.i18n import tr
from viewer.ui.theme import Theme


class FaultDialog(Dialog):
    """`earlier`: the fault ended the program last time; else the program goes on."""

    def __init__(self, details: str, theme: Theme, parent: QWidget | None = None, *, earlier: bool = False) -> None:
        super().__init__(theme, parent, width=640, height=420)
        self._earlier = earlier
        self._text = paragraph()
        self.details = QPlainTextEdit(details)
        self.details.setReadOnly(True)
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._privacy = paragraph()
        self.body.addWidget(self._text)
        self.body.addWidget(self.details, 1)
        self.body.addWidget(self._privacy)
        self._copy = self.add_button()
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.details.toPlainText()))
        self.buttons.addStretch()
        self._close = self.add_button(default=True)
        self._close.clicked.connect(self.close)
        self.begin()

    def add(self, details: str) -> None:
        """Another fault while this one is on screen."""
        self.details.appendPlainText("\n" + details)

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Something went wrong"))
        if self._earlier:
            self.heading.setText(tr("The program ended unexpectedly last time"))
            self._text.setText(tr("This trace was left. It helps the authors to find the cause."))
        else:
            self.heading.setText(tr("Something went wrong inside the program"))
            self._text.setText(tr("What you were doing may not have worked. The program goes on; your files were not changed."))
        self._privacy.setText(tr("The details hold places in the program, no patient data and no file names."))
        self.details.setAccessibleName(tr("Details"))
        self._copy.setText(tr("Copy details"))
        self._close.setText(tr("Go on"))

    def restyle(self) -> None:
        super().restyle()
        self.details.setFont(self.theme.mono(11))
        self._privacy.setStyleSheet(f"color: {self.theme.colours.dim}")
