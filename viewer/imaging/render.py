"""A frame as pixels of the screen.

Grey is resampled as stored values and then sent through the net table, so that a change of the window repeats only the table. What
is no image must not bleed into what is: padding has no weight in any mean and stays black, 1-bit frames and segmentations are
never mixed, palette colours are mixed only where several of them fall on one screen pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.imaging import overlays as overlay_planes
from viewer.imaging import padding
from viewer.imaging.compose import changing_range, net_table, to_grey
from viewer.imaging.sampling import Axis, exact_axis, smooth_axis
from viewer.model.pixels import FrameFacts, PixelFrame
from viewer.model.view import DataPresentation

Affine = tuple[float, float, float, float, float, float]

BLACK = 0xFF000000
WHITE = 0xFFFFFFFF
_GREY = 0x00010101
_MAX_SPAN = 1 << 17  # stored values further apart get a table of the window instead of one of themselves
_FINE = 1 << 14  # entries of a table that has steps between whole stored values
_SEGMENTATIONS = frozenset(("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7"))


class ViewRenderer:
    """Draws one viewport. Keeps the frame resampled, so that with the same frame and framing only the table is made again."""

    def __init__(self) -> None:
        self._sampled: _Sampled | None = None
        self._made_of: tuple[PixelFrame, Affine, tuple[int, int], bool, bool] | None = None
        self._is_quick = False
        self._buffers: list[NDArray[np.uint32]] = []

    @property
    def is_quick(self) -> bool:
        """True when the last picture was a quick one that a careful one should follow."""
        return self._is_quick

    def draw(
        self,
        frame: PixelFrame,
        data: DataPresentation,
        matrix: Affine,
        size: tuple[int, int],
        *,
        smooth: bool,
        quick: bool = False,
        overlays: bool = True,
    ) -> NDArray[np.uint32]:
        """As `draw_view`. `quick` takes the nearest pixels for a frame or framing that is new, for as long as things move.

        The array is used again by the next draw but one.
        """
        made_of = (frame, matrix, size, smooth, overlays)
        known = self._made_of is not None and self._made_of[0] is frame and self._made_of[1:] == made_of[1:]
        if self._sampled is None or not known or (self._is_quick and not quick):
            self._sampled = _sample(frame, matrix, size, smooth=smooth and not quick, overlays=overlays)
            self._made_of = made_of
            self._is_quick = quick and smooth
        return self._sampled.draw(frame.facts, data, self._buffer(size))

    def _buffer(self, size: tuple[int, int]) -> NDArray[np.uint32]:
        """Two buffers take turns: the window may still hold the one drawn before."""
        self._buffers = [buffer for buffer in self._buffers if buffer.shape == size][-2:]
        buffer = np.empty(size, np.uint32) if len(self._buffers) < 2 else self._buffers.pop(0)
        self._buffers.append(buffer)
        return buffer


def draw_view(
    frame: PixelFrame,
    data: DataPresentation,
    matrix: Affine,
    size: tuple[int, int],
    *,
    smooth: bool,
    overlays: bool = True,
) -> NDArray[np.uint32]:
    """The frame in a viewport of `size` (height, width): 0xffRRGGBB, black beside the image.

    `matrix` (a, b, c, d, e, f) takes the image point (column, row) to x = a·column + b·row + c, y = d·column + e·row + f; whole
    image points are pixel centres, the centre of the first screen pixel is (0.5, 0.5). `smooth` interpolates when enlarging and
    averages when shrinking; otherwise each screen pixel shows one pixel of the image. Overlay planes are white.
    """
    sampled = _sample(frame, matrix, size, smooth=smooth, overlays=overlays)
    return sampled.draw(frame.facts, data, np.empty(size, np.uint32))


def render_frame(frame: PixelFrame, data: DataPresentation, *, overlays: bool) -> NDArray[np.uint8]:
    """The frame at its own size, uint8: (rows, columns) for grey, (rows, columns, 3) for colour."""
    mask = overlay_planes.combined(frame.overlays, *frame.pixels.shape[:2]) if overlays else None
    if frame.pixels.ndim == 3:
        picture = np.asarray(255 - frame.pixels if data.inverted else frame.pixels.copy(), np.uint8)
    else:
        picture = _native_grey(frame, data)
    if mask is not None:
        picture[mask] = 255
    return picture


def _native_grey(frame: PixelFrame, data: DataPresentation) -> NDArray[np.uint8]:
    pixels: NDArray[Any] = frame.pixels
    low, high = _ends(pixels)
    if pixels.dtype.kind in "iub" and high - low < min(pixels.size, _MAX_SPAN):
        picture = net_table(frame.facts, data, low, high).take(_offset(pixels, low), mode="clip")
    else:
        picture = to_grey(pixels, frame.facts, data)
    mask = padding.mask_of(frame)
    if mask is not None:
        picture[mask] = 0
    return picture


class _Sampled:
    """A frame at the size of the viewport, ready for a window."""

    def draw(self, facts: FrameFacts, data: DataPresentation, out: NDArray[np.uint32]) -> NDArray[np.uint32]:
        raise NotImplementedError


@dataclass(eq=False)
class _Indexed(_Sampled):
    """Whole stored values `low` to `high` in steps of 1/`steps`: `places` (height, width) index their table.

    The two entries after the greys are black (beside the image, padding) and white (overlays).
    """

    places: NDArray[np.intp]
    low: int
    high: int
    steps: int

    def draw(self, facts: FrameFacts, data: DataPresentation, out: NDArray[np.uint32]) -> NDArray[np.uint32]:
        colours = _colours(net_table(facts, data, self.low, self.high, self.steps))
        return np.take(colours, self.places, out=out, mode="clip")


@dataclass(eq=False)
class _Continuous(_Sampled):
    """Values too wide for a table of themselves (float, 32 bit): each window gets a table over what it changes."""

    values: NDArray[Any]  # (height, width); 0 where `black`
    black: NDArray[np.bool_]
    white: NDArray[np.bool_] | None

    def draw(self, facts: FrameFacts, data: DataPresentation, out: NDArray[np.uint32]) -> NDArray[np.uint32]:
        ends = changing_range(facts, data)
        if ends is None:
            out[...] = _colours(to_grey(self.values, facts, data).reshape(-1))[:-2].reshape(out.shape)
        else:
            low, high = ends
            spaced = np.linspace(low, high, _FINE)
            places = (self.values.astype(np.float64) - low) * ((_FINE - 1) / max(high - low, 1e-300))
            np.clip(places, -1, _FINE, out=places)
            places += 0.5
            # What lies outside gets the colour of far outside: a threshold changes exactly at its end.
            greys = to_grey(np.concatenate([[low - (high - low)], spaced, [high + (high - low)]]), facts, data)
            np.take(_colours(greys), np.floor(places).astype(np.intp) + 1, out=out, mode="clip")
        out[self.black] = BLACK
        if self.white is not None:
            out[self.white] = WHITE
        return out


@dataclass(eq=False)
class _Coloured(_Sampled):
    """Colour: packed already; only inversion is left."""

    packed: NDArray[np.uint32]
    black: NDArray[np.bool_] | None
    white: NDArray[np.bool_] | None

    def draw(self, facts: FrameFacts, data: DataPresentation, out: NDArray[np.uint32]) -> NDArray[np.uint32]:
        if not data.inverted:
            np.copyto(out, self.packed)
            return out
        np.bitwise_xor(self.packed, np.uint32(0x00FFFFFF), out=out)
        if self.black is not None:
            out[self.black] = BLACK
        if self.white is not None:
            out[self.white] = WHITE
        return out


def _colours(greys: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Grey levels as 0xffRRGGBB, then black, then white."""
    colours = np.empty(greys.size + 2, np.uint32)
    np.multiply(greys, np.uint32(_GREY), out=colours[:-2], dtype=np.uint32)
    colours[:-2] |= np.uint32(BLACK)
    colours[-2:] = BLACK, WHITE
    return colours


