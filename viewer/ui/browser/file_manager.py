"""Showing a file in the file manager of the desktop."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices

from viewer.model.hierarchy import Instance


def place_of(instance: Instance) -> str:
    """The file that the user knows: that of the instance, or the archive it lies in."""
    return instance.archive or instance.path


def show_in_file_manager(path: str) -> bool:
    """Open the folder of `path`, with the file selected where the desktop can. False when that is not possible."""
    if sys.platform == "win32":
        return _started("explorer.exe", ["/select,", os.path.normpath(path)])
    if sys.platform == "darwin":
        return _started("open", ["-R", path])
    return QDesktopServices.openUrl(QUrl.fromLocalFile(os.path.dirname(path)))


def _started(program: str, arguments: list[str]) -> bool:
    answer: object = QProcess.startDetached(program, arguments)
    return bool(answer[0]) if isinstance(answer, tuple) else bool(answer)
