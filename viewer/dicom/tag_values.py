"""Values as text: what stands in the bytes of an element, on one line or whole (PS3.5 6.2)."""

from __future__ import annotations

import codecs
import math
import struct
import unicodedata
from collections.abc import Sequence

from viewer.dicom import charset
from viewer.dicom.csa_header import csa_text
from viewer.model.tags import ValueKind

SHOWN = 256  # characters of a value on one line
_PADDING = " \0"
_NUMBERS = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "UV": "Q", "SV": "q"}
TEXT_VRS = frozenset(("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"))
SINGLE_VRS = frozenset(("LT", "ST", "UT", "UR"))  # a backslash is a character there
IN_CHARACTER_SET = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UT"))  # PS3.5 6.1.2.3
BINARY_VRS = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "UN"))
_KINDS = {
    "PN": ValueKind.NAME,
    "DA": ValueKind.DATE,
    "TM": ValueKind.TIME,
    "DT": ValueKind.DATE_TIME,
    "AS": ValueKind.AGE,
    "UI": ValueKind.UID,
    "SQ": ValueKind.SEQUENCE,
    "DS": ValueKind.NUMBERS,
    "IS": ValueKind.NUMBERS,
    "AT": ValueKind.TEXT,
}
_BYTES_ON_ONE_LINE = 16

Number = int | float


def kind_of(vr: str, length: int) -> ValueKind:
    """How a value of this VR is shown; `length` in bytes."""
    if vr == "SQ":
        return ValueKind.SEQUENCE
    if not length:
        return ValueKind.EMPTY
    if vr in _NUMBERS:
        return ValueKind.NUMBERS
    return _KINDS.get(vr, ValueKind.TEXT if vr in TEXT_VRS else ValueKind.BINARY)


