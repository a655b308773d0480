"""The DICOM JSON model (PS3.18 F) as identifiers, so that answers of QIDO-RS look like those of C-FIND; and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from pydicom.datadict import keyword_for_tag

from viewer.model.messages import message
from viewer.network.errors import ProtocolError
from viewer.network.identifier import Identifier, Value, tag_of, vr_of

_DEEPEST, _MOST_ATTRIBUTES = 16, 50_000
_NAME_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")
_WHOLE = frozenset(("IS", "US", "SS", "UL", "SL", "UV", "SV"))
_REAL = frozenset(("DS", "FL", "FD"))


def read_document(raw: bytes) -> list[dict[str, Value]]:
    """A list of data sets. Raises ProtocolError for anything else."""
    try:
        document = json.loads(raw) if raw.strip() else []
    except (ValueError, RecursionError) as error:
        raise ProtocolError(message("The archive's answer is no sound JSON.")) from error
    rows = document if isinstance(document, list) else [document]
    return [from_json(row) for row in rows]


def from_json(row: object, depth: int = 0) -> dict[str, Value]:
    """One data set. Binary values and values kept elsewhere are left out. Raises ProtocolError."""
    if not isinstance(row, dict) or depth > _DEEPEST or len(row) > _MOST_ATTRIBUTES:
        raise _malformed()
    found: dict[str, Value] = {}
    for name, attribute in row.items():
        tag = _tag(name)
        if not isinstance(attribute, dict) or tag is None:
            raise _malformed()
        value = attribute.get("Value", [])
        if "InlineBinary" in attribute or "BulkDataURI" in attribute or tag & 0xFFFF == 0:
            continue
        if not isinstance(value, list):
            raise _malformed()
        keyword = keyword_for_tag(tag) or f"{tag:08X}"
        if attribute.get("vr") == "SQ":
            found[keyword] = tuple(from_json(item or {}, depth + 1) for item in value)
        else:
            found[keyword] = "\\".join(map(_text, value))
    return found


def _tag(name: object) -> int | None:
    if not isinstance(name, str) or len(name) != 8:
        return None
    try:
        return int(name, 16)
    except ValueError:
        return None


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip(" \0")
    if isinstance(value, dict):
        groups = [value.get(group) or "" for group in _NAME_GROUPS]
        if not all(isinstance(group, str) for group in groups):
            raise _malformed()
        return "=".join(groups).rstrip("=")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _malformed()
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else str(value)


def _malformed() -> ProtocolError:
    return ProtocolError(message("The archive's answer is no DICOM JSON."))


def to_json(identifier: Identifier) -> dict[str, object]:
    """A data set of the model, attributes in the order of their tags. Empty values have no "Value" (PS3.18 F.2.5)."""
    return {f"{tag:08X}": _attribute(keyword, identifier[keyword]) for tag, keyword in _sorted(identifier)}


def _sorted(identifier: Identifier) -> list[tuple[int, str]]:
    return sorted((tag_of(keyword), keyword) for keyword in identifier)


def _attribute(keyword: str, value: Value) -> Mapping[str, object]:
    vr = vr_of(keyword)
    if not isinstance(value, str):
        return {"vr": "SQ", "Value": [to_json(item) for item in value]} if value else {"vr": "SQ"}
    if not value:
        return {"vr": vr}
    return {"vr": vr, "Value": [_json_value(vr, one) for one in _values(vr, value)]}


def _values(vr: str, value: str) -> Sequence[str]:
    return [value] if vr in ("ST", "LT", "UT", "UR") else value.split("\\")


def _json_value(vr: str, text: str) -> object:
    if not text:
        return None
    if vr == "PN":
        groups = zip(_NAME_GROUPS, text.split("="), strict=False)
        return {name: group for name, group in groups if group}
    try:
        if vr in _WHOLE:
            return int(text)
        if vr in _REAL:
            return float(text)
    except ValueError:
        return text
    return text
