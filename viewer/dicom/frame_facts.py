"""FrameFacts of one frame: all that its header and functional groups say beside the pixels."""

from __future__ import annotations

from viewer.dicom.corner_attributes import corner_attributes
from viewer.dicom.data_set import DataSet
from viewer.dicom.dimensions import dimensions_of
from viewer.dicom.frame_attributes import FrameAttributes
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
from viewer.dicom.palette_tables import supplemental_palette
from viewer.dicom.pixel_description import PixelDescription
from viewer.dicom.pixel_geometry import geometry_of
from viewer.dicom.shutter_attributes import shutters_of
from viewer.dicom.tile_places import tile_place
from viewer.dicom.transfer_syntaxes import is_video
from viewer.dicom.ultrasound_regions import ultrasound_regions
from viewer.dicom.whole_header import WholeHeader
from viewer.model.hierarchy import FrameRef
from viewer.model.luts import ModalityLUT
from viewer.model.pixels import FrameFacts

_LOSSY_SYNTAXES = frozenset(f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 52, 53, 54, 55, 56))


def facts_of(header: WholeHeader, description: PixelDescription, frame: FrameAttributes, number_of_frames: int) -> FrameFacts:
    """All facts of a frame. Values that make no sense are left at their defaults."""
    top = header.data_set
    signed, is_grey = description.is_signed, description.samples_per_pixel == 1
    is_grey = is_grey and description.photometric_interpretation != "PALETTE COLOR"
    modality = modality_lut(frame, is_signed=signed) if is_grey else ModalityLUT()
    timing = frame_timing(top, frame.number)
    regions = ultrasound_regions(top)
    return FrameFacts(
        ref=FrameRef(top.code(0x00080018), frame.number),
        rows=description.rows,
        columns=description.columns,
        number_of_frames=number_of_frames,
        photometric_interpretation=description.photometric_interpretation,
        samples_per_pixel=description.samples_per_pixel,
        bits_allocated=description.bits_allocated,
        bits_stored=description.bits_stored,
        is_signed=signed,
        is_float=description.is_float,
        sop_class_uid=top.code(0x00080016),
        transfer_syntax_uid=header.transfer_syntax_uid,
        modality=top.code(0x00080060),
        modality_lut=modality,
        windows=windows(frame) if is_grey else (),
        voi_tables=voi_tables(frame, is_signed=_may_be_negative(modality, signed)) if is_grey else (),
        voi_function=voi_function(frame),
        presentation_lut=presentation_lut(top),
        padding=padding(top, is_signed=signed, bits_stored=description.bits_stored) if is_grey else None,
        geometry=geometry_of(frame, regions),
        frame_time_ms=timing.frame_time_ms,
        recommended_rate=timing.recommended_rate,
        is_lossy=_is_lossy(top, header.transfer_syntax_uid),
        lossy_ratio=top.code(0x00282112),
        attributes=corner_attributes(frame),
        playback=timing.playback,
        trim=timing.trim,
        shutters=shutters_of(frame),
        supplemental_palette=supplemental_palette(frame, is_signed=signed) if is_grey else None,
        real_world_maps=real_world_maps(frame, is_signed=signed, bits_stored=description.bits_stored) if is_grey else (),
        regions=regions,
        dimensions=dimensions_of(frame),
        tile=tile_place(frame, description),
    )


def _may_be_negative(modality: ModalityLUT, is_signed: bool) -> bool:
    """Whether the input of a VOI LUT can be negative: that decides how its first mapped value is read (PS3.3 C.11.2.1.1)."""
    if modality.table is not None:
        return False
    return is_signed or modality.intercept < 0


def _is_lossy(top: DataSet, transfer_syntax_uid: str) -> bool:
    """Lossy Image Compression (0028,2110), or a transfer syntax that cannot be anything else."""
    return top.code(0x00282110) == "01" or transfer_syntax_uid in _LOSSY_SYNTAXES or is_video(transfer_syntax_uid)
