"""The QApplication: names, icon of the desktop, files that the system hands over."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFileOpenEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from viewer import __version__
from viewer.ui.theme import IN_FUSION

DESKTOP_FILE = "negatoscope"


def leave_imports_alone() -> None:
    """Qt for Python reads the source of every module that is imported, for features (`__feature__`) not used here: no more."""
    before = getattr(builtins, "__orig_import__", None)
    if before is not None:
        builtins.__import__ = before


class Application(QApplication):
    """Knows the files that macOS hands over."""

    def __init__(self, arguments: Sequence[str]) -> None:
        super().__init__([*arguments, "-style", "fusion"])
        self.setProperty(IN_FUSION, True)
        self.open_file: Callable[[str], None] | None = None
        self.setApplicationName("Negatoscope")
        self.setApplicationVersion(__version__)
        self.setDesktopFileName(DESKTOP_FILE)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and self.open_file is not None and event.file():
            self.open_file(event.file())
            return True
        return super().event(event)


def make_application() -> Application:
    """The QApplication with its name and look of windows."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    return Application(["negatoscope"])
