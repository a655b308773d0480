"""A frame as pixels of the screen.

Grey is resampled as stored values and then sent through the net table, so that a change of the window repeats only the table. What
is no image must not bleed into what is: padding has no weight in any mean and stays black; 1-bit frames, segmentations and frames
with a supplemental palette are never mixed; palette colours are mixed only where several of them fall on one screen pixel.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.imaging import overlays as overlay_planes
from viewer.imaging import padding, shutters
from viewer.imaging.compose import net_table, to_grey
from viewer.imaging.grid import Affine, Grid
from viewer.imaging.view_samples import (
    BLACK,
    WHITE,
    Coloured,
    Continuous,
    Indexed,
    Mark,
    NetColours,
    Samples,
    packed,
    put,
    supplemented,
)
from viewer.model.pixels import FrameFacts, OverlayPlane, PixelFrame
from viewer.model.shutters import Shutters
from viewer.model.view import DataPresentation

_MAX_SPAN = 1 << 17  # stored values further apart get a table of the window instead of one of themselves
_FINE = 1 << 14  # entries of a table that has steps between whole stored values
_CLOSE = 1 << 16  # up to it, a mean in float32 of few pixels is right within a quarter and rounds to a place of the table
_ROUND = (
    1 << 10
)  # tables begin and end at its multiples, so that frames of a series share one; a narrow range at those of a quarter
_FEW = 16  # blocks of so many pixels, each way
_SEGMENTATIONS = frozenset(("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7"))


class ViewRenderer:
    """Draws one viewport. Keeps the frame resampled, so that with the same frame and framing only the table is made again."""

    def __init__(self) -> None:
        self._source: _Source | None = None
        self._samples: Samples | None = None
        self._made_of: tuple[Affine, tuple[int, int], bool, bool] | None = None
        self._is_quick = False
        self._buffers: list[NDArray[np.uint32]] = []
        self._net = NetColours()

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
        if self._source is None or self._source.frame is not frame:
            self._source, self._made_of = _Source(frame), None
        made_of = (matrix, size, smooth, overlays)
        if self._samples is None or self._made_of != made_of or (self._is_quick and not quick):
            spare = self._samples.places if isinstance(self._samples, Indexed) else None
            self._samples = _sample(self._source, matrix, size, smooth=smooth and not quick, overlays=overlays, spare=spare)
            self._made_of = made_of
            self._is_quick = quick and smooth
        return self._samples.draw(frame.facts, data, self._buffer(size), self._net)

    def _buffer(self, size: tuple[int, int]) -> NDArray[np.uint32]:
        """Two buffers take turns: the window may still hold the one drawn before."""
        self._buffers = [buffer for buffer in self._buffers if buffer.shape == size]
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
    image points are pixel centres, the centre of the first screen pixel is (0.5, 0.5); the axes of image and screen are parallel.
    `smooth` interpolates when enlarging and averages when shrinking; otherwise each screen pixel shows one pixel of the image.
    Overlay planes are white, what shutters cover has their colour.
    """
    samples = _sample(_Source(frame), matrix, size, smooth=smooth, overlays=overlays)
    return samples.draw(frame.facts, data, np.empty(size, np.uint32), NetColours())


def render_frame(frame: PixelFrame, data: DataPresentation, *, overlays: bool) -> NDArray[np.uint8]:
    """The frame at its own size, uint8: (rows, columns) for grey, (rows, columns, 3) for colour. Shutters are drawn."""
    source = _Source(frame)
    if frame.pixels.ndim == 3:
        picture = np.asarray(255 - frame.pixels if data.inverted else frame.pixels.copy(), np.uint8)
    else:
        picture = _native_grey(source, data)
    if source.covered is not None:
        cover = shutters.colour(source.shutter)
        if picture.ndim == 2 and len(set(cover)) > 1:
            picture = np.repeat(picture[..., np.newaxis], 3, axis=2)
        picture[source.covered] = cover if picture.ndim == 3 else cover[0]
    if overlays and source.overlay is not None:
        picture[source.overlay] = 255
    return picture


def _native_grey(source: _Source, data: DataPresentation) -> NDArray[np.uint8]:
    pixels: NDArray[Any] = source.frame.pixels
    facts = source.frame.facts
    if source.has_table and source.high - source.low < pixels.size:
        picture = net_table(facts, data, source.low, source.high).take(_offset(pixels, source.low), mode="clip")
    else:
        picture = to_grey(pixels, facts, data)
    if facts.supplemental_palette is not None:
        picture = supplemented(picture, pixels, facts)
    if source.hole is not None:
        picture[source.hole] = 0
    return picture


class _Source:
    """What is worked out once for a frame, whatever its framing."""

    def __init__(self, frame: PixelFrame) -> None:
        self.frame = frame
        rows, columns = frame.pixels.shape[:2]
        self.hole = padding.mask_of(frame)
        self.low, self.high = _ends(frame.pixels) if frame.pixels.dtype.kind in "iub" else (0, 0)
        self.has_table = frame.pixels.dtype.kind in "iub" and self.high - self.low < _MAX_SPAN
        self.covered = shutters.covered(frame.facts, frame.overlays)
        self.overlay = overlay_planes.combined(self._drawn_planes(), rows, columns)
        self._filled: NDArray[Any] | None = None

    @property
    def shutter(self) -> Shutters:
        return self.frame.facts.shutters or Shutters()

    @property
    def filled(self) -> NDArray[Any]:
        """The pixels with 0 in the holes."""
        if self._filled is None:
            self._filled = self.frame.pixels if self.hole is None else np.where(self.hole, 0, self.frame.pixels)
        return self._filled

    def _drawn_planes(self) -> list[OverlayPlane]:
        """All planes but the one that is a shutter."""
        group = self.shutter.overlay_group
        return [plane for plane in self.frame.overlays if not group or plane.group != group]


