"""The composition root: joins the engine and the window, and ends them in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from viewer.app.engine import Engine
from viewer.app.garbage_rest import GarbageRest
from viewer.app.hand_watch import HandWatch
from viewer.app.late_start import LateStart
from viewer.app.paths import Folders
from viewer.model.messages import message
from viewer.ui.bridge import Bridge
from viewer.ui.fonts import load_fonts
from viewer.ui.i18n import Language
from viewer.ui.main_window import MainWindow, Surroundings
from viewer.ui.notice_bar import Notice
from viewer.ui.theme import Theme
from viewer.workspace.preferences import Preferences

if TYPE_CHECKING:
    from viewer.app.network_start import AttachedNetwork


class Program:
    """Everything of one running program. `close` ends all of it: threads, processes, files.

    `panels_at_once`: make the panels now, not after the first picture.
    """

    def __init__(
        self, application: QApplication, folders: Folders, engine: Engine | None = None, *, panels_at_once: bool = True
    ) -> None:
        self.engine = engine = engine or Engine(folders)
        self.folders = folders
        self.settings, self.library, self.frames = engine.settings, engine.library, engine.frames
        self.thumbnails, self.workspace, self.registry = engine.thumbnails, engine.workspace, engine.registry
        preferences = self.settings.holder
        self.theme = Theme(preferences.value.theme, preferences.value.text_size, application)
        self.language = Language()
        load_fonts()
        self.theme.apply()
        self.language.use(preferences.value.language)
        self.bridge = Bridge()
        engine.attend(self.bridge.post, self.bridge.later, self._ask_password)
        self.bridge.take_waiting()  # pictures that are asked for now are there when the window is
        state = QSettings(str(folders.config / "window.ini"), QSettings.Format.IniFormat)
        around = Surroundings(self.registry, self.theme, self.language, preferences, state)
        self.window = MainWindow(self.workspace, around)
        self.network: AttachedNetwork | None = None
        steps = (engine.courtesy.go_on, self._make_browser, self._make_inspector, self._make_network)
        self._garbage_rest = GarbageRest()
        self._garbage_rest.attend(self.workspace)
        self.hand_watch = HandWatch(engine.courtesy, self.window, self._garbage_rest)
        self.late_start = LateStart(self.window, steps)
        if panels_at_once:
            self.late_start.finish()
        preferences.changed.connect(self._on_preferences)
        self._smooth(preferences.value.smooth)
        self._map_mouse(preferences.value)
        self._settings_said = self.settings.notice  # when the window opens
        self._attend_repairs()
        self._closed = False
        self.window.closed.connect(self.close)

    def _make_browser(self) -> None:
        from viewer.ui.browser.panel import BrowserPanel

        moving = self.engine.courtesy
        panel = BrowserPanel(self.workspace, self.theme, self.thumbnails, hand_is_moving=lambda: moving.is_moving)
        self.window.browser.fill(panel)

    def _make_inspector(self) -> None:
        from viewer.ui.inspector.panel import InspectorPanel

        self.window.inspector.fill(InspectorPanel(self.workspace, self.theme, self.engine.tags.read, self.engine.values.read))

    def _make_network(self) -> None:
        from viewer.app.network_start import AttachedNetwork

        self.network = AttachedNetwork(self.engine, self.window, self.bridge, self.theme)

    def _attend_repairs(self) -> None:
        """Say so when damage of the library came to light while the window was open, and show what there is now."""
        rebuild = self.library.repaired

        def repaired() -> None:  # on a thread of the library
            rebuild()
            self.bridge.post(self._on_repaired)

        self.library.repaired = repaired
        self.library.left_disk = lambda: self.bridge.post(self._say_library)

    def _on_repaired(self) -> None:
        self.workspace.library_replaced.emit()
        self._say_library()

    def _say_library(self) -> None:
        if self.library.notice:
            self.window.notices.offer(Notice(self.library.notice))

    def _ask_password(self, name: str) -> str | None:
        """Called on the scan's thread."""
        nothing: str | None = None
        return self.bridge.ask(lambda answer: self.window.requests.ask_password(name, answer), nothing)

    def _on_preferences(self, before: Preferences) -> None:
        now = self.settings.holder.value
        self.language.use(now.language)
        self._map_mouse(now)
        self.theme.set_look(now.theme, now.text_size)
        if now.smooth != before.smooth:
            self._smooth(now.smooth)
        if self.settings.notice != self._settings_said:  # they could not be written
            self._settings_said = self.settings.notice
            self.window.notices.offer(Notice(self._settings_said))

    def _map_mouse(self, now: Preferences) -> None:
        self.workspace.tools.middle, self.workspace.tools.right = now.middle_drag, now.right_drag

    def _smooth(self, smooth: bool) -> None:
        for viewport in self.workspace.layout.all_viewports:
            viewport.set_view(replace(viewport.view, smooth=smooth))

    def say_notices(self, trace: str, show_trace: Callable[[str], None]) -> None:
        """What the user should know at the start. `trace` is what a crash of last time left behind."""
        preferences = self.settings.holder
        notices = self.window.notices
        if not preferences.value.notice_seen:
            notices.offer(
                Notice(
                    message("Not a medical device. Not for diagnosis."),
                    closed=lambda: preferences.change(notice_seen=True),
                )
            )
        for text in (self.settings.notice, self.library.notice):
            if text:
                notices.offer(Notice(text))
        if trace:
            notices.offer(
                Notice(
                    message("The program ended unexpectedly last time."),
                    message("Show the trace"),
                    lambda: show_trace(trace),
                )
            )

    def close(self) -> None:
        """End everything; nothing waits for work that can be dropped."""
        if self._closed:
            return
        self._closed = True
        self.bridge.close()
        self.hand_watch.stop()
        self._garbage_rest.close()
        if self.network is not None:
            self.network.close()
        self.engine.close()
        self.window.toolbar.dispose()
        self.window.status.dispose()
        self.language.stop()
