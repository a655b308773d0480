"""Does a value match a key? The rules of C-FIND and QIDO-RS (PS3.4 C.2.2.2): single, list, wildcard, range, universal."""

from __future__ import annotations

import re
import unicodedata

_RANGES = frozenset(("DA", "TM", "DT"))
_NO_WILDCARDS = _RANGES | frozenset(("UI", "US", "SS", "UL", "SL", "FL", "FD", "UV", "SV", "AT", "OB", "OW", "UN"))
_ZONE = r"[+-](?:0\d|1[0-4])[0-5]\d(?!\d)"
_DATE_TIMES = re.compile(rf"(\d*(?:\.\d*)?(?:{_ZONE})?)(-?)(\d*(?:\.\d*)?(?:{_ZONE})?)")
_NUMBERS = frozenset(("IS", "DS", "US", "SS", "UL", "SL", "FL", "FD", "UV", "SV"))


def matches(key: str, value: str, vr: str) -> bool:
    """True when `value`, as DICOM writes it, matches `key`. Values joined by backslashes match when one of them does.

    Names match in any case, in any of their component groups, with or without accents; other text as it is written.
    """
    if not key or set(key) == {"*"}:
        return True
    if vr == "UI":
        return value in key.split("\\")
    values = value.split("\\")
    if vr in _RANGES:
        return any(_in_range(key, one, vr) for one in values if one)
    keys = key.split("\\") if vr not in ("ST", "LT", "UT") else [key]
    return any(_matches_one(wanted, one, vr) for wanted in keys for one in values)


def _matches_one(key: str, value: str, vr: str) -> bool:
    if vr in _NUMBERS:
        return _same_number(key, value)
    if vr == "PN":
        groups = [*value.split("="), value]
        return any(wildcard(_plain_name(key), _plain_name(group)) for group in groups)
    if vr in _NO_WILDCARDS:
        return key.strip() == value.strip()
    return wildcard(key.strip(), value.strip())


def _same_number(key: str, value: str) -> bool:
    try:
        return float(key) == float(value)
    except ValueError:
        return key.strip() == value.strip()


def _plain_name(text: str) -> str:
    """Upper case, no accents, no empty components at the end."""
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return letters.casefold().rstrip("^ =")


def wildcard(key: str, value: str) -> bool:
    """`*` any text, `?` any character (PS3.4 C.2.2.2.4). No regular expression: a peer's key could make it run for ever."""
    k = v = 0
    star, mark = -1, 0
    while v < len(value):
        if k < len(key) and key[k] == "*":
            star, mark = k, v
            k += 1
        elif k < len(key) and key[k] in ("?", value[v]):
            k += 1
            v += 1
        elif star >= 0:
            k, mark = star + 1, mark + 1
            v = mark
        else:
            return False
    return not key[k:].strip("*")


def _in_range(key: str, value: str, vr: str) -> bool:
    """PS3.4 C.2.2.2.5: "A-B", "-B", "A-"; a shorter bound stands for all that begins so."""
    value = _digits(value, vr)
    first, dash, last = _split_range(key, vr)
    if not dash:
        return bool(first) and (value.startswith(first) or (vr != "DA" and first.startswith(value)))
    return (not first or value >= first[: len(value)]) and (not last or value[: len(last)] <= last)


def _split_range(key: str, vr: str) -> tuple[str, str, str]:
    if vr == "DT":  # a zone offset has a sign too: "-0500"
        parts = _DATE_TIMES.fullmatch(key.strip())
        if parts is not None and parts[2]:
            return _digits(parts[1], vr), "-", _digits(parts[3], vr)
        return _digits(key, vr), "", ""
    first, dash, last = key.partition("-")
    return _digits(first, vr), dash, _digits(last, vr)


def _digits(text: str, vr: str) -> str:
    """Without the signs of old forms (2026.01.31, 12:30) and without a zone offset."""
    text = re.sub(rf"{_ZONE}$", "", text.strip()) if vr == "DT" else text.strip()
    return text.replace(".", "") if vr == "DA" else text.replace(":", "")