def visible(text: str, *, keep_lines: bool = False) -> str:
    """`text` with its control, direction and formatting characters made visible, and so harmless.

    A line break becomes "↵" unless `keep_lines`.
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join([_visible(char, keep_lines) for char in text])


def _visible(char: str, keep_lines: bool) -> str:
    if char == "\n":
        return "\n" if keep_lines else "↵ "
    code = ord(char)
    if code < 32:
        return char if char == "\t" and keep_lines else chr(0x2400 + code)
    if code == 127:
        return "\u2421"
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
        return f"⟨U+{code:04X}⟩"
    return char


def texts(vr: str, raw: bytes, encodings: tuple[str, ...]) -> tuple[str, ...]:
    """The values of a text VR, each without its padding; one value for `SINGLE_VRS`. () for an empty value."""
    raw = raw.rstrip(b"\0 ") if vr not in ("DS", "IS") else raw.strip(b"\0 ")
    if not raw:
        return ()
    if vr in SINGLE_VRS:
        return ((charset.decode(raw, encodings) if vr in IN_CHARACTER_SET else _latin(raw)),)
    if vr in IN_CHARACTER_SET:
        found: Sequence[str] = charset.split_values(raw, encodings, is_name=vr == "PN")
    else:
        found = _latin(raw).split("\\")
    return tuple([one.rstrip(_PADDING) if vr in IN_CHARACTER_SET else one.strip(_PADDING) for one in found])


def _latin(raw: bytes) -> str:
    return raw.decode("ascii") if raw.isascii() else raw.decode("latin-1")


def numbers(vr: str, raw: bytes, little: bool) -> tuple[Number, ...]:
    """The values of a binary number VR; bytes that make no whole number are left out."""
    letter = _NUMBERS[vr]
    count = len(raw) // struct.calcsize("=" + letter)
    return struct.unpack_from(f"{'<' if little else '>'}{count}{letter}", raw)


def tags_in(raw: bytes, little: bool) -> tuple[int, ...]:
    """The values of an AT."""
    halves = numbers("US", raw[: len(raw) // 4 * 4], little)
    return tuple([int(group) << 16 | int(element) for group, element in zip(halves[::2], halves[1::2], strict=True)])


def number_text(vr: str, value: Number) -> str:
    """The shortest text that reads back as the same number."""
    if isinstance(value, int):
        return str(value)
    if math.isfinite(value) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    if vr == "FL" and math.isfinite(value):
        short = f"{value:.7g}"
        same = struct.pack("<f", float(short)) == struct.pack("<f", value) if abs(float(short)) < 3.4e38 else False
        return short if same else f"{value:.9g}"
    return repr(value)


def line(vr: str, raw: bytes, encodings: tuple[str, ...], little: bool, *, is_whole: bool = True) -> tuple[str, bool]:
    """(the value on one line, whether that is all of it). `raw` may be the beginning of a longer value: then not `is_whole`."""
    if vr in TEXT_VRS:
        raw = raw if is_whole else whole_characters(raw, encodings)
        shown = visible("\\".join(texts(vr, raw, encodings)))
        return (shown[:SHOWN], False) if len(shown) > SHOWN else (shown, is_whole)
    if vr in _NUMBERS or vr == "AT":
        return _number_line(vr, raw, little, is_whole)
    if not is_whole or len(raw) > SHOWN:
        return "", False
    if vr == "UN" and (text := _as_text(raw)):
        return text, True
    return (raw.hex(" ").upper(), True) if len(raw) <= _BYTES_ON_ONE_LINE else ("", False)


def _number_line(vr: str, raw: bytes, little: bool, is_whole: bool) -> tuple[str, bool]:
    head = raw[: SHOWN * 4]
    if vr == "AT":
        shown = [f"({tag >> 16:04X},{tag & 0xFFFF:04X})" for tag in tags_in(head, little)]
    else:
        shown = [number_text(vr, value) for value in numbers(vr, head, little)]
    text, all_of_it = "\\".join(shown), is_whole and len(head) == len(raw)
    if len(text) > SHOWN:
        return text[:SHOWN].rsplit("\\", 1)[0] + "\\", False
    return text, all_of_it


def _as_text(raw: bytes) -> str:
    """A value of unknown VR that is plain text; "" when it is not."""
    stripped = raw.rstrip(b"\0 ")
    return stripped.decode("ascii") if len(stripped) > 1 and stripped.isascii() and stripped.decode("ascii").isprintable() else ""


def whole_characters(raw: bytes, encodings: tuple[str, ...]) -> bytes:
    """The beginning of a long text without the character that was cut at its end."""
    if raw.isascii() and b"\x1b" not in raw:
        return raw
    if b"\x1b" in raw:
        cut = max(raw.rfind(b"\n"), raw.rfind(b"\\"), raw.rfind(b"\x1b"))
        return raw[:cut] if cut > len(raw) // 2 else raw
    name = "utf_8" if encodings[0] == "ascii" else encodings[0]
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        decoder.decode(raw)
    except UnicodeDecodeError:
        return raw
    pending = decoder.getstate()[0]
    return raw[: len(raw) - len(pending)]


def whole_text(vr: str, raw: bytes, encodings: tuple[str, ...], little: bool) -> str:
    """All of a value as text over as many lines as it has: text keeps its lines, numbers stand one below the other."""
    if vr in SINGLE_VRS:
        return visible("".join(texts(vr, raw, encodings)), keep_lines=True)
    if vr in TEXT_VRS:
        return "\n".join([visible(one, keep_lines=True) for one in texts(vr, raw, encodings)])
    if vr == "AT":
        return "\n".join([f"({tag >> 16:04X},{tag & 0xFFFF:04X})" for tag in tags_in(raw, little)])
    if vr in _NUMBERS:
        return "\n".join([number_text(vr, value) for value in numbers(vr, raw, little)])
    return visible(csa_text(raw), keep_lines=True) or _as_lines(raw)


def _as_lines(raw: bytes) -> str:
    """Bytes that are plain text over lines (a private XML header, a protocol); "" when they are not."""
    stripped = raw.rstrip(b"\0 ")
    try:
        text = stripped.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    odd = sum(1 for char in text if ord(char) < 32 and char not in "\r\n\t\f")
    return visible(text, keep_lines=True) if text and not odd else ""
