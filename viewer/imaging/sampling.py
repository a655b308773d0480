"""Where the pixels of the screen lie in an image, one axis at a time.

Rotations by 90° and flips leave the axes separable, so an image is resampled along one axis and then the other, each time by a
weighted sum of a few neighbours: linear between pixel centres when enlarging, the mean over the covered area when shrinking.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.model.frozen import frozen

_SAME_SIZE = 1e-6  # scales this close to 1 show the pixels as they are
_NO_WEIGHT = 1e-6
AXES_KEPT = 64  # two for each framing; while frames are scrolled through, the framing stays
PARTS_KEPT = 2048  # some 25 bands for each axis


@frozen(eq=False)
class Axis:
    """How one axis is resampled.

    `start` and `stop` are the screen pixels that show the image; for each, the result is the sum over k of
    `weights`[k] × the block `taps`[k], `block` neighbouring image pixels being averaged beforehand. One tap without weights is
    the image pixel itself.
    """

    start: int
    stop: int
    taps: NDArray[np.intp]  # (number of taps, stop - start)
    weights: NDArray[np.float32] | None
    block: int = 1
    averages: bool = False  # a screen pixel covers more than one pixel of the image

    @property
    def is_exact(self) -> bool:
        return self.weights is None

    def weigh(self, values: NDArray[Any], axis: int, start: int = 0, stop: int | None = None, *, begin: int = 0) -> NDArray[Any]:
        """Results `start` to `stop` of resampling a 2-dimensional array along `axis`; exact ones keep their type.

        `values` begin with pixel `begin` of the image.
        """
        part = _part(self, start, stop)
        from_, to = part.first - begin, part.last - begin
        piece = values[:, from_:to] if axis == 1 else values[from_:to]
        if part.weights is None:
            picked: NDArray[Any] = piece.take(part.taps[0], axis=axis)
            return picked
        if self.block > 1:
            piece = block_means(piece, self.block, axis)
        total = _weighted(piece, part.taps[0], part.weights[0], axis)
        for places, shares in zip(part.taps[1:], part.weights[1:], strict=True):
            total += _weighted(piece, places, shares, axis)
        return total

    def needs(self, start: int, stop: int) -> tuple[int, int]:
        """The pixels of the image, first and past the last, that make the results `start` to `stop`."""
        part = _part(self, start, stop)
        return part.first, part.last


@frozen(eq=False)
class _Part:
    """What some results of an axis are made of: image pixels `first` to before `last`, `taps` counted from there."""

    first: int
    last: int
    taps: NDArray[np.intp]
    weights: NDArray[np.float32] | None


@lru_cache(maxsize=PARTS_KEPT)
def _part(axis: Axis, start: int, stop: int | None) -> _Part:
    taps = axis.taps[:, start:stop]
    weights = None if axis.weights is None else axis.weights[:, start:stop]
    if taps.size == 0:
        return _Part(0, 0, taps[:1], None)
    first, last = int(taps.min()), int(taps.max())
    return _Part(first * axis.block, (last + 1) * axis.block, taps - first, weights)


def _weighted(values: NDArray[Any], places: NDArray[np.intp], shares: NDArray[np.float32], axis: int) -> NDArray[Any]:
    picked: NDArray[Any] = values.take(places, axis=axis)
    factors = shares[:, np.newaxis] if axis == 0 else shares
    if picked.dtype.kind == "f":
        picked *= factors
        return picked
    product: NDArray[Any] = np.multiply(picked, factors, dtype=working_type(picked.dtype))
    return product


def working_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """float32 holds means of up to 16 bit exactly enough; wider data are averaged in float64."""
    return np.dtype(np.float32 if dtype.itemsize <= 2 or dtype == np.float32 else np.float64)


@lru_cache(maxsize=AXES_KEPT)
def exact_axis(scale: float, shift: float, length: int, size: int) -> Axis:
    """The nearest pixel. Screen = `scale` × image + `shift`; the image has `length` pixels, the screen `size`."""
    start, stop, places = _visible(scale, shift, length, size)
    nearest = np.clip(np.floor(places + 0.5), 0, length - 1).astype(np.intp)
    return Axis(start, stop, nearest[np.newaxis], None)


@lru_cache(maxsize=AXES_KEPT)
def smooth_axis(scale: float, shift: float, length: int, size: int, *, enlarge: bool = True) -> Axis:
    """Linear when enlarging (the nearest pixel where not `enlarge`), the mean over the area of the screen pixel when shrinking."""
    covered = 1.0 / abs(scale)
    if abs(covered - 1.0) < _SAME_SIZE or (covered < 1.0 and not enlarge):
        return exact_axis(scale, shift, length, size)
    start, stop, places = _visible(scale, shift, length, size)
    block = max(int(covered), 1)
    count = -(-length // block)
    places = (places + 0.5) / block - 0.5
    if covered <= 1.0:
        taps, weights = _linear(places)
    else:
        taps, weights = _area(places, covered / block)
    weights[(taps < 0) | (taps >= count)] = 0.0
    weights /= np.maximum(weights.sum(axis=0), _NO_WEIGHT)
    used = weights.max(axis=1, initial=0.0) > _NO_WEIGHT
    if not used.any():
        used[0] = True
    return Axis(start, stop, np.clip(taps[used], 0, count - 1), weights[used].astype(np.float32), block, covered > 1.0)


def block_means(values: NDArray[Any], block: int, axis: int) -> NDArray[Any]:
    """Means of `block` neighbours along `axis` of a 2-dimensional array; the last mean is of what is left."""
    length = values.shape[axis]
    whole = length // block
    shape = list(values.shape)
    shape[axis] = -(-length // block)
    means = np.empty(shape, working_type(values.dtype))
    parts = [values[i : whole * block : block] if axis == 0 else values[:, i : whole * block : block] for i in range(block)]
    sums = means[:whole] if axis == 0 else means[:, :whole]
    np.add(parts[0], parts[1], out=sums, dtype=sums.dtype)
    for part in parts[2:]:
        sums += part
    sums *= sums.dtype.type(1.0 / block)
    if whole < shape[axis]:
        rest = values[whole * block :] if axis == 0 else values[:, whole * block :]
        means[-1 if axis == 0 else (slice(None), -1)] = rest.mean(axis=axis, dtype=means.dtype)
    return means


def _visible(scale: float, shift: float, length: int, size: int) -> tuple[int, int, NDArray[np.float64]]:
    """The screen pixels whose centres lie on the image, and where those centres are in it."""
    ends = sorted((scale * -0.5 + shift, scale * (length - 0.5) + shift))
    start = min(max(math.ceil(ends[0] - 0.5 - 1e-9), 0), size)
    stop = min(max(math.ceil(ends[1] - 0.5 - 1e-9), start), size)
    return start, stop, (np.arange(start, stop, dtype=np.float64) + (0.5 - shift)) / scale


def _linear(places: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    first = np.floor(places + 1e-9)
    share = np.clip(places - first, 0.0, 1.0)
    taps = first.astype(np.intp)
    return np.stack([taps, taps + 1]), np.stack([1.0 - share, share])


def _area(places: NDArray[np.float64], covered: float) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Overlaps of the interval `covered` around each place with the unit intervals around whole numbers."""
    low = places - covered / 2 + 0.5
    first = np.floor(low + 1e-9)
    taps = first + np.arange(int(covered) + 2)[:, np.newaxis]
    overlap = np.minimum(taps + 1, low + covered) - np.maximum(taps, low)
    return taps.astype(np.intp), np.maximum(overlap, 0.0)
