"""From "show frame 12" to the picture in the viewport: requests, stale answers, prefetch, the opening window.

The visible frame goes on the Interaction lane. While the user scrolls faster than frames decode, a frame on the way is shown when
it arrives before the one asked for (its texts are its own), so that the viewport lives; a frame of another display set, or one
older than what is shown, is dropped and stays cached.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.document import Document
from viewer.model.errors import Problem, ProblemKind
from viewer.model.hierarchy import FrameRef
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.model.pixels import PixelFrame
from viewer.model.requests import FrameResult, Lane
from viewer.workspace.prefetch_order import prefetch_order
from viewer.workspace.services import Services
from viewer.workspace.slide_requests import SlideRequests
from viewer.workspace.viewport import ViewportState

MAX_IN_FLIGHT = 2
PATIENCE_MS = 150  # a request that hangs longer (a bad file in a codec) does not hold up the next one
PREFETCH_BYTES = 512 * 1024 * 1024
PREFETCH_FRAMES = 1024
_ADVICE = {  # where the problem itself has none
    ProblemKind.BROKEN: message("If you can, get the file once more from where it came. Its tags are in the inspector."),
    ProblemKind.TOO_LARGE: message("Its tags are in the inspector."),
}


@dataclass(eq=False)
class _Mounted:
    """What is under way for one viewport and display set. Made anew when another display set is mounted."""

    in_flight: dict[int, FrameRef] = field(default_factory=dict)
    shown_ticket: int = 0
    direction: int = 1
    last_index: int = 0
    prefetch_posted: bool = False
    wants_all: bool = False  # its prefetch list held the whole display set
    timer_runs: bool = False


class FrameRequests:
    """Fills viewports. Lives on the GUI thread; answers cross through `services.post`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._mounted: dict[ViewportState, _Mounted] = {}
        self._tickets = itertools.count(1)
        self.on_missing: Callable[[FrameRef], Message] = lambda ref: NO_MESSAGE  # what to say of a file that is not there
        self._slides = SlideRequests(services, self._apply_initial_data, self.update, problem_notice)

    def mount(self, viewport: ViewportState, display_set: DisplaySet | None, index: int = 0) -> None:
        """Show `display_set` from frame `index`; the viewport says at once what is coming."""
        self._mounted[viewport] = _Mounted(last_index=index)
        self._services.frames.prefetch(viewport, ())
        self._slides.leave(viewport)
        viewport.set_display_set(display_set, index)
        self.update(viewport)

    def turn_to(self, viewport: ViewportState, index: int) -> bool:
        """Show frame `index` (clamped) of the mounted display set. True when that is another one."""
        if not viewport.set_index(index):
            return False
        mounted = self._state(viewport)
        if viewport.index != mounted.last_index:
            mounted.direction = 1 if viewport.index > mounted.last_index else -1
        mounted.last_index = viewport.index
        self.update(viewport)
        return True

    def grown(self, viewport: ViewportState, display_set: DisplaySet) -> None:
        """The display set got more frames."""
        before = viewport.reference
        viewport.grow(display_set)
        self._state(viewport).last_index = viewport.index
        if viewport.reference != before or (viewport.frame is None and viewport.document is None and not viewport.loading):
            self.update(viewport)
        else:
            self._prefetch_soon(viewport)

    def levels_found(self, studies: frozenset[str]) -> None:
        """The library has more of these studies: perhaps other levels of a slide on screen."""
        self._slides.look_again(studies)

    def update(self, viewport: ViewportState) -> None:
        """Bring the picture of the viewport's reference: from the cache at once, else by a request."""
        display_set, ref = viewport.display_set, viewport.reference
        if display_set is None:
            return
        if display_set.kind is DisplaySetKind.DOCUMENT or ref is None:
            self._show_document(viewport, display_set)
            return
        if self._slides.takes(display_set):
            self._slides.show(viewport)
            return
        cached = self._services.frames.cached(ref)
        if cached is not None:
            self._state(viewport).shown_ticket = next(self._tickets)
            self._accept(viewport, cached)
        else:
            viewport.set_loading(True)
            self._request(viewport)
        self._prefetch_soon(viewport)

    def _show_document(self, viewport: ViewportState, display_set: DisplaySet) -> None:
        """Bring the text of an object without a picture, or say that there is none."""
        documents, ref = self._services.documents, viewport.reference
        if documents is None or ref is None or not documents.handles(display_set.sop_class_uid):
            viewport.set_frame(None, no_picture(display_set))
            return
        mounted = self._state(viewport)
        viewport.set_loading(True)

        def arrived(outcome: Document | Problem) -> None:
            if self._mounted.get(viewport) is not mounted or viewport.reference != ref:
                return
            if isinstance(outcome, Document):
                viewport.set_document(outcome)
            else:
                viewport.set_frame(None, self._notice_of(ref, outcome))

        documents.request(ref, display_set.sop_class_uid, lambda outcome: self._services.post(partial(arrived, outcome)))

    def _notice_of(self, ref: FrameRef, problem: Problem | None) -> Message:
        if problem is None:
            return problem_notice(None)
        said = self.on_missing(ref) if problem.kind is ProblemKind.MISSING_FILE else NO_MESSAGE
        advice = problem.advice or _ADVICE.get(problem.kind, NO_MESSAGE)
        return said or problem_notice(replace(problem, advice=advice))

    def retry(self, studies: frozenset[str]) -> None:
        """Files of these studies may be there now: ask again for what could not be shown."""
        for viewport, display_set in ((one, one.display_set) for one in self._mounted):
            is_bare = viewport.frame is None and viewport.document is None and not viewport.loading
            if is_bare and display_set is not None and display_set.study_instance_uid in studies:
                self.update(viewport)

    def _state(self, viewport: ViewportState) -> _Mounted:
        return self._mounted.setdefault(viewport, _Mounted())

    def _request(self, viewport: ViewportState, *, patient: bool = True) -> None:
        mounted, ref = self._state(viewport), viewport.reference
        if ref is None or ref in mounted.in_flight.values():
            return
        if patient and len(mounted.in_flight) >= MAX_IN_FLIGHT:
            self._ask_again_later(viewport, mounted)
            return
        ticket = next(self._tickets)
        mounted.in_flight[ticket] = ref

        def done(result: FrameResult) -> None:
            self._services.post(partial(self._arrived, viewport, mounted, ticket, result))

        self._services.frames.request(ref, done, lane=Lane.INTERACTION, generation=viewport.generation)

    def _ask_again_later(self, viewport: ViewportState, mounted: _Mounted) -> None:
        if mounted.timer_runs:
            return
        mounted.timer_runs = True

        def again() -> None:
            mounted.timer_runs = False
            if self._mounted.get(viewport) is mounted and viewport.loading:
                self._request(viewport, patient=False)

        self._services.later(PATIENCE_MS, again)

    def _preview_arrived(self, viewport: ViewportState, mounted: _Mounted, frame: PixelFrame) -> None:
        """A coarse picture of what is on its way; the request stays open."""
        if self._mounted.get(viewport) is mounted and frame.ref == viewport.reference and viewport.loading:
            self._apply_initial_data(viewport, frame)
            viewport.set_frame(frame, loading=True)

    def _arrived(self, viewport: ViewportState, mounted: _Mounted, ticket: int, result: FrameResult) -> None:
        if result.frame is not None and result.frame.is_preview:
            self._preview_arrived(viewport, mounted, result.frame)
            return
        mounted.in_flight.pop(ticket, None)
        if self._mounted.get(viewport) is not mounted:
            return
        if result.ref == viewport.reference:
            mounted.shown_ticket = max(ticket, mounted.shown_ticket)
            if result.frame is not None:
                self._accept(viewport, result.frame)
            else:
                viewport.set_frame(None, self._notice_of(result.ref, result.problem))
        elif viewport.loading and result.frame is not None and ticket > mounted.shown_ticket:
            mounted.shown_ticket = ticket
            self._apply_initial_data(viewport, result.frame)
            viewport.set_frame(result.frame, loading=True)
        if viewport.loading:
            self._request(viewport)

    def _accept(self, viewport: ViewportState, frame: PixelFrame) -> None:
        self._apply_initial_data(viewport, frame)
        viewport.set_frame(frame, _first(frame.warnings))

    def _apply_initial_data(self, viewport: ViewportState, frame: PixelFrame) -> None:
        """The opening window follows the file from frame to frame where the file states one, until the user changes it.

        A window that was computed (the file states none) is kept for the whole display set: brightness that jumps from slice to
        slice would hide real differences.
        """
        from viewer.imaging.compose import initial_data

        if not viewport.data_is_initial:
            return
        states_own = bool(frame.facts.windows or frame.facts.voi_tables)
        undecided = viewport.data.center is None and viewport.data.voi_table is None
        if states_own or undecided:
            viewport.set_data(replace(initial_data(frame), inverted=viewport.data.inverted), initial=True)

    def _prefetch_soon(self, viewport: ViewportState) -> None:
        """One prefetch list per turn of the event loop, however many steps it held."""
        mounted = self._state(viewport)
        if not mounted.prefetch_posted:
            mounted.prefetch_posted = True
            self._services.post(partial(self._prefetch, viewport, mounted))

    def _prefetch(self, viewport: ViewportState, mounted: _Mounted) -> None:
        mounted.prefetch_posted = False
        display_set = viewport.display_set
        if self._mounted.get(viewport) is not mounted or display_set is None:
            return
        size = viewport.frame.nbytes if viewport.frame else 1024 * 1024
        limit = min(max(PREFETCH_BYTES // max(size, 1), 4), PREFETCH_FRAMES)
        if mounted.wants_all and 0 not in self._services.frames.loaded(display_set.frames):
            return
        mounted.wants_all = limit >= viewport.count
        is_video = display_set.kind is DisplaySetKind.VIDEO
        order = prefetch_order(viewport.count, viewport.index, mounted.direction, limit, both=not is_video)
        self._services.frames.prefetch(viewport, [display_set.frames[index] for index in order])


def _first(warnings: tuple[Message, ...]) -> Message:
    return warnings[0] if warnings else NO_MESSAGE


def problem_notice(problem: Problem | None) -> Message:
    """What the viewport says in place of a picture."""
    if problem is None:
        return message("This image cannot be shown.")
    if not problem.advice:
        return problem.reason
    return message("{reason} {advice}", reason=problem.reason, advice=problem.advice)


def no_picture(display_set: DisplaySet) -> Message:
    """What the viewport says of an object that is no stack of frames."""
    name = display_set.sop_class_name or display_set.label or display_set.modality
    return message("{name}: this object has no picture. Its tags are in the inspector.", name=name)
