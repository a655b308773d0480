"""The composition root: builds every part of the program, hands each what it needs, and ends them in order."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from viewer.app.document_reader import DocumentReader
from viewer.app.paths import Folders, resources
from viewer.app.settings import Settings
from viewer.app.tag_reader import TagReader
from viewer.model.messages import message
from viewer.model.requests import ScanUpdate
from viewer.model.tags import TagPath, TagTree, WholeValue
from viewer.ui.bridge import Bridge
from viewer.ui.fonts import load_fonts
from viewer.ui.i18n import Language
from viewer.ui.main_window import MainWindow, Surroundings
from viewer.ui.notice_bar import Notice
from viewer.ui.theme import Theme
from viewer.workspace.commands import register_all
from viewer.workspace.commands.registry import CommandRegistry
from viewer.workspace.preferences import PreferenceHolder, Preferences
from viewer.workspace.services import ScanJob, Scanner, Services
from viewer.workspace.workspace import Workspace

log = logging.getLogger(__name__)

MEGABYTE = 1 << 20


def _read_tags(path: str) -> TagTree:
    """pydicom, which names the tags, is imported by the thread that reads them: not in the way of the first picture."""
    from viewer.dicom.tag_tree import read_tags

    return read_tags(path)


def _read_value(place: tuple[str, TagPath]) -> WholeValue:
    from viewer.dicom.tag_tree import read_value

    return read_value(*place)


class RememberingScanner:
    """A scanner that puts what is opened on the list of recent items. The sample study is not remembered."""

    def __init__(self, scanner: Scanner, preferences: PreferenceHolder) -> None:
        self._scanner = scanner
        self._preferences = preferences

    def open_paths(
        self,
        paths: Sequence[str],
        update: Callable[[ScanUpdate], None],
        password: Callable[[str], str | None] | None = None,
    ) -> ScanJob:
        own = str(resources())
        self._preferences.remember([path for path in paths if not path.startswith(own)])
        return self._scanner.open_paths(paths, update, password)


class Program:
    """Everything of one running program. `close` ends all of it: threads, processes, files."""

    def __init__(self, application: QApplication, folders: Folders) -> None:
        from viewer.library.library import Library
        from viewer.library.scan import FolderScanner
        from viewer.loading.frame_loader import FrameLoader
        from viewer.loading.thumbnails import Thumbnails
        from viewer.objects.registry import installed

        self.folders = folders
        self.settings = Settings(folders.config)
        preferences = self.settings.holder
        self.theme = Theme(preferences.value.theme, preferences.value.text_size, application)
        self.language = Language()
        load_fonts()
        self.theme.apply()
        self.language.use(preferences.value.language)
        self.bridge = Bridge()
        self.library = Library(folders.data)
        self.scanner = FolderScanner(self.library, folders.cache)
        self.frames = FrameLoader(self.library.locate, preferences.value.cache_megabytes * MEGABYTE, previews=True)
        self.thumbnails = Thumbnails(self.frames)
        self.tags = TagReader(_read_tags, self.bridge.post)
        self.values = TagReader(_read_value, self.bridge.post)
        self.documents = DocumentReader(installed(), self.library.locate)
        services = Services(
            self.frames,
            self.library,
            RememberingScanner(self.scanner, preferences),
            self.bridge.post,
            self.bridge.later,
            self.documents,
        )
        self.workspace = Workspace(services)
        self.registry = CommandRegistry()
        register_all(self.registry)
        state = QSettings(str(folders.config / "window.ini"), QSettings.Format.IniFormat)
        around = Surroundings(self.registry, self.theme, self.language, preferences, state)
        self.window = MainWindow(self.workspace, around)
        self._add_panels()
        self.workspace.opening.ask_password = self._ask_password
        preferences.changed.connect(self._on_preferences)
        self._smooth(preferences.value.smooth)
        self._closed = False
        self.window.closed.connect(self.close)

    def _add_panels(self) -> None:
        from viewer.ui.browser.panel import BrowserPanel
        from viewer.ui.inspector.panel import InspectorPanel

        browser = BrowserPanel(self.workspace, self.theme, self.thumbnails)
        inspector = InspectorPanel(self.workspace, self.theme, self.tags.read, self.values.read)
        self.window.add_panels(browser, inspector)

    def _ask_password(self, name: str) -> str | None:
        """Called on the scan's thread."""
        nothing: str | None = None
        return self.bridge.ask(lambda answer: self.window.requests.ask_password(name, answer), nothing)

    def _on_preferences(self, before: Preferences) -> None:
        now = self.settings.holder.value
        self.language.use(now.language)
        self.theme.set_look(now.theme, now.text_size)
        if now.smooth != before.smooth:
            self._smooth(now.smooth)

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
        self.workspace.close()
        self.thumbnails.close()
        self.window.toolbar.dispose()
        self.window.status.dispose()
        self.bridge.close()
        self.settings.save()
        # Each of them waits a little for its own threads or processes: together, not one after the other.
        parts = (self.scanner, self.frames, self.documents, self.tags, self.values)
        ends = [threading.Thread(target=part.close, name="closing") for part in parts]
        for end in ends:
            end.start()
        for end in ends:
            end.join()
        self.library.close()
        self.language.stop()
