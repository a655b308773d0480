"""This workstation as a node: what it listens to, and what other administrators need to enter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from viewer.model.messages import Message, message
from viewer.model.nodes import ApplicationEntity, KnownCaller, NodeAddressError, TlsFiles, checked_ae_title
from viewer.model.remote import ListenerSettings, ListenerState
from viewer.ui.i18n import tr, translated
from viewer.ui.network.fields import Form, PathField, heading
from viewer.ui.network.node_form import spin_box
from viewer.ui.theme import Theme

LOOPBACK = "127.0.0.1"


class ListenerForm(QWidget):
    """`changed` fires with every edit; `value` is what the fields make."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._settings = ListenerSettings()
        self._state = ListenerState()
        self._entry: Sequence[tuple[Message, str]] = ()
        self.listen, self.query, self.private, self.any_title, self.tls = (QCheckBox() for _ in range(5))
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.title = QLineEdit()
        self.title.setMaxLength(16)
        self.port = spin_box(1, 65535)
        self.interface = QComboBox()
        self.interface.setEditable(True)
        self.callers = QLineEdit()
        self.certificate, self.key, self.ca_file = PathField(theme), PathField(theme), PathField(theme)
        self.entry = QPlainTextEdit()
        self.entry.setReadOnly(True)
        self.copy = QPushButton()
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.entry.toPlainText()))
        self._lay_out()
        self._connect()
        theme.changed.connect(self.restyle)
        self.restyle()

    def _lay_out(self) -> None:
        self.form, self.secure = Form(self._theme), Form(self._theme)
        for field in (self.title, self.port, self.interface, self.callers):
            self.form.add(field)
        for path in (self.certificate, self.key, self.ca_file):
            self.secure.add(path)
        self._headings = [heading(self._theme) for _ in range(3)]
        entry_head = QHBoxLayout()
        entry_head.addWidget(self._headings[2], 1)
        entry_head.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        for part in (
            self.listen, self.state, self.form, self._headings[0], self.query, self.private, self.any_title, self._headings[1],
            self.tls, self.secure,
        ):  # fmt: skip
            column.addWidget(part)
        column.addLayout(entry_head)
        column.addWidget(self.entry)
        column.addStretch()

    def _connect(self) -> None:
        for field in (self.title, self.callers):
            field.textEdited.connect(self._on_change)
        self.port.valueChanged.connect(self._on_change)
        self.interface.currentTextChanged.connect(self._on_change)
        for check in (self.listen, self.query, self.private, self.any_title, self.tls):
            check.toggled.connect(self._on_change)
        for path in (self.certificate, self.key, self.ca_file):
            path.changed.connect(self._on_change)

    def _on_change(self, *_: object) -> None:
        self.secure.setVisible(self.tls.isChecked())
        self.changed.emit()

    def show_settings(self, settings: ListenerSettings) -> None:
        """Fill the fields; says no `changed`."""
        blocked = self.blockSignals(True)
        self._settings = settings
        entity, tls = settings.entity, settings.entity.tls or TlsFiles()
        self.listen.setChecked(settings.is_on)
        self.title.setText(entity.ae_title)
        self.port.setValue(entity.port or 11112)
        self._fill_interfaces()
        self.callers.setText(", ".join(f"{one.ae_title}@{one.address}" if one.address else one.ae_title for one in entity.callers))
        self.query.setChecked(settings.query)
        self.private.setChecked(settings.private)
        self.any_title.setChecked(not entity.require_called_title)
        self.tls.setChecked(entity.tls is not None)
        self.certificate.set_text(tls.certificate_file)
        self.key.set_text(tls.key_file)
        self.ca_file.set_text(tls.ca_file)
        self.secure.setVisible(self.tls.isChecked())
        self.blockSignals(blocked)

    def _fill_interfaces(self) -> None:
        address = self._settings.entity.interface
        self.interface.clear()
        self.interface.addItems([tr("This machine only"), tr("All addresses of this machine")])
        self.interface.setCurrentText({LOOPBACK: self.interface.itemText(0), "": self.interface.itemText(1)}.get(address, address))

    def show_state(self, state: ListenerState) -> None:
        """What the listener does now."""
        self._state = state
        colours = self._theme.colours
        if state.port:
            text, colour = tr("It listens on port {port}.", port=state.port), colours.fine
        elif state.reason:
            text, colour = " ".join((translated(state.reason), translated(state.advice))).strip(), colours.warning
        else:
            text, colour = tr("It does not listen. Other nodes cannot send to this workstation."), colours.dim
        self.state.setText(text)
        self.state.setStyleSheet(f"color: {colour}")

    def show_entry(self, lines: Sequence[tuple[Message, str]]) -> None:
        """What another administrator has to enter."""
        self._entry = lines
        self.entry.setPlainText("\n".join(f"{translated(what)}: {value}" for what, value in lines))

    def value(self) -> ListenerSettings:
        """The settings of the fields. Raises NodeAddressError."""
        choice = self.interface.currentText().strip()
        address = {self.interface.itemText(0): LOOPBACK, self.interface.itemText(1): ""}.get(choice, choice)
        tls = None
        if self.tls.isChecked():
            tls = TlsFiles(self.ca_file.text(), self.certificate.text(), self.key.text())
            if not tls.certificate_file or not tls.key_file:
                raise NodeAddressError(message("TLS needs a certificate and its key."))
        entity = ApplicationEntity(
            self.title.text(), self.port.value(), address, tls, _callers(self.callers.text()), not self.any_title.isChecked()
        )
        return replace(
            self._settings,
            entity=entity,
            is_on=self.listen.isChecked(),
            query=self.query.isChecked(),
            private=self.private.isChecked(),
        )

    def restyle(self) -> None:
        theme = self._theme
        for label in self._headings:
            label.setFont(theme.font(13, 600))
        self.listen.setFont(theme.font(13, 600))
        self.entry.setFont(theme.mono(12))
        self.entry.setFixedHeight(theme.px(112))
        self.retranslate()

    def retranslate(self) -> None:
        self.listen.setText(tr("Listen for other nodes"))
        title = self.form.title
        title(self.title, tr("AE title"), tr("Our name on the network"))
        title(self.port, tr("Port"))
        title(self.interface, tr("Reachable from"))
        title(self.callers, tr("Who may call"), tr("AE titles, each with @ADDRESS if it must call from there; empty: anybody"))
        self.callers.setPlaceholderText(tr("anybody"))
        self._headings[0].setText(tr("What it offers"))
        self.query.setText(tr("Answer queries from the library and send what is asked for"))
        self.private.setText(tr("Also take private object types"))
        self.any_title.setText(tr("Answer to any called AE title"))
        self._headings[1].setText(tr("Security"))
        self.tls.setText(tr("Secure with TLS"))
        title = self.secure.title
        title(self.certificate, tr("Our certificate"), tr("PEM file, with the authorities between"))
        title(self.key, tr("Our key"))
        title(self.ca_file, tr("Callers must be from"), tr("PEM file of authorities; empty: callers need no certificate"))
        self._headings[2].setText(tr("What your PACS administrator needs to enter"))
        self.entry.setAccessibleName(self._headings[2].text())
        self.copy.setText(tr("Copy"))
        blocked = self.blockSignals(True)
        choice = self.interface.currentIndex() if self.interface.currentText() in self._choices() else -1
        if choice >= 0:
            for place, text in enumerate((tr("This machine only"), tr("All addresses of this machine"))):
                self.interface.setItemText(place, text)
        self.blockSignals(blocked)
        self.show_state(self._state)
        self.show_entry(self._entry)

    def _choices(self) -> list[str]:
        return [self.interface.itemText(place) for place in range(self.interface.count())]


def _callers(text: str) -> tuple[KnownCaller, ...]:
    found = []
    for part in text.replace(";", ",").split(","):
        title, _, address = part.strip().partition("@")
        if title:
            found.append(KnownCaller(checked_ae_title(title), address.strip()))
    return tuple(found)
