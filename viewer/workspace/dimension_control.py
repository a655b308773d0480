"""What the frames of a multi-frame image say, read in the background once the first picture is there.

That is controls for their dimensions, which are then stepped, and what the study doctor warns of.
"""

from __future__ import annotations

from functools import partial

from viewer.dicom.sop_classes import WHOLE_SLIDES
from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.errors import Problem
from viewer.model.frame_place import Dimension
from viewer.model.messages import Message
from viewer.workspace.dimensions import arrange
from viewer.workspace.layout import Layout
from viewer.workspace.opening import Opening
from viewer.workspace.services import Services
from viewer.workspace.viewport import ViewportState


class DimensionControl:
    """Gives viewports their `axes`. Lives on the GUI thread."""

    def __init__(self, layout: Layout, services: Services, opening: Opening) -> None:
        self._services = services
        self._opening = opening
        self._asked: dict[ViewportState, str] = {}
        for viewport in layout.all_viewports:
            viewport.display_set_changed.connect(partial(self._forget, viewport))
            viewport.frame_changed.connect(partial(self._ask, viewport))

    def step(self, viewport: ViewportState, control: int, n: int) -> None:
        """Another value of a dimension, all else as it is; playing stops."""
        axes = viewport.axes
        if axes is not None and control < len(axes.controls):
            self.go(viewport, control, axes.position(viewport.index, control) + n)

    def go(self, viewport: ViewportState, control: int, position: int) -> None:
        """Value number `position` (from 0, clamped) of a dimension."""
        axes = viewport.axes
        if axes is not None and control < len(axes.controls):
            self._opening.go(axes.at(viewport.index, control, position), viewport)

    def _forget(self, viewport: ViewportState) -> None:
        if viewport.frame is None:  # newly mounted, not grown
            self._asked.pop(viewport, None)

    def _ask(self, viewport: ViewportState) -> None:
        display_set, frame, reader = viewport.display_set, viewport.frame, self._services.dimensions
        if frame is None or display_set is None or reader is None or self._asked.get(viewport) == display_set.key:
            return
        self._asked[viewport] = display_set.key
        if not _has_dimensions(display_set) or frame.facts.tile is not None:
            return

        def arrived(outcome: tuple[tuple[Dimension, ...], ...] | Problem) -> None:
            if self._asked.get(viewport) == display_set.key and isinstance(outcome, tuple):
                self._take(viewport, outcome)

        def checked(notes: tuple[Message, ...]) -> None:
            if self._asked.get(viewport) == display_set.key:
                viewport.set_notes(notes)

        first = display_set.frames[0]
        reader.request(first, lambda outcome: self._services.post(partial(arrived, outcome)))
        reader.check(
            first, display_set.sop_class_uid, display_set.modality, lambda notes: self._services.post(partial(checked, notes))
        )

    def _take(self, viewport: ViewportState, places: tuple[tuple[Dimension, ...], ...]) -> None:
        display_set = viewport.display_set
        if display_set is None or len(places) != len(display_set.frames):
            return
        order, axes = arrange(places)
        by_number = {ref.frame_number: ref for ref in display_set.frames}
        if set(by_number) == set(range(1, len(places) + 1)):
            at_the_start = viewport.index == 0
            viewport.arrange(tuple(by_number[index + 1] for index in order), axes)
            if at_the_start:
                self._opening.turn_to(viewport, 0)


def _has_dimensions(display_set: DisplaySet) -> bool:
    return (
        display_set.kind is DisplaySetKind.IMAGE
        and display_set.is_one_multi_frame
        and display_set.sop_class_uid not in WHOLE_SLIDES
    )
