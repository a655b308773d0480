"""The state of one viewport. The canvas shows it; tools and commands change it; nothing else holds view state."""

from __future__ import annotations

from dataclasses import replace

from viewer.model.display_set import DisplaySet
from viewer.model.document import Document
from viewer.model.hierarchy import FrameRef
from viewer.model.luts import RealWorldMap, SeparateMaps
from viewer.model.messages import NO_MESSAGE, Message
from viewer.model.pixels import FrameFacts, PixelFrame
from viewer.model.signals import Signal
from viewer.model.view import DataPresentation, OverlayLevel, ViewPresentation
from viewer.workspace.dimensions import FrameAxes
from viewer.workspace.view_geometry import ViewGeometry


class ViewportState:
    """What one viewport shows and how. Signals fire after the change, on the thread that made it (the GUI thread).

    `frame` is the picture on screen: that of `reference`, or while `loading` the one shown before it, so that scrolling does not
    flash; None when there is none (then `notice` says why). Everything written about the picture is taken from `frame`, never
    from the reference that is still to come. `generation` grows with every change of the reference.
    """

    display_set_changed = Signal()
    reference_changed = Signal()
    frame_changed = Signal()
    view_changed = Signal()
    data_changed = Signal()
    notice_changed = Signal()
    overlay_changed = Signal()
    cine_changed = Signal()
    size_changed = Signal()
    axes_changed = Signal()
    mappings_changed = Signal()

    def __init__(self) -> None:
        self._display_set: DisplaySet | None = None
        self._reference: FrameRef | None = None
        self._index = 0
        self._frame: PixelFrame | None = None
        self._view = ViewPresentation()
        self._data = DataPresentation()
        self._notice: Message = NO_MESSAGE
        self._document: Document | None = None
        self._loading = False
        self._overlay = OverlayLevel.ALL
        self._cine_rate: float | None = None
        self._axes: FrameAxes | None = None
        self._arranged = False
        self._noted = False  # the study doctor has looked at its frames
        self._data_is_initial = True
        self._size = (512.0, 512.0, 1.0)
        self._geometry: ViewGeometry | None = None
        self._mappings: SeparateMaps | None = None
        self.generation = 0
        self.quantity = ""  # the name of the mapped value that is read out (imaging/real_world.py), "" the first one

    @property
    def display_set(self) -> DisplaySet | None:
        return self._display_set

    @property
    def reference(self) -> FrameRef | None:
        return self._reference

    @property
    def index(self) -> int:
        """Position of `reference` in the display set."""
        return self._index

    @property
    def count(self) -> int:
        return len(self._display_set.frames) if self._display_set else 0

    @property
    def frame(self) -> PixelFrame | None:
        return self._frame

    @property
    def view(self) -> ViewPresentation:
        return self._view

    @property
    def data(self) -> DataPresentation:
        return self._data

    @property
    def notice(self) -> Message:
        """Why there is no picture, or what is wrong with it; empty when all is well."""
        return self._notice

    @property
    def document(self) -> Document | None:
        """The text of an object that has no picture."""
        return self._document

    @property
    def loading(self) -> bool:
        return self._loading

    @property
    def data_is_initial(self) -> bool:
        """True while the window is the program's or the file's choice, not the user's."""
        return self._data_is_initial

    @property
    def shown_index(self) -> int:
        """Position of the picture on screen in the display set, -1 without a picture."""
        if self._frame is None or self._display_set is None:
            return -1
        return self._index if self._frame.ref == self._reference else self._display_set.index_of(self._frame.ref)

    @property
    def geometry(self) -> ViewGeometry | None:
        """How the picture lies in the viewport; None without a picture."""
        if self._frame is None:
            return None
        return self.geometry_of(self._frame.facts)

    def geometry_of(self, facts: FrameFacts) -> ViewGeometry:
        """How an image would lie in the viewport."""
        width, height, ratio = self._size
        fresh = (facts.columns, facts.rows, facts.geometry.aspect, self._view, width, height, ratio)
        known = self._geometry
        if known is None or fresh != (
            (known.columns, known.rows, known.aspect, known.view, known.width, known.height, known.device_ratio)
        ):
            known = self._geometry = ViewGeometry(*fresh)
        return known

    @property
    def overlay(self) -> OverlayLevel:
        return self._overlay

    @property
    def cine_rate(self) -> float | None:
        """Frames per second while playing, else None."""
        return self._cine_rate

    @property
    def axes(self) -> FrameAxes | None:
        """The dimensions of a multi-frame image, once they are known and there is more than one."""
        return self._axes

    @property
    def mapped_elsewhere(self) -> tuple[RealWorldMap, ...]:
        """What mapping objects beside the file say of the stored values of `frame`."""
        if self._mappings is None or self._frame is None:
            return ()
        ref = self._frame.ref
        return self._mappings.of(ref.sop_instance_uid, ref.frame_number)

    def set_display_set(self, display_set: DisplaySet | None, index: int = 0) -> None:
        """Mount another display set: framing, window and picture start anew."""
        self._display_set = display_set
        self._frame = None
        self._document = None
        self._view = ViewPresentation(smooth=self._view.smooth)
        self._data = DataPresentation()
        self._data_is_initial = True
        self._notice = NO_MESSAGE
        self._loading = False
        self._cine_rate = None
        self._axes = None
        self._arranged = self._noted = False
        self._reference = None
        self._index = 0
        if display_set is not None and display_set.frames:
            self._index = min(max(index, 0), len(display_set.frames) - 1)
            self._reference = display_set.frames[self._index]
        self.generation += 1
        self.display_set_changed.emit()
        self.view_changed.emit()
        self.data_changed.emit()
        self.cine_changed.emit()
        self.reference_changed.emit()
        self.notice_changed.emit()

    def grow(self, display_set: DisplaySet) -> None:
        """The display set with more (or re-sorted) frames: the frame on screen stays on screen.

        A display set of another key is taken too when it holds that frame (the scan split the series meanwhile).
        """
        if self._display_set is None:
            return
        place = -1 if self._reference is None else display_set.index_of(self._reference)
        if place < 0 and self._display_set.key != display_set.key:
            return
        keeps_order = display_set.key == self._display_set.key and len(display_set.frames) == self.count
        if self._arranged and keeps_order:
            display_set = replace(display_set, frames=self._display_set.frames)
            place = self._index
        if self._noted and keeps_order:
            display_set = replace(display_set, notes=self._display_set.notes)
        lost_order = self._arranged and not keeps_order  # the file was written anew with other frames
        self._display_set = display_set
        self._index = place if place >= 0 else min(self._index, max(len(display_set.frames) - 1, 0))
        if place < 0 and display_set.frames:  # the frame on screen is gone: its neighbour takes its place
            self._reference = display_set.frames[self._index]
            self.generation += 1
            self.reference_changed.emit()
        if lost_order:
            self._arranged, self._axes = False, None
            self.axes_changed.emit()
        self.display_set_changed.emit()

    def set_index(self, index: int) -> bool:
        """Go to frame `index` (clamped). True when that is another frame than before."""
        if self._display_set is None or not self._display_set.frames:
            return False
        index = min(max(index, 0), self.count - 1)
        if index == self._index and self._reference == self._display_set.frames[index]:
            return False
        self._index = index
        self._reference = self._display_set.frames[index]
        self.generation += 1
        self.reference_changed.emit()
        return True

    def set_frame(self, frame: PixelFrame | None, notice: Message = NO_MESSAGE, *, loading: bool = False) -> None:
        """A picture arrived, or failed (`notice`). `loading`: it is one on the way to the reference, which is still to come."""
        is_first = self._frame is None and frame is not None
        self._frame = frame
        self._document = None
        changed = notice != self._notice or loading != self._loading
        self._loading = loading
        self._notice = notice
        self.frame_changed.emit()
        if is_first:
            self.cine_changed.emit()  # it says at which rate it would play
        if changed:
            self.notice_changed.emit()

    def set_document(self, document: Document) -> None:
        """A text arrived instead of a picture."""
        self._frame = None
        self._document = document
        self._loading = False
        self._notice = NO_MESSAGE
        self.frame_changed.emit()
        self.notice_changed.emit()

    def set_loading(self, loading: bool) -> None:
        if loading != self._loading:
            self._loading = loading
            self.notice_changed.emit()

    def set_view(self, view: ViewPresentation) -> None:
        if view != self._view:
            self._view = view
            self.view_changed.emit()

    def set_data(self, data: DataPresentation, *, initial: bool = False) -> None:
        """Change the window. `initial`: it is the opening window, which may follow the file from frame to frame."""
        self._data_is_initial = initial
        if data != self._data:
            self._data = data
            self.data_changed.emit()

    def set_inverted(self, inverted: bool) -> None:
        """Invert the greys; the window stays whose it was."""
        self.set_data(replace(self._data, inverted=inverted), initial=self._data_is_initial)

    def set_size(self, width: float, height: float, device_ratio: float = 1.0) -> None:
        """The canvas says how large it is, in its own units, and how many physical pixels make one of them."""
        size = (max(width, 1.0), max(height, 1.0), device_ratio)
        if size != self._size:
            self._size = size
            self.size_changed.emit()

    def set_overlay(self, overlay: OverlayLevel) -> None:
        if overlay != self._overlay:
            self._overlay = overlay
            self.overlay_changed.emit()

    def arrange(self, frames: tuple[FrameRef, ...], axes: FrameAxes | None) -> None:
        """The frames of one object as they are to be walked through, with controls for their dimensions.

        The frame on screen stays, and this order too when the display set grows.
        """
        if self._display_set is None:
            return
        self._arranged = False
        if frames != self._display_set.frames:
            self.grow(replace(self._display_set, frames=frames))
        self._axes = axes
        self._arranged = True
        self.axes_changed.emit()

    def set_mappings(self, mappings: SeparateMaps | None) -> None:
        """What mapping objects say of the images of the display set."""
        if mappings is not self._mappings:
            self._mappings = mappings
            self.mappings_changed.emit()

    def set_notes(self, notes: tuple[Message, ...]) -> None:
        """What the study doctor warns of in the frames of one object: its library knows nothing of them."""
        if self._display_set is not None:
            self._noted = True
            if notes != self._display_set.notes:
                self._display_set = replace(self._display_set, notes=notes)
                self.display_set_changed.emit()

    def set_cine_rate(self, rate: float | None) -> None:
        if rate != self._cine_rate:
            self._cine_rate = rate
            self.cine_changed.emit()
