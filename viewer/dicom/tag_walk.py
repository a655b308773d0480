"""Walking a whole data set, sequences and all, into flat columns; pixel data are stepped over (PS3.5 7).

Depth costs no stack, an element some hundred bytes. Damage ends a level, or the walk, with a warning, never with an error.
"""

from __future__ import annotations

import time
from array import array
from dataclasses import dataclass, field

import numpy as np

from viewer.dicom.byte_sources import ByteSource
from viewer.dicom.detect import HAS_LONG_LENGTH, Encoding
from viewer.dicom.element_guess import next_sound_element, odd_head
from viewer.dicom.element_walk import BIG, LITTLE
from viewer.dicom.private_tags import entry_of, is_private_creator
from viewer.model.messages import Message, message
from viewer.model.tags import ITEM_TAG, ROOT, UNDEFINED_LENGTH

MAX_ELEMENTS = 300_000
MAX_DEPTH = 500
MAX_SECONDS = 1.2  # of this thread's own time
MAX_MENDED = 20  # places where elements begin again after damage
KEPT = 4096  # first bytes of a value that are kept
KEPT_IN_ALL = 32 * 1024 * 1024
_CHUNK = 64 * 1024
_CHECKED_EVERY = 1024
_UNDEFINED = 0xFFFFFFFF
_ITEM_END, _SEQUENCE_END = 0xFFFEE00D, 0xFFFEE0DD
_PIXEL_DATA = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))
_PIXEL_REPRESENTATION = 0x00280103
_VRS = {
    order: {int.from_bytes(vr, "little" if order.little else "big"): vr.decode() for vr in HAS_LONG_LENGTH}
    for order in (LITTLE, BIG)
}
_IS_LONG = {vr.decode(): is_long for vr, is_long in HAS_LONG_LENGTH.items()}
_SMALL = frozenset(("US", "US or SS", "US or OW", "US or SS or OW"))

LITTLE_FLAG, UNKNOWN_FLAG, CUT_FLAG = 1, 2, 4

TRUNCATED = message("The file ends too early; what stands at its end may be incomplete.")
_ITEM_MARKS = (b"\xfe\xff\x00\xe0", b"\xff\xfe\xe0\x00", b"\xfe\xff\xdd\xe0", b"\xff\xfe\xe0\xdd")
ODD_SEQUENCE = message("A sequence is damaged; it may not be shown completely.")


@dataclass(slots=True)
class ElementTable:
    """One entry per element and item, in the order of the file."""

    tags: array[int] = field(default_factory=lambda: array("I"))
    vrs: list[str] = field(default_factory=list)
    flags: bytearray = field(default_factory=bytearray)
    offsets: array[int] = field(default_factory=lambda: array("Q"))
    lengths: array[int] = field(default_factory=lambda: array("q"))
    parents: array[int] = field(default_factory=lambda: array("i"))
    raw: list[bytes] = field(default_factory=list)
    creators: dict[int, str] = field(default_factory=dict)  # node of a private element: who owns its block
    fragments: dict[int, tuple[int, int]] = field(default_factory=dict)  # node: number of fragments, their bytes
    warnings: list[Message] = field(default_factory=list)
    order: array[int] = field(default_factory=lambda: array("I"))  # nodes sorted by parent
    first: array[int] = field(default_factory=lambda: array("I"))  # place in `order` of a parent's first child, by parent + 1
    rows: array[int] = field(default_factory=lambda: array("I"))

    def add(self, tag: int, vr: str, flags: int, offset: int, length: int, parent: int, raw: bytes) -> int:
        """Append an entry and return its node."""
        self.tags.append(tag)
        self.vrs.append(vr)
        self.flags.append(flags)
        self.offsets.append(offset)
        self.lengths.append(length)
        self.parents.append(parent)
        self.raw.append(raw)
        return len(self.tags) - 1

    def warn(self, text: Message) -> None:
        if text not in self.warnings:
            self.warnings.append(text)

    def finish(self) -> None:
        """Sort out who is whose child."""
        parents = np.frombuffer(self.parents, np.int32) if self.parents else np.zeros(0, np.int32)
        order = np.argsort(parents, kind="stable").astype(np.uint32)
        first = np.searchsorted(parents[order], np.arange(-1, len(parents) + 1)).astype(np.uint32)
        rows = np.empty(len(parents), np.uint32)
        rows[order] = np.arange(len(parents), dtype=np.uint32) - first[parents[order] + 1]
        self.order, self.first, self.rows = (array("I", column.tobytes()) for column in (order, first, rows))


