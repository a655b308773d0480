"""Modality, VOI and Presentation LUTs of a frame, parsed (PS3.3 C.11.1, C.11.2, C.11.6); padding and real world values."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from viewer.dicom.data_set import DataSet
from viewer.dicom.frame_attributes import FrameAttributes
from viewer.model.luts import (
    LookupTable,
    ModalityLUT,
    PresentationLUT,
    PresentationShape,
    RealWorldMap,
    VOIFunction,
    Window,
)
from viewer.model.text import plain

_TRANSFORMATION, _FRAME_VOI, _REAL_WORLD = 0x00289145, 0x00289132, 0x00409096
_MODALITY_LUTS, _VOI_LUTS, _PRESENTATION_LUTS = 0x00283000, 0x00283010, 0x20500010
_DESCRIPTOR, _DATA, _EXPLANATION, _LUT_TYPE = 0x00283002, 0x00283006, 0x00283003, 0x00283004
_SLOPE, _INTERCEPT, _RESCALE_TYPE = 0x00281053, 0x00281052, 0x00281054
_DOSE_SCALING, _DOSE_UNITS = 0x3004000E, 0x30040002
MAX_WINDOWS = 64
_BEYOND = 1e15
_FLOAT_PADDING = ((0x00280122, 0x00280124, b"FL"), (0x00280123, 0x00280125, b"FD"))
_MAX_LUT_BYTES = 2 * 65536

# X-Ray images whose Modality LUT leads to X-Ray intensity and is no part of the way to the display (PS3.3 C.8.7.1.1.2).
_INTENSITY_ONLY = frozenset((
    "1.2.840.10008.5.1.4.1.1.12.1", "1.2.840.10008.5.1.4.1.1.12.2", "1.2.840.10008.5.1.4.1.1.12.3",
))  # fmt: skip
_UCUM = {"1": "", "[hnsf'U]": "HU", "[arb'U]": "", "Cel": "°C", "um2/s": "µm²/s", "mm2/s": "mm²/s"}
_REMARK = re.compile(r"\{([^{}]*)\}")
_SHOWN_UNITS = {"US": "", "GY": "Gy", "RELATIVE": ""}


def modality_lut(frame: FrameAttributes, *, is_signed: bool) -> ModalityLUT:
    """The Modality LUT of a frame, a table where there is one, else rescale, else RT Dose's grid scaling."""
    top = frame.top
    if top.code(0x00080016) in _INTENSITY_ONLY and top.code(0x00281040) in ("LIN", "LOG"):
        return ModalityLUT()
    if _MODALITY_LUTS in top:
        item = top.item(_MODALITY_LUTS)
        table = lookup_table(item, is_signed=is_signed) if item is not None else None
        if item is not None and table is not None:
            return ModalityLUT(table=table, units=_shown(item.text(_LUT_TYPE)))
    if _DOSE_SCALING in top and _SLOPE not in top:
        scaling = top.number(_DOSE_SCALING)
        return ModalityLUT(slope=scaling, units=_shown(top.code(_DOSE_UNITS))) if scaling else ModalityLUT()
    slope, intercept = frame.holder(_TRANSFORMATION, _SLOPE), frame.holder(_TRANSFORMATION, _INTERCEPT)
    factor, offset = slope.number(_SLOPE), intercept.number(_INTERCEPT)
    units = _units(frame, has_rescale=factor is not None or offset is not None)
    return ModalityLUT(factor if factor else 1.0, offset or 0.0, units=units)  # a slope of 0 would wipe the image out


def _units(frame: FrameAttributes, *, has_rescale: bool) -> str:
    top = frame.top
    stated = frame.holder(_TRANSFORMATION, _RESCALE_TYPE).text(_RESCALE_TYPE)
    if stated:
        return _shown(stated)
    modality = top.code(0x00080060)
    if modality == "CT" and has_rescale and "LOCALIZER" not in top.codes(0x00080008):
        return "HU"
    return _shown(top.code(0x00541001)) if modality in ("PT", "NM") else ""


def _shown(units: str) -> str:
    return _SHOWN_UNITS.get(units.upper(), units[:16])


