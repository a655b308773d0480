"""DICOM text as people read it: names, dates, times, ages. Control and direction characters are made harmless here."""

from __future__ import annotations

import unicodedata

_LRM_SAFE = {"\n": " ", "\r": " ", "\t": " ", "\f": " "}


def plain(text: str, limit: int = 1024) -> str:
    """`text` on one line: control and bidirectional override characters replaced, at most `limit` characters."""
    shortened = text[: limit + 1]
    if shortened.isascii() and shortened.isprintable() and len(shortened) <= limit:
        return shortened
    out = []
    for char in shortened:
        if char in _LRM_SAFE:
            out.append(" ")
        elif unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
            out.append("" if char in "\u200c\u200d\u200b\ufeff" else "\ufffd")
        else:
            out.append(char)
    result = "".join(out)
    return result[:limit] + "…" if len(result) > limit else result


def person_name(value: str) -> str:
    """A PN value (PS3.5 6.2.1) for display: "Family, Given Middle", then the ideographic group in brackets when there is one."""
    groups = [_person_group(group) for group in plain(value).split("=")]
    shown = [group for group in groups if group]
    if not shown:
        return ""
    if len(shown) == 1 or not groups[0]:
        return shown[0]
    return f"{shown[0]} ({shown[1]})"


def _person_group(group: str) -> str:
    parts = [part.strip() for part in group.split("^")]
    parts += [""] * (5 - len(parts))
    family, given, middle, prefix, suffix = parts[:5]
    rest = " ".join(part for part in (prefix, given, middle, suffix) if part)
    return f"{family}, {rest}" if family and rest else family or rest


def split_date(value: str) -> tuple[int, int, int] | None:
    """(year, month, day) of a DA value, also of the old form YYYY.MM.DD; None when it is no date."""
    digits = value.strip().replace(".", "")
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    return (year, month, day) if year and 1 <= month <= 12 and 1 <= day <= 31 else None


def iso_date(value: str) -> str:
    """A DA value as YYYY-MM-DD; as it stands when it is no date."""
    found = split_date(value)
    return value if found is None else f"{found[0]:04}-{found[1]:02}-{found[2]:02}"


def time_of_day(value: str) -> str:
    """HH:MM of a TM value, "" when it is no time."""
    digits = value.strip().replace(":", "")
    if len(digits) >= 4 and digits[:4].isascii() and digits[:4].isdigit():
        return f"{digits[:2]}:{digits[2:4]}"
    return ""


def age(value: str) -> tuple[int, str] | None:
    """(number, "Y" | "M" | "W" | "D") of an AS value, e.g. "042Y"; None when it is no age."""
    text = value.strip()
    if len(text) >= 2 and text[-1] in "YMWD" and text[:-1].isascii() and text[:-1].isdigit():
        return int(text[:-1]), text[-1]
    return None
