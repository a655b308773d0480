"""One remote node as a form."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from viewer.model.messages import message
from viewer.model.nodes import IdentityWay, NodeAddressError, NodeTimeouts, RemoteNode, RetrieveWay, TlsFiles
from viewer.ui.i18n import tr
from viewer.ui.network.fields import Form, heading
from viewer.ui.network.security_fields import SecurityFields
from viewer.ui.theme import Theme

CHARACTER_SETS = ("ISO_IR 192", "ISO_IR 100", "ISO_IR 101", "ISO_IR 144", "ISO_IR 13", "ISO 2022 IR 87", "GB18030", "ISO_IR 6")
_SMALLEST_PDU, _LARGEST_PDU = 4096, 1 << 20
NEW_NODE = RemoteNode("ARCHIVE", "localhost")


class NodeForm(QWidget):
    """`changed` fires with every edit; `value` is the node that the fields make."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.name, self.title, self.host = QLineEdit(), QLineEdit(), QLineEdit()
        self.port = spin_box(1, 65535)
        self.retrieve, self.character_set, self.identity = QComboBox(), QComboBox(), QComboBox()
        self.user, self.secret = QLineEdit(), QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.tls = QCheckBox()
        self.security = SecurityFields(theme)
        self.seconds = [seconds_box() for _ in range(4)]
        self.pdu = spin_box(_SMALLEST_PDU, _LARGEST_PDU)
        self.pdu.setSingleStep(4096)
        self.syntaxes = QLineEdit()
        self._base = NEW_NODE
        self._lay_out()
        self._connect()
        self.show_node(NEW_NODE)
        theme.changed.connect(self.restyle)
        self.restyle()

    def _lay_out(self) -> None:
        self.form, self.limits = Form(self._theme), Form(self._theme)
        for field in (self.name, self.title, self.host, self.port, self.retrieve, self.character_set, self.identity):
            self.form.add(field)
        self.form.add(self.user)
        self.form.add(self.secret)
        for box in (*self.seconds, self.pdu, self.syntaxes):
            self.limits.add(box)
        self._headings = [heading(self._theme), heading(self._theme)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        for part in (self.form, self._headings[0], self.tls, self.security, self._headings[1], self.limits):
            column.addWidget(part)
        column.addStretch()
        self.character_set.setEditable(True)
        self.character_set.addItems(CHARACTER_SETS)
        for box, ways in ((self.retrieve, RetrieveWay), (self.identity, IdentityWay)):
            for way in ways:
                box.addItem("", way)

    def _connect(self) -> None:
        for field in (self.name, self.title, self.host, self.user, self.secret, self.syntaxes):
            field.textEdited.connect(self._on_change)
        self.port.valueChanged.connect(self._on_change)
        self.pdu.valueChanged.connect(self._on_change)
        for spin in self.seconds:
            spin.valueChanged.connect(self._on_change)
        for box in (self.retrieve, self.character_set, self.identity):
            box.currentTextChanged.connect(self._on_change)
        self.tls.toggled.connect(self._on_change)
        self.security.changed.connect(self._on_change)

    def _on_change(self, *_: object) -> None:
        self._follow()
        self.changed.emit()

    def _follow(self) -> None:
        """Show what matters with the choices made."""
        identity = IdentityWay(self.identity.currentData())  # Qt gives the text of it
        self.form.show_row(self.user, shown=identity in (IdentityWay.NAME, IdentityWay.PASSWORD))
        self.form.show_row(self.secret, shown=identity in (IdentityWay.PASSWORD, IdentityWay.TOKEN))
        self.security.setVisible(self.tls.isChecked())

    def show_node(self, node: RemoteNode) -> None:
        """Fill the fields; says no `changed`."""
        blocked = self.blockSignals(True)
        self._base = node
        self.name.setText(node.name)
        self.title.setText(node.ae_title)
        self.host.setText(node.host)
        self.port.setValue(node.port)
        self.retrieve.setCurrentIndex(self.retrieve.findData(node.retrieve))
        self.character_set.setCurrentText(node.character_set)
        self.identity.setCurrentIndex(self.identity.findData(node.identity))
        self.user.setText(node.user_name)
        self.secret.clear()
        self.tls.setChecked(node.tls is not None)
        self.security.show_files(node.tls or TlsFiles())
        times = node.timeouts
        for spin, value in zip(self.seconds, (times.connect, times.association, times.response, times.move), strict=True):
            spin.setValue(value)
        self.pdu.setValue(node.maximum_pdu)
        self.syntaxes.setText(" ".join(node.transfer_syntaxes))
        self._follow()
        self.blockSignals(blocked)

    def value(self) -> RemoteNode:
        """The node of the fields. Raises NodeAddressError where a field cannot be right."""
        host = self.host.text().strip()
        if not host or any(sign.isspace() for sign in host):
            raise NodeAddressError(message("The host is missing: a name or an address of the node's machine."))
        return replace(
            self._base,
            ae_title=self.title.text(),
            host=host.strip("[]"),
            port=self.port.value(),
            name=self.name.text().strip() or self.title.text().strip(),
            tls=self.security.value() if self.tls.isChecked() else None,
            retrieve=RetrieveWay(self.retrieve.currentData()),
            character_set=self.character_set.currentText().strip(),
            maximum_pdu=self.pdu.value(),
            timeouts=NodeTimeouts(*(spin.value() for spin in self.seconds)),
            transfer_syntaxes=tuple(self.syntaxes.text().replace(",", " ").split()),
            identity=IdentityWay(self.identity.currentData()),
            user_name=self.user.text().strip(),
        )

    def typed_secret(self) -> str | None:
        """The password or token as it was typed now; None when nothing was."""
        return self.secret.text() or None

    def restyle(self) -> None:
        self.security.restyle()
        for label in self._headings:
            label.setFont(self._theme.font(13, 600))
        self.retranslate()

    def retranslate(self) -> None:
        title = self.form.title
        title(self.name, tr("Name"), tr("How the node is called here"))
        title(self.title, tr("AE title"))
        title(self.host, tr("Host"), tr("Name or address of its machine"))
        title(self.port, tr("Port"))
        title(self.retrieve, tr("Fetch by"))
        title(self.character_set, tr("Character set"), tr("Of search terms beyond plain letters"))
        title(self.identity, tr("User identity"))
        title(self.user, tr("User name"))
        title(self.secret, tr("Password or token"), tr("Goes into the key store of the system, never into a file"))
        self.secret.setPlaceholderText(tr("unchanged"))
        ways = (tr("C-GET: over the same connection"), tr("C-MOVE: it connects to us"))
        for place, text in enumerate(ways):
            self.retrieve.setItemText(place, text)
        for place, text in enumerate((tr("None"), tr("User name"), tr("User name and password"), tr("Token"))):
            self.identity.setItemText(place, text)
        self._headings[0].setText(tr("Security"))
        self.tls.setText(tr("Secure with TLS"))
        self.security.retranslate()
        self._headings[1].setText(tr("Limits"))
        title = self.limits.title
        names = (tr("To connect"), tr("To agree"), tr("For an answer"), tr("For the next object of a C-MOVE"))
        for spin, name in zip(self.seconds, names, strict=True):
            title(spin, name)
            spin.setSuffix(" " + tr("s"))
        title(self.pdu, tr("Largest PDU"), tr("Bytes of one message that we announce"))
        title(self.syntaxes, tr("Transfer syntaxes"), tr("UIDs of the only compressed ones it may be offered"))
        self.syntaxes.setPlaceholderText(tr("all"))


def spin_box(low: int, high: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, high)
    box.lineEdit().setTextMargins(6, 0, 0, 0)
    return box


def seconds_box() -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(0.5, 86400)
    box.setDecimals(1)
    box.lineEdit().setTextMargins(6, 0, 0, 0)
    return box
