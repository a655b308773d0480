"""What this is, in which version, made of what."""

from __future__ import annotations

import platform
from importlib import metadata

from PySide6.QtCore import QSize, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from viewer import __version__
from viewer.ui.app_icon import app_icon
from viewer.ui.dialogs.dialog import Dialog, paragraph
from viewer.ui.i18n import tr
from viewer.ui.theme import Theme

PARTS = (
    ("PySide6-Essentials", "LGPL-3.0"),
    ("pyqtgraph", "MIT"),
    ("pydicom", "MIT"),
    ("numpy", "BSD-3-Clause"),
    ("imagecodecs", "BSD-3-Clause"),
    ("h11", "MIT"),
    ("platformdirs", "MIT"),
)
ARTWORK = (
    ("Inter", "OFL-1.1"),
    ("JetBrains Mono", "OFL-1.1"),
    ("Lucide", "ISC"),
)


def library_lines() -> list[str]:
    """Version and licence of everything the program is made of."""
    lines = [f"Negatoscope {__version__} (MIT)", f"Python {platform.python_version()}", f"Qt {qVersion()} (LGPL-3.0)"]
    for name, licence in PARTS:
        try:
            lines.append(f"{name} {metadata.version(name)} ({licence})")
        except metadata.PackageNotFoundError:
            lines.append(f"{name} – ({licence})")
    return lines + [f"{name} ({licence})" for name, licence in ARTWORK]


class AboutDialog(Dialog):
    """Version, purpose and licences; copyable."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, width=520, height=460)
        picture = QLabel()
        picture.setPixmap(app_icon().pixmap(QSize(theme.px(64), theme.px(64))))
        self._purpose = paragraph()
        self._warning = paragraph()
        self._libraries = QPlainTextEdit("\n".join(library_lines()))
        self._libraries.setReadOnly(True)
        text = QVBoxLayout()
        text.addWidget(self._purpose)
        text.addWidget(self._warning)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(picture)
        row.addLayout(text, 1)
        self.body.addLayout(row)
        self.body.addWidget(self._libraries, 1)
        self._copy = self.add_button()
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._libraries.toPlainText()))
        self.buttons.addStretch()
        self._close = self.add_button(default=True)
        self._close.clicked.connect(self.close)
        self.begin()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("About Negatoscope"))
        self.heading.setText(f"Negatoscope {__version__}")
        self._purpose.setText(tr("A DICOM workstation for the desktop. Free software under the MIT licence."))
        self._warning.setText(tr("Not a medical device. Not for diagnosis."))
        self._libraries.setAccessibleName(tr("Libraries and licences"))
        self._copy.setText(tr("Copy"))
        self._close.setText(tr("Close"))

    def restyle(self) -> None:
        super().restyle()
        self._warning.setStyleSheet(f"color: {self.theme.colours.warning}")
        self._libraries.setFont(self.theme.mono(11))
