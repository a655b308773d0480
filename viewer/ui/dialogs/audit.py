"""The audit trail: what is written down, which repository gets it too, and whether every line is still as it was written."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from viewer.model.audit import AuditReport, AuditSettings
from viewer.model.messages import Message
from viewer.ui.dialogs.dialog import Dialog, paragraph
from viewer.ui.i18n import tr, translated
from viewer.ui.network.fields import Form, PathField
from viewer.ui.theme import Theme
from viewer.workspace.audit_services import Audit
from viewer.workspace.task_list import Task

_MOST_SHOWN = 5
_LOOK_MS = 100


class AuditDialog(Dialog):
    """Settings are kept by Save; Check reads the whole trail and says what is wrong, line by line."""

    def __init__(self, audit: Audit, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, width=640, height=520)
        self._audit = audit
        self._report: AuditReport | None = None
        self._checking: Task | None = None
        self._is_open = True
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._say)
        self._problem: Message | None = None
        self._hint, self._place, self._later, self.said = paragraph(), paragraph(), paragraph(), paragraph()
        self.viewing = QCheckBox()
        self.address = QLineEdit()
        self.authorities, self.certificate, self.key = PathField(theme), PathField(theme), PathField(theme)
        self._form = Form(theme)
        self._form.add_wide(self.viewing)
        for field in (self.address, self.authorities, self.certificate, self.key):
            self._form.add(field)
        for widget in (self._hint, self._place, self._form, self._later, self.said):
            self.body.addWidget(widget)
        self.body.addStretch()
        self.check = self.add_button()
        self.buttons.addStretch()
        self._cancel = self.add_button()
        self.save = self.add_button(default=True)
        self.check.clicked.connect(self._check)
        self._cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self._save)
        self.save.setEnabled(False)
        self.finished.connect(self._let_go)
        self.begin()
        audit.settings(self._show)

    def _let_go(self, _code: int) -> None:
        self._is_open = False
        self._look.stop()
        if self._checking is not None:
            self._checking.cancel()

    def _show(self, settings: AuditSettings, said: Message) -> None:
        if not self._is_open:
            return
        self.viewing.setChecked(settings.viewing)
        self.address.setText(settings.address)
        for field, path in zip(
            (self.authorities, self.certificate, self.key),
            (settings.ca_file, settings.certificate_file, settings.key_file),
            strict=True,
        ):
            field.set_text(path)
        self._problem = said or None
        self.save.setEnabled(True)
        self._say()

    def _save(self) -> None:
        files = (self.authorities.text(), self.certificate.text(), self.key.text())
        self._audit.change(AuditSettings(self.viewing.isChecked(), self.address.text().strip(), *files), self._saved)

    def _saved(self, said: Message) -> None:
        if not self._is_open:
            return
        if not said:
            self.accept()
            return
        self._problem = said
        self._say()

    def _check(self) -> None:
        """Begin, or break off what goes on."""
        if self._checking is not None:
            self._checking.cancel()
            return
        self._report = None
        self._checking = self._audit.verify(self._checked)
        self._look.start()
        self._say()

    def _checked(self, report: AuditReport) -> None:
        self._checking = None
        if not self._is_open:
            return
        self._look.stop()
        self._report = report
        self._say()

    def _say(self) -> None:
        self.check.setText(tr("Check the trail") if self._checking is None else tr("Stop checking"))
        parts = [translated(self._problem)] if self._problem is not None else []
        if self._checking is not None:
            progress = self._checking.progress
            share = 100 * progress.done // progress.total if progress.total else 0
            parts.append(tr("Checking every line … {share} %", share=share))
        elif self._report is not None:
            parts.extend(_told(self._report))
        self.said.setText("\n".join(parts))

    def retranslate(self) -> None:
        title = tr("Audit trail")
        self.setWindowTitle(title)
        self.heading.setText(title)
        self._hint.setText(
            tr(
                "Who received, sent and asked for which study is written down, each line chained to the one before it. Only numbers"
                " of studies are written, no names of patients."
            )
        )
        self._place.setText(tr("The file: {path}", path=self._audit.place))
        self.viewing.setText(tr("Write down what is opened, taken in and exported, too"))
        form = self._form
        form.title(self.address, tr("Repository"), tr("Address and port of the server that gets every line, too; empty for none"))
        form.title(self.authorities, tr("Authorities"), tr("Certificates that vouch for the repository; empty for the system's"))
        form.title(self.certificate, tr("Our certificate"))
        form.title(self.key, tr("Our key"))
        self.address.setPlaceholderText("audit.example:6514")
        self._later.setText(tr("What is changed here holds at once."))
        self._cancel.setText(tr("Cancel"))
        self.save.setText(tr("Save"))
        self._say()


def _told(report: AuditReport) -> list[str]:
    """What a check found, in sentences."""
    if report.failure:
        return [tr("The audit trail cannot be read: {reason}.", reason=report.failure)]
    if report.is_stopped:
        return [tr("Stopped: the rest was not checked.")]
    parts = []
    if report.is_whole:
        parts.append(tr("All lines are as they were written: {count}.", count=report.lines))
    for file, line, reason in report.faults[:_MOST_SHOWN]:
        parts.append(f"{file}:{line}: {translated(reason)}")
    if len(report.faults) > _MOST_SHOWN:
        parts.append(tr("{count} more faults.", count=len(report.faults) - _MOST_SHOWN))
    if not report.has_key:
        parts.append(tr("This system has no key store: who may write the file can make a chain of his own."))
    return parts