def _sample(
    source: _Source,
    matrix: Affine,
    size: tuple[int, int],
    *,
    smooth: bool,
    overlays: bool,
    spare: NDArray[np.intp] | None = None,
) -> Samples:
    facts, pixels = source.frame.facts, source.frame.pixels
    rows, columns = pixels.shape[:2]
    enlarge = facts.photometric_interpretation != "PALETTE COLOR"
    grid = Grid(matrix, size, (rows, columns), smooth=smooth and not _is_labels(facts), enlarge=enlarge)
    marks = _marks(source, grid, overlays)
    if pixels.ndim == 3:
        return _sample_colour(pixels, grid, marks)
    if source.has_table:
        return _sample_indexed(source, grid, marks, spare)
    return _sample_continuous(source, grid, marks)


def _marks(source: _Source, grid: Grid, overlays: bool) -> tuple[Mark, ...]:
    """Beside the image, shutters, overlays, in the order of drawing."""
    marks: list[Mark] = []
    if source.covered is not None:
        red, green, blue = shutters.colour(source.shutter)
        marks.append((grid.pick(source.covered), BLACK | red << 16 | green << 8 | blue))
    if overlays and source.overlay is not None:
        marks.append((grid.cover(source.overlay), WHITE))
    return tuple(marks)


def _sample_indexed(source: _Source, grid: Grid, marks: tuple[Mark, ...], spare: NDArray[np.intp] | None) -> Indexed:
    low, high = _round_ends(source.low, source.high)
    span = high - low
    steps = 1 if grid.is_exact or not span else max(_FINE // span, 1)
    black = span * steps + 1
    places = spare if spare is not None and spare.shape == grid.size else np.empty(grid.size, np.intp)
    if not grid.fills:
        for beside in grid.margins(places):
            beside.fill(black)
    target = grid.window(places)
    is_close = max(abs(low), abs(high)) * steps <= _CLOSE and max(grid.rows.block, grid.columns.block) <= _FEW
    for rows, values, hole in _bands(source, grid):
        band = target[rows]
        if values.dtype.kind == "f":
            values -= low
            if steps > 1:
                values *= steps
            if not is_close:
                np.clip(values, 0, span * steps, out=values)  # means may exceed the ends by a rounding error
            values += 0.5
            band[...] = values
        else:
            np.subtract(values, low, out=band, dtype=np.intp)
        if hole is not None:
            band[hole] = black
    for number, (mask, _) in enumerate(marks):
        places[mask] = black + 1 + number
    return Indexed(places, low, high, steps, (BLACK, *(colour for _, colour in marks)))


def _sample_continuous(source: _Source, grid: Grid, marks: tuple[Mark, ...]) -> Continuous:
    kind = np.float32 if source.frame.pixels.dtype in (np.float16, np.float32) else np.float64
    screen = np.zeros(grid.size, kind)
    black = np.ones(grid.size, np.bool_)
    values_target, black_target = grid.window(screen), grid.window(black)
    for rows, values, hole in _bands(source, grid):
        values_target[rows] = values
        black_target[rows] = False if hole is None else hole
    return Continuous(screen, ((black, BLACK), *marks))


def _sample_colour(pixels: NDArray[Any], grid: Grid, marks: tuple[Mark, ...]) -> Coloured:
    screen = np.full(grid.size, BLACK, np.uint32)
    target = grid.window(screen)
    for channels in zip(*(grid.bands(pixels[..., channel]) for channel in range(3)), strict=True):
        whole = [values if values.dtype.kind != "f" else np.add(values, 0.5, out=values).astype(np.uint8) for _, values in channels]
        target[channels[0][0]] = packed(np.stack(whole, axis=-1))
    if not grid.fills:
        beside = np.ones(grid.size, np.bool_)
        grid.window(beside)[...] = False
        marks = ((beside, BLACK), *marks)
    put(marks, screen)
    return Coloured(screen, marks)


def _bands(source: _Source, grid: Grid) -> Iterator[tuple[slice, NDArray[Any], NDArray[np.bool_] | None]]:
    """(rows, values, holes) of each band: means are those of the pixels that are no hole; a hole is what is mostly hole."""
    if source.hole is None:
        for rows, values in grid.bands(source.frame.pixels):
            yield rows, values, None
    elif grid.is_exact:
        for (rows, values), (_, hole) in zip(grid.bands(source.filled), grid.bands(source.hole), strict=True):
            yield rows, values, hole
    else:
        shares = grid.bands(~source.hole)
        for (rows, values), (_, share) in zip(grid.bands(source.filled), shares, strict=True):
            values /= np.maximum(share, 1e-6)
            yield rows, values, share < 0.5


def _is_labels(facts: FrameFacts) -> bool:
    """Frames whose values name things: a value in between would be another thing."""
    return facts.bits_stored == 1 or facts.supplemental_palette is not None or facts.sop_class_uid in _SEGMENTATIONS


def _ends(values: NDArray[Any]) -> tuple[int, int]:
    return (int(values.min()), int(values.max())) if values.size else (0, 0)


def _round_ends(low: int, high: int) -> tuple[int, int]:
    unit = _ROUND if high - low >= _ROUND else _ROUND // 4
    return low // unit * unit, (high // unit + 1) * unit - 1


def _offset(values: NDArray[Any], low: int) -> NDArray[np.intp]:
    places = values.astype(np.intp)
    places -= low
    return places
