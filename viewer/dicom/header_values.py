"""Raw header values and how they read: text in its character set, numbers that may be nonsense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from viewer.dicom import charset
from viewer.dicom.data_set import decimals
from viewer.dicom.detect import Layout

_PADDING = " \0"
_LIMIT = 10240  # longest text of one value kept (PS3.5 table 6.2-1: LT)


@dataclass(slots=True)
class Header:
    """What `header.read_header` found. `elements` maps tag (0xGGGGEEEE) to the raw bytes of its value."""

    elements: Mapping[int, bytes]
    layout: Layout
    path: str = ""
    file_size: int = 0
    file_mtime_ns: int = 0
    transfer_syntax_uid: str = ""
    _encodings: tuple[str, ...] | None = field(default=None, repr=False)

    @property
    def encodings(self) -> tuple[str, ...]:
        """Python codecs of (0008,0005)."""
        if self._encodings is None:
            self._encodings = charset.codecs_of(self.elements.get(0x00080005, b""))
        return self._encodings

    def code(self, tag: int) -> str:
        """A value that knows only ASCII: CS, UI, DA, TM, AS, IS, DS."""
        raw = self.elements.get(tag)
        return raw[:_LIMIT].decode("ascii", "replace").strip(_PADDING) if raw else ""

    def codes(self, tag: int) -> tuple[str, ...]:
        """The values of a multi-valued CS and the like."""
        text = self.code(tag)
        return tuple([part.strip(_PADDING) for part in text.split("\\")]) if text else ()

    def text(self, tag: int) -> str:
        """LO, SH, ST, LT, UT in the file's character set; several values keep their backslash."""
        raw = self.elements.get(tag)
        return charset.decode(raw[:_LIMIT], self.encodings).strip(_PADDING) if raw else ""

    def name(self, tag: int) -> str:
        """PN in the file's character set, groups and components kept (PS3.5 6.2.1)."""
        raw = self.elements.get(tag)
        return charset.decode(raw[:_LIMIT], self.encodings, is_name=True).strip(_PADDING).rstrip("=") if raw else ""

    def integer(self, tag: int) -> int | None:
        """First value of an IS; None when absent, no number or beyond any sense."""
        raw = self.elements.get(tag)
        if not raw:
            return None
        try:
            whole = int(raw)
        except ValueError:
            number = _first_float(raw)
            return int(number) if number is not None and abs(number) < 2**53 else None
        return whole if abs(whole) < 2**53 else None  # IS holds 32 bits (PS3.5 6.2)

    def number(self, tag: int) -> float | None:
        """First value of a DS; None when absent, no number or not finite."""
        raw = self.elements.get(tag)
        return _first_float(raw) if raw else None

    def numbers(self, tag: int, count: int) -> tuple[float, ...] | None:
        """Exactly `count` values of a DS, else None."""
        raw = self.elements.get(tag)
        if not raw:
            return None
        found = decimals(raw)
        return found if len(found) == count else None

    def unsigned(self, tag: int) -> int:
        """First value of a US or UL; 0 when absent. Some writers use text or a longer VR."""
        raw = self.elements.get(tag)
        if not raw:
            return 0
        return int.from_bytes(raw if len(raw) == 4 else raw[:2], "little" if self.layout.encoding.little else "big")


def _first_float(raw: bytes) -> float | None:
    found = decimals(raw.split(b"\\", 1)[0])
    return found[0] if found else None
