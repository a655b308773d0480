"""Which part of a slide to show, at which level and how much reduced; and how tiles become that part. Pure."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.model.frame_place import Patch
from viewer.model.frozen import frozen
from viewer.model.pixels import FrameFacts
from viewer.model.slide import Slide
from viewer.workspace.view_geometry import ViewGeometry

MARGIN = 0.15  # of the visible part, on each side: panning a little needs no new part
MOST_PIXELS = 48_000_000
WHITE = 255

Pixels = NDArray[Any]


@frozen
class SlidePlan:
    """Columns `left` to `right`, rows `top` to `bottom` (ends left out) of a level, each `reduce` × `reduce` pixels as one."""

    level: int
    reduce: int
    left: int
    top: int
    right: int
    bottom: int

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) of the array."""
        return -(-(self.bottom - self.top) // self.reduce), -(-(self.right - self.left) // self.reduce)

    def patch(self, slide: Slide) -> Patch:
        across, down = slide.shrink(self.level)
        return Patch(self.left * across, self.top * down, self.reduce * across, self.reduce * down)

    def is_whole(self, slide: Slide) -> bool:
        level = slide.levels[self.level]
        return self.left <= 0 and self.top <= 0 and self.right >= level.columns and self.bottom >= level.rows


def plan_view(slide: Slide, view: ViewGeometry) -> SlidePlan:
    """What is needed for a view: at least one pixel for each of the screen's, where the slide has them."""
    wanted = max(1.0 / view.zoom, 1.0)
    level = _level_for(slide, wanted)
    across, down = slide.shrink(level)
    reduce = 1 << max(0, math.floor(math.log2(wanted / max(across, down) * 1.001)))
    while True:
        plan = _part(slide, view, level, reduce)
        if plan.shape[0] * plan.shape[1] <= MOST_PIXELS:
            return plan
        reduce *= 2


def _level_for(slide: Slide, wanted: float) -> int:
    fitting = [number for number in range(len(slide.levels)) if max(slide.shrink(number)) <= wanted * 1.05]
    return max(fitting, default=0)


def visible(view: ViewGeometry) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of the image that the viewport shows, in pixel edges from 0; not cut to the image."""
    corners = [view.to_image(x, y) for x in (0.0, view.width) for y in (0.0, view.height)]
    columns, rows = [column + 0.5 for column, _ in corners], [row + 0.5 for _, row in corners]
    return min(columns), min(rows), max(columns), max(rows)


def _part(slide: Slide, view: ViewGeometry, level: int, reduce: int) -> SlidePlan:
    across, down = slide.shrink(level)
    size = slide.levels[level]
    left, top, right, bottom = visible(view)
    wide, high = (right - left) * MARGIN, (bottom - top) * MARGIN
    first = [math.floor(max(one, 0) / reduce) * reduce for one in ((left - wide) / across, (top - high) / down)]
    last = [math.ceil(max(one, 1) / reduce) * reduce for one in ((right + wide) / across, (bottom + high) / down)]
    begin_column, begin_row = min(first[0], size.columns - 1), min(first[1], size.rows - 1)
    end_column, end_row = min(last[0], size.columns), min(last[1], size.rows)
    return SlidePlan(level, reduce, begin_column, begin_row, max(end_column, begin_column + 1), max(end_row, begin_row + 1))


def serves(plan: SlidePlan, slide: Slide, view: ViewGeometry) -> bool:
    """True where what was planned before still shows all of the view, as finely as it needs."""
    fresh = plan_view(slide, view)
    if (fresh.level, fresh.reduce) != (plan.level, plan.reduce):
        return False
    across, down = slide.shrink(plan.level)
    left, top, right, bottom = visible(view)
    whole = slide.levels[plan.level]
    return (
        plan.left * across <= max(left, 0)
        and plan.top * down <= max(top, 0)
        and plan.right * across >= min(right, whole.columns * across) - 1e-6
        and plan.bottom * down >= min(bottom, whole.rows * down) - 1e-6
    )


def empty(plan: SlidePlan, facts: FrameFacts, kind: np.dtype[Any]) -> Pixels:
    """The array of a plan before there is a tile: white glass for colour, 0 for grey."""
    if facts.is_colour:
        return np.full((*plan.shape, 3), WHITE, np.uint8)
    return np.zeros(plan.shape, kind)


def paint(target: Pixels, plan: SlidePlan, tile: Pixels, column: int, row: int, size: tuple[int, int]) -> None:
    """Put a tile whose first pixel is (`column`, `row`) of the level, which is `size` (columns, rows) large, into the array.

    Reduced pixels are means; one that several tiles share is made by the tile that holds its centre.
    """
    tile = tile[: max(size[1] - row, 0), : max(size[0] - column, 0)]  # what lies over the edge of the slide is no image
    down = _strip(row, tile.shape[0], plan.top, plan.reduce, target.shape[0], size[1])
    across = _strip(column, tile.shape[1], plan.left, plan.reduce, target.shape[1], size[0])
    if down is None or across is None:
        return
    (to_row, end_row, from_row, to_from_row), (to_column, end_column, from_column, to_from_column) = down, across
    piece = tile[from_row:to_from_row, from_column:to_from_column]
    if plan.reduce > 1:
        piece = _means(_means(piece, from_row + row - plan.top, plan.reduce, 0), from_column + column - plan.left, plan.reduce, 1)
        skip_row = to_row - (from_row + row - plan.top) // plan.reduce
        skip_column = to_column - (from_column + column - plan.left) // plan.reduce
        piece = piece[skip_row : skip_row + end_row - to_row, skip_column : skip_column + end_column - to_column]
        if target.dtype.kind in "iu":
            piece = np.rint(piece)
    target[to_row:end_row, to_column:end_column] = piece


def _strip(start: int, length: int, begin: int, reduce: int, count: int, size: int) -> tuple[int, int, int, int] | None:
    """(first, past last) index in the array whose centres lie in the tile, and (first, past last) pixel of the tile for them."""
    stop = start + length
    half = reduce // 2
    first = max(0, -(-(start - half - begin) // reduce))
    last = min(count, -(-(stop - half - begin) // reduce))
    if stop >= size:  # the last one may have its centre over the edge
        last = min(count, -(-(stop - begin) // reduce))
    if last <= first:
        return None
    return first, last, max(0, begin + first * reduce - start), min(length, begin + last * reduce - start)


def _means(values: Pixels, offset: int, reduce: int, axis: int) -> Pixels:
    """Means over the blocks of `reduce` that a grid from 0 has, the array's first entry lying at `offset`."""
    length = values.shape[axis]
    if offset % reduce == 0 and length % reduce == 0:
        blocks = values.reshape(*values.shape[:axis], length // reduce, reduce, *values.shape[axis + 1 :])
        exact: Pixels = blocks.mean(axis=axis + 1, dtype=np.float32)
        return exact
    starts = np.arange(0, length + reduce, reduce) - offset % reduce
    starts = np.unique(np.clip(starts, 0, length))
    starts = starts[starts < length]
    sums = np.add.reduceat(values, starts, axis=axis, dtype=np.float32)
    counts = np.diff(np.append(starts, length)).astype(np.float32)
    shape = [1] * values.ndim
    shape[axis] = len(counts)
    means: Pixels = sums / counts.reshape(shape)
    return means


def borrow(target: Pixels, patch: Patch, source: Pixels, source_patch: Patch) -> None:
    """Fill `target` with what another, coarser or shifted, array has of the same part: something to see until its tiles come."""
    rows = _matches(target.shape[0], patch.row, patch.down, source.shape[0], source_patch.row, source_patch.down)
    columns = _matches(target.shape[1], patch.column, patch.across, source.shape[1], source_patch.column, source_patch.across)
    if rows is None or columns is None:
        return
    (row, row_places), (column, column_places) = rows, columns
    found = source.take(row_places, axis=0).take(column_places, axis=1)
    target[row : row + len(row_places), column : column + len(column_places)] = found


def _matches(
    count: int, begin: float, step: float, source_count: int, source_begin: float, source_step: float
) -> tuple[int, NDArray[np.intp]] | None:
    centres = begin + (np.arange(count) + 0.5) * step
    places = np.floor((centres - source_begin) / source_step + 1e-9).astype(np.intp)
    there = np.flatnonzero((places >= 0) & (places < source_count))
    return (int(there[0]), places[there]) if there.size else None