def _sample(frame: PixelFrame, matrix: Affine, size: tuple[int, int], *, smooth: bool, overlays: bool) -> _Sampled:
    grid = _Grid(matrix, size, frame.pixels.shape[:2], smooth and not _is_labels(frame.facts), frame.facts)
    white = _overlay_on_screen(frame, grid) if overlays else None
    if frame.pixels.ndim == 3:
        return _sample_colour(frame.pixels, grid, white)
    values, hole = grid.sample(frame.pixels, padding.mask_of(frame))
    if frame.pixels.dtype.kind in "iub":
        low, high = _ends(values)
        if high - low < _MAX_SPAN:
            return _index(values, hole, white, grid, low, high)
    filled = np.zeros(size, values.dtype)
    black = np.ones(size, np.bool_)
    filled[grid.area] = values if hole is None else np.where(hole, 0, values)
    black[grid.area] = False if hole is None else hole
    return _Continuous(filled, black, white)


def _index(
    values: NDArray[Any], hole: NDArray[np.bool_] | None, white: NDArray[np.bool_] | None, grid: _Grid, low: int, high: int
) -> _Indexed:
    steps = 1
    if values.dtype.kind == "f":
        while (high - low) * steps * 2 <= _FINE:
            steps *= 2
        values -= low
        values *= steps
        values += 0.5
        inner = values.astype(np.intp)
    else:
        inner = _offset(values, low)
    black = (high - low) * steps + 1
    if hole is not None:
        inner[hole] = black
    places = np.full(grid.size, black, np.intp) if inner.shape != grid.size else inner
    if places is not inner:
        places[grid.area] = inner
    if white is not None:
        places[white] = black + 1
    return _Indexed(np.ascontiguousarray(places), low, high, steps)


