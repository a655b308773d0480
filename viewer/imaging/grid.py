"""How a viewport lies on an image, and the image resampled for it band by band.

Bands are small enough to stay in the processor's cache: whole pictures between the two axes would cost more than the arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.imaging.sampling import Axis, exact_axis, smooth_axis

Affine = tuple[float, float, float, float, float, float]

_BAND = 1 << 15  # image pixels or screen pixels in one band


class Grid:
    """The pixels of a viewport on an image whose axes are parallel to the screen's, in any of the eight ways.

    `matrix` is that of `render.draw_view`, `size` (height, width) of the viewport, `shape` (rows, columns) of the image. `area` are
    the slices of the viewport that show the image; `turned` tells that image rows run down the screen's columns.
    """

    def __init__(self, matrix: Affine, size: tuple[int, int], shape: tuple[int, int], *, smooth: bool, enlarge: bool) -> None:
        a, b, c, d, e, f = matrix
        self.size = size
        self.turned = abs(b) + abs(d) > abs(a) + abs(e)
        rows, columns = shape
        height, width = size
        along_rows = (b, c, rows, width) if self.turned else (e, f, rows, height)
        along_columns = (d, f, columns, height) if self.turned else (a, c, columns, width)
        self.rows = smooth_axis(*along_rows, enlarge=enlarge) if smooth else exact_axis(*along_rows)
        self.columns = smooth_axis(*along_columns, enlarge=enlarge) if smooth else exact_axis(*along_columns)
        vertical, horizontal = (self.columns, self.rows) if self.turned else (self.rows, self.columns)
        self.area = slice(vertical.start, vertical.stop), slice(horizontal.start, horizontal.stop)
        self.fills = vertical.stop - vertical.start == height and horizontal.stop - horizontal.start == width

    @property
    def is_exact(self) -> bool:
        """True when each screen pixel shows one pixel of the image."""
        return self.rows.is_exact and self.columns.is_exact

    def window(self, screen: NDArray[Any]) -> NDArray[Any]:
        """The part of an array of the viewport that shows the image, in the image's orientation (a view)."""
        part = screen[self.area]
        return part.swapaxes(0, 1) if self.turned else part

    def margins(self, screen: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        """The parts of an array of the viewport beside the image (views)."""
        rows, columns = self.area
        middle = screen[rows]
        return screen[: rows.start], screen[rows.stop :], middle[:, : columns.start], middle[:, columns.stop :]

    def bands(self, pixels: NDArray[Any]) -> Iterator[tuple[slice, NDArray[Any]]]:
        """(rows of `window`, their resampled values) for a 2-dimensional image, from its first rows to its last.

        Exact grids keep the type of `pixels`; others give float32, or float64 where that could not hold them.
        """
        count = self.rows.stop - self.rows.start
        widest = max(pixels.shape[1], self.columns.stop - self.columns.start, 1)
        step = max(_BAND // widest, 1)
        for start in range(0, count, step):
            stop = min(start + step, count)
            first, last = self.rows.needs(start, stop)
            if last - first < stop - start:  # picking along a row is slow: where there are fewer rows, before they become more
                among = self.columns.weigh(pixels[first:last], 1)
                yield slice(start, stop), self.rows.weigh(among, 0, start, stop, begin=first)
            else:
                yield slice(start, stop), self.columns.weigh(self.rows.weigh(pixels, 0, start, stop), 1)

    def pick(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(height, width) True where the pixel of `mask` nearest to the screen pixel is set."""
        screen = np.zeros(self.size, np.bool_)
        self.window(screen)[...] = mask.take(_nearest(self.rows), axis=0).take(_nearest(self.columns), axis=1)
        return screen

    def cover(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(height, width) True where any set pixel of `mask` falls on the screen pixel: thin lines survive shrinking."""
        rows, columns = _shrinking(self.rows), _shrinking(self.columns)
        if rows is None and columns is None:
            return self.pick(mask)
        screen = np.zeros(self.size, np.bool_)
        found = mask.astype(np.float32)
        found = rows.weigh(found, 0) if rows else found.take(_nearest(self.rows), axis=0)
        found = columns.weigh(found, 1) if columns else found.take(_nearest(self.columns), axis=1)
        self.window(screen)[...] = found > 1e-5
        return screen


def _shrinking(axis: Axis) -> Axis | None:
    """The axis itself when it averages over several pixels."""
    return axis if not axis.is_exact and axis.averages else None


def _nearest(axis: Axis) -> NDArray[np.intp]:
    if axis.weights is None:
        taps: NDArray[np.intp] = axis.taps[0]
        return taps
    places: NDArray[np.intp] = np.take_along_axis(axis.taps, axis.weights.argmax(axis=0)[np.newaxis], 0)[0]
    return places
