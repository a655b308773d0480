"""The CSA header of Siemens MR images (private, group 0029, block SIEMENS CSA HEADER): its own named values as text.

Only the form that begins with "SV10" is read. It is not documented by its maker; anything unexpected ends the reading.
"""

from __future__ import annotations

from struct import Struct
from struct import error as StructError  # noqa: N812

_MARK = b"SV10"
_MOST_TAGS = 4096
_MOST_ITEMS = 65536
_count = Struct("<I").unpack_from
_tag = Struct("<64si4sii").unpack_from
_item = Struct("<4i").unpack_from
_TAG_SIZE, _ITEM_SIZE = 84, 16


def csa_text(raw: bytes) -> str:
    """A line per element that has values, "Name = value\\value"; values of several lines stand below their name. "" for others."""
    if raw[:4] != _MARK:
        return ""
    lines = [f"{name} = {value}" if "\n" not in value else f"{name} =\n{value}" for name, value in csa_values(raw)]
    return "\n".join(lines)


def csa_values(raw: bytes) -> list[tuple[str, str]]:
    """Names and values, backslashes between several values."""
    found: list[tuple[str, str]] = []
    try:
        number, at = _count(raw, 8)[0], 16
        for _ in range(min(number, _MOST_TAGS)):
            name, _, _, _, items = _tag(raw, at)
            at += _TAG_SIZE
            values: list[str] = []
            for _ in range(min(max(items, 0), _MOST_ITEMS)):
                length = _item(raw, at)[1]
                at += _ITEM_SIZE
                if not 0 <= length <= len(raw) - at:
                    return found
                if length:
                    values.append(_text(raw[at : at + length]))
                at += length + -length % 4
            if any(values):
                found.append((_text(name), "\\".join(values)))
    except StructError:  # cut off: what came before is kept
        pass
    return found


def _text(raw: bytes) -> str:
    return raw.split(b"\0")[0].decode("latin-1").strip()
