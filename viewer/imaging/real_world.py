"""Real World Value Mapping (PS3.3 C.7.6.16.2.11): stored values to the physical quantities that the file says they stand for.

It starts from the stored values, beside the Modality LUT and not after it. What no mapping covers, and padding, has no such value.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.imaging import padding
from viewer.model.frozen import frozen
from viewer.model.luts import RealWorldMap
from viewer.model.pixels import FrameFacts, PixelFrame


@frozen(eq=False)
class Quantity:
    """One thing that stored values stand for; `maps` may each cover a part of them, the first one that does holds."""

    name: str
    units: str
    maps: tuple[RealWorldMap, ...]


def quantities_of(facts: FrameFacts, elsewhere: tuple[RealWorldMap, ...] = ()) -> tuple[Quantity, ...]:
    """What the stored values of a frame stand for; nothing for colour, whose pixels are no stored values.

    In the file's order, then in that of the maps that stand `elsewhere`, in mapping objects.
    """
    found: dict[tuple[str, str], list[RealWorldMap]] = {}
    for one in () if facts.is_colour else (*facts.real_world_maps, *elsewhere):
        found.setdefault((one.label or one.quantity, one.units), []).append(one)
    return tuple(Quantity(name, units, tuple(maps)) for (name, units), maps in found.items())


def chosen_quantity(found: tuple[Quantity, ...], name: str) -> Quantity | None:
    """The quantity called `name`, else the first one; None where nothing is mapped."""
    return next((one for one in found if one.name == name), found[0] if found else None)


def mapped_values(frame: PixelFrame, quantity: Quantity) -> NDArray[np.float64]:
    """All values of a grey frame in the quantity's unit, (rows, columns), not-a-number where there is none."""
    return _mapped(frame, quantity, frame.pixels)


def mapped_value(frame: PixelFrame, quantity: Quantity, column: int, row: int) -> float | None:
    """The value of one pixel, None where there is none."""
    value = float(_mapped(frame, quantity, frame.pixels[row : row + 1, column : column + 1])[0, 0])
    return None if np.isnan(value) else value


def _mapped(frame: PixelFrame, quantity: Quantity, stored: NDArray[Any]) -> NDArray[np.float64]:
    if stored.ndim != 2:
        return np.full(stored.shape[:2], np.nan)
    values = np.full(stored.shape, np.nan)
    is_open = np.ones(stored.shape, bool)
    if frame.facts.padding is not None:
        is_open &= ~padding.covers(stored, frame.facts.padding)
    for one in quantity.maps:
        covered = is_open & covers(one, stored)
        values[covered] = _apply(one, stored[covered])
        is_open &= ~covered
    return values


def covers(one: RealWorldMap, stored: NDArray[Any]) -> NDArray[np.bool_]:
    """True where a map says what a stored value means, both ends included; a table only as far as it has entries."""
    last = min(one.last, one.first + len(one.values) - 1) if one.values else one.last
    inside: NDArray[np.bool_] = (stored >= one.first) & (stored <= last)
    return inside


def _apply(one: RealWorldMap, stored: NDArray[Any]) -> NDArray[np.float64]:
    if one.values:
        return np.asarray(one.values)[np.floor(stored.astype(np.float64) - one.first + 0.5).astype(np.int64)]
    with np.errstate(over="ignore", invalid="ignore"):
        mapped: NDArray[np.float64] = stored.astype(np.float64) * one.slope + one.intercept
    return mapped