def lookup_table(item: DataSet, *, is_signed: bool) -> LookupTable | None:
    """A LUT of an item (PS3.3 C.11.1.1.1, C.11.2.1.1); None when it makes no sense. `is_signed`: its input may be negative."""
    return make_table(item.raw(_DESCRIPTOR), item, _DATA, is_signed=is_signed, explanation=item.text(_EXPLANATION))


def make_table(descriptor: bytes, item: DataSet, data_tag: int, *, is_signed: bool, explanation: str = "") -> LookupTable | None:
    """The table with the raw `descriptor` (entries, first value mapped, bits) whose entries are in `data_tag` of `item`."""
    if len(descriptor) < 6:
        return None
    entries, first, bits = np.frombuffer(descriptor[:6], "<u2" if item.order.little else ">u2").tolist()
    entries = entries or 65536
    if is_signed and first >= 0x8000:
        first -= 0x10000
    data = _entries(item, data_tag, entries, bits)
    if data is None:
        return None
    data.flags.writeable = False
    return LookupTable(first, data, min(max(bits, 1), 16), explanation)


def _entries(item: DataSet, tag: int, entries: int, bits: int) -> np.ndarray[tuple[int], np.dtype[np.uint16]] | None:
    raw = item.raw(tag)[:_MAX_LUT_BYTES]
    if len(raw) < 2:
        return None
    order = "<u2" if item.order.little else ">u2"
    if len(raw) < 2 * entries and bits <= 8:  # two 8-bit entries in a word
        if item.elements[tag].vr == b"OW" and not item.order.little:
            raw = np.frombuffer(raw[: len(raw) // 2 * 2], ">u2").astype("<u2").tobytes()
        found = np.frombuffer(raw, np.uint8).astype(np.uint16)
    else:
        found = np.frombuffer(raw[: len(raw) // 2 * 2], order).astype(np.uint16)
    if found.size >= entries:
        return found[:entries]
    return np.concatenate([found, np.full(entries - found.size, found[-1], np.uint16)])  # cut off: the last entry goes on


def windows(frame: FrameAttributes) -> tuple[Window, ...]:
    """All Window Center and Width pairs with their explanations; those without a positive width are left out."""
    holder = frame.holder(_FRAME_VOI, 0x00281050)
    if 0x00281050 not in holder:
        return ()
    centers, widths = holder.numbers(0x00281050), holder.numbers(0x00281051)
    names = holder.texts(0x00281055) if 0x00281055 in holder else ()
    function = voi_function(frame)
    found = []
    for index, (center, width) in enumerate(zip(centers[:MAX_WINDOWS], widths, strict=False)):
        if 0 < width < _BEYOND and abs(center) < _BEYOND:
            found.append(Window(center, width, function, names[index] if index < len(names) else ""))
    return tuple(found)


def voi_function(frame: FrameAttributes) -> VOIFunction:
    """VOI LUT Function (0028,1056)."""
    stated = frame.holder(_FRAME_VOI, 0x00281056).code(0x00281056).upper()
    return VOIFunction(stated) if stated in VOIFunction.__members__ else VOIFunction.LINEAR


def voi_tables(frame: FrameAttributes, *, is_signed: bool) -> tuple[LookupTable, ...]:
    """VOI LUT tables. `is_signed`: values after the Modality LUT may be negative."""
    level = frame.macro(_FRAME_VOI)
    holder = level if level is not None and _VOI_LUTS in level else frame.top
    if _VOI_LUTS not in holder:
        return ()
    tables = (lookup_table(item, is_signed=is_signed) for item, _ in zip(holder.items(_VOI_LUTS), range(MAX_WINDOWS), strict=False))
    return tuple(table for table in tables if table is not None)


def presentation_lut(top: DataSet) -> PresentationLUT:
    """Presentation LUT Shape, or the table. MONOCHROME1 is not in it: that is the polarity of the stored values."""
    shape = PresentationShape.INVERSE if top.code(0x20500020) == "INVERSE" else PresentationShape.IDENTITY
    item = top.item(_PRESENTATION_LUTS) if _PRESENTATION_LUTS in top else None
    return PresentationLUT(shape, lookup_table(item, is_signed=False) if item is not None else None)


def padding(top: DataSet, *, is_signed: bool, bits_stored: int) -> tuple[float, float] | None:
    """Stored values that are no image: Pixel Padding Value, up to the Range Limit where there is one (PS3.3 C.7.5.1.1.2)."""
    for value_tag, limit_tag, vr in _FLOAT_PADDING:
        value = top.number(value_tag, vr)
        if value is not None:
            other = top.number(limit_tag, vr)
            return (value, value) if other is None else (min(value, other), max(value, other))
    first = _stored_number(top, 0x00280120, is_signed, bits_stored)
    if first is None:
        return None
    limit = _stored_number(top, 0x00280121, is_signed, bits_stored)
    last = first if limit is None else limit
    return min(first, last), max(first, last)


def _stored_number(top: DataSet, tag: int, is_signed: bool, bits_stored: int) -> int | None:
    """A value with the sign of the pixels, whatever sign its own VR has."""
    if tag not in top:
        return None
    value = top.integer(tag, b"SS" if is_signed else b"US")
    if value is None:
        return None
    if is_signed and value >= 1 << 15 and bits_stored <= 16:
        return value - (1 << 16)
    return value + (1 << 16) if value < 0 and not is_signed and bits_stored <= 16 else value


def real_world_maps(frame: FrameAttributes, *, is_signed: bool, bits_stored: int) -> tuple[RealWorldMap, ...]:
    """Real World Value Mapping of the frame, from its functional groups or the top level (PS3.3 C.7.6.16.2.11)."""
    items = frame.items(_REAL_WORLD) or (frame.top.items(_REAL_WORLD) if _REAL_WORLD in frame.top else ())
    return maps_of(items, is_signed=is_signed, bits_stored=bits_stored)


def maps_of(items: Sequence[DataSet], *, is_signed: bool, bits_stored: int) -> tuple[RealWorldMap, ...]:
    """Items of a Real World Value Mapping Sequence, for stored values of such a kind; what cannot be understood is left out."""
    found = [_real_world_map(item, is_signed, bits_stored) for item, _ in zip(items, range(MAX_WINDOWS), strict=False)]
    return tuple(one for one in found if one is not None)


def _real_world_map(item: DataSet, is_signed: bool, bits_stored: int) -> RealWorldMap | None:
    first = _bound(item, 0x00409216, 0x00409214, is_signed, bits_stored)
    last = _bound(item, 0x00409211, 0x00409213, is_signed, bits_stored)
    if first is None or last is None:
        return None
    units = item.item(0x004008EA)
    values = item.numbers(0x00409212, b"FD") if 0x00409212 in item else ()
    slope, intercept = item.number(0x00409225, b"FD"), item.number(0x00409224, b"FD")
    if slope is None and not values:
        return None
    unit, remark = shown_unit(units.text(0x00080100)) if units is not None else ("", "")
    label = plain(item.text(0x00409210), 24)
    return RealWorldMap(
        min(first, last),
        max(first, last),
        1.0 if slope is None else slope,
        intercept or 0.0,
        values,
        unit,
        remark if "{" in label else label,
        plain(_quantity(item), 64),
    )


def shown_unit(code: str) -> tuple[str, str]:
    """A unit in UCUM's letters as shown, and the remark that stood in it: "{SUVbw}g/ml" is g/ml, and SUVbw. The unit 1 is none."""
    remarks = _REMARK.findall(code)
    unit = _REMARK.sub("", code).strip()
    return plain(_UCUM.get(unit, unit), 16), plain(remarks[0], 24) if remarks else ""


def _bound(item: DataSet, whole: int, real: int, is_signed: bool, bits_stored: int) -> float | None:
    """First or last value mapped: the attribute for whole numbers, or the one for real ones."""
    value = _stored_number(item, whole, is_signed, bits_stored)
    return item.number(real, b"FD") if value is None else value


def _quantity(item: DataSet) -> str:
    """What is measured: the meaning of the concept in Quantity Definition Sequence."""
    for entry in item.items(0x00409220):
        concept = entry.item(0x0040A168)
        if concept is not None:
            return concept.text(0x00080104)
    return ""
