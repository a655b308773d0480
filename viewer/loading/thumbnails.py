"""Small pictures of display sets for the browser: the middle frame or all of a slide, made in the background, kept in memory."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.sop_classes import WHOLE_SLIDES
from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.errors import Problem
from viewer.model.hierarchy import FrameRef
from viewer.model.pixels import PixelFrame
from viewer.model.requests import FrameResult, Lane

if TYPE_CHECKING:
    from viewer.loading.slide_mosaic import SlideSource
    from viewer.model.slide import Slide

log = logging.getLogger(__name__)

Picture = NDArray[np.uint32]
Done = Callable[[str, Picture | None], None]
_Wish = tuple[DisplaySet, int, Done]

IN_WORK = 2
KEPT = 1024  # pictures of 9 KiB at the usual 48 × 48
LARGEST_ASPECT = 32.0


class FrameSource(Protocol):
    """What is needed of `FrameLoader`."""

    def request(
        self, ref: FrameRef, done: Callable[[FrameResult], None], *, lane: Lane = Lane.INTERACTION, generation: int = 0
    ) -> None: ...


class Thumbnails:
    """Makes the pictures on a wish list, first things first, `IN_WORK` at a time on the Thumbnail lane.

    A picture is kept by its display set's key, and made anew when another frame has become the middle one or another size is asked.
    `slides` reads whole slides, so that all of the glass is shown and not the first tile.
    """

    slides: SlideSource | None = None

    def __init__(self, frames: FrameSource) -> None:
        self._frames = frames
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[FrameRef, int, Picture]] = OrderedDict()
        self._wishes: list[_Wish] = []
        self._in_work = 0
        self._age = 0  # how often all was forgotten
        self._closed = False

    @property
    def busy(self) -> bool:
        """True while pictures are wished for or being made."""
        with self._lock:
            return bool(self._wishes or self._in_work)

    def cached(self, key: str) -> Picture | None:
        """The newest picture of the display set, whatever its size."""
        with self._lock:
            found = self._kept.get(key)
            return None if found is None else found[2]

    def want(self, display_sets: Sequence[DisplaySet], size: int, done: Done) -> None:
        """Replace the wish list: these, in this order, each (size, size) 0xffRRGGBB.

        `done` gets the key and the picture, or None when there is none, on a worker thread; for documents and what is
        kept already, at once.
        """
        at_once: list[tuple[str, Picture | None]] = []
        wishes: list[_Wish] = []
        with self._lock:
            for one in display_sets:
                if one.kind is DisplaySetKind.DOCUMENT or not one.frames or size < 1:
                    at_once.append((one.key, None))
                    continue
                kept = self._kept.get(one.key)
                if kept is not None and kept[:2] == (middle(one), size):
                    self._kept.move_to_end(one.key)
                    at_once.append((one.key, kept[2]))
                else:
                    wishes.append((one, size, done))
            self._wishes = [] if self._closed else wishes[::-1]  # the next one last
        for key, picture in at_once:
            done(key, picture)
        self._go_on()

    def forget(self) -> None:
        """Draw everything anew, also what is being drawn."""
        with self._lock:
            self._age += 1
            self._kept.clear()

    def close(self) -> None:
        """Drop the wish list; nothing is answered any more."""
        with self._lock:
            self._closed = True
            self._wishes = []
            self._kept.clear()

    def _go_on(self) -> None:
        while True:
            with self._lock:
                if self._in_work >= IN_WORK or not self._wishes:
                    return
                wish = self._wishes.pop()
                age = self._age
                self._in_work += 1
            if self.slides is not None and wish[0].sop_class_uid in WHOLE_SLIDES:
                self.slides.request(middle(wish[0]), partial(self._slide_read, wish, age))
            else:
                self._ask(wish, age)

    def _ask(self, wish: _Wish, age: int) -> None:
        self._frames.request(middle(wish[0]), partial(self._arrived, wish, age), lane=Lane.THUMBNAIL)

    def _slide_read(self, wish: _Wish, age: int, slide: Slide | Problem | None) -> None:
        """On the thread that reads slides."""
        if slide is None or isinstance(slide, Problem):
            self._ask(wish, age)  # frames without a place on a glass, or a reason that the loader gives too
            return
        from viewer.loading.slide_mosaic import SlideMosaic  # few collections hold a slide

        def done(frame: PixelFrame | None) -> None:
            self._arrived(wish, age, FrameResult(middle(wish[0]), 0, frame))

        try:
            mosaic = SlideMosaic(slide, self._frames, done)
        except Exception as error:
            log.error("the tiles of a slide could not be chosen", exc_info=error)
            self._ask(wish, age)
        else:
            mosaic.start()

    def _arrived(self, wish: _Wish, age: int, result: FrameResult) -> None:
        """On a loader thread."""
        display_set, size, done = wish
        key = display_set.key
        picture: Picture | None = None
        try:
            if result.frame is not None and not self._closed:
                picture = thumbnail(result.frame, size)
        except Exception as error:  # a picture less, not a browser that stops filling
            log.error("a thumbnail could not be drawn", exc_info=error)
        with self._lock:
            self._in_work -= 1
            closed = self._closed
            outdated = age != self._age
            if outdated and not closed:
                self._wishes.append(wish)
            elif picture is not None and not closed:
                self._kept[key] = (result.ref, size, picture)
                self._kept.move_to_end(key)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        if closed:
            return
        if not outdated:
            done(key, picture)
        self._go_on()


def middle(display_set: DisplaySet) -> FrameRef:
    """The frame that stands for the display set."""
    return display_set.frames[len(display_set.frames) // 2]


def thumbnail(frame: PixelFrame, size: int) -> Picture:
    """The whole frame in a square of `size` pixels, 0xffRRGGBB: averaged, its true proportions kept, black around it."""
    from viewer.imaging.compose import initial_data
    from viewer.imaging.render import draw_view

    rows, columns = frame.pixels.shape[:2]
    aspect = frame.facts.geometry.aspect
    if not 1 / LARGEST_ASPECT <= aspect <= LARGEST_ASPECT:
        aspect = 1.0
    across = min(size / columns, size / (rows * aspect))
    down = across * aspect
    matrix = (across, 0.0, size / 2 - across * (columns - 1) / 2, 0.0, down, size / 2 - down * (rows - 1) / 2)
    return draw_view(frame, initial_data(frame), matrix, (size, size), smooth=True, overlays=False)
