"""A grid over real files, read and decoded on the spot, and a hand on its mouse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.hand_driven import HandDrivenScanner, SmallCatalogue
from viewer.dicom.decode import decode
from viewer.dicom.image_file import ImageFile, open_image
from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.errors import NegatoscopeError
from viewer.model.hierarchy import FrameRef
from viewer.model.pixels import PixelFrame
from viewer.model.requests import FrameResult, Lane
from viewer.ui.canvas.canvas_view import CanvasView
from viewer.ui.canvas.grid import ViewportGrid
from viewer.ui.theme import Theme
from viewer.workspace.commands import image, navigate, tools, view
from viewer.workspace.commands.registry import Command, CommandRegistry
from viewer.workspace.services import Services
from viewer.workspace.viewport import ViewportState
from viewer.workspace.workspace import Workspace

NO_BUTTON = Qt.MouseButton.NoButton
NO_MODIFIER = Qt.KeyboardModifier.NoModifier


class FilesOnTheSpot:
    """Frames decoded when asked, on the caller's thread, through the real reader and decoder."""

    def __init__(self) -> None:
        self.files: dict[str, ImageFile] = {}
        self.kept: dict[FrameRef, PixelFrame] = {}

    def cached(self, ref: FrameRef) -> PixelFrame | None:
        return self.kept.get(ref)

    def request(
        self, ref: FrameRef, done: Callable[[FrameResult], None], *, lane: Lane = Lane.INTERACTION, generation: int = 0
    ) -> None:
        file = self.files[ref.sop_instance_uid]
        try:
            self.kept[ref] = file.finish(ref.frame_number, decode(file.decode_request(ref.frame_number)))
        except NegatoscopeError as error:
            done(FrameResult(ref, generation, None, error.problem()))
            return
        done(FrameResult(ref, generation, self.kept[ref]))

    def prefetch(self, owner: object, refs: Sequence[FrameRef]) -> None:
        """Nothing is decoded ahead."""

    def loaded(self, refs: Sequence[FrameRef]) -> bytes:
        return bytes(ref in self.kept for ref in refs)


class Desk:
    """`post` runs at once: this test has one thread."""

    def __init__(self, extra: Sequence[Command] = ()) -> None:
        self.frames = FilesOnTheSpot()
        self.catalogue = SmallCatalogue()
        services = Services(
            self.frames, self.catalogue, HandDrivenScanner(), lambda function: function(), lambda ms, function: lambda: None
        )
        self.workspace = Workspace(services)
        self.registry = CommandRegistry()
        for module in (view, image, navigate, tools):
            module.register(self.registry)
        self.registry.register(*extra)
        self.theme = Theme()
        self.grid = ViewportGrid(self.workspace, self.registry, self.theme)
        self.grid.resize(640, 560)

    @property
    def viewport(self) -> ViewportState:
        return self.workspace.layout.active

    @property
    def canvas(self) -> CanvasView:
        cell = self.grid.active_cell
        assert cell is not None
        return cell.canvas

    def display_set(self, *paths: Path, key: str = "k") -> DisplaySet:
        """The files as a stack along the patient's axis."""
        placed: list[tuple[float, FrameRef]] = []
        for path in paths:
            file = open_image(str(path))
            facts = file.facts(1)
            self.frames.files[facts.ref.sop_instance_uid] = file
            position = facts.geometry.position
            for number in range(1, file.number_of_frames + 1):
                placed.append(((position or (0.0, 0.0, 0.0))[2] + number * 1e-6, FrameRef(facts.ref.sop_instance_uid, number)))
        refs = tuple(ref for _, ref in sorted(placed))
        made = DisplaySet(key, DisplaySetKind.IMAGE, "S", key, "CT", refs, series_number=1, label=key)
        self.catalogue.sets.append(made)
        self.catalogue.patient_studies = {"P": ["S"]}
        return made

    def show(self, *paths: Path, index: int = 0) -> DisplaySet:
        made = self.display_set(*paths)
        self.workspace.opening.show(self.viewport, made, index)
        self.settle()
        return made

    def settle(self) -> None:
        """Let everything that waits in the event loop happen."""
        for _ in range(5):
            QCoreApplication.processEvents()

    def picture(self) -> QImage:
        """What the canvas shows."""
        self.settle()
        return self.canvas.grab().toImage()

    def grey(self, x: float, y: float) -> int:
        colour = self.picture().pixelColor(round(x), round(y))
        assert colour.red() == colour.green() == colour.blue()
        return colour.red()

    # The mouse

    def mouse(self, kind: QEvent.Type, x: float, y: float, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        place = QPointF(x, y)
        surface = self.canvas.viewport()
        event = QMouseEvent(kind, place, QPointF(surface.mapToGlobal(place.toPoint())), button, held, NO_MODIFIER)
        QApplication.sendEvent(surface, event)

    def drag(self, button: Qt.MouseButton, *points: tuple[float, float]) -> None:
        self.mouse(QEvent.Type.MouseButtonPress, *points[0], button, button)
        for point in points[1:]:
            self.mouse(QEvent.Type.MouseMove, *point, NO_BUTTON, button)
        self.mouse(QEvent.Type.MouseButtonRelease, *points[-1], button, NO_BUTTON)
        self.settle()

    def hover(self, x: float, y: float) -> None:
        self.mouse(QEvent.Type.MouseMove, x, y, NO_BUTTON, NO_BUTTON)

    def wheel(self, notches: int, modifiers: Qt.KeyboardModifier = NO_MODIFIER, x: float = 100, y: float = 100) -> None:
        surface = self.canvas.viewport()
        where = QPoint(round(x), round(y))
        event = QWheelEvent(
            QPointF(where),
            QPointF(surface.mapToGlobal(where)),
            QPoint(),
            QPoint(0, 120 * notches),
            NO_BUTTON,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(surface, event)
        self.settle()
