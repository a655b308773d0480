"""What the table and the tool tips say of an element, in the user's language."""

from __future__ import annotations

from PySide6.QtCore import QDate, QLocale

from viewer.model.tags import ITEM_TAG, UNDEFINED_LENGTH, TagElement, ValueKind, tag_text
from viewer.model.text import age, split_date
from viewer.ui.i18n import tr, tr_n

DATE_FORM = "d MMM yyyy"  # the month as a word: 3/4/20 is read in two ways
OPEN_MARK = " ↗"
_TIP_LENGTH = 400


def shown_value(element: TagElement) -> str:
    """The value as the table shows it: dates and ages in words, UIDs by their names, counts for what is no text."""
    kind = element.kind
    if kind in (ValueKind.SEQUENCE, ValueKind.ITEM):
        return _counted(element)
    if kind is ValueKind.BINARY:
        return f"{size_of(element)}{OPEN_MARK if element.length > 0 else ''}"
    if kind is ValueKind.UID:
        return element.meaning or element.value
    text = in_words(element) or element.value
    return f"{text} {element.unit}" if element.unit else text


def _counted(element: TagElement) -> str:
    if element.kind is ValueKind.ITEM:
        return element.meaning or tr_n("%n element(s)", element.number_of_items)
    count = tr_n("%n item(s)", element.number_of_items)
    return f"{count} · {element.meaning}" if element.meaning else count


def size_of(element: TagElement) -> str:
    """Length in bytes, with the number of fragments of encapsulated pixel data."""
    if element.length == UNDEFINED_LENGTH:
        return tr("length not stated")
    size = tr_n("%Ln byte(s)", element.length)
    return f"{size} · {tr_n('%Ln fragment(s)', element.number_of_items)}" if element.number_of_items else size


def in_words(element: TagElement) -> str:
    """Dates, times and ages in the form of the language; "" where the value is none of them, or no sound one."""
    parts = element.value.split("\\")
    if element.kind is ValueKind.DATE:
        return _all_of([_date(part) for part in parts])
    if element.kind is ValueKind.TIME:
        return _all_of([_time(part) for part in parts])
    if element.kind is ValueKind.DATE_TIME:
        return _all_of([_date_time(part) for part in parts])
    if element.kind is ValueKind.AGE:
        return _all_of([_age(part) for part in parts])
    return ""


def _all_of(parts: list[str]) -> str:
    return "\\".join(parts) if all(parts) else ""


def _date(value: str) -> str:
    found = split_date(value)
    return QLocale().toString(QDate(*found), DATE_FORM) if found and QDate.isValid(*found) else ""


def _time(value: str) -> str:
    """HH:MM:SS of a TM, with the fraction where there is one."""
    whole, _, fraction = value.replace(":", "").partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) in (2, 4, 6)):
        return ""
    if int(whole[:2]) > 23 or int(whole[2:4] or 0) > 59 or int(whole[4:6] or 0) > 60:
        return ""
    text = ":".join(whole[place : place + 2] for place in range(0, len(whole), 2))
    return f"{text}.{fraction}" if fraction.strip("0") else text


def _date_time(value: str) -> str:
    zone_at = max(value.rfind("+"), value.rfind("-"))
    stamp, zone = (value[:zone_at], value[zone_at:]) if zone_at >= 0 else (value, "")
    day, time = _date(stamp[:8]), _time(stamp[8:]) if len(stamp) > 8 else ""
    if not day or (len(stamp) > 8 and not time):
        return ""
    return " ".join(part for part in (day, time, zone) if part)


def _age(value: str) -> str:
    found = age(value)
    if found is None:
        return ""
    number, unit = found
    return {
        "Y": tr_n("%n year(s)", number),
        "M": tr_n("%n month(s)", number),
        "W": tr_n("%n week(s)", number),
        "D": tr_n("%n day(s)", number),
    }[unit]


def haystack(element: TagElement) -> str:
    """What the filter looks through: number, name, keyword, VR, value and its meaning, in lower case."""
    number = tag_text(element.tag) if element.tag != ITEM_TAG else ""
    parts = (number, number.replace(",", ""), element.keyword, element.name, element.vr, element.value, shown_value(element))
    return "\n".join((*parts, element.meaning, element.private_creator)).lower()


def tool_tip(element: TagElement) -> str:
    """Keyword, VR and meaning; the value as it stands in the file where the table shows it otherwise. Plain text."""
    if element.kind is ValueKind.ITEM:
        return "\n".join(part for part in (element.name, element.meaning) if part)
    lines = [f"({tag_text(element.tag)}) {element.name}"]
    if element.keyword:
        lines.append(element.keyword)
    lines.append(_about_vr(element))
    if element.private_creator:
        lines.append(tr("Private block of {creator}", creator=element.private_creator))
    lines += _about_value(element)
    return "\n".join(line for line in lines if line)


def _about_vr(element: TagElement) -> str:
    name = VR_NAMES.get(element.vr, "")
    text = f"{element.vr} · {name}" if name else element.vr
    if element.written_vr:
        text += f" · {tr('written as {vr}', vr=element.written_vr)}"
    if element.length > 0:
        text += f" · {size_of(element)}"
    return text


def _about_value(element: TagElement) -> list[str]:
    if element.kind is ValueKind.EMPTY:
        return [tr("The value is empty.")]
    if element.kind is ValueKind.NAME:
        return _components(element.value)
    lines = [element.value[:_TIP_LENGTH] + ("…" if element.is_shortened or len(element.value) > _TIP_LENGTH else "")]
    if element.meaning and element.kind is not ValueKind.SEQUENCE:
        lines.append(element.meaning)
    return lines


def _components(value: str) -> list[str]:
    """A person name's groups and components by name (PS3.5 6.2.1)."""
    lines = []
    groups = (tr("Alphabetic"), tr("Ideographic"), tr("Phonetic"))
    parts = (tr("family"), tr("given"), tr("middle"), tr("prefix"), tr("suffix"))
    for title, group in zip(groups, value.split("\\")[0].split("="), strict=False):
        named = [f"{part}: {text}" for part, text in zip(parts, group.split("^"), strict=False) if text.strip()]
        if named:
            lines.append(f"{title} — {', '.join(named)}")
    return [value[:_TIP_LENGTH], *lines]


VR_NAMES = {
    "AE": "Application Entity",
    "AS": "Age String",
    "AT": "Attribute Tag",
    "CS": "Code String",
    "DA": "Date",
    "DS": "Decimal String",
    "DT": "Date Time",
    "FL": "Floating Point Single",
    "FD": "Floating Point Double",
    "IS": "Integer String",
    "LO": "Long String",
    "LT": "Long Text",
    "OB": "Other Byte",
    "OD": "Other Double",
    "OF": "Other Float",
    "OL": "Other Long",
    "OV": "Other 64-bit Very Long",
    "OW": "Other Word",
    "PN": "Person Name",
    "SH": "Short String",
    "SL": "Signed Long",
    "SQ": "Sequence of Items",
    "SS": "Signed Short",
    "ST": "Short Text",
    "SV": "Signed 64-bit Very Long",
    "TM": "Time",
    "UC": "Unlimited Characters",
    "UI": "Unique Identifier",
    "UL": "Unsigned Long",
    "UN": "Unknown",
    "UR": "Universal Resource Identifier",
    "US": "Unsigned Short",
    "UT": "Unlimited Text",
    "UV": "Unsigned 64-bit Very Long",
}
