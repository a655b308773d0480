"""Identifiers of C-FIND, C-GET and C-MOVE: keys and answers as text, written and read within bounds (PS3.4 C.2, PS3.5 7).

An identifier maps keywords ("PatientName", or "00091001" where there is no keyword) to text as DICOM writes it, values joined by
backslashes, or to a tuple of identifiers for a sequence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from struct import Struct, pack
from struct import error as StructError  # noqa: N812
from typing import TypeAlias, Union

from pydicom.datadict import dictionary_VR, keyword_for_tag, tag_for_keyword

from viewer.dicom.attribute_matching import matches
from viewer.dicom.charset import codecs_of, split_values
from viewer.dicom.transfer_syntaxes import EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN
from viewer.model.errors import NegatoscopeError
from viewer.model.messages import message
from viewer.network.errors import ProtocolError

Value: TypeAlias = Union[str, "tuple[Identifier, ...]"]
Identifier: TypeAlias = Mapping[str, Value]

SYNTAXES = (EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN)
UNICODE = "ISO_IR 192"
_CHARACTER_SET = 0x00080005
_TEXT = frozenset(("SH", "LO", "ST", "LT", "UC", "UT", "PN"))
_SINGLE = frozenset(("ST", "LT", "UT", "UR"))
_LONG = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"))
_NUMBERS = {
    vr: Struct("<" + code)
    for vr, code in {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "UV": "Q", "SV": "q"}.items()
}
_DEEPEST, _MOST_ELEMENTS = 16, 20_000
_ITEM, _ITEM_END, _SEQUENCE_END, _UNDEFINED = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD, 0xFFFFFFFF


class QueryKeyError(NegatoscopeError):
    """A key that is none, or a value that cannot be sent."""


def parse_keys(texts: Iterable[str]) -> dict[str, Value]:
    """Read "PatientName=DOE*", "00100020=1", "ScheduledProcedureStepSequence.Modality=CT"; without a value it is asked for."""
    keys: dict[str, Value] = {}
    for text in texts:
        path, _, value = text.partition("=")
        _put(keys, [normal_keyword(part) for part in path.strip().split(".")], value)
    return keys


def _put(keys: dict[str, Value], path: list[str], value: str) -> None:
    if len(path) == 1:
        is_sequence = vr_of(path[0]) == "SQ"
        if is_sequence and value:
            raise QueryKeyError(message("{key} is a sequence; name a key inside it.", key=path[0]))
        keys[path[0]] = () if is_sequence else value
        return
    if vr_of(path[0]) != "SQ":
        raise QueryKeyError(message("{key} is not a sequence.", key=path[0]))
    items = keys.get(path[0])
    inner: dict[str, Value] = dict(items[0]) if isinstance(items, tuple) and items else {}
    _put(inner, path[1:], value)
    keys[path[0]] = (inner,)


def normal_keyword(text: str) -> str:
    """The keyword for a keyword or a tag ("PatientID", "00100020", "0010,0020"). Raises QueryKeyError."""
    digits = text.strip("() ").replace(",", "")
    if len(digits) == 8 and all(digit in "0123456789abcdefABCDEF" for digit in digits):
        return keyword_for_tag(int(digits, 16)) or digits.upper()
    if not text or tag_for_keyword(text) is None:
        raise QueryKeyError(
            message("{key} is not an attribute of DICOM.", key=text[:80]),
            advice=message("Write keys as keywords or tags, for example PatientName or 00100010."),
        )
    return text


def tag_of(keyword: str) -> int:
    found = tag_for_keyword(keyword)
    return int(keyword, 16) if found is None else int(found)


def vr_of(keyword: str) -> str:
    """VR of the dictionary; UN where it knows none, the first of several."""
    try:
        return str(dictionary_VR(tag_of(keyword)))[:2]
    except KeyError:
        return "UN"


def text_of(identifier: Identifier, keyword: str) -> str:
    """Text of one attribute, "" when it is absent or a sequence."""
    value = identifier.get(keyword, "")
    return value if isinstance(value, str) else ""


_NOT_MATCHED = ("SpecificCharacterSet", "QueryRetrieveLevel", "TimezoneOffsetFromUTC")


def fits(keys: Identifier, attributes: Identifier, *, strictly: bool = False) -> bool:
    """True unless an attribute contradicts its key. An empty attribute contradicts only `strictly`, an absent one never."""
    for keyword, key in keys.items():
        value = attributes.get(keyword)
        if keyword in _NOT_MATCHED or not key or value is None or (not value and not strictly):
            continue
        if isinstance(key, str):
            if not isinstance(value, str) or not matches(key, value, vr_of(keyword)):
                return False
        elif not any(fits(key[0], item, strictly=strictly) for item in value if not isinstance(item, str)):
            return False
    return True


# Writing


def encode_identifier(identifier: Identifier, transfer_syntax_uid: str, character_set: str = UNICODE) -> bytes:
    """Bytes of `identifier`. Specific Character Set is added where text needs it. Raises QueryKeyError."""
    codec = "ascii"
    extra: dict[str, Value] = {}
    if not _is_ascii(identifier):
        codec, character_set = _codec(identifier, character_set)
        extra["SpecificCharacterSet"] = character_set
    return _encode({**identifier, **extra}, transfer_syntax_uid == EXPLICIT_VR_LITTLE_ENDIAN, codec)


def _texts(identifier: Identifier) -> Iterator[str]:
    for value in identifier.values():
        if isinstance(value, str):
            yield value
        else:
            for item in value:
                yield from _texts(item)


def _is_ascii(identifier: Identifier) -> bool:
    return all(text.isascii() for text in _texts(identifier))


def _codec(identifier: Identifier, character_set: str) -> tuple[str, str]:
    """(Python codec, defined term): the one wanted when it has all letters, else Unicode."""
    codec = codecs_of(character_set.encode("ascii", "replace"))[0]
    try:
        for text in _texts(identifier):
            text.encode(codec)
    except UnicodeEncodeError:
        return "utf_8", UNICODE
    return codec, character_set


def _encode(identifier: Identifier, explicit: bool, codec: str) -> bytes:
    return b"".join(
        _element(tag, keyword, identifier[keyword], explicit, codec)
        for tag, keyword in sorted((tag_of(keyword), keyword) for keyword in identifier)
    )


def _element(tag: int, keyword: str, value: Value, explicit: bool, codec: str) -> bytes:
    vr = vr_of(keyword)
    if isinstance(value, str):
        raw = _raw(keyword, vr, value, codec)
    else:
        items = (_encode(item, explicit, codec) for item in value)
        raw = b"".join(pack("<HHI", 0xFFFE, 0xE000, len(item)) + item for item in items)
    head = pack("<HH", tag >> 16, tag & 0xFFFF)
    if not explicit:
        return head + pack("<I", len(raw)) + raw
    if vr in _LONG:
        return head + vr.encode() + pack("<HI", 0, len(raw)) + raw
    if len(raw) > 0xFFFF:
        raise QueryKeyError(message("The value of {key} is too long.", key=keyword))
    return head + vr.encode() + pack("<H", len(raw)) + raw


def _raw(keyword: str, vr: str, value: str, codec: str) -> bytes:
    number = _NUMBERS.get(vr)
    try:
        if vr == "AT":
            parts = (int(part, 16) for part in value.split("\\") if part)
            return b"".join(pack("<HH", part >> 16, part & 0xFFFF) for part in parts)
        if number is not None:
            convert = float if vr in ("FL", "FD") else int
            return b"".join(number.pack(convert(part)) for part in value.split("\\") if part)
    except (ValueError, StructError) as error:
        raise QueryKeyError(message("{value} is no number for {key}.", value=value[:80], key=keyword)) from error
    raw = value.encode(codec if vr in _TEXT else "ascii", "replace")
    return raw + (b"\0" if vr in ("UI", "UN") else b" ") if len(raw) & 1 else raw


# Reading


def decode_identifier(data: bytes, transfer_syntax_uid: str, most_elements: int = _MOST_ELEMENTS) -> dict[str, Value]:
    """Read an identifier. Raises ProtocolError when it is damaged, too deep or has too many elements."""
    reader = _Reader(data, transfer_syntax_uid == EXPLICIT_VR_LITTLE_ENDIAN, most_elements)
    try:
        found, _ = reader.elements(0, len(data), ("ascii",), 0)
    except (StructError, IndexError) as error:
        raise _malformed() from error
    return found


def _malformed() -> ProtocolError:
    return ProtocolError(message("The peer's identifier is malformed."))


_head = Struct("<HHI").unpack_from
_short = Struct("<H").unpack_from
_long = Struct("<I").unpack_from


class _Reader:
    def __init__(self, data: bytes, explicit: bool, most_elements: int) -> None:
        self._data, self._explicit = data, explicit
        self._left = most_elements

    def elements(self, at: int, end: int, codecs: tuple[str, ...], depth: int) -> tuple[dict[str, Value], int]:
        """Elements from `at` to `end`, or to an item delimiter. Returns them and where they end."""
        if depth > _DEEPEST:
            raise _malformed()
        found: dict[str, Value] = {}
        while at < end:
            self._left -= 1
            if self._left < 0:
                raise _malformed()
            tag, vr, length, at = self._element_head(at)
            if tag == _ITEM_END:
                return found, at
            if vr == "SQ" or length == _UNDEFINED:
                value, at = self._sequence(at, length, codecs, depth)
                found[_keyword(tag)] = value
                continue
            if at + length > end:
                raise _malformed()
            raw = self._data[at : at + length]
            at += length
            if tag == _CHARACTER_SET:
                codecs = codecs_of(raw)
            if tag & 0xFFFF:  # group lengths say nothing
                found[_keyword(tag)] = _text(raw, vr, codecs)
        return found, at

    def _element_head(self, at: int) -> tuple[int, str, int, int]:
        """(tag, VR, length, where the value starts)."""
        group, number, length = _head(self._data, at)
        tag = group << 16 | number
        if group == 0xFFFE:
            return tag, "", length, at + 8
        if not self._explicit:
            return tag, vr_of(_keyword(tag)), length, at + 8
        vr = self._data[at + 4 : at + 6].decode("ascii", "replace")
        if vr in _LONG:
            return tag, vr, int(_long(self._data, at + 8)[0]), at + 12
        return tag, vr, int(_short(self._data, at + 6)[0]), at + 8

    def _sequence(self, at: int, length: int, codecs: tuple[str, ...], depth: int) -> tuple[tuple[Identifier, ...], int]:
        end = len(self._data) if length == _UNDEFINED else at + length
        if end > len(self._data):
            raise _malformed()
        items: list[Identifier] = []
        while at < end:
            group, number, size = _head(self._data, at)
            tag = group << 16 | number
            at += 8
            if tag == _SEQUENCE_END:
                break
            if tag != _ITEM:
                raise _malformed()
            stop = end if size == _UNDEFINED else at + size
            if stop > end:
                raise _malformed()
            item, at = self.elements(at, stop, codecs, depth + 1)
            items.append(item)
        return tuple(items), at


def _keyword(tag: int) -> str:
    return keyword_for_tag(tag) or f"{tag:08X}"


def _text(raw: bytes, vr: str, codecs: tuple[str, ...]) -> str:
    number = _NUMBERS.get(vr)
    if number is not None:
        whole = len(raw) - len(raw) % number.size
        return "\\".join(str(value) for (value,) in number.iter_unpack(raw[:whole]))
    if vr == "AT":
        return "\\".join(f"{group:04X}{number_:04X}" for group, number_ in Struct("<HH").iter_unpack(raw[: len(raw) & ~3]))
    if vr in ("OB", "OW", "OF", "OD", "OL", "OV", "UN"):
        return raw.hex() if vr != "UN" or not raw.isascii() else raw.decode("ascii").strip(" \0")
    values = split_values(raw, codecs if vr in _TEXT else ("ascii",), is_name=vr == "PN")
    if vr in _SINGLE:
        return "\\".join(values).rstrip(" \0")
    return "\\".join(value.strip(" \0") for value in values)
