"""Sequence of Ultrasound Regions (0018,6011): which part of the image has which scale (PS3.3 C.8.5.5)."""

from __future__ import annotations

from viewer.dicom.data_set import DataSet
from viewer.model.ultrasound import UltrasoundRegion

REGIONS = 0x00186011
MAX_REGIONS = 256


def ultrasound_regions(top: DataSet) -> tuple[UltrasoundRegion, ...]:
    """The regions in file order; those without an area are left out."""
    if REGIONS not in top:
        return ()
    found = [_region(item) for item, _ in zip(top.items(REGIONS), range(MAX_REGIONS), strict=False)]
    return tuple(region for region in found if region is not None)


def _region(item: DataSet) -> UltrasoundRegion | None:
    bounds = [item.integer(tag, b"UL") for tag in (0x00186018, 0x0018601A, 0x0018601C, 0x0018601E)]
    left, top, right, bottom = (-1 if value is None else value for value in bounds)
    if left < 0 or top < 0 or right < left or bottom < top:
        return None
    baseline = item.integer(0x00186020, b"SL"), item.integer(0x00186022, b"SL")
    return UltrasoundRegion(
        left,
        top,
        right,
        bottom,
        spatial_format=item.integer(0x00186012) or 0,
        data_type=item.integer(0x00186014) or 0,
        units=(item.integer(0x00186024) or 0, item.integer(0x00186026) or 0),
        deltas=(item.number(0x0018602C, b"FD") or 0.0, item.number(0x0018602E, b"FD") or 0.0),
        reference_pixel=None if baseline[0] is None or baseline[1] is None else (baseline[0], baseline[1]),
        reference_value=(item.number(0x00186028, b"FD") or 0.0, item.number(0x0018602A, b"FD") or 0.0),
    )
