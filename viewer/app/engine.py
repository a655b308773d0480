"""The program without its window. Imports no Qt, so that files are read while Qt is still being loaded.

Qt's libraries are loaded beside it by a thread (``preload.py``), which needs the interpreter only to begin.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from viewer.app.dimension_reader import DimensionReader
from viewer.app.document_reader import DocumentReader
from viewer.app.mailbox import Mailbox
from viewer.app.mapping_reader import MappingReader
from viewer.app.paths import Folders, resources
from viewer.app.settings import Settings
from viewer.app.slide_reader import SlideReader
from viewer.app.tag_reader import TagReader
from viewer.app.viewing_audit import AuditedLibrary, ViewingAudit
from viewer.library.scan import FolderScanner
from viewer.loading.budget import give_memory_back
from viewer.loading.frame_loader import FrameLoader
from viewer.loading.thumbnails import Thumbnails
from viewer.model.courtesy import Courtesy
from viewer.model.requests import ScanUpdate
from viewer.model.tags import TagPath, TagTree, WholeValue
from viewer.workspace.commands import register_all
from viewer.workspace.commands.image import PresetTitles
from viewer.workspace.commands.registry import CommandRegistry
from viewer.workspace.preferences import PreferenceHolder, Preferences
from viewer.workspace.preset_list import presets_from
from viewer.workspace.services import ScanJob, Scanner, Services
from viewer.workspace.workspace import Workspace

if TYPE_CHECKING:
    from viewer.objects.registry import ObjectRegistry

MEGABYTE = 1 << 20
Later = Callable[[int, Callable[[], None]], Callable[[], None]]
AskPassword = Callable[[str], str | None]


def _read_tags(path: str) -> TagTree:
    """pydicom, which names the tags, is imported by the thread that reads them: not in the way of the first picture."""
    from viewer.dicom.tag_tree import read_tags

    return read_tags(path)


def _read_value(place: tuple[str, TagPath]) -> WholeValue:
    from viewer.dicom.tag_tree import read_value

    return read_value(*place)


def _installed() -> ObjectRegistry:
    """Looking for entry points takes longer than opening the library, and most programs never show a document."""
    from viewer.objects.registry import installed

    return installed()


class RememberingScanner:
    """A scanner that puts what is opened on the list of recent items. The sample study is not remembered."""

    def __init__(self, scanner: Scanner, preferences: PreferenceHolder) -> None:
        self._scanner = scanner
        self._preferences = preferences

    def open_paths(
        self,
        paths: Sequence[str],
        update: Callable[[ScanUpdate], None],
        password: AskPassword | None = None,
    ) -> ScanJob:
        own = str(resources())
        self._preferences.remember([path for path in paths if not path.startswith(own)])
        return self._scanner.open_paths(paths, update, password)


class Engine:
    """Library, scanner, loader, readers and the workspace over them. `close` ends all of it."""

    def __init__(self, folders: Folders) -> None:
        self.folders = folders
        give_memory_back()
        self.settings = Settings(folders.config)
        preferences = self.settings.holder
        self.audit = ViewingAudit(folders)
        self.library = AuditedLibrary(folders.data, self.audit.imported, resources())
        self.courtesy = Courtesy()
        self.scanner = FolderScanner(self.library, folders.cache, self.courtesy)
        budget = preferences.value.cache_megabytes * MEGABYTE
        self.frames = FrameLoader(self.library.locate, budget, previews=True, give_way=self.courtesy.stand_back)
        preferences.changed.connect(self._take_preferences)
        self.thumbnails = Thumbnails(self.frames)
        self.library.replaced = self._forget_pixels
        self._mailbox = Mailbox()
        post = self._mailbox.post
        self.tags = TagReader(_read_tags, post)
        self.values = TagReader(_read_value, post)
        self.documents = DocumentReader(_installed, self.library.locate)
        self.dimensions = DimensionReader(self.library.locate)
        self.slides = SlideReader(self.library.locate, self.library)
        self.mappings = MappingReader(self.library)
        self.thumbnails.slides = self.slides
        self._later: Later | None = None
        self._ask: AskPassword | None = None
        self._attended = threading.Event()
        scanner = RememberingScanner(self.scanner, preferences)
        services = Services(
            self.frames,
            self.library,
            scanner,
            post,
            self._run_later,
            self.documents,
            self.dimensions,
            self.slides,
            self.mappings,
            hand_moves=self.courtesy.hand_moves,
        )
        self.workspace = Workspace(services)
        self.library.set_apart = lambda studies: post(partial(self.workspace.set_apart, studies))
        self.workspace.opening.ask_password = self._ask_password
        self.scanner.rebuilding = self.workspace.opening.rebuilding
        self.registry = CommandRegistry()
        register_all(self.registry)
        self._preset_titles = PresetTitles(self.workspace, self.registry)
        self.workspace.set_presets(presets_from(preferences.value.presets))
        self._closed = False

    def attend(self, post: Callable[[Callable[[], None]], None], later: Later, ask_password: AskPassword) -> None:
        """The window is there: run on its thread with `post` and `later`, and let it ask for passwords (from a scan's thread)."""
        self._later, self._ask = later, ask_password
        self._attended.set()
        self._mailbox.attend(post)

    def _run_later(self, milliseconds: int, function: Callable[[], None]) -> Callable[[], None]:
        assert self._later is not None, "there is no event loop yet"
        return self._later(milliseconds, function)

    def _ask_password(self, name: str) -> str | None:
        """Called on the scan's thread, perhaps before there is a window that could ask."""
        self._attended.wait()
        return self._ask(name) if self._ask is not None else None

    def _take_preferences(self, before: Preferences) -> None:
        """At once, not at the next start."""
        now = self.settings.holder.value
        if now.cache_megabytes != before.cache_megabytes:
            self.frames.set_budget(now.cache_megabytes * MEGABYTE)
        self.workspace.set_presets(presets_from(now.presets))

    def _forget_pixels(self) -> None:
        """Files are not what they were. Called on any thread."""
        self.frames.forget()
        self.thumbnails.forget()

    def close(self) -> None:
        """End everything; nothing waits for work that can be dropped."""
        if self._closed:
            return
        self._closed = True
        self.courtesy.go_on()
        self._attended.set()
        self.workspace.close()
        self.thumbnails.close()
        self.settings.save()
        # Each of them waits a little for its own threads or processes: together, not one after the other.
        parts = (self.scanner, self.frames, self.documents, self.dimensions, self.slides, self.mappings, self.tags, self.values)
        ends = [threading.Thread(target=part.close, name="closing") for part in parts]
        for end in ends:
            end.start()
        for end in ends:
            end.join()
        self.library.close()
        self.audit.close()
