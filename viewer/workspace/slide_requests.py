"""Whole slides in viewports: the tiles of the visible part are asked for, painted as they come, and nothing else is held.

A slide is one picture to everything else: its frames have a `patch`, and they are previews until their tiles are complete.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from viewer.dicom.sop_classes import WHOLE_SLIDES
from viewer.imaging.slide_sample import Rectangle, stand_ins, stretch, within
from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.errors import Problem
from viewer.model.frame_place import Patch
from viewer.model.hierarchy import FrameRef
from viewer.model.messages import NO_MESSAGE, Message
from viewer.model.pixels import PixelFrame
from viewer.model.requests import FrameResult, Lane
from viewer.model.slide import Slide
from viewer.model.view import DataPresentation
from viewer.workspace.services import Services, Slides
from viewer.workspace.slide_plan import Pixels, SlidePlan, borrow, empty, paint, plan_view, serves
from viewer.workspace.viewport import ViewportState

IN_FLIGHT = 12
FROM_AFAR = 4  # tiles reduced so much or more are many, and worth less than what is in the cache
IN_FLIGHT_FROM_AFAR = 48
MANY_TILES = 400  # of one view: more of them take seconds
STAND_INS = 64
PAINTED_AT_ONCE = 24  # tiles that are in the cache, in one turn of the event loop
MOST_LEVELS = 40
SHOW_MS, SHOW_FROM_AFAR_MS = 30, 200


@dataclass(eq=False)
class _Shown:
    """What one viewport shows of a slide."""

    slide: Slide
    plan: SlidePlan | None = None
    pixels: Pixels | None = None
    patch: Patch = field(default_factory=lambda: Patch(0, 0))
    missing: list[int] = field(default_factory=list)  # tiles of the plan's level, the next one last
    later: list[int] = field(default_factory=list)  # those after them, while a few stand for all
    stand_ins: dict[int, Rectangle] = field(default_factory=dict)  # what these few are shown over
    exact: Pixels | None = None  # the picture without what stands for something else, to be shown when it is complete
    in_flight: set[FrameRef] = field(default_factory=set)
    whole: tuple[Pixels, Patch] | None = None  # the coarse picture of all of it
    notice: Message = NO_MESSAGE
    layer: int = 0
    posted: bool = False
    show_waits: bool = False
    opened: bool = False

    @property
    def is_complete(self) -> bool:
        return not (self.missing or self.in_flight or self.later)


class SlideRequests:
    """Lives on the GUI thread. `accept` gives a frame its opening window; `plain` shows what turned out to be no slide."""

    def __init__(
        self,
        services: Services,
        accept: Callable[[ViewportState, PixelFrame], None],
        plain: Callable[[ViewportState], None],
        explain: Callable[[Problem | None], Message],
    ) -> None:
        self._services = services
        self._accept = accept
        self._plain = plain
        self._explain = explain
        self._shown: dict[ViewportState, _Shown] = {}
        self._asked: dict[ViewportState, DisplaySet] = {}
        self._known_levels: dict[ViewportState, int] = {}
        self._no_slides: set[str] = set()
        self._followed: set[ViewportState] = set()

    def takes(self, display_set: DisplaySet) -> bool:
        """True for a display set that is to be shown as a slide."""
        return (
            self._services.slides is not None
            and display_set.kind is DisplaySetKind.IMAGE
            and display_set.sop_class_uid in WHOLE_SLIDES
            and len({ref.sop_instance_uid for ref in display_set.frames}) == 1
            and display_set.key not in self._no_slides
        )

    def leave(self, viewport: ViewportState) -> None:
        """Something else is mounted."""
        self._shown.pop(viewport, None)
        self._asked.pop(viewport, None)

    def show(self, viewport: ViewportState) -> None:
        """Show the viewport's reference: which layer of the slide."""
        display_set, slides = viewport.display_set, self._services.slides
        if display_set is None or slides is None:
            return
        shown = self._shown.get(viewport)
        if shown is not None:
            if viewport.index != shown.layer:
                shown.layer, shown.plan, shown.whole = viewport.index, None, None
            self._follow_soon(viewport)
            return
        viewport.set_loading(True)
        if self._asked.get(viewport) is display_set:
            return
        self._listen(viewport)
        self._ask(viewport, display_set, slides)

    def look_again(self, studies: frozenset[str]) -> None:
        """Levels may have come to the slides on screen while a folder is read."""
        slides = self._services.slides
        for viewport, display_set in list(self._asked.items()):
            if slides is None or display_set.study_instance_uid not in studies:
                continue
            if self._siblings(display_set) != self._known_levels.get(viewport):
                self._ask(viewport, display_set, slides)

    def _siblings(self, display_set: DisplaySet) -> int:
        found = self._services.catalogue.instances(display_set.series_instance_uid, 0, MOST_LEVELS)
        return sum(one.sop_class_uid in WHOLE_SLIDES for one in found)

    def _ask(self, viewport: ViewportState, display_set: DisplaySet, slides: Slides) -> None:
        self._asked[viewport] = display_set
        self._known_levels[viewport] = self._siblings(display_set)

        def arrived(outcome: Slide | Problem | None) -> None:
            if self._asked.get(viewport) is display_set:
                self._begin(viewport, outcome)

        slides.request(display_set.frames[0], lambda outcome: self._services.post(partial(arrived, outcome)))

    def _listen(self, viewport: ViewportState) -> None:
        if viewport not in self._followed:
            self._followed.add(viewport)
            viewport.view_changed.connect(partial(self._follow_soon, viewport))
            viewport.size_changed.connect(partial(self._follow_soon, viewport))

    def _begin(self, viewport: ViewportState, outcome: Slide | Problem | None) -> None:
        display_set = viewport.display_set
        if display_set is None:
            return
        if isinstance(outcome, Problem):
            if viewport in self._shown:
                return
            viewport.set_frame(None, self._explain(outcome))
            return
        if outcome is None:
            self._no_slides.add(display_set.key)
            first = display_set.frames[0]
            instance = self._services.catalogue.instance(first)
            if instance is not None and instance.number_of_frames > 1:  # frames without a place: a stack after all
                numbers = range(1, instance.number_of_frames + 1)
                viewport.arrange(tuple(FrameRef(first.sop_instance_uid, number, first.copy) for number in numbers), None)
            self._plain(viewport)
            return
        known = self._shown.get(viewport)
        if known is not None:
            if len(outcome.levels) > len(known.slide.levels):
                known.slide, known.plan, known.missing, known.later = outcome, None, [], []
                self._follow_soon(viewport)
            return
        self._shown[viewport] = _Shown(outcome)
        base = outcome.base
        if base.number_of_layers > 1:
            firsts = [int(np.flatnonzero(base.layers == layer)[0]) for layer in range(base.number_of_layers)]
            viewport.arrange(tuple(base.frame(index) for index in firsts), None)
        self._follow(viewport)

    # The visible part

    def _follow_soon(self, viewport: ViewportState) -> None:
        """Once in a turn of the event loop, however often the view changes in it."""
        shown = self._shown.get(viewport)
        if shown is not None and not shown.posted:
            shown.posted = True
            self._services.post(partial(self._follow, viewport))

    def _follow(self, viewport: ViewportState) -> None:
        shown = self._shown.get(viewport)
        if shown is None:
            return
        shown.posted = False
        view = viewport.geometry_of(shown.slide.base.facts)
        if shown.plan is not None and serves(shown.plan, shown.slide, view):
            return
        self._start(shown, plan_view(shown.slide, view))
        self._go_on(viewport, shown)

    def _start(self, shown: _Shown, plan: SlidePlan) -> None:
        """A new part: what is known of it coarsely, and the list of its tiles, those in the middle first."""
        facts = shown.slide.base.facts
        kind = shown.pixels.dtype if shown.pixels is not None else np.dtype(np.uint8)
        pixels, patch = empty(plan, facts, kind), plan.patch(shown.slide)
        if shown.whole is not None:
            borrow(pixels, patch, *shown.whole)
        if shown.pixels is not None and shown.plan is not None:
            borrow(pixels, patch, shown.pixels, shown.patch)
        level = shown.slide.levels[plan.level]
        tiles = level.tiles(shown.layer, plan.left, plan.top, plan.right, plan.bottom)
        middle = np.array([(plan.left + plan.right - level.tile_columns) / 2, (plan.top + plan.bottom - level.tile_rows) / 2])
        away = ((level.places[tiles] - middle) ** 2).sum(axis=1)
        shown.plan, shown.pixels, shown.patch = plan, pixels, patch
        shown.missing = [tiles[index] for index in np.argsort(-away, kind="stable")]
        shown.later, shown.stand_ins, shown.exact = [], {}, None
        shown.notice = NO_MESSAGE
        if len(tiles) > MANY_TILES:
            shown.exact = empty(plan, facts, kind)
            self._put_few_first(shown, plan)

    def _put_few_first(self, shown: _Shown, plan: SlidePlan) -> None:
        """Of a part with very many tiles a coarse picture first: all of it is seen soon, and refined from the middle."""
        level = shown.slide.levels[plan.level]
        few = stand_ins(level, shown.layer, (plan.left, plan.top, plan.right, plan.bottom), STAND_INS)
        shown.stand_ins = {one.index: one.part for one in few}
        shown.later = [index for index in shown.missing if index not in shown.stand_ins]
        shown.missing = [index for index in shown.missing if index in shown.stand_ins]

    def _go_on(self, viewport: ViewportState, shown: _Shown) -> None:
        """Paint tiles that are in the cache and ask for the next ones that are not."""
        plan, painted = shown.plan, 0
        if plan is None or self._shown.get(viewport) is not shown:
            return
        level = shown.slide.levels[plan.level]
        far = plan.reduce >= FROM_AFAR
        most, lane = (IN_FLIGHT_FROM_AFAR, Lane.THUMBNAIL) if far else (IN_FLIGHT, Lane.INTERACTION)
        if not (shown.missing or shown.in_flight):  # the few have come: only now the others, or coarse would be over fine
            shown.missing, shown.later = shown.later, []
        while shown.missing and len(shown.in_flight) < most:
            if painted == PAINTED_AT_ONCE:
                self._services.post(partial(self._go_on, viewport, shown))
                break
            index = shown.missing.pop()
            ref = level.frame(index)
            cached = self._services.frames.cached(ref)
            if cached is not None:
                self._paint(shown, plan, index, cached)
                painted += 1
            elif ref not in shown.in_flight:
                shown.in_flight.add(ref)
                done = partial(self._arrived_elsewhere, viewport, shown)
                self._services.frames.request(ref, done, lane=lane, generation=viewport.generation)
        self._show_soon(viewport, shown)

    def _arrived_elsewhere(self, viewport: ViewportState, shown: _Shown, result: FrameResult) -> None:
        """On a loader thread."""
        if result.frame is None or not result.frame.is_preview:
            self._services.post(partial(self._arrived, viewport, shown, result))

    def _arrived(self, viewport: ViewportState, shown: _Shown, result: FrameResult) -> None:
        plan = shown.plan
        shown.in_flight.discard(result.ref)
        if self._shown.get(viewport) is not shown:
            return
        if result.frame is None:
            shown.notice = self._explain(result.problem)
        elif plan is not None and _belongs(shown, plan, result.ref):
            self._paint(shown, plan, result.ref.frame_number - 1, result.frame)
        self._go_on(viewport, shown)

    def _paint(self, shown: _Shown, plan: SlidePlan, index: int, frame: PixelFrame) -> None:
        level = shown.slide.levels[plan.level]
        column, row = (int(place) for place in level.places[index])
        tile = frame.pixels
        if shown.pixels is None or tile.ndim != shown.pixels.ndim:
            return
        if tile.dtype != shown.pixels.dtype:
            shown.pixels = shown.pixels.astype(tile.dtype)
            shown.exact = shown.exact.astype(tile.dtype) if shown.exact is not None else None
        part, size = shown.stand_ins.get(index), (level.columns, level.rows)
        if part is not None:
            stretch(shown.pixels, (plan.left, plan.top), plan.reduce, part, within(level, index, tile))
        else:
            paint(shown.pixels, plan, tile, column, row, size)
        if shown.exact is not None:
            paint(shown.exact, plan, tile, column, row, size)

    # Showing it

    def _show_soon(self, viewport: ViewportState, shown: _Shown) -> None:
        if shown.is_complete:
            self._show(viewport, shown)
        elif not shown.show_waits:
            shown.show_waits = True
            far = shown.plan is not None and shown.plan.reduce >= FROM_AFAR
            wait = SHOW_FROM_AFAR_MS if far and viewport.frame is not None else SHOW_MS
            self._services.later(wait, partial(self._show_waiting, viewport, shown))

    def _show_waiting(self, viewport: ViewportState, shown: _Shown) -> None:
        if shown.show_waits:
            self._show(viewport, shown)

    def _show(self, viewport: ViewportState, shown: _Shown) -> None:
        shown.show_waits = False
        reference = viewport.reference
        if self._shown.get(viewport) is not shown or shown.pixels is None or shown.plan is None or reference is None:
            return
        complete = shown.is_complete
        if complete and shown.exact is not None:
            shown.pixels, shown.exact = shown.exact, None
        pixels = shown.pixels.view()
        pixels.flags.writeable = False
        facts = replace(shown.slide.base.facts, ref=reference)
        frame = PixelFrame(facts, pixels, is_preview=not complete, patch=shown.patch)
        if complete:
            if not shown.opened and viewport.data_is_initial:  # a window that is computed was made of the first tiles only
                viewport.set_data(DataPresentation(inverted=viewport.data.inverted), initial=True)
            if shown.plan.is_whole(shown.slide):
                shown.whole = (shown.pixels, shown.patch)
            shown.opened = True
        self._accept(viewport, frame)
        viewport.set_frame(frame, shown.notice, loading=not complete)


def _belongs(shown: _Shown, plan: SlidePlan, ref: FrameRef) -> bool:
    """A tile that was asked for some time ago: is it of the level and layer that are shown now?"""
    level, index = shown.slide.levels[plan.level], ref.frame_number - 1
    return level.first.sop_instance_uid == ref.sop_instance_uid and int(level.layers[index]) == shown.layer
