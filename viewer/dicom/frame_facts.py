"""FrameFacts of one frame: all that its header and functional groups say beside the pixels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from viewer.dicom.corner_attributes import CornerPattern, corner_attributes
from viewer.dicom.data_set import DataSet
from viewer.dicom.dimensions import dimensions_of
from viewer.dicom.frame_attributes import FrameAttributes, frame_attributes
from viewer.dicom.frame_timing import frame_timing
from viewer.dicom.grey_tables import (
    modality_lut,
    padding,
    presentation_lut,
    real_world_maps,
    voi_function,
    voi_tables,
    windows,
)
from viewer.dicom.header_pattern import HeaderPattern
from viewer.dicom.palette_tables import supplemental_palette
from viewer.dicom.pixel_description import PixelDescription
from viewer.dicom.pixel_geometry import geometry_without_place, placed
from viewer.dicom.shutter_attributes import shutters_of
from viewer.dicom.tile_places import tile_place
from viewer.dicom.transfer_syntaxes import is_video
from viewer.dicom.ultrasound_regions import ultrasound_regions
from viewer.dicom.whole_header import WholeHeader
from viewer.model.hierarchy import FrameRef
from viewer.model.luts import ModalityLUT
from viewer.model.pixels import FrameFacts

DESCRIPTION = "description"  # the name of the PixelDescription among what the headers of a series have in common
_Part = Callable[[FrameAttributes, PixelDescription, str], dict[str, Any]]
_LOSSY_SYNTAXES = frozenset(f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 52, 53, 54, 55, 56))


def facts_of(header: WholeHeader, description: PixelDescription, frame: FrameAttributes, number_of_frames: int) -> FrameFacts:
    """All facts of a frame. Values that make no sense are left at their defaults."""
    top, uid, pattern = header.data_set, header.transfer_syntax_uid, header.pattern
    has_groups = frame.own is not None or frame.shared is not None
    if pattern is None or number_of_frames != 1 or has_groups or not pattern.is_constant(DESCRIPTION):
        fields: dict[str, Any] = {}
        parts, attributes = _PARTS, corner_attributes(frame)
    else:
        common = pattern.once("facts", partial(_in_common, pattern, top, description, uid))
        fields = common.fields.copy()
        parts, attributes = common.parts, common.corners.of(top)
    for part in parts:
        fields |= part(frame, description, uid)
    fields["geometry"] = placed(fields["geometry"], frame)
    ref = FrameRef(top.code(0x00080018), frame.number)
    return FrameFacts(ref=ref, number_of_frames=number_of_frames, attributes=attributes, **fields)


class _InCommon(NamedTuple):
    """What the frames of a series have in common, and the parts in which they differ."""

    fields: dict[str, Any]
    parts: tuple[_Part, ...]
    corners: CornerPattern


def _in_common(pattern: HeaderPattern, top: DataSet, description: PixelDescription, uid: str) -> _InCommon:
    fields: dict[str, Any] = {}
    for part in _PARTS:
        found = pattern.constant(part.__name__, partial(_of_first, part, description, uid), top)
        if pattern.is_constant(part.__name__):
            fields |= found
    differing = tuple(part for part in _PARTS if not pattern.is_constant(part.__name__))
    return _InCommon(fields, differing, CornerPattern(top, pattern.changing))


def _of_first(part: _Part, description: PixelDescription, uid: str, top: DataSet) -> dict[str, Any]:
    return part(frame_attributes(top, 1), description, uid)


def _stored(frame: FrameAttributes, description: PixelDescription, uid: str) -> dict[str, Any]:
    top = frame.top
    return {
        "rows": description.rows,
        "columns": description.columns,
        "photometric_interpretation": description.photometric_interpretation,
        "samples_per_pixel": description.samples_per_pixel,
        "bits_allocated": description.bits_allocated,
        "bits_stored": description.bits_stored,
        "is_signed": description.is_signed,
        "is_float": description.is_float,
        "sop_class_uid": top.code(0x00080016),
        "transfer_syntax_uid": uid,
        "modality": top.code(0x00080060),
        "is_lossy": _is_lossy(top, uid),
        "lossy_ratio": top.code(0x00282112),
    }


def _grey(frame: FrameAttributes, description: PixelDescription, uid: str) -> dict[str, Any]:
    common = {"voi_function": voi_function(frame), "presentation_lut": presentation_lut(frame.top)}
    if description.samples_per_pixel != 1 or description.photometric_interpretation == "PALETTE COLOR":
        return common
    signed = description.is_signed
    modality = modality_lut(frame, is_signed=signed)
    return common | {
        "modality_lut": modality,
        "voi_tables": voi_tables(frame, is_signed=_may_be_negative(modality, signed)),
        "padding": padding(frame.top, is_signed=signed, bits_stored=description.bits_stored),
        "supplemental_palette": supplemental_palette(frame, is_signed=signed),
        "real_world_maps": real_world_maps(frame, is_signed=signed, bits_stored=description.bits_stored),
    }


def _windows(frame: FrameAttributes, description: PixelDescription, uid: str) -> dict[str, Any]:
    is_grey = description.samples_per_pixel == 1 and description.photometric_interpretation != "PALETTE COLOR"
    return {"windows": windows(frame)} if is_grey else {}


def _timing(frame: FrameAttributes, description: PixelDescription, uid: str) -> dict[str, Any]:
    timing = frame_timing(frame.top, frame.number)
    return {
        "frame_time_ms": timing.frame_time_ms,
        "recommended_rate": timing.recommended_rate,
        "playback": timing.playback,
        "trim": timing.trim,
    }


def _meaning(frame: FrameAttributes, description: PixelDescription, uid: str) -> dict[str, Any]:
    return {
        "shutters": shutters_of(frame),
        "regions": ultrasound_regions(frame.top),
        "dimensions": dimensions_of(frame),
        "tile": tile_place(frame, description),
    }


def _geometry(frame: FrameAttributes, description: PixelDescription, uid: str) -> dict[str, Any]:
    """All but the position."""
    return {"geometry": geometry_without_place(frame, ultrasound_regions(frame.top))}


def _may_be_negative(modality: ModalityLUT, is_signed: bool) -> bool:
    """Whether the input of a VOI LUT can be negative: that decides how its first mapped value is read (PS3.3 C.11.2.1.1)."""
    if modality.table is not None:
        return False
    return is_signed or modality.intercept < 0


def _is_lossy(top: DataSet, transfer_syntax_uid: str) -> bool:
    """Lossy Image Compression (0028,2110), or a transfer syntax that cannot be anything else."""
    return top.code(0x00282110) == "01" or transfer_syntax_uid in _LOSSY_SYNTAXES or is_video(transfer_syntax_uid)


# Each is computed once for a series when nothing that it reads differs from slice to slice
_PARTS: tuple[_Part, ...] = (_stored, _grey, _windows, _timing, _meaning, _geometry)
