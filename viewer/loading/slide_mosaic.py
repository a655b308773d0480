"""All of a slide as one small frame, for its thumbnail: from the coarsest level, and from some tiles where even that has many."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from viewer.imaging.slide_sample import StandIn, cut, stand_ins, stretch, tile_part, within
from viewer.model.errors import Problem
from viewer.model.hierarchy import FrameRef
from viewer.model.pixels import PixelFrame
from viewer.model.requests import FrameResult, Lane
from viewer.model.slide import Slide

MOST_TILES = 64
IN_FLIGHT = 4
LONGEST = 512  # pixels of the longer side: the thumbnail is averaged from it
GLASS = 255


class SlideSource(Protocol):
    """What is needed of `workspace.services.Slides`."""

    def request(self, ref: FrameRef, done: Callable[[Slide | Problem | None], None]) -> None: ...


class TileSource(Protocol):
    """What is needed of `FrameLoader`."""

    def request(
        self, ref: FrameRef, done: Callable[[FrameResult], None], *, lane: Lane = Lane.INTERACTION, generation: int = 0
    ) -> None: ...


class SlideMosaic:
    """Asks for tiles, `IN_FLIGHT` at a time; `done` gets the frame, or None when no tile could be shown, on a loader's thread."""

    def __init__(self, slide: Slide, tiles: TileSource, done: Callable[[PixelFrame | None], None]) -> None:
        self._level = slide.levels[-1]
        self._tiles = tiles
        self._done = done
        whole = (0.0, 0.0, float(self._level.columns), float(self._level.rows))
        self._waiting = stand_ins(self._level, 0, whole, MOST_TILES)[::-1]
        self._left = len(self._waiting)
        self._reduce = max(max(self._level.columns, self._level.rows) / LONGEST, 1.0)
        self._pixels: NDArray[Any] | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Call once."""
        if not self._left:
            self._done(None)
        for _ in range(min(IN_FLIGHT, self._left)):
            self._go_on()

    def _go_on(self) -> None:
        with self._lock:
            one = self._waiting.pop() if self._waiting else None
        if one is not None:
            self._tiles.request(self._level.frame(one.index), partial(self._arrived, one), lane=Lane.THUMBNAIL)

    def _arrived(self, one: StandIn, result: FrameResult) -> None:
        if result.frame is not None and result.frame.is_preview:
            return
        with self._lock:
            if result.frame is not None:
                self._paint(one, result.frame.pixels)
            self._left -= 1
            is_over = not self._left
        if is_over:
            self._done(self._frame())
        else:
            self._go_on()

    def _paint(self, one: StandIn, tile: NDArray[Any]) -> None:
        """A tile of the whole level lies in its own place; one of many stands for more."""
        pixels = self._pixels
        if pixels is None:
            shape = [max(round(side / self._reduce), 1) for side in (self._level.rows, self._level.columns)]
            pixels = self._pixels = np.full((*shape, *tile.shape[2:]), GLASS if tile.ndim == 3 else 0, tile.dtype)
        if tile.dtype == pixels.dtype and tile.ndim == pixels.ndim:
            part = one.part if one.part != tile_part(self._level, one.index) else cut(one.part, self._level)
            stretch(pixels, (0.0, 0.0), self._reduce, part, within(self._level, one.index, tile))

    def _frame(self) -> PixelFrame | None:
        if self._pixels is None:
            return None
        rows, columns = self._pixels.shape[:2]
        return PixelFrame(replace(self._level.facts, rows=rows, columns=columns), self._pixels)
