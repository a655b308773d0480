"""What the workspace needs from the rest of the program, handed in by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from viewer.model.display_set import DisplaySet
from viewer.model.document import Document
from viewer.model.errors import Problem
from viewer.model.frame_place import Dimension
from viewer.model.frozen import frozen
from viewer.model.hierarchy import FrameRef, Instance, Patient, Series, Study
from viewer.model.luts import SeparateMaps
from viewer.model.messages import Message
from viewer.model.pixels import FrameFacts, PixelFrame
from viewer.model.requests import FrameResult, Lane, ScanUpdate, StudyFilter
from viewer.model.slide import Slide

if TYPE_CHECKING:  # not before the first picture
    from viewer.model.remote import Outgoing


class Frames(Protocol):
    """The loader as the workspace and the browser see it. All methods return at once; `done` runs on a worker thread."""

    def cached(self, ref: FrameRef) -> PixelFrame | None: ...

    def request(
        self, ref: FrameRef, done: Callable[[FrameResult], None], *, lane: Lane = Lane.INTERACTION, generation: int = 0
    ) -> None: ...

    def prefetch(self, owner: object, refs: Sequence[FrameRef]) -> None:
        """Decode `refs` in this order into the cache when nothing better is to do. Replaces what `owner` asked for before."""

    def loaded(self, refs: Sequence[FrameRef]) -> bytes:
        """One byte per frame, 1 when it is in the cache: the grey part of the frame slider."""


class Catalogue(Protocol):
    """The library as the workspace and the browser see it: pages of rows, quick enough for the GUI thread."""

    def patients(self, query: StudyFilter, offset: int = 0, limit: int = 200) -> tuple[Patient, ...]:
        """Newest study first."""

    def count_patients(self, query: StudyFilter) -> int: ...

    def patient(self, patient_key: str) -> Patient | None: ...

    def studies(self, patient_key: str, query: StudyFilter) -> tuple[Study, ...]:
        """Newest first."""

    def study(self, study_instance_uid: str) -> Study | None: ...

    def series(self, study_instance_uid: str) -> tuple[Series, ...]: ...

    def display_sets(self, study_instance_uid: str) -> tuple[DisplaySet, ...]:
        """All display sets of a study: by Series Number, then time, then split value. Computed once per change, then cached."""

    def display_set(self, key: str) -> DisplaySet | None: ...

    def instance(self, ref: FrameRef) -> Instance | None: ...

    def instances(self, series_instance_uid: str, offset: int = 0, limit: int = 500) -> tuple[Instance, ...]: ...

    def close_study(self, study_instance_uid: str) -> None:
        """The study is no longer among those that are opened; the library keeps it. Writes: not for the GUI thread."""

    def forget_study(self, study_instance_uid: str) -> None:
        """Take a study out of the library; its files stay. Writes: not for the GUI thread."""

    def refresh_study(self, study_instance_uid: str, goes_on: Callable[[int, int], bool]) -> int:
        """Drop what is gone from the disk. Returns how many instances that were. Touches the disk: not for the GUI thread.

        `goes_on(done, total)` counts files; once it says False, nothing is dropped.
        """
        ...


class Documents(Protocol):
    """Reads the text of objects that have no picture. All methods return at once."""

    def handles(self, sop_class_uid: str) -> bool: ...

    def request(self, ref: FrameRef, sop_class_uid: str, done: Callable[[Document | Problem], None]) -> None:
        """`done` runs on a worker thread."""


class Dimensions(Protocol):
    """Reads what the frames of a multi-frame image differ in. Returns at once."""

    def request(self, ref: FrameRef, done: Callable[[tuple[tuple[Dimension, ...], ...] | Problem], None]) -> None:
        """For all frames of the file that holds `ref`, in their order; `done` may run on another thread."""

    def check(self, ref: FrameRef, sop_class_uid: str, modality: str, done: Callable[[tuple[Message, ...]], None]) -> None:
        """What the study doctor warns of in these frames; `done` may run on another thread."""


class Slides(Protocol):
    """Reads where the tiles of whole slides lie. Returns at once."""

    def request(self, ref: FrameRef, done: Callable[[Slide | Problem | None], None]) -> None:
        """For the file that holds `ref`: the slide, or None when it has no tiles; `done` may run on another thread."""


class Mappings(Protocol):
    """Reads Real World Value Mapping objects. Returns at once."""

    def request(self, study_instance_uid: str, facts: FrameFacts, done: Callable[[SeparateMaps], None]) -> None:
        """What objects of the study's patient say of images with stored values as in `facts`; `done` may run on another thread."""


class ScanJob(Protocol):
    def cancel(self) -> None: ...


class Scanner(Protocol):
    """Starts a scan in the background. `update` runs on the scan's thread. `password` is asked from that thread too."""

    def open_paths(
        self,
        paths: Sequence[str],
        update: Callable[[ScanUpdate], None],
        password: Callable[[str], str | None] | None = None,
    ) -> ScanJob: ...


def _nobody_rests() -> None:
    pass


@frozen
class Services:
    """`post` runs a function soon on the GUI thread: the one place where results cross (``ui/bridge.py``).

    `later` runs a function on the GUI thread after so many milliseconds and returns a function that calls it off. `hand_moves` is
    told of every step of scrolling and dragging, so that work in the background rests meanwhile (``model/courtesy.py``).
    """

    frames: Frames
    catalogue: Catalogue
    scanner: Scanner
    post: Callable[[Callable[[], None]], None]
    later: Callable[[int, Callable[[], None]], Callable[[], None]]
    documents: Documents | None = None
    dimensions: Dimensions | None = None
    slides: Slides | None = None
    mappings: Mappings | None = None
    hand_moves: Callable[[], None] = _nobody_rests


@frozen
class Notification:
    """One line for the status bar."""

    text: Message
    is_warning: bool = False


class Window(Protocol):
    """What commands may ask of the window that holds the workspace. Dialogs open without blocking."""

    def choose_files(self) -> None:
        """Let the user choose files, then open them."""

    def choose_folder(self) -> None:
        """Let the user choose a folder, then open it."""

    def show_dialog(self, name: str) -> None:
        """Open the dialog of that name: "about", "details", "keys", "palette", "preferences", "guide", "nodes", "routing",
        "association_log".
        """

    def toggle_panel(self, name: str) -> None:
        """Show or hide the dock "browser" or "inspector"."""

    def is_panel_visible(self, name: str) -> bool: ...

    def focus_next_pane(self) -> None: ...

    def focus_panel(self, name: str) -> None:
        """Show "browser", "inspector", "network" or "transfers" and give the keyboard to its first field.

        "images" is the active viewport.
        """

    def ask_to_send(self, what: Outgoing, node: str = "") -> None:
        """Let the user choose where to send it; `node` is chosen at first."""

    def search_network(self, keys: Mapping[str, str]) -> None:
        """Ask the chosen nodes for studies with these keys, and show what they have."""

    def toggle_full_screen(self) -> None: ...

    def is_full_screen(self) -> bool: ...

    def close_window(self) -> None: ...

    def open_sample(self) -> None:
        """Open the sample study that comes with the program."""

    def preference(self, name: str) -> object:
        """The value of a field of ``workspace.preferences.Preferences``."""

    def set_preference(self, name: str, value: object) -> None:
        """Change a preference; it takes effect at once and is remembered."""