@dataclass(slots=True)
class _Level:
    """An open data set, sequence or item. `end` is where it must end at the latest."""

    node: int
    end: int
    explicit: bool
    little: bool
    holds_items: bool = False
    is_open: bool = False  # of undefined length
    is_unsure: bool = False  # its items may be written either way
    creators: dict[int, str] = field(default_factory=dict)


class TagWalk:
    """Fills an `ElementTable` from a `ByteSource`."""

    def __init__(self, source: ByteSource, table: ElementTable) -> None:
        self._source = source
        self._table = table
        self._window = b""
        self._base = 0
        self._at = 0
        self._levels: list[_Level] = []
        self._kept = 0
        self._signed = False
        self._mended = 0
        self._deadline = time.thread_time() + MAX_SECONDS

    def run(self, at: int, encoding: Encoding, end: int) -> None:
        """Walk from offset `at` to `end` (or to the end of the data, when that comes first)."""
        self._at = at
        self._levels = [_Level(ROOT, end, encoding.explicit, encoding.little)]
        while self._levels:
            level = self._levels[-1]
            if self._at >= level.end:
                self._levels.pop()
            elif not self._may_go_on() or not (self._item(level) if level.holds_items else self._element(level)):
                return

    def _may_go_on(self) -> bool:
        count = len(self._table.tags)
        if count >= MAX_ELEMENTS:
            self._table.warn(message("The file has more than {count} elements; the rest is not shown.", count=MAX_ELEMENTS))
            return False
        if count % _CHECKED_EVERY == 0 and count:
            time.sleep(0)  # let the window have a turn
            if time.thread_time() > self._deadline:
                self._table.warn(
                    message("The file takes too long to read; only its first {count} elements are shown.", count=count)
                )
                return False
        return True

    def _have(self, count: int) -> int:
        """Place in the window of the next `count` bytes, -1 when the data end first."""
        place = self._at - self._base
        if place >= 0 and place + count <= len(self._window):
            return place
        self._window = self._source.read(self._at, _CHUNK)
        self._base = self._at
        return 0 if len(self._window) >= count else -1

    def _element(self, level: _Level) -> bool:
        """One element, or the end of an item. False: the walk is over."""
        place = self._have(8)
        if place < 0 or self._at + 8 > level.end:
            return self._ran_out(level)
        order = LITTLE if level.little else BIG
        key, number, length = order.explicit(self._window, place)
        tag = order.tag(key)
        if tag >> 16 == 0xFFFE:
            return self._delimiter(level, tag)
        head, vr = 8, ""
        if level.explicit:
            vr = _VRS[order].get(number, "")
            if not vr:
                vr, head, length = odd_head(self._source, self._at, level.end, tag, level.little)
                if not head:
                    return self._damaged(level)
            elif _IS_LONG[vr]:
                place = self._have(12)
                if place < 0:
                    return self._ran_out(level)
                head, length = 12, order.long(self._window, place + 8)[0]
        else:
            length = order.long(self._window, place + 4)[0]
            if not tag and not length:
                return self._padding(level)
        self._at += head
        return self._value(level, tag, vr, length)

    def _value(self, level: _Level, tag: int, vr: str, length: int) -> bool:
        """What follows the head; `vr` is as written, "" where none is."""
        table, creator = self._table, self._creator(level, tag) if tag >> 16 & 1 else ""
        shown = vr if vr and vr != "UN" else self._dictionary_vr(tag, creator, length)
        flags = (LITTLE_FLAG if level.little else 0) | (UNKNOWN_FLAG if vr == "UN" and shown != "UN" else 0)
        is_open = length == _UNDEFINED
        if is_open and (shown == "UN" or (shown not in ("OB", "OW", "OD", "OF", "OL", "OV") and vr != "SQ")):
            shown = "SQ"
        end = self._end(level, length)
        if not is_open and end < self._at + length:
            flags |= CUT_FLAG
        if shown != "SQ" and not is_open and vr in ("", "UN") and self._looks_like_items(level, tag, shown, length):
            shown = "SQ"
        elif shown == "SQ" and not is_open and vr in ("", "UN") and self._has_no_item(length):
            shown = "UN"
        is_nested = shown == "SQ"
        raw = b"" if is_nested or is_open or tag in _PIXEL_DATA else self._keep(end - self._at)
        node = table.add(tag, shown, flags, self._at, UNDEFINED_LENGTH if is_open else length, level.node, raw)
        if creator:
            table.creators[node] = creator
        self._note(level, tag, raw)
        if is_nested:
            return self._enter(level, node, end, is_open, vr)
        if is_open:
            return self._fragments(level, node)
        self._at = end
        return True

    def _end(self, level: _Level, length: int) -> int:
        """Where what begins here ends: by its length, but never after what is around it."""
        limit = min(level.end, self._source.size)
        if length == _UNDEFINED or self._at + length <= limit:
            return limit if length == _UNDEFINED else self._at + length
        self._table.warn(TRUNCATED if limit == self._source.size else ODD_SEQUENCE)
        return limit

    def _enter(self, level: _Level, node: int, end: int, is_open: bool, vr: str) -> bool:
        if len(self._levels) >= 2 * MAX_DEPTH:
            self._table.warn(message("Sequences are nested deeper than {depth} levels; the rest is not shown.", depth=MAX_DEPTH))
            return False
        if vr == "UN":  # implicit VR little endian (PS3.5 6.2.2), though not everybody knows
            made = _Level(node, end, False, True, holds_items=True, is_open=is_open, is_unsure=True)
        else:
            made = _Level(node, end, level.explicit, level.little, holds_items=True, is_open=is_open)
        self._levels.append(made)
        return True

    def _dictionary_vr(self, tag: int, creator: str, length: int) -> str:
        vr = entry_of(tag, creator).vr
        if len(vr) == 2:
            return vr
        if vr in _SMALL:
            if "OW" in vr and length > 6:
                return "OW"
            return "SS" if self._signed and "SS" in vr else "US"
        return "OW" if "OW" in vr else "UN"

    def _looks_like_items(self, level: _Level, tag: int, vr: str, length: int) -> bool:
        """A value of unknown VR that is a sequence by its first bytes."""
        if vr != "UN" or length < 8 or not level.little or tag in _PIXEL_DATA:
            return False
        place = self._have(8)
        if place < 0 or self._window[place : place + 4] != b"\xfe\xff\x00\xe0":
            return False
        inner = LITTLE.long(self._window, place + 4)[0]
        return bool(inner == _UNDEFINED or inner <= length - 8)

    def _has_no_item(self, length: int) -> bool:
        """A sequence by the dictionary, but not to the writer: an old meaning of the tag."""
        place = self._have(4) if length >= 8 else -1
        return place >= 0 and self._window[place : place + 4] not in _ITEM_MARKS

    def _creator(self, level: _Level, tag: int) -> str:
        """Who owns the block of a private element: named in its own data set, or else in one around it."""
        if is_private_creator(tag):
            return ""
        for one in reversed(self._levels):
            if tag >> 8 in one.creators:
                return one.creators[tag >> 8]
        return ""

    def _note(self, level: _Level, tag: int, raw: bytes) -> None:
        """Remember what the reading of later elements depends on."""
        if is_private_creator(tag):
            name = raw[:64].split(b"\\")[0].decode("latin-1").strip(" \0")
            if name:
                level.creators[(tag >> 16) << 8 | tag & 0xFF] = name
        elif tag == _PIXEL_REPRESENTATION and raw:
            self._signed = any(raw[:2])

    def _keep(self, length: int) -> bytes:
        """The first bytes of the value that starts here."""
        count = min(length, KEPT if self._kept < KEPT_IN_ALL else 64)
        if not count:
            return b""
        place = self._have(count)
        if place < 0:
            raw = self._window[self._at - self._base :][:count]
            self._table.warn(TRUNCATED)
        else:
            raw = self._window[place : place + count]
        self._kept += len(raw)
        return raw

    def _fragments(self, level: _Level, node: int) -> bool:
        """Step over encapsulated pixel data (PS3.5 A.4)."""
        order, count, total, start = LITTLE if level.little else BIG, 0, 0, self._at
        while (head := self._peek(8)) and len(head) == 8:
            key, length = order.implicit(head, 0)
            tag = order.tag(key)
            if tag != ITEM_TAG:
                self._at += 8 if tag == _SEQUENCE_END else 0
                break
            if self._at + 8 + length > self._source.size or count >= MAX_ELEMENTS:
                self._table.warn(TRUNCATED if count < MAX_ELEMENTS else message("The pixel data have too many fragments to count."))
                self._table.fragments[node] = (count, total)
                return False
            self._at += 8 + length
            count, total = count + 1, total + length
        self._table.fragments[node] = (count, total)
        if not count and self._at == start:
            return self._damaged(level)
        return True

    def _peek(self, count: int) -> bytes:
        place = self._at - self._base
        if place >= 0 and place + count <= len(self._window):
            return self._window[place : place + count]
        return self._source.read(self._at, count)

    def _item(self, level: _Level) -> bool:
        """An item of a sequence, or its end."""
        place = self._have(8)
        if place < 0 or self._at + 8 > level.end:
            return self._ran_out(level)
        order = LITTLE if level.little else BIG
        key, length = order.implicit(self._window, place)
        tag = order.tag(key)
        if tag == ITEM_TAG:
            return self._enter_item(level, length)
        if tag == _SEQUENCE_END:
            self._at += 8
            self._levels.pop()
            return True
        self._table.warn(ODD_SEQUENCE)
        if not level.is_open:
            self._at = level.end
        self._levels.pop()
        return True

    def _enter_item(self, level: _Level, length: int) -> bool:
        self._at += 8
        is_open = length == _UNDEFINED
        end = self._end(level, length)
        explicit = level.explicit
        if level.is_unsure and (place := self._have(8)) >= 0:
            explicit = self._window[place + 4 : place + 6] in HAS_LONG_LENGTH
        flags = LITTLE_FLAG if level.little else 0
        node = self._table.add(ITEM_TAG, "", flags, self._at, UNDEFINED_LENGTH if is_open else length, level.node, b"")
        self._levels.append(_Level(node, end, explicit, level.little, is_open=is_open))
        return True

    def _delimiter(self, level: _Level, tag: int) -> bool:
        """A tag of group FFFE where an element was expected."""
        if level.node == ROOT:
            self._table.warn(message("A delimiter stands where no sequence is open."))
            self._at += 8
            return True
        if tag == _ITEM_END:
            self._at += 8
        elif not level.is_open:
            self._table.warn(ODD_SEQUENCE)
            self._at = level.end
        self._levels.pop()
        return True

    def _ran_out(self, level: _Level) -> bool:
        """The level, or the data, end in the middle of a head."""
        if level.end < self._source.size and not level.is_open:
            self._table.warn(ODD_SEQUENCE)
            self._at = level.end
            self._levels.pop()
            return True
        rest = self._window[self._at - self._base :] if self._at >= self._base else b""
        if len(self._levels) > 1 or rest.strip(b"\0"):
            self._table.warn(TRUNCATED)
        return False

    def _padding(self, level: _Level) -> bool:
        """Zeros where an element was expected: harmless at the end of a file."""
        rest = self._source.read(self._at, _CHUNK)
        return False if level.node == ROOT and not rest.strip(b"\0") else self._damaged(level)

    def _damaged(self, level: _Level) -> bool:
        """Go on after the innermost level around whose end is known, or where elements begin again; else the walk is over."""
        if level.node == ROOT and not self._source.read(self._at, _CHUNK).strip(b"\0"):
            return False
        while self._levels:
            one = self._levels[-1]
            if not one.is_open and one.node != ROOT:
                self._levels.pop()
                self._table.warn(ODD_SEQUENCE)
                self._at = one.end
                return True
            if one.node == ROOT and self._resume(one):
                return True
            self._levels.pop()
        text = message(
            "The file is damaged: what stands at byte {offset} is no element. What follows is not shown.", offset=self._at
        )
        self._table.warn(text)
        return False

    def _resume(self, level: _Level) -> bool:
        """Look for the next place where elements follow each other."""
        last = next((tag for tag in self._table.tags[-1:] if tag != ITEM_TAG), 0)
        skipped = next_sound_element(self._source, self._at, level.end, last, level.little) if level.explicit else -1
        self._mended += 1
        if skipped < 0 or self._mended > MAX_MENDED:
            return False
        self._table.warn(message("{count} bytes at {offset} are damaged and were left out.", count=skipped, offset=self._at))
        self._at += skipped
        return True
