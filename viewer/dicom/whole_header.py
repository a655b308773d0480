"""All elements before the pixel data, and where the pixel data are. One read of 16 KiB for an ordinary file."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from viewer.dicom import charset
from viewer.dicom.byte_sources import FileBytes
from viewer.dicom.data_set import MAX_INLINE, DataSet, Element, order_of, walk_level
from viewer.dicom.detect import Encoding, Layout, assumed_transfer_syntax, find_layout
from viewer.dicom.element_walk import MoreNeeded, OddEncodingError, Order
from viewer.dicom.header import cannot_open, layout_of, opened
from viewer.dicom.header_pattern import HeaderMemory, HeaderPattern
from viewer.model.errors import BrokenFileError, TooLargeError
from viewer.model.messages import message

Room = Callable[[int], NDArray[np.uint8]]  # writable memory of so many bytes

FIRST_READ = 16384
MAX_WINDOW = 256 * 1024 * 1024  # one sequence that must be read whole to find its end
MAX_WINDOWS = 50_000
MAX_INFLATED = 224 * 1024 * 1024
MAX_KEPT = 16 * 1024 * 1024  # inflated bytes that stay in memory while the file is open
MAX_RATIO = 1000
_CHUNK = 256 * 1024
_ICON_SEQUENCE = 0x00880200
_PIXEL_TAGS = (0x7FE00010, 0x7FE00008, 0x7FE00009)


class InflatedFile:
    """The data set of a deflated file, inflated: kept while it is small, else made anew whenever it is asked for."""

    def __init__(self, path: str, offset: int, data: bytes) -> None:
        self._path, self._offset = path, offset
        self._kept = data if len(data) <= MAX_KEPT else None

    def data(self) -> bytes:
        """All bytes. Raises MissingFileError, BrokenFileError or TooLargeError when the file was changed meanwhile."""
        if self._kept is not None:
            return self._kept
        with opened(self._path) as (source, _):
            return _inflate(source, self._offset)

    def read(self, offset: int, length: int) -> bytes:
        return self.data()[offset : offset + length]


@dataclass(slots=True, eq=False)
class WholeHeader:
    """`pixel_tag` is 0 without pixel data. `inflated`: the data set of a deflated file, else None; the offsets of elements are in
    it then. `size` is where the bytes end. `pixels`: those of the whole pixel data, where they were read along. `stamp`: when the
    file was changed last in ns, and its size."""

    path: str
    data_set: DataSet
    encoding: Encoding
    transfer_syntax_uid: str
    size: int
    meta: bytes = b""
    inflated: InflatedFile | None = None
    pixel_tag: int = 0
    pattern: HeaderPattern | None = None
    pixels: NDArray[np.uint8] | None = None
    stamp: tuple[int, int] = (0, 0)

    @property
    def pixel_element(self) -> Element:
        return self.data_set.elements[self.pixel_tag]


def read_whole_header(path: str, memory: HeaderMemory | None = None, room: Room | None = None) -> WholeHeader:
    """Read the file at `path` up to its pixel data; `memory` makes the next ones of a series quicker.

    With `room` the pixels of such a next one are read along: one question to a slow drive, and half the calls of the system.
    Raises NotDicomError, BrokenFileError, MissingFileError or TooLargeError with the sentence to show.
    """
    with opened(path) as (source, status):
        found = None if memory is None or room is None else _read_with_pixels(path, source, memory, room)
        header = found or _read(path, source, source.read(0, FIRST_READ), memory)
        header.stamp = status.st_mtime_ns, status.st_size
        return header


def _read_with_pixels(path: str, source: FileBytes, memory: HeaderMemory, room: Room) -> WholeHeader | None:
    """The header and the pixels of a file that is like the last one; None for any other."""
    length = memory.tail
    begin = source.size - length
    if not length or not 0 < begin <= FIRST_READ:
        return None
    pixels = room(length)
    block = source.read_with_rest(begin, pixels)
    layout = find_layout(block)
    known = None if layout is None or layout.encoding.deflated else memory.match(block, layout)
    if layout is None or known is None:
        return None
    header = _of_elements(path, source, layout, *known)
    if header.pixel_tag and header.pixel_element.offset == begin and header.pixel_element.length == length:
        header.pixels = pixels
    return header


def read_range(path: str, offset: int, length: int) -> bytes:
    """`length` bytes of the file at `path`, fewer at its end. Raises MissingFileError."""
    try:
        with open(path, "rb") as file:
            file.seek(offset)
            return file.read(length)
    except OSError as error:
        raise cannot_open(path, error) from error


def _read(path: str, source: FileBytes, block: bytes, memory: HeaderMemory | None) -> WholeHeader:
    layout, block = layout_of(source, block)
    elements: dict[int, Element] = {}
    if layout.encoding.deflated:
        return _inflated(path, source, layout)
    known = None if memory is None else memory.match(block, layout)
    if known is not None:
        return _of_elements(path, source, layout, *known)
    _walk_file(source, block, layout, order_of(layout.encoding.little), elements)
    return _of_elements(path, source, layout, elements, None if memory is None else memory.learn(block, layout, elements))


def _inflated(path: str, source: FileBytes, layout: Layout) -> WholeHeader:
    data, order = _inflate(source, layout.offset), order_of(layout.encoding.little)
    elements: dict[int, Element] = {}
    _walk_bytes(data, layout, order, elements)
    inflated = InflatedFile(path, layout.offset, data)
    data_set = DataSet(elements, True, order, ("ascii",), inflated.read)
    return _completed(WholeHeader(path, data_set, layout.encoding, _syntax_of(layout), len(data), layout.meta, inflated))


def _of_elements(
    path: str, source: FileBytes, layout: Layout, elements: dict[int, Element], pattern: HeaderPattern | None
) -> WholeHeader:
    encoding = layout.encoding
    data_set = DataSet(elements, encoding.explicit, order_of(encoding.little), ("ascii",), partial(read_range, path))
    return _completed(WholeHeader(path, data_set, encoding, _syntax_of(layout), source.size, layout.meta, pattern=pattern))


def _syntax_of(layout: Layout) -> str:
    return layout.transfer_syntax_uid or assumed_transfer_syntax(layout.encoding)


def _completed(header: WholeHeader) -> WholeHeader:
    elements = header.data_set.elements
    repertoire = elements.get(0x00080005)
    if repertoire is not None and repertoire.value:
        header.data_set.encodings = charset.codecs_of(repertoire.value)
    header.pixel_tag = next((tag for tag in _PIXEL_TAGS if tag in elements), 0)
    return header


def _walk_file(source: FileBytes, block: bytes, layout: Layout, order: Order, out: dict[int, Element]) -> None:
    window, base, at, size = block, 0, layout.offset, FIRST_READ
    for _ in range(MAX_WINDOWS):
        whole = base + len(window) >= source.size
        try:
            walk_level(window, at - base, whole, layout.encoding.explicit, order, out, base)
            _salvage_pixels(window, base, whole, layout, out)
            return
        except MoreNeeded as more:
            next_at = base + more.at
        except OddEncodingError:
            _salvage_pixels(source.read(base, MAX_WINDOW), base, True, layout, out)
            return
        if next_at >= source.size:
            return
        size = size * 4 if next_at == at == base else max(FIRST_READ, min(size, MAX_INLINE * 16))
        if size > MAX_WINDOW:
            raise TooLargeError(message("The header is larger than any real one."))
        at = base = next_at
        window = source.read(at, size)
    raise TooLargeError(message("The header is larger than any real one."))


def _walk_bytes(data: bytes, layout: Layout, order: Order, out: dict[int, Element]) -> None:
    try:
        walk_level(data, 0, True, layout.encoding.explicit, order, out)
    except OddEncodingError:
        pass


def _salvage_pixels(window: bytes, base: int, whole: bool, layout: Layout, out: dict[int, Element]) -> None:
    """The walk met nonsense before the pixel data: look for their element head, as far as the window goes.

    Not inside what was read without trouble, and not one with less than a frame behind it: those are of an icon (PS3.3 F.7).
    """
    if not whole or any(tag in out for tag in _PIXEL_TAGS) or not layout.encoding.explicit or not layout.encoding.little:
        return
    least, end = _frame_bytes(out), base + len(window)
    intact = [
        (one.offset - base, one.offset - base + one.length)
        for tag, one in out.items()
        if tag == _ICON_SEQUENCE or one.offset + one.length < end
    ]
    for found in _PIXEL_HEAD.finditer(window):
        at, length = found.end(), int.from_bytes(found[2], "little")
        if least <= length and not any(first <= at <= last for first, last in intact):
            out[0x7FE00010] = Element(found[1], None, base + at, length)
            return


_PIXEL_HEAD = re.compile(rb"\xe0\x7f\x10\x00(O[WB])\0\0(.{4})", re.DOTALL)


def _frame_bytes(elements: dict[int, Element]) -> int:
    """Of one sample of all pixels; 0 where the size of the image is not told."""
    rows, columns, bits = (elements.get(tag) for tag in (0x00280010, 0x00280011, 0x00280100))
    if rows is None or columns is None or not rows.value or not columns.value:
        return 0
    depth = int.from_bytes(bits.value, "little") if bits is not None and bits.value else 8
    return int.from_bytes(rows.value, "little") * int.from_bytes(columns.value, "little") * depth // 8


def _inflate(source: FileBytes, offset: int) -> bytes:
    """The whole data set of a deflated file (PS3.5 A.5), within a size and a ratio. What was readable before damage stands."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    data = bytearray()
    limit = min(MAX_INFLATED, max((source.size - offset) * MAX_RATIO, 1 << 20))
    raw = b""
    while not inflate.eof:
        if not raw:
            raw = source.read(offset, _CHUNK)
            offset += len(raw)
        if not raw:
            break
        try:
            data += inflate.decompress(raw, 4 * _CHUNK)
        except zlib.error as error:
            if not data:
                raise BrokenFileError(message("The deflated data set is damaged.")) from error
            break
        if len(data) > limit:
            raise TooLargeError(message("The deflated data set grows beyond any real one."))
        raw = inflate.unconsumed_tail
    return bytes(data)
