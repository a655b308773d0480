"""Faults of the program on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from viewer.ui.bridge import Bridge
from viewer.ui.theme import Theme

if TYPE_CHECKING:
    from viewer.ui.dialogs.fault import FaultDialog


class FaultWindow:
    """One dialog for all faults on show. `show` may be called from any thread."""

    def __init__(self, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        self._bridge = bridge
        self._theme = theme
        self._parent = parent
        self._dialog: FaultDialog | None = None

    def show(self, text: str) -> None:
        self._bridge.post(lambda: self._show(text))

    def _show(self, text: str) -> None:
        if self._dialog is not None:
            self._dialog.add(text)
            return
        self._dialog = _dialog(text, self._theme, self._parent)
        self._dialog.finished.connect(self._on_finished)
        self._dialog.open()

    def _on_finished(self) -> None:
        self._dialog = None

    def show_earlier(self, text: str) -> None:
        """Show what a crash of last time left behind."""
        _dialog(text, self._theme, self._parent, earlier=True).open()


def _dialog(text: str, theme: Theme, parent: QWidget, *, earlier: bool = False) -> FaultDialog:
    from viewer.ui.dialogs.fault import FaultDialog  # not in the way of the window

    return FaultDialog(text, theme, parent, earlier=earlier)
