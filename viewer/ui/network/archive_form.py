"""One DICOMweb archive as a form."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from viewer.model.nodes import TlsFiles
from viewer.model.web_archives import OidcClient, WebAccess, WebArchive
from viewer.ui.i18n import tr
from viewer.ui.network.fields import Form, PathField, heading
from viewer.ui.network.node_form import spin_box
from viewer.ui.theme import Theme

NEW_ARCHIVE = WebArchive("https://localhost")


class ArchiveForm(QWidget):
    """`changed` fires with every edit; `value` is the archive that the fields make."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._base = NEW_ARCHIVE
        self.name, self.url, self.user, self.secret = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        self.issuer, self.client = QLineEdit(), QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.access = QComboBox()
        self.connections = spin_box(1, 16)
        self.ca_file, self.certificate, self.key = PathField(theme), PathField(theme), PathField(theme)
        self.insecure = QCheckBox()
        self.insecure_note = QLabel()
        self.insecure_note.setWordWrap(True)
        self._lay_out()
        self._connect()
        self.show_archive(NEW_ARCHIVE)
        theme.changed.connect(self.restyle)
        self.restyle()

    def _lay_out(self) -> None:
        self.form, self.secure = Form(self._theme), Form(self._theme)
        for field in (self.name, self.url, self.access, self.user, self.secret, self.issuer, self.client, self.connections):
            self.form.add(field)
        for path in (self.ca_file, self.certificate, self.key):
            self.secure.add(path)
        self.secure.add_wide(self.insecure)
        self.secure.add_wide(self.insecure_note)
        self._heading = heading(self._theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        for part in (self.form, self._heading, self.secure):
            column.addWidget(part)
        column.addStretch()
        for way in WebAccess:
            self.access.addItem("", way)

    def _connect(self) -> None:
        for field in (self.name, self.url, self.user, self.secret, self.issuer, self.client):
            field.textEdited.connect(self._on_change)
        self.access.currentIndexChanged.connect(self._on_change)
        self.connections.valueChanged.connect(self._on_change)
        self.insecure.toggled.connect(self._on_change)
        for path in (self.ca_file, self.certificate, self.key):
            path.changed.connect(self._on_change)

    def _on_change(self, *_: object) -> None:
        self._follow()
        self.changed.emit()

    def _follow(self) -> None:
        access = self.access.currentData()
        self.form.show_row(self.user, shown=access is WebAccess.BASIC)
        self.form.show_row(self.secret, shown=access in (WebAccess.BASIC, WebAccess.BEARER))
        for field in (self.issuer, self.client):
            self.form.show_row(field, shown=access is WebAccess.OIDC)
        self.insecure_note.setVisible(self.insecure.isChecked())

    def show_archive(self, archive: WebArchive) -> None:
        """Fill the fields; says no `changed`."""
        blocked = self.blockSignals(True)
        self._base = archive
        oidc = archive.oidc or OidcClient("", "")
        self.name.setText(archive.name)
        self.url.setText(archive.url if archive is not NEW_ARCHIVE else "")
        self.access.setCurrentIndex(self.access.findData(archive.access))
        self.user.setText(archive.user_name)
        self.secret.clear()
        self.issuer.setText(oidc.issuer)
        self.client.setText(oidc.client_id)
        self.connections.setValue(archive.connections)
        self.ca_file.set_text(archive.tls.ca_file)
        self.certificate.set_text(archive.tls.certificate_file)
        self.key.set_text(archive.tls.key_file)
        self.insecure.setChecked(archive.tls.insecure)
        self._follow()
        self.blockSignals(blocked)

    def value(self) -> WebArchive:
        """The archive of the fields. Raises NodeAddressError where the address is none."""
        access = self.access.currentData()
        before = self._base.oidc
        oidc = OidcClient(
            self.issuer.text().strip(), self.client.text().strip() or "negatoscope", before.scope if before else "openid"
        )
        tls = TlsFiles(
            self.ca_file.text(),
            self.certificate.text(),
            self.key.text(),
            self._base.tls.check_host,
            self.insecure.isChecked(),
        )
        return replace(
            self._base,
            url=self.url.text(),
            name=self.name.text().strip() or self.url.text().strip().rstrip("/"),
            tls=tls,
            access=access,
            user_name=self.user.text().strip(),
            oidc=oidc if access is WebAccess.OIDC else None,
            connections=self.connections.value(),
        )

    def typed_secret(self) -> str | None:
        """The password or token as it was typed now; None when nothing was."""
        return self.secret.text() or None

    def restyle(self) -> None:
        colours = self._theme.colours
        self.insecure_note.setStyleSheet(f"color: {colours.fault}")
        self.insecure.setStyleSheet(f"QCheckBox {{ color: {colours.fault}; }}")
        self._heading.setFont(self._theme.font(13, 600))
        self.retranslate()

    def retranslate(self) -> None:
        title = self.form.title
        title(self.name, tr("Name"), tr("How the node is called here"))
        title(self.url, tr("Address"), tr("Root of the DICOMweb service"))
        self.url.setPlaceholderText("https://pacs.example/dicom-web")
        title(self.access, tr("User identity"))
        ways = (tr("None"), tr("User name and password"), tr("Token"), tr("Log in with the browser (OpenID)"))
        for place, text in enumerate(ways):
            self.access.setItemText(place, text)
        title(self.user, tr("User name"))
        title(self.secret, tr("Password or token"), tr("Goes into the key store of the system, never into a file"))
        self.secret.setPlaceholderText(tr("unchanged"))
        title(self.issuer, tr("OpenID provider"))
        title(self.client, tr("Our name there"))
        self.client.setPlaceholderText("negatoscope")
        title(self.connections, tr("Requests at once"))
        self._heading.setText(tr("Security"))
        title = self.secure.title
        title(self.ca_file, tr("Authorities"), tr("PEM file of the authorities trusted; empty: those of the system"))
        title(self.certificate, tr("Our certificate"), tr("PEM file, shown to the node when it asks"))
        title(self.key, tr("Our key"))
        self.insecure.setText(tr("Insecure: do not check the certificate"))
        self.insecure_note.setText(tr("Anybody on the network can pose as this node and read what is sent to it."))
