"""Palette Color Lookup Tables (PS3.3 C.7.6.3.1.5-6, C.7.9, C.7.6.23)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.model.errors import BrokenFileError
from viewer.model.luts import LookupTable
from viewer.model.messages import message

MAX_ENTRIES = 1 << 16
MAX_SEGMENTS = 1 << 16  # opcodes followed while one table is expanded; indirect segments may name others
_DISCRETE, _LINEAR, _INDIRECT = 0, 1, 2


def look_up(indices: NDArray[np.generic], red: LookupTable, green: LookupTable, blue: LookupTable) -> NDArray[np.uint8]:
    """Stored values (rows, columns) as 8-bit RGB. Values below the first mapped one get the first entry, those above the last."""
    shift = _shift((red, green, blue))
    rgb = np.empty((*indices.shape, 3), np.uint8)
    for channel, lut in enumerate((red, green, blue)):
        entries = eight_bit_entries(lut, shift)
        if entries.size == 0:
            raise BrokenFileError(message("The colour palette is empty."))
        rgb[..., channel] = np.take(entries, _places(indices, lut.first_mapped), mode="clip")
    return rgb


def supplement(
    grey: NDArray[np.uint8], stored: NDArray[np.generic], red: LookupTable, green: LookupTable, blue: LookupTable
) -> NDArray[np.uint8]:
    """Grey pixels with colour where the stored value reaches a supplemental palette (PS3.3 C.7.6.23).

    `grey` is what the grey transformations made of `stored`, both (rows, columns). Values from the first mapped one upwards are
    coloured, those below stay grey.
    """
    rgb = look_up(stored, red, green, blue)
    below = stored.astype(np.int64) < min(red.first_mapped, green.first_mapped, blue.first_mapped)
    rgb[below] = grey[below][:, np.newaxis]
    return rgb


def eight_bit_entries(lut: LookupTable, shift: int) -> NDArray[np.uint8]:
    """The entries as 8 bit; of 16-bit ones the upper byte."""
    entries: NDArray[np.uint8] = np.minimum(lut.data >> np.uint16(shift), 255).astype(np.uint8)
    return entries


def expand_segmented(data: NDArray[np.generic], entries: int) -> NDArray[np.uint16]:
    """A segmented palette (PS3.3 C.7.9.2) as its `entries` plain values (0 stands for 65,536, as in the descriptor).

    `data` is uint8 or uint16, as wide as an entry. Raises BrokenFileError where the segments make no sense or would go on for ever.
    """
    size = entries if 0 < entries <= MAX_ENTRIES else MAX_ENTRIES
    expansion = _Expansion([int(value) for value in data.reshape(-1)], data.dtype.itemsize, size)
    expansion.run(0, len(data))
    if not expansion.made:
        raise BrokenFileError(message("The colour palette is empty."))
    expanded = np.full(size, expansion.made[-1], np.uint16)
    expanded[: len(expansion.made)] = expansion.made[:size]
    return expanded


class _Expansion:
    """One table on its way; `made` never grows beyond the size that the descriptor states."""

    def __init__(self, data: list[int], width: int, size: int) -> None:
        self.made: list[int] = []
        self._data = data
        self._width = width
        self._size = size
        self._segments = 0

    def run(self, place: int, count: int, *, nested: bool = False) -> None:
        """Expand up to `count` segments from index `place` on."""
        while count > 0 and place + 1 < len(self._data) and len(self.made) < self._size:
            self._segments += 1
            if self._segments > MAX_SEGMENTS:
                raise _senseless()
            count -= 1
            opcode, length = self._data[place], self._data[place + 1]
            place += 2
            if opcode == _DISCRETE:
                self.made.extend(self._data[place : place + length][: self._size - len(self.made)])
                place += length
            elif opcode == _LINEAR:
                self._line(length, self._at(place))
                place += 1
            elif opcode == _INDIRECT and not nested:  # an indirect segment may not name another one
                self.run(self._offset(place), length, nested=True)
                place += 4 // self._width
            else:
                raise _senseless()

    def _line(self, length: int, end: int) -> None:
        if not self.made:
            raise _senseless()
        start = self.made[-1]
        for step in range(1, min(length, self._size - len(self.made)) + 1):
            self.made.append((2 * (start * length + (end - start) * step) + length) // (2 * length))

    def _offset(self, place: int) -> int:
        """Where the segments to be repeated start: a byte offset in 32 bits, the less significant half first."""
        if self._width == 1:
            value = sum(self._at(place + i) << (8 * i) for i in range(4))
        else:
            value = self._at(place) | self._at(place + 1) << 16
        return value // self._width

    def _at(self, place: int) -> int:
        if place >= len(self._data):
            raise _senseless()
        return self._data[place]


def _shift(luts: tuple[LookupTable, ...]) -> int:
    """How far entries are shifted down to 8 bit. Tables that say 16 bit and hold nothing over 255 were filled with 8-bit values."""
    if all(lut.bits <= 8 for lut in luts):
        return 0
    return 8 if any(lut.data.size and int(lut.data.max()) > 255 for lut in luts) else 0


def _places(indices: NDArray[np.generic], first_mapped: int) -> NDArray[np.intp]:
    places = indices.astype(np.intp)
    places -= first_mapped
    return places


def _senseless() -> BrokenFileError:
    return BrokenFileError(message("The segmented colour palette is damaged."))
