"""The menu bar, made from the menu paths of the commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePath

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QMenuBar

from viewer.model.messages import message
from viewer.model.text import plain
from viewer.ui.actions import CommandActions
from viewer.ui.i18n import tr, translated
from viewer.workspace.commands.registry import Command, CommandRegistry

ORDER = ("File", "View", "Image", "Tools", "Study", "Network", "Window", "Help")
TITLES = {
    "File": message("&File"),
    "View": message("&View"),
    "Image": message("&Image"),
    "Tools": message("&Tools"),
    "Study": message("&Study"),
    "Network": message("&Network"),
    "Window": message("&Window"),
    "Help": message("&Help"),
    "Layout": message("Layout"),
    "Window preset": message("Window preset"),
    "Theme": message("Theme"),
    "Language": message("Language"),
}
RECENT_AFTER = "file.open_sample"


def menu_title(name: str) -> str:
    """The title of one step of a menu's path, with its mnemonic; a plug-in's own menu keeps its name."""
    return translated(TITLES[name]) if name in TITLES else name


def plain_title(path: str) -> str:
    """A menu's path as people read it: "Image › Window preset"."""
    return " › ".join(menu_title(step).replace("&", "") for step in path.split("/"))


class Menus(QObject):
    """Fills a menu bar. Menus ask what is enabled when they open; `recent` gives paths opened before."""

    def __init__(
        self,
        bar: QMenuBar,
        registry: CommandRegistry,
        actions: CommandActions,
        recent: Callable[[], Iterable[str]],
        open_path: Callable[[str], None],
    ) -> None:
        super().__init__(bar)
        self._bar = bar
        self._actions = actions
        self._registry = registry
        self._recent = recent
        self._open_path = open_path
        self._menus: dict[str, QMenu] = {}
        self._groups: dict[str, str] = {}
        self.recent_menu = QMenu(bar)
        self.recent_menu.aboutToShow.connect(self._fill_recent)
        self.open_menu = QMenu(bar)  # of the toolbar's button
        self.open_menu.aboutToShow.connect(self._open_recent)
        for name in ORDER:
            self._menu(name)
        for command in registry:
            if command.menu:
                self._add(command)
            if command.menu == "File" and command.group == "open":
                self.open_menu.addAction(actions.plain(command.id))
        self.open_menu.addMenu(self.recent_menu)
        self.retranslate()

    def menu(self, path: str) -> QMenu:
        """The menu at `path`, e.g. "View/Layout"."""
        return self._menus[path]

    def _menu(self, path: str) -> QMenu:
        if path not in self._menus:
            parent, _, _ = path.rpartition("/")
            menu = self._menu(parent).addMenu("") if parent else self._bar.addMenu("")
            menu.setToolTipsVisible(False)
            menu.aboutToShow.connect(lambda: self._open(path))
            self._menus[path] = menu
        return self._menus[path]

    def _add(self, command: Command) -> None:
        known = command.menu in self._menus and not self._menus[command.menu].isEmpty()
        menu = self._menu(command.menu)
        if known and self._groups.get(command.menu, command.group) != command.group:
            menu.addSeparator()
        self._groups[command.menu] = command.group
        menu.addAction(self._actions.plain(command.id))
        if command.id == RECENT_AFTER:
            menu.addMenu(self.recent_menu)

    def _open(self, path: str) -> None:
        for command in self._registry:
            if command.menu == path:
                self._actions[command.id]  # draws its icon
                self._actions.refresh_one(command.id)
        self._open_recent()

    def _open_recent(self) -> None:
        self.recent_menu.menuAction().setEnabled(any(True for _ in self._recent()))

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        for path in self._recent():
            pure = PurePath(path)
            name = plain(f"{pure.parent.name}/{pure.name}" if pure.parent.name else path, 80)
            action = self.recent_menu.addAction(name.replace("&", "&&"))
            action.triggered.connect(lambda _=False, path=path: self._open_path(path))

    def retranslate(self) -> None:
        for path, menu in self._menus.items():
            menu.setTitle(menu_title(path.rpartition("/")[2]))
        self.recent_menu.setTitle(tr("Opened before"))
