"""The net grey transformation of a frame: Modality LUT, VOI LUT, Presentation LUT, polarity, inversion (PS3.3 C.11, PS3.4 N.2).

One function decides the opening window, one gives the value under the cursor, one makes grey of stored values; tables are that
last one over a range.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.imaging import modality_lut, padding, presentation_lut, real_world, voi_lut
from viewer.model.luts import LookupTable, VOIFunction, Window
from viewer.model.pixels import FrameFacts, PixelFrame
from viewer.model.view import DataPresentation

_SAMPLE = 1 << 17  # pixels that are looked at for a computed window
_LOW, _HIGH = 0.01, 0.99


def initial_data(frame: PixelFrame) -> DataPresentation:
    """The window at opening and after a reset: the file's first VOI LUT, else its first window, else one computed.

    Computed is what puts the 1st percentile of the values (padding aside) at black and the 99th at white. Colour has none. Of an
    even picture nothing can be computed: its window stays undecided, for the next frame to decide.
    """
    facts = frame.facts
    if facts.is_colour or frame.pixels.ndim == 3:
        return DataPresentation()
    if facts.voi_tables:
        return DataPresentation(voi_table=0, preset="file")
    found = next((one for one in facts.windows if _is_usable(one)), None)
    if found is not None:
        return DataPresentation(found.center, found.width, found.function, preset="file")
    return _computed(frame)


def value_at(frame: PixelFrame, column: int, row: int) -> tuple[float | tuple[int, int, int], str]:
    """What the pixel measures, and the unit: after the Modality LUT for grey, the three RGB samples for colour."""
    if frame.pixels.ndim == 3:
        red, green, blue = (int(sample) for sample in frame.pixels[row, column])
        return (red, green, blue), ""
    value = float(modality_lut.apply(frame.pixels[row, column : column + 1], frame.facts.modality_lut)[0])
    return value, unit_of(frame.facts, frame.pixels[row, column : column + 1])


def unit_of(facts: FrameFacts, stored: NDArray[Any]) -> str:
    """The unit of the values after the Modality LUT, "" where the file states none.

    Where that LUT changes nothing, a Real World Value Map that changes nothing either gives the unit (parametric maps), if it
    covers all of the `stored` values that are asked for.
    """
    if facts.modality_lut.units or not facts.modality_lut.is_identity:
        return facts.modality_lut.units
    plain = (one for one in facts.real_world_maps if one.slope == 1.0 and one.intercept == 0.0 and not one.values)
    return next((one.units for one in plain if real_world.covers(one, stored).all()), "")


def values_of(frame: PixelFrame) -> NDArray[Any]:
    """All values after the Modality LUT, (rows, columns), in a type that holds them exactly; colour as it is."""
    if frame.pixels.ndim == 3:
        return frame.pixels
    return modality_lut.exact_values(frame.pixels, frame.facts.modality_lut)


def to_grey(stored: NDArray[Any], facts: FrameFacts, data: DataPresentation) -> NDArray[np.uint8]:
    """Grey levels of stored values of any shape, whole or in between (padding is the caller's). Not-a-numbers are black."""
    values = modality_lut.apply(stored, facts.modality_lut)
    lut = chosen_table(facts, data)
    if lut is not None:
        light = voi_lut.table(values, lut)
    elif data.center is None or data.width is None:
        light = _whole_range(values, facts)
    else:
        light = voi_lut.window(values, data.center, data.width, data.function)
    light = np.nan_to_num(light, copy=False)
    return presentation_lut.apply(
        light, facts.presentation_lut, monochrome1=facts.photometric_interpretation == "MONOCHROME1", inverted=data.inverted
    )


def grey_key(facts: FrameFacts, data: DataPresentation) -> tuple[object, ...]:
    """All that `to_grey` looks at: where two frames have equal keys, the same stored values are the same grey."""
    lut, shown = facts.modality_lut, facts.presentation_lut
    return (
        (lut.slope, lut.intercept, lut.table, chosen_table(facts, data), shown.shape, shown.table),
        (facts.photometric_interpretation, facts.bits_stored, facts.is_signed, facts.is_float),
        (data.center, data.width, data.function, data.inverted),
    )


def stored_range(facts: FrameFacts) -> tuple[int, int]:
    """(lowest, highest) stored value that the type of the frame can hold."""
    bits = 8 if facts.bits_allocated <= 8 else facts.bits_allocated
    return (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if facts.is_signed else (0, (1 << bits) - 1)


def net_table(
    facts: FrameFacts, data: DataPresentation, low: int | None = None, high: int | None = None, steps: int = 1
) -> NDArray[np.uint8]:
    """The net table from stored value to grey level: entry i is for `low` + i / `steps`, the last for `high`.

    The whole range of the stored type when `low` and `high` are not given (at most 16 bit); padding is black in it then.
    """
    whole = stored_range(facts)
    first, last = whole[0] if low is None else low, whole[1] if high is None else high
    stored: NDArray[Any] = np.arange(first * steps, last * steps + 1)
    if steps > 1:
        stored = stored / steps
    table = to_grey(stored, facts, data)
    if low is None and high is None and facts.padding is not None:
        table[padding.covers(stored, facts.padding)] = 0
    return table


def chosen_table(facts: FrameFacts, data: DataPresentation) -> LookupTable | None:
    """The VOI table that `data` selects, None where a window is on."""
    if data.voi_table is not None and 0 <= data.voi_table < len(facts.voi_tables):
        return facts.voi_tables[data.voi_table]
    return None


def changing_range(facts: FrameFacts, data: DataPresentation) -> tuple[float, float] | None:
    """(low, high) of the stored values between which grey changes; None where that has no two ends (table, no slope)."""
    lut = facts.modality_lut
    table = chosen_table(facts, data)
    if lut.table is not None or lut.slope == 0 or not math.isfinite(lut.slope):
        return None
    if table is None and (data.center is None or data.width is None):
        return None
    ends = voi_lut.domain(data.center, data.width, data.function, table)
    low, high = sorted(modality_lut.to_stored(end, lut) for end in ends)
    return low, high


def _is_usable(window: Window) -> bool:
    return math.isfinite(window.center) and math.isfinite(window.width) and window.width > 0


def _computed(frame: PixelFrame) -> DataPresentation:
    stored = _image_values(frame, _SAMPLE)
    if stored.size == 0:
        return DataPresentation()
    values = modality_lut.apply(stored, frame.facts.modality_lut)
    ranks = [int(share * (values.size - 1)) for share in (_LOW, _HIGH)]
    ordered = np.partition(values, ranks)
    low, high = float(ordered[ranks[0]]), float(ordered[ranks[1]])
    if not low < high:
        values = modality_lut.apply(_image_values(frame, frame.pixels.size), frame.facts.modality_lut)
        low, high = float(values.min()), float(values.max())
    if not (low < high and math.isfinite(high - low)):
        return DataPresentation()
    if stored.dtype.kind == "f" or not (low.is_integer() and high.is_integer()):
        return DataPresentation((low + high) / 2, high - low, VOIFunction.LINEAR_EXACT, preset="auto")
    return DataPresentation((low + high + 1) / 2, high - low + 1, VOIFunction.LINEAR, preset="auto")


def _image_values(frame: PixelFrame, count: int) -> NDArray[Any]:
    """About `count` stored values spread over the picture, padding and not-a-numbers left out; all when only few are image."""
    pixels: NDArray[Any] = frame.pixels
    step = max(1, math.isqrt(pixels.size // max(count, 1)))
    mask = padding.mask_of(frame)
    picked = pixels[::step, ::step]
    if mask is None:
        return picked.reshape(-1)
    kept = picked[~mask[::step, ::step]]
    return kept if kept.size else pixels[~mask]


def _whole_range(values: NDArray[np.float64], facts: FrameFacts) -> NDArray[np.float64]:
    """Before any window is decided: from stored 0 to the most that Bits Stored can hold; floats have no such range."""
    if facts.is_float:
        return np.zeros(values.shape)
    bits = min(max(facts.bits_stored, 1), 32) - (1 if facts.is_signed else 0)
    low, high = modality_lut.apply(np.array([0, (1 << bits) - 1]), facts.modality_lut)
    with np.errstate(all="ignore"):
        light: NDArray[np.float64] = np.clip((values - low) / (high - low), 0.0, 1.0)
    return light
