"""One DICOMweb archive as a form."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from viewer.model.messages import message
from viewer.model.nodes import NodeAddressError
from viewer.model.web_archives import OidcClient, WebAccess, WebArchive, is_web_address
from viewer.ui.i18n import tr
from viewer.ui.network.fields import Form, heading
from viewer.ui.network.node_form import seconds_box, spin_box
from viewer.ui.network.security_fields import SecurityFields
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
        self.issuer, self.client, self.scope = QLineEdit(), QLineEdit(), QLineEdit()
        self.plain_note = QLabel()
        self.plain_note.setWordWrap(True)
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.access = QComboBox()
        self.connections = spin_box(1, 16)
        self.security = SecurityFields(theme)
        self.seconds = [seconds_box() for _ in range(3)]
        self._lay_out()
        self._connect()
        self.show_archive(NEW_ARCHIVE)
        theme.changed.connect(self.restyle)
        self.restyle()

    def _lay_out(self) -> None:
        self.form, self.limits = Form(self._theme), Form(self._theme)
        for field in (self.name, self.url, self.access, self.user, self.secret, self.issuer, self.client, self.scope):
            self.form.add(field)
        self.form.add_wide(self.plain_note)
        for box in (*self.seconds, self.connections):
            self.limits.add(box)
        self._headings = [heading(self._theme), heading(self._theme)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        for part in (self.form, self._headings[0], self.security, self._headings[1], self.limits):
            column.addWidget(part)
        column.addStretch()
        for way in WebAccess:
            self.access.addItem("", way)

    def _connect(self) -> None:
        for field in (self.name, self.url, self.user, self.secret, self.issuer, self.client, self.scope):
            field.textEdited.connect(self._on_change)
        self.access.currentIndexChanged.connect(self._on_change)
        self.connections.valueChanged.connect(self._on_change)
        for box in self.seconds:
            box.valueChanged.connect(self._on_change)
        self.security.changed.connect(self._on_change)

    def _on_change(self, *_: object) -> None:
        self._follow()
        self.changed.emit()

    def _follow(self) -> None:
        access = WebAccess(self.access.currentData())  # Qt gives the text of it
        self.form.show_row(self.user, shown=access is WebAccess.BASIC)
        self.form.show_row(self.secret, shown=access in (WebAccess.BASIC, WebAccess.BEARER))
        for field in (self.issuer, self.client, self.scope):
            self.form.show_row(field, shown=access is WebAccess.OIDC)
        is_plain = self.url.text().strip().lower().startswith("http://")
        self._headings[0].setHidden(is_plain)
        self.security.setHidden(is_plain)
        self.plain_note.setVisible(is_plain and access is not WebAccess.NONE)

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
        self.scope.setText(oidc.scope)
        times = archive.timeouts
        for box, value in zip(self.seconds, (times.connect, times.association, times.response), strict=True):
            box.setValue(value)
        self.connections.setValue(archive.connections)
        self.security.show_files(archive.tls)
        self._follow()
        self.blockSignals(blocked)

    def value(self) -> WebArchive:
        """The archive of the fields. Raises NodeAddressError where the address is none."""
        access = WebAccess(self.access.currentData())  # Qt gives the text of it
        if access is WebAccess.OIDC and not is_web_address(self.issuer.text()):
            raise NodeAddressError(message("The address of the OpenID provider is missing: https://…"))
        if access is WebAccess.BASIC and not self.user.text().strip():
            raise NodeAddressError(message("The user name is missing."))
        oidc = OidcClient(
            self.issuer.text().strip(),
            self.client.text().strip() or "negatoscope",
            " ".join(self.scope.text().split()) or "openid",
        )
        connect, agree, answer = (box.value() for box in self.seconds)
        return replace(
            self._base,
            url=self.url.text(),
            name=self.name.text().strip() or self.url.text().strip().rstrip("/"),
            tls=self.security.value(),
            access=access,
            user_name=self.user.text().strip(),
            oidc=oidc if access is WebAccess.OIDC else None,
            timeouts=replace(self._base.timeouts, connect=connect, association=agree, response=answer),
            connections=self.connections.value(),
        )

    def typed_secret(self) -> str | None:
        """The password or token as it was typed now; None when nothing was."""
        return self.secret.text() or None

    def restyle(self) -> None:
        self.security.restyle()
        self.plain_note.setStyleSheet(f"color: {self._theme.colours.fault}")
        for label in self._headings:
            label.setFont(self._theme.font(13, 600))
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
        title(self.scope, tr("Scopes"), tr("What the provider is asked for, with spaces between"))
        self.plain_note.setText(tr("Without https anybody on the network can read the password and what is sent."))
        self._headings[0].setText(tr("Security"))
        self.security.retranslate()
        self._headings[1].setText(tr("Limits"))
        title = self.limits.title
        for box, name in zip(self.seconds, (tr("To connect"), tr("To agree"), tr("For an answer")), strict=True):
            title(box, name)
            box.setSuffix(" " + tr("s"))
        title(self.connections, tr("Requests at once"))
