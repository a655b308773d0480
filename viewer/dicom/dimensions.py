"""What the frames of an image differ in: Dimension Index Values, and the vectors of nuclear medicine (PS3.3 C.7.6.17, C.8.4.8)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from viewer.dicom.data_set import DataSet
from viewer.dicom.frame_attributes import FrameAttributes
from viewer.model.frame_place import Dimension

_INDEX_SEQUENCE, _INDEX_VALUES, _FRAME_CONTENT = 0x00209222, 0x00209157, 0x00209111
_POINTER, _LABEL, _INCREMENT_POINTER = 0x00209165, 0x00209421, 0x00280009
_GROUP_POINTER = 0x00209167
_FLOATS = frozenset((0x0020930D, 0x00189082, 0x00189087, 0x00189153, 0x00209153, 0x00209241, 0x00181314))
_TEXTS = frozenset((0x00209056, 0x0018980C, 0x00480106, 0x00089007))
MAX_DIMENSIONS = 16
_VECTORS = {
    0x00540010: "EnergyWindowVector",
    0x00540020: "DetectorVector",
    0x00540030: "PhaseVector",
    0x00540050: "RotationVector",
    0x00540060: "RRIntervalVector",
    0x00540070: "TimeSlotVector",
    0x00540080: "SliceVector",
    0x00540090: "AngularViewVector",
    0x00540100: "TimeSliceVector",
}
# The pointers that are met; others are called by their tag.
_POINTERS = {
    0x00209056: "StackID",
    0x00209057: "InStackPositionNumber",
    0x00209128: "TemporalPositionIndex",
    0x0020930D: "TemporalPositionTimeOffset",
    0x00200032: "ImagePositionPatient",
    0x00200037: "ImageOrientationPatient",
    0x00209301: "ImagePositionVolume",
    0x00189082: "EffectiveEchoTime",
    0x00189087: "DiffusionBValue",
    0x00189089: "DiffusionGradientOrientation",
    0x00189153: "NominalCardiacTriggerDelayTime",
    0x00209153: "NominalCardiacTriggerDelayTime",
    0x00209241: "NominalPercentageOfCardiacPhase",
    0x00186012: "RegionSpatialFormat",
    0x0018980C: "DataType",
    0x0062000B: "ReferencedSegmentNumber",
    0x0040072A: "XOffsetInSlideCoordinateSystem",
    0x0040073A: "YOffsetInSlideCoordinateSystem",
    0x0040074A: "ZOffsetInSlideCoordinateSystem",
    0x0048021E: "ColumnPositionInTotalImagePixelMatrix",
    0x0048021F: "RowPositionInTotalImagePixelMatrix",
    0x00480106: "OpticalPathIdentifier",
    0x00220019: "RelativeImagePositionCodeSequence",
    0x00189074: "FrameAcquisitionDateTime",
    0x00089007: "FrameType",
    0x00181314: "FlipAngle",
}


def dimensions_of(frame: FrameAttributes) -> tuple[Dimension, ...]:
    """The indices of a frame, the slowest first; empty where the image states none."""
    if _INDEX_SEQUENCE in frame.top:
        return _indices(frame)
    return _vectors(frame) if _INCREMENT_POINTER in frame.top else ()


def _indices(frame: FrameAttributes) -> tuple[Dimension, ...]:
    content = frame.macro(_FRAME_CONTENT)
    if content is None:
        return ()
    values = content.numbers(_INDEX_VALUES, b"UL")
    items = [item for item, _ in zip(frame.top.items(_INDEX_SEQUENCE), range(MAX_DIMENSIONS), strict=False)]
    return tuple(
        Dimension(_keyword(item), int(value), item.text(_LABEL)) for item, value in zip(items, values, strict=False) if value > 0
    )


def _keyword(item: DataSet) -> str:
    tag = pointer(item, _POINTER)
    return _POINTERS.get(tag, f"({tag >> 16:04X},{tag & 0xFFFF:04X})")


def pointer(item: DataSet, tag: int, index: int = 0) -> int:
    """A value of an AT attribute as one number; 0 when absent."""
    values = item.numbers(tag, b"AT")
    return int(values[2 * index]) << 16 | int(values[2 * index + 1]) if len(values) >= 2 * index + 2 else 0


def all_dimensions(frames: Sequence[FrameAttributes]) -> tuple[tuple[Dimension, ...], ...]:
    """`dimensions_of` for all frames of one image, with the values in words. () where not every frame has a place."""
    if not frames:
        return ()
    top = frames[0].top
    items = [item for item, _ in zip(top.items(_INDEX_SEQUENCE), range(MAX_DIMENSIONS), strict=False)]
    known: dict[Dimension, Dimension] = {}
    found = []
    for frame in frames:
        places = dimensions_of(frame) or _frame_content(frame)
        if not places:
            return ()
        found.append(tuple([known.get(one) or known.setdefault(one, _in_words(one, frame, items)) for one in places]))
    return tuple(found)


def _in_words(dimension: Dimension, frame: FrameAttributes, items: Sequence[DataSet]) -> Dimension:
    for item in items:
        if _keyword(item) == dimension.keyword:
            group, tag = pointer(item, _GROUP_POINTER), pointer(item, _POINTER)
            holder = (frame.macro(group) if group else None) or frame.top
            return replace(dimension, text=_words(holder, tag))
    return dimension


def _words(holder: DataSet, tag: int) -> str:
    """The value of an attribute as text; "" for sequences, positions and what is absent."""
    if tag in _FLOATS:
        value = holder.number(tag, b"FD")
        return "" if value is None else f"{value:g}"
    return holder.text(tag)[:64] if tag in _TEXTS else ""


def _frame_content(frame: FrameAttributes) -> tuple[Dimension, ...]:
    """Images without a Dimension Index Sequence: what Frame Content says (PS3.3 C.7.6.16.2.2)."""
    content = frame.macro(_FRAME_CONTENT)
    if content is None:
        return ()
    numbers = [(tag, content.integer(tag, b"UL")) for tag in (0x00209128, 0x00209057)]
    return tuple(Dimension(_POINTERS[tag], number) for tag, number in numbers if number is not None and number > 0)


def _vectors(frame: FrameAttributes) -> tuple[Dimension, ...]:
    found = []
    for index in range(MAX_DIMENSIONS):
        tag = pointer(frame.top, _INCREMENT_POINTER, index)
        if not tag:
            break
        values = frame.top.numbers(tag, b"US") if tag in _VECTORS else ()
        if frame.number <= len(values):
            name = _VECTORS[tag]
            found.append(
                Dimension(name, int(values[frame.number - 1]), re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Vector")))
            )
    return tuple(found)
