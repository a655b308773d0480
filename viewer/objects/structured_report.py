"""Structured reports as text: the content tree (PS3.3 C.17.3) in the order in which it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from viewer.dicom.data_set import DataSet
from viewer.dicom.sop_classes import name_of
from viewer.dicom.whole_header import WholeHeader
from viewer.model.document import Document, DocumentLine
from viewer.model.messages import Message, message
from viewer.model.text import iso_date, person_name
from viewer.objects.registry import ObjectHandler

MAX_LINES = 5000
MAX_DEPTH = 64

_CONTENT = 0x0040A730
_VALUE_TYPE, _CONCEPT, _MEANING = 0x0040A040, 0x0040A043, 0x00080104
_TEXT = 0x0040A160
_NUMERIC, _NUMBER, _UNITS, _UNIT_CODE = 0x0040A300, 0x0040A30A, 0x004008EA, 0x00080100
_CODE = 0x0040A168
_DATE, _TIME, _DATE_TIME, _PERSON, _UID = 0x0040A121, 0x0040A122, 0x0040A120, 0x0040A123, 0x0040A124
_REFERENCED, _SOP_CLASS = 0x00081199, 0x00081150
_GRAPHIC_TYPE = 0x00700023
_COMPLETION, _VERIFICATION = 0x0040A491, 0x0040A493


def read(header: WholeHeader) -> Document:
    """The report's headings, statements and measurements."""
    root = header.data_set
    notes: list[Message] = []
    if root.code(_COMPLETION) == "PARTIAL":
        notes.append(message("This report is not complete."))
    if root.code(_VERIFICATION) == "UNVERIFIED":
        notes.append(message("This report was not verified."))
    lines: list[DocumentLine] = []
    for line in _walk(root):
        if len(lines) == MAX_LINES:
            notes.append(message("Only the first {count} lines are shown.", count=MAX_LINES))
            break
        lines.append(line)
    return Document(_concept(root) or root.text(0x0008103E), tuple(lines), tuple(notes), message("Report"))


def _walk(root: DataSet) -> Iterator[DocumentLine]:
    """The items below `root`, parents before children, without recursion: a file may be nested without end."""
    waiting: list[tuple[Iterator[DataSet], int]] = [(iter(root.items(_CONTENT)), 0)]
    while waiting:
        items, level = waiting[-1]
        item = next(items, None)
        if item is None:
            waiting.pop()
            continue
        yield DocumentLine(_value(item), _concept(item), level)
        if len(waiting) < MAX_DEPTH:
            waiting.append((iter(item.items(_CONTENT)), level + 1))


def _concept(item: DataSet) -> str:
    """What an item is about."""
    code = item.item(_CONCEPT)
    return code.text(_MEANING) if code is not None else ""


def _value(item: DataSet) -> str | Message:
    read_value = _VALUES.get(item.code(_VALUE_TYPE))
    return "" if read_value is None else read_value(item)


def _code(item: DataSet) -> str:
    code = item.item(_CODE)
    return code.text(_MEANING) if code is not None else ""


def _reference(item: DataSet) -> Message:
    referenced = item.item(_REFERENCED)
    return message("see {name}", name=name_of(referenced.code(_SOP_CLASS)) if referenced is not None else item.code(_VALUE_TYPE))


def _measurement(item: DataSet) -> str:
    measured = item.item(_NUMERIC)
    if measured is None:
        return "—"
    unit = measured.item(_UNITS)
    code = unit.text(_UNIT_CODE) if unit is not None else ""
    return f"{measured.code(_NUMBER)} {'' if code in ('1', '{ratio}') else code}".strip()


_VALUES: dict[str, Callable[[DataSet], str | Message]] = {
    "TEXT": lambda item: item.text(_TEXT),
    "NUM": _measurement,
    "CODE": _code,
    "PNAME": lambda item: person_name(item.name(_PERSON)),
    "DATE": lambda item: iso_date(item.code(_DATE)),
    "TIME": lambda item: item.code(_TIME),
    "DATETIME": lambda item: item.code(_DATE_TIME),
    "UIDREF": lambda item: item.code(_UID),
    "SCOORD": lambda item: item.code(_GRAPHIC_TYPE),
    "SCOORD3D": lambda item: item.code(_GRAPHIC_TYPE),
    **dict.fromkeys(("IMAGE", "COMPOSITE", "WAVEFORM"), _reference),
}

# Trial classes are left out. 59 is the Key Object Selection Document, whose tree is made alike.
_ENDS = "11 22 33 34 35 40 50 59 65 67 68 69 70 71 72 73 74 75 76 77"
handler = ObjectHandler("structured report", frozenset(f"1.2.840.10008.5.1.4.1.1.88.{end}" for end in _ENDS.split()), read)
