"""The real main window around a workspace whose services are in the test's hands."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QTreeView

from tests.hand_driven import Table, display_set, ref
from viewer.ui.i18n import Language
from viewer.ui.main_window import MainWindow, Surroundings
from viewer.ui.theme import Theme
from viewer.workspace.commands import register_all
from viewer.workspace.commands.registry import CommandRegistry
from viewer.workspace.preferences import PreferenceHolder, Preferences

NO_MODIFIER = Qt.KeyboardModifier.NoModifier


class Shell:
    """`browser` is a text field and `inspector` a tree, as far as the keyboard is concerned."""

    def __init__(self, folder: Path, language: str = "en") -> None:
        self.table = Table(display_set("1", 5), display_set("2", 3))
        self.workspace = self.table.workspace
        self.registry = CommandRegistry()
        register_all(self.registry)
        self.theme = Theme()
        self.theme.apply()
        self.language = Language()
        self.language.use(language)
        self.preferences = PreferenceHolder(Preferences(language=language))
        state = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        around = Surroundings(self.registry, self.theme, self.language, self.preferences, state)
        self.window = MainWindow(self.workspace, around)
        self.browser = QLineEdit()
        self.inspector = QTreeView()
        self.window.browser.fill(self.browser)
        self.window.inspector.fill(self.inspector)
        self.window.resize(1280, 800)

    def open_picture(self) -> None:
        """Show the first display set with its first frame."""
        made = self.table.catalogue.sets[0]
        self.workspace.opening.show(self.table.viewport, made)
        self.table.answer(ref(0, "1"))
        self.settle()
        self.window.grid.focus_active()

    def settle(self) -> None:
        for _ in range(4):
            self.table.turn()
            QCoreApplication.processEvents()

    def press(
        self,
        key: int,
        text: str = "",
        modifiers: Qt.KeyboardModifier = NO_MODIFIER,
        *,
        place: int = 0,
        repeated: bool = False,
    ) -> None:
        """A key press as the window system sends it; `place` is the native key code."""
        event = QKeyEvent(QEvent.Type.KeyPress, key, modifiers, place, 0, 0, text, repeated)
        handle = self.window.windowHandle()
        assert handle is not None
        QCoreApplication.sendEvent(handle, event)
        self.settle()

    def dispose(self) -> None:
        """End as the program does."""
        self.window.close()
        self.workspace.close()
        self.window.toolbar.dispose()
        self.window.status.dispose()
        self.language.stop()
