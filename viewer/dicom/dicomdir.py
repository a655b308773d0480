"""Which files a DICOMDIR names (PS3.3 F, PS3.10 8), in the order of its records; each is visited once, wherever links lead."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from viewer.dicom.detect import Encoding, find_layout
from viewer.dicom.element_walk import BIG, LITTLE, MoreNeeded, OddEncodingError, Order, Wish, skip_undefined, walk, wish
from viewer.model.errors import BrokenFileError, TooLargeError
from viewer.model.messages import message

MAX_BYTES = 128 * 1024 * 1024
MAX_RECORDS = 1_000_000
_NEXT, _LOWER, _FILE_ID = 0x00041400, 0x00041420, 0x00041500
_FIRST_ROOT, _RECORDS = 0x00041200, 0x00041220
_RECORD_TAGS = frozenset((_NEXT, _LOWER, _FILE_ID))
_UNDEFINED = 0xFFFFFFFF

Reference = tuple[str, ...]  # components of a Referenced File ID (0004,1500)


@dataclass(slots=True)
class _Record:
    next: int
    lower: int
    reference: Reference


def read_references(path: str) -> tuple[Reference, ...]:
    """The files that the DICOMDIR at `path` names, each once.

    Raises BrokenFileError when it cannot be understood, TooLargeError beyond `MAX_BYTES`, OSError.
    """
    with open(path, "rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise TooLargeError(message("This DICOMDIR is larger than any real one."), path=path)
    layout = find_layout(content)
    if layout is None or layout.encoding.deflated:
        raise BrokenFileError(message("This DICOMDIR cannot be understood."), path=path)
    try:
        first, records = _read_records(content, layout.offset, layout.encoding)
    except (struct.error, OddEncodingError, ValueError) as error:
        raise BrokenFileError(message("This DICOMDIR cannot be understood."), path=path) from error
    references = dict.fromkeys(record.reference for record in _in_order(first, records) if record.reference)
    return tuple(references)


def _in_order(first: int, records: dict[int, _Record]) -> Iterator[_Record]:
    """Records as their links lead, depth first; then those that no link leads to. None twice: links may run in circles."""
    waiting, left = [first], dict(records)
    while waiting:
        record = left.pop(waiting.pop(), None)
        if record is not None:
            yield record
            waiting.append(record.next)
            waiting.append(record.lower)
    yield from left.values()


def _read_records(content: bytes, at: int, encoding: Encoding) -> tuple[int, dict[int, _Record]]:
    """(offset of the first record of the root, records by offset of their item)."""
    order = LITTLE if encoding.little else BIG
    first, records = 0, dict[int, _Record]()
    while at + 8 <= len(content):
        tag, start, length = _element(content, at, encoding, order)
        if tag == _FIRST_ROOT and length == 4:
            first = order.long(content, start)[0]
        if tag == _RECORDS:
            end = len(content) if length == _UNDEFINED else min(start + length, len(content))
            _read_items(content, start, end, encoding, order, records)
            break
        if tag > _RECORDS:
            break
        at = skip_undefined(content, start, encoding.explicit, order) if length == _UNDEFINED else start + length
    return first, records


def _element(content: bytes, at: int, encoding: Encoding, order: Order) -> tuple[int, int, int]:
    """(tag, offset of the value, its length) of the element at `at`."""
    key, length = order.implicit(content, at)
    tag = order.tag(key)
    if not encoding.explicit:
        return tag, at + 8, length
    _, vr, length = order.explicit(content, at)
    if vr not in order.kinds:
        raise OddEncodingError
    if order.kinds[vr]:
        return tag, at + 12, order.long(content, at + 8)[0]
    return tag, at + 8, length


def _read_items(content: bytes, at: int, end: int, encoding: Encoding, order: Order, records: dict[int, _Record]) -> None:
    """Read items until the sequence ends; one that is damaged ends it too: what was read stays."""
    wanted = wish(_RECORD_TAGS, order)
    item, delimiter = order.key(0xFFFEE000), order.key(0xFFFEE00D)
    while at + 8 <= end and len(records) < MAX_RECORDS:
        key, length = order.implicit(content, at)
        if key != item:
            return
        start = at + 8
        try:
            stop = skip_undefined(content, start, encoding.explicit, order) if length == _UNDEFINED else start + length
        except (struct.error, OddEncodingError):
            return
        body_end = stop - 8 if length == _UNDEFINED and order.implicit(content, stop - 8)[0] == delimiter else stop
        records[at] = _record(content[start : min(body_end, end)], encoding, order, wanted)
        at = stop


def _record(body: bytes, encoding: Encoding, order: Order, wanted: Wish) -> _Record:
    found: dict[int, bytes] = {}
    with contextlib.suppress(OddEncodingError, MoreNeeded):  # what was found before stays
        walk(body, 0, True, encoding, wanted, found)

    def offset(tag: int) -> int:
        raw = found.get(tag, b"")
        return int(order.long(raw, 0)[0]) if len(raw) == 4 else 0

    text = found.get(_FILE_ID, b"").decode("latin-1").strip(" \0")
    parts = [part.strip(" \0") for part in text.replace("/", "\\").split("\\")]
    return _Record(offset(_NEXT), offset(_LOWER), tuple(part for part in parts if part))
