"""A frame resampled to a viewport, waiting for a window: three kinds for whole numbers, wide values and colour.

What is no picture (beside the image, padding, shutters, overlay planes) is a mark: a mask of the viewport and the colour it has
whatever the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.imaging import palette
from viewer.imaging.compose import changing_range, grey_key, net_table, to_grey
from viewer.model.pixels import FrameFacts
from viewer.model.view import DataPresentation

BLACK = 0xFF000000
WHITE = 0xFFFFFFFF
_GREY = 0x00010101
_ENTRIES = 1 << 14

Mark = tuple[NDArray[np.bool_], int]  # mask (height, width), 0xffRRGGBB


class Samples:
    """The common face of the three kinds."""

    def draw(self, facts: FrameFacts, data: DataPresentation, out: NDArray[np.uint32], net: NetColours) -> NDArray[np.uint32]:
        """Fill `out` (height, width) with 0xffRRGGBB. `net` is what the viewport keeps from picture to picture."""
        raise NotImplementedError


class NetColours:
    """The net table of a viewport as colours. Frames of a series mostly share it: it is made anew when anything in it changes."""

    def __init__(self) -> None:
        self._made_of: tuple[object, ...] = ()
        self._colours: NDArray[np.uint32] = np.zeros(0, np.uint32)

    def of(
        self, facts: FrameFacts, data: DataPresentation, low: int, high: int, steps: int, fixed: tuple[int, ...]
    ) -> NDArray[np.uint32]:
        """0xffRRGGBB of each entry of the net table, then `fixed`; not to be written to."""
        made_of = (grey_key(facts, data), facts.supplemental_palette, low, high, steps, fixed)
        if self._made_of != made_of:
            greys = net_table(facts, data, low, high, steps)
            self._colours = np.empty(greys.size + len(fixed), np.uint32)
            if facts.supplemental_palette is None:
                grey_colours(greys, self._colours[: greys.size])
            else:
                self._colours[: greys.size] = packed(supplemented(greys, np.arange(low, high + 1), facts))
            self._colours[greys.size :] = fixed
            self._made_of = made_of
        return self._colours


@dataclass(eq=False)
class Indexed(Samples):
    """Stored values `low` to `high` in steps of 1/`steps`: `places` (height, width) index their net table, `fixed` follow it."""

    places: NDArray[np.intp]
    low: int
    high: int
    steps: int
    fixed: tuple[int, ...]

    def draw(self, facts: FrameFacts, data: DataPresentation, out: NDArray[np.uint32], net: NetColours) -> NDArray[np.uint32]:
        return net.of(facts, data, self.low, self.high, self.steps, self.fixed).take(self.places, out=out, mode="clip")


@dataclass(eq=False)
class Continuous(Samples):
    """Values too wide for a table of themselves (float, 32 bit): each window gets a table over what it changes."""

    values: NDArray[Any]  # (height, width); 0 where they are marked black
    marks: tuple[Mark, ...]

    def draw(self, facts: FrameFacts, data: DataPresentation, out: NDArray[np.uint32], net: NetColours) -> NDArray[np.uint32]:
        ends = changing_range(facts, data)
        if ends is None:
            grey_colours(to_grey(self.values, facts, data), out)
        else:
            self._look_up(facts, data, *ends, out)
        put(self.marks, out)
        return out

    def _look_up(self, facts: FrameFacts, data: DataPresentation, low: float, high: float, out: NDArray[np.uint32]) -> None:
        """The first and the last entry stand for all that is farther out: a threshold changes exactly at its end."""
        span = high - low
        greys = to_grey(np.concatenate([[low - span], np.linspace(low, high, _ENTRIES), [high + span]]), facts, data)
        places = self.values - self.values.dtype.type(low)
        places *= places.dtype.type(min((_ENTRIES - 1) / max(span, 1e-300), 1e30))
        places += places.dtype.type(1.5)
        np.clip(places, 0, _ENTRIES + 1, out=places)
        np.take(grey_colours(greys, np.empty(greys.size, np.uint32)), places.astype(np.intp), out=out, mode="clip")


@dataclass(eq=False)
class Coloured(Samples):
    """Colour: packed already; only inversion is left."""

    packed: NDArray[np.uint32]
    marks: tuple[Mark, ...]

    def draw(self, facts: FrameFacts, data: DataPresentation, out: NDArray[np.uint32], net: NetColours) -> NDArray[np.uint32]:
        if data.inverted:
            np.bitwise_xor(self.packed, np.uint32(0x00FFFFFF), out=out)
        else:
            np.copyto(out, self.packed)
        put(self.marks, out)
        return out


def grey_colours(greys: NDArray[np.uint8], out: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Grey levels as 0xffRRGGBB, into `out` of the same shape."""
    np.multiply(greys, np.uint32(_GREY), out=out, dtype=np.uint32)
    out |= np.uint32(BLACK)
    return out


def packed(rgb: NDArray[Any]) -> NDArray[np.uint32]:
    """(..., 3) 8-bit RGB as 0xffRRGGBB."""
    colours: NDArray[np.uint32] = rgb[..., 0].astype(np.uint32) << np.uint32(16)
    colours |= rgb[..., 1].astype(np.uint32) << np.uint32(8)
    colours |= rgb[..., 2]
    colours |= np.uint32(BLACK)
    return colours


def supplemented(greys: NDArray[np.uint8], stored: NDArray[Any], facts: FrameFacts) -> NDArray[np.uint8]:
    """Greys of `stored` as RGB, coloured where the frame's supplemental palette maps them."""
    tables = facts.supplemental_palette
    assert tables is not None
    return palette.supplement(greys, stored, tables.red, tables.green, tables.blue)


def put(marks: tuple[Mark, ...], out: NDArray[np.uint32]) -> None:
    for mask, colour in marks:
        out[mask] = colour