def _sample_colour(pixels: NDArray[Any], grid: _Grid, white: NDArray[np.bool_] | None) -> _Coloured:
    values, _ = grid.sample(pixels, None)
    if values.dtype.kind == "f":
        values += 0.5
        values = values.astype(np.uint8)
    packed = np.full(grid.size, BLACK, np.uint32)
    inner = values[..., 0].astype(np.uint32)
    for channel in (1, 2):
        inner <<= np.uint32(8)
        inner |= values[..., channel]
    inner |= np.uint32(BLACK)
    packed[grid.area] = inner
    if white is not None:
        packed[white] = WHITE
    black = None
    if inner.shape != grid.size:
        black = np.ones(grid.size, np.bool_)
        black[grid.area] = False
    return _Coloured(packed, black, white)


def _overlay_on_screen(frame: PixelFrame, grid: _Grid) -> NDArray[np.bool_] | None:
    mask = overlay_planes.combined(frame.overlays, *frame.pixels.shape[:2])
    if mask is None:
        return None
    white = np.zeros(grid.size, np.bool_)
    white[grid.area] = grid.cover(mask)
    return white


def _is_labels(facts: FrameFacts) -> bool:
    """Frames whose values name things: a value in between would be another thing."""
    return facts.bits_stored == 1 or facts.sop_class_uid in _SEGMENTATIONS


def _ends(values: NDArray[Any]) -> tuple[int, int]:
    """(floor of the lowest, ceiling of the highest); (0, 0) of nothing and of what is no number."""
    if values.size == 0:
        return 0, 0
    low, high = values.min(), values.max()
    return (int(np.floor(low)), int(np.ceil(high))) if np.isfinite(low) and np.isfinite(high) else (0, 0)


def _offset(values: NDArray[Any], low: int) -> NDArray[np.intp]:
    places = values.astype(np.intp)
    places -= low
    return places


class _Grid:
    """How the pixels of a viewport lie on an image whose axes are parallel to the screen's, in any of the eight ways.

    `area` are the slices of the viewport that show the image.
    """

    def __init__(self, matrix: Affine, size: tuple[int, int], shape: tuple[int, ...], smooth: bool, facts: FrameFacts) -> None:
        a, b, c, d, e, f = matrix
        self.size = size
        self.turned = abs(b) + abs(d) > abs(a) + abs(e)
        rows, columns = shape[:2]
        height, width = size
        along_rows = (b, c, rows, width) if self.turned else (e, f, rows, height)
        along_columns = (d, f, columns, height) if self.turned else (a, c, columns, width)
        if smooth:
            enlarge = facts.photometric_interpretation != "PALETTE COLOR"
            self.axes = smooth_axis(*along_rows, enlarge=enlarge), smooth_axis(*along_columns, enlarge=enlarge)
        else:
            self.axes = exact_axis(*along_rows), exact_axis(*along_columns)
        vertical, horizontal = (self.axes[1], self.axes[0]) if self.turned else self.axes
        self.area = slice(vertical.start, vertical.stop), slice(horizontal.start, horizontal.stop)
        self._scales = along_rows[0], along_columns[0]

    def sample(self, pixels: NDArray[Any], hole: NDArray[np.bool_] | None) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
        """`pixels` at the resolution of the screen, and where more than half of a screen pixel is `hole`."""
        if hole is None:
            return self._turn(self._weigh(pixels)), None
        if all(axis.is_exact for axis in self.axes):
            return self._turn(self._weigh(pixels)), self._turn(self._weigh(hole))
        share = self._weigh((~hole).astype(np.float32))
        values = self._weigh(np.where(hole, 0, pixels))
        values /= np.maximum(share, 1e-6)
        return self._turn(values), self._turn(share < 0.5)

    def cover(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Where any set pixel falls on a screen pixel: thin lines survive shrinking."""
        for number, axis in enumerate(self.axes):
            if axis.is_exact or axis.block * len(axis.taps) <= 2:
                nearest = axis.taps[0] if axis.is_exact else _nearest(axis)
                mask = mask.take(nearest, axis=number)
            else:
                mask = axis.weigh(mask.astype(np.float32), number) > 1e-4
        return self._turn(mask)

    def _weigh(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """Along the axis first that leaves less to do for the other."""
        rows, columns = self.axes
        if rows.taps.shape[1] <= pixels.shape[0]:
            return columns.weigh(rows.weigh(pixels, 0), 1)
        return rows.weigh(columns.weigh(pixels, 1), 0)

    def _turn(self, sampled: NDArray[Any]) -> NDArray[Any]:
        return sampled.swapaxes(0, 1) if self.turned else sampled


def _nearest(axis: Axis) -> NDArray[np.intp]:
    assert axis.weights is not None
    places: NDArray[np.intp] = np.take_along_axis(axis.taps, axis.weights.argmax(axis=0)[np.newaxis], 0)[0]
    return places
