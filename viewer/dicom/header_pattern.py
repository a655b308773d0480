"""The headers of one series differ in few elements: what the last ones had in common is compared, not parsed again.

A pattern is a header in pieces: runs of bytes that were the same so far, and the elements between them that were not. A header of
the same pieces has the same elements; anything else is walked as ever. The same holds for what is computed from a header: a value
that was made without looking at any element that changes is the same for all headers of the pattern.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar, cast

from viewer.dicom.data_set import DataSet, Element
from viewer.dicom.detect import HAS_LONG_LENGTH, Layout

_Value = TypeVar("_Value")

KEPT_PATTERNS = 3
MOST_LESSONS = 12  # how often a pattern is made anew for one series
_SERIES = 0x0020000E
_SAME = frozenset((_SERIES, 0x00080005))  # Specific Character Set says how the others are read
_UNDEFINED = b"\xff\xff\xff\xff"
_PIXEL_TAGS = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))
# What differs from slice to slice: dates, times, SOP Instance UID, tube current, numbers, place. The rest is learnt.
_USUAL = frozenset((
    0x00080012, 0x00080013, 0x00080018, 0x00080022, 0x00080023, 0x0008002A, 0x00080032, 0x00080033, 0x00181151, 0x00181152,
    0x00200012, 0x00200013, 0x00200032, 0x00201041,
))  # fmt: skip


class _Step(NamedTuple):
    """`run`, then an element that begins with `head` (none after the last run). `vr` is b"" where the file states none."""

    run: bytes
    head: bytes = b""
    tag: int = 0
    vr: bytes = b""
    length_at: int = 0  # from the element's first byte
    value_at: int = 0


class _Recording(dict[int, Element]):
    """Elements that note which of them were asked for; `all_read` when somebody went through them."""

    def __init__(self, elements: dict[int, Element]) -> None:
        super().__init__(elements)
        self.read: set[int] = set()
        self.all_read = False

    def __contains__(self, tag: object) -> bool:
        self.read.add(cast(int, tag))
        return super().__contains__(tag)

    def __getitem__(self, tag: int) -> Element:
        self.read.add(tag)
        return super().__getitem__(tag)

    def get(self, tag: int, default: Element | None = None) -> Element | None:  # type: ignore[override]
        self.read.add(tag)
        return super().get(tag, default)

    def __iter__(self) -> Iterator[int]:
        self.all_read = True
        return super().__iter__()

    def keys(self):  # type: ignore[no-untyped-def]
        self.all_read = True
        return super().keys()

    def values(self):  # type: ignore[no-untyped-def]
        self.all_read = True
        return super().values()

    def items(self):  # type: ignore[no-untyped-def]
        self.all_read = True
        return super().items()


class HeaderPattern:
    """One pattern. Safe from several threads: values may be computed twice, with the same result."""

    def __init__(self, layout: Layout, steps: tuple[_Step, ...], elements: dict[int, Element], changing: frozenset[int]) -> None:
        self._layout, self._steps, self.elements, self.changing = layout, steps, elements, changing
        self._pixel_tag = next(reversed(elements))
        self._kept: dict[str, tuple[object, ...]] = {}
        self._made: dict[str, object] = {}

    def match(self, block: bytes, layout: Layout) -> dict[int, Element] | None:
        """The elements of a header of this pattern that lies at `layout.offset` of `block`, else None."""
        mine = self._layout
        if mine.encoding != layout.encoding or mine.transfer_syntax_uid != layout.transfer_syntax_uid:
            return None
        out, at = dict(self.elements), layout.offset
        for run, head, tag, vr, length_at, value_at in self._steps:
            if not block.startswith(run, at):
                return None
            at += len(run)
            if head:
                if not block.startswith(head, at):
                    return None
                length = int.from_bytes(block[at + length_at : at + value_at], "little")
                start = at + value_at
                at = start + length
                out[tag] = Element(vr, block[start:at], start, length)
        pixels = out[self._pixel_tag]
        out[self._pixel_tag] = Element(pixels.vr, None, at, pixels.length)
        return out

    def constant(self, name: str, compute: Callable[[DataSet], _Value], data_set: DataSet) -> _Value:
        """What `compute` makes of `data_set`, a header of this pattern; kept under `name` when all of them give the same.

        `compute` must depend on nothing else that changes, and its value must not be changed by anybody.
        """
        kept = self._kept.get(name)
        if kept is None:
            noted = _Recording(data_set.elements)
            value = compute(DataSet(noted, data_set.explicit, data_set.order, data_set.encodings, data_set.read))
            is_same = not noted.all_read and self.changing.isdisjoint(noted.read)
            self._kept[name] = (value,) if is_same else ()
            return value
        return cast(_Value, kept[0]) if kept else compute(data_set)

    def once(self, name: str, make: Callable[[], _Value]) -> _Value:
        """What `make` makes for this pattern, of what its headers have in common alone; kept under `name`."""
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = make()
        return cast(_Value, made)

    def is_constant(self, name: str) -> bool:
        """True when the value of that name is known and the same for all headers of this pattern."""
        return bool(self._kept.get(name))


class HeaderMemory:
    """The patterns of the last few series. Safe from several threads.

    `tail`: how many bytes the pixels of the last file were, where it was a header and one frame as it lies in memory; else 0.
    """

    def __init__(self) -> None:
        self.tail = 0
        self._lock = threading.Lock()  # guards learning; `_patterns` is replaced, never changed
        self._patterns: tuple[HeaderPattern, ...] = ()
        self._lessons: dict[bytes, int] = {}

    def match(self, block: bytes, layout: Layout) -> tuple[dict[int, Element], HeaderPattern] | None:
        """The elements of the header in `block`, where it has a known pattern."""
        for pattern in self._patterns:
            found = pattern.match(block, layout)
            if found is not None:
                return found, pattern
        return None

    def learn(self, block: bytes, layout: Layout, elements: dict[int, Element]) -> HeaderPattern | None:
        """Take note of a header that was walked in `block`, up to its pixel data. Its pattern, where it can be one."""
        series = elements.get(_SERIES)
        if series is None or not series.value or not layout.encoding.little or layout.encoding.deflated:
            return None
        with self._lock:
            if self._lessons.get(series.value, 0) >= MOST_LESSONS:
                return None
            old = next((one for one in self._patterns if one.elements[_SERIES].value == series.value), None)
            changing = _USUAL if old is None else old.changing | _differences(old.elements, elements)
            steps = _steps(block, layout, elements, changing)
            if steps is None:
                return None
            self._lessons[series.value] = self._lessons.pop(series.value, 0) + 1
            while len(self._lessons) > 64:
                del self._lessons[next(iter(self._lessons))]
            made = HeaderPattern(layout, steps, dict(elements), changing & elements.keys())
            others = tuple(one for one in self._patterns if one is not old)
            self._patterns = (made, *others)[:KEPT_PATTERNS]
            return made


def _differences(one: dict[int, Element], other: dict[int, Element]) -> frozenset[int]:
    return frozenset(tag for tag, element in other.items() if tag in one and one[tag][:2] != element[:2])


def _steps(block: bytes, layout: Layout, elements: dict[int, Element], changing: frozenset[int]) -> tuple[_Step, ...] | None:
    """The pieces of a header; None where it does not lie whole, in order and without gaps in `block`."""
    explicit = layout.encoding.explicit
    steps: list[_Step] = []
    run_from = at = layout.offset
    for tag, element in elements.items():
        head = element.offset - at
        if head not in (8, 12) or block[at : at + 4] != _tag_bytes(tag):
            return None
        if tag in _PIXEL_TAGS:
            steps.append(_Step(block[run_from : element.offset]))
            return tuple(steps) if element.offset <= len(block) else None
        if element.value is None:
            return None
        has_short_length = explicit and head == 8 and element.vr in HAS_LONG_LENGTH
        is_open = not has_short_length and block[element.offset - 4 : element.offset] == _UNDEFINED
        end = element.offset + element.length + (8 if is_open else 0)
        is_sound = element.vr in HAS_LONG_LENGTH or not explicit
        if tag in changing and tag not in _SAME and is_sound and not is_open:
            length_at = head - 2 if has_short_length else head - 4
            head_bytes = block[at : at + (6 if explicit else 4)]
            steps.append(_Step(block[run_from:at], head_bytes, tag, element.vr, length_at, head))
            run_from = end
        at = end
    return None


def _tag_bytes(tag: int) -> bytes:
    return (tag >> 16).to_bytes(2, "little") + (tag & 0xFFFF).to_bytes(2, "little")
