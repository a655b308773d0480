"""One object graph per window. Commands receive only this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viewer.model.errors import Problem
from viewer.model.messages import Message
from viewer.model.requests import ScanUpdate
from viewer.model.signals import Signal
from viewer.model.tasks import Progress
from viewer.workspace.arrivals import Arrivals
from viewer.workspace.cine import Cine
from viewer.workspace.dimension_control import DimensionControl
from viewer.workspace.layout import Layout
from viewer.workspace.mapping_control import MappingControl
from viewer.workspace.opening import Opening
from viewer.workspace.preset_list import DEFAULTS, WindowPreset
from viewer.workspace.services import Notification, ScanJob, Services, Window
from viewer.workspace.study_upkeep import StudyUpkeep
from viewer.workspace.task_list import TaskList
from viewer.workspace.tool_groups import ToolGroup

if TYPE_CHECKING:  # the network comes after the first picture
    from viewer.workspace.audit_services import Audit
    from viewer.workspace.network_services import Network
    from viewer.workspace.remote_opening import RemoteOpening


class Workspace:
    """What is open and how it is shown, and the services it needs.

    Signals fire on the GUI thread.
    """

    notified = Signal(object)  # Notification
    scan_changed = Signal()
    studies_changed = Signal(object)  # frozenset of Study Instance UIDs
    problems_changed = Signal()
    library_replaced = Signal()  # the list of studies may be another: ask for all of it again
    closing = Signal()
    presets_changed = Signal()

    def __init__(self, services: Services) -> None:
        self.services = services
        self.layout = Layout()
        self.tasks = TaskList(services)
        self.tools = ToolGroup()
        self.problems: list[Problem] = []
        self.window: Window | None = None  # set by the window that shows this workspace
        self.opening = Opening(self.layout, services, self.scan_updated, self.notify)
        self.cine = Cine(services, self.opening.turn_to)
        self.dimensions = DimensionControl(self.layout, services, self.opening)
        self.mappings = MappingControl(self.layout, services)
        self.arrivals = Arrivals(self.layout, services, self.opening)
        self.upkeep = StudyUpkeep(self)
        self.presets: tuple[WindowPreset, ...] = DEFAULTS
        self.network: Network | None = None  # set once the window has time for it
        self.remote: RemoteOpening | None = None  # set with it
        self.audit: Audit | None = None  # as above

    @property
    def scan(self) -> ScanJob | None:
        """What runs now and can be cancelled, or None."""
        return self.opening if self.opening.scanning else None

    @property
    def progress(self) -> Progress | None:
        """Of the running scans, or None."""
        return self.opening.progress

    def close(self) -> None:
        """The window closes: scans, tasks and playing stop."""
        self.closing.emit()
        self.mappings.close()
        self.tasks.cancel()
        self.opening.close()

    def notify(self, text: Message, *, warning: bool = False) -> None:
        """Say one line in the status bar."""
        self.notified.emit(Notification(text, warning))

    def scan_updated(self, update: ScanUpdate) -> None:
        """A batch reached the library (called on the GUI thread)."""
        if update.problems:
            self.problems.extend(update.problems)
            self.problems_changed.emit()
        self.scan_changed.emit()
        if update.studies:
            self.studies_changed.emit(update.studies)
        if update.progress.finished:
            self.mappings.look_again()

    def set_apart(self, studies: frozenset[str]) -> None:
        """Files of these studies that were taken for one object turned out to be two (called on the GUI thread)."""
        self.opening.grow(studies)
        self.studies_changed.emit(studies)

    def set_presets(self, presets: tuple[WindowPreset, ...]) -> None:
        """The named windows of all modalities."""
        if presets != self.presets:
            self.presets = presets
            self.presets_changed.emit()

    def arrived(self, studies: frozenset[str]) -> None:
        """Another process put instances of these studies into the library (called on the GUI thread)."""
        self.arrivals.take_in(studies)
        self.mappings.look_again()
        self.studies_changed.emit(studies)
