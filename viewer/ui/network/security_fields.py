"""TLS of a node or an archive as a part of its form: whom to trust, who we are, and what it means not to check."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLabel

from viewer.model.nodes import RemoteNode, TlsFiles
from viewer.model.web_archives import WebArchive
from viewer.ui.i18n import tr
from viewer.ui.network.fields import Form, PathField
from viewer.ui.theme import Theme


def is_insecure(source: RemoteNode | WebArchive) -> bool:
    """The certificate of this node or archive is not checked."""
    if isinstance(source, WebArchive) and not source.is_secure:
        return False  # it has none; its form says what that means
    return source.tls is not None and source.tls.insecure


class SecurityFields(Form):
    """`changed` fires with every edit; `value` is what the fields make."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._colours = theme
        self.ca_file, self.certificate, self.key = PathField(theme), PathField(theme), PathField(theme)
        self.check_host, self.insecure, self.insecure_note = QCheckBox(), QCheckBox(), QLabel()
        self.insecure_note.setWordWrap(True)
        for path in (self.ca_file, self.certificate, self.key):
            self.add(path)
            path.changed.connect(self._on_change)
        for widget in (self.check_host, self.insecure, self.insecure_note):
            self.add_wide(widget)
        for check in (self.check_host, self.insecure):
            check.toggled.connect(self._on_change)

    def _on_change(self, *_: object) -> None:
        self._follow()
        self.changed.emit()

    def _follow(self) -> None:
        self.insecure_note.setVisible(self.insecure.isChecked())
        self.check_host.setEnabled(not self.insecure.isChecked())

    def show_files(self, tls: TlsFiles) -> None:
        """Fill the fields; says no `changed`."""
        blocked = self.blockSignals(True)
        self.ca_file.set_text(tls.ca_file)
        self.certificate.set_text(tls.certificate_file)
        self.key.set_text(tls.key_file)
        self.check_host.setChecked(tls.check_host)
        self.insecure.setChecked(tls.insecure)
        self._follow()
        self.blockSignals(blocked)

    def value(self) -> TlsFiles:
        return TlsFiles(
            self.ca_file.text(),
            self.certificate.text(),
            self.key.text(),
            self.check_host.isChecked(),
            self.insecure.isChecked(),
        )

    def restyle(self) -> None:
        fault = self._colours.colours.fault
        self.insecure_note.setStyleSheet(f"color: {fault}")
        self.insecure.setStyleSheet(f"QCheckBox {{ color: {fault}; }}")

    def retranslate(self) -> None:
        self.title(self.ca_file, tr("Authorities"), tr("PEM file of the authorities trusted; empty: those of the system"))
        self.title(self.certificate, tr("Our certificate"), tr("PEM file, shown to the node when it asks"))
        self.title(self.key, tr("Our key"))
        self.check_host.setText(tr("The certificate must name the host"))
        self.insecure.setText(tr("Insecure: do not check the certificate"))
        self.insecure_note.setText(tr("Anybody on the network can pose as this node and read what is sent to it."))
