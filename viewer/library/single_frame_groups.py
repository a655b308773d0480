"""Enhanced images of one frame, a file each: what sorts them is in their functional groups, which a scan does not read otherwise.

Only asked for where the plain attributes are absent, so that an ordinary file costs nothing (PS3.3 C.7.6.16).
"""

from __future__ import annotations

from dataclasses import replace

from viewer.dicom.data_set import DataSet
from viewer.dicom.frame_attributes import FrameAttributes, frame_attributes
from viewer.dicom.pixel_geometry import PIXEL_MEASURES, geometry_of, pair
from viewer.dicom.whole_header import read_whole_header
from viewer.model.errors import NegatoscopeError
from viewer.model.hierarchy import Instance

_ROOT = "1.2.840.10008.5.1.4.1.1."
_WITH_GROUPS = frozenset(
    _ROOT + end
    for end in (
        "2.1", "2.2", "4.1", "4.3", "4.4", "6.2", "13.1.1", "13.1.2", "13.1.3", "13.1.4", "13.1.5", "30", "66.4", "77.1.5.4",
        "128.1", "130",
    )
)  # fmt: skip
_CONTENT, _ECHO, _DIFFUSION, _CARDIAC = 0x00209111, 0x00189114, 0x00189117, 0x00189118
_BEYOND = 1e6


def with_groups(instance: Instance) -> Instance:
    """`instance` with place, spacing and times out of its functional groups, when it is one frame and says no place elsewhere."""
    if instance.number_of_frames != 1 or instance.image_position is not None or instance.sop_class_uid not in _WITH_GROUPS:
        return instance
    try:
        frame = frame_attributes(read_whole_header(instance.path).data_set, 1)
    except NegatoscopeError:
        return instance  # whoever opens it is told
    if frame.own is None and frame.shared is None:
        return instance
    return _timed(_placed(instance, frame), frame)


def _placed(instance: Instance, frame: FrameAttributes) -> Instance:
    geometry = geometry_of(frame)
    axes = (geometry.row_axis, geometry.column_axis)
    return replace(
        instance,
        image_position=geometry.position,
        image_orientation=instance.image_orientation or (axes[0] + axes[1] if axes[0] and axes[1] else None),
        pixel_spacing=instance.pixel_spacing or pair(frame.holder(PIXEL_MEASURES, 0x00280030), 0x00280030),
        slice_thickness=instance.slice_thickness or geometry.slice_thickness,
    )


def _timed(instance: Instance, frame: FrameAttributes) -> Instance:
    """Times, echo and b-value: what tells images at one place apart."""
    content = frame.macro(_CONTENT)
    at = content.code(0x00189074) if content is not None else ""
    return replace(
        instance,
        acquisition_time=at[8:] or instance.acquisition_time,
        temporal_position=_first(instance.temporal_position, content, 0x00209128, b"UL"),
        trigger_time=_first(instance.trigger_time, frame.macro(_CARDIAC), 0x00209153),
        echo_time=_first(instance.echo_time, frame.macro(_ECHO), 0x00189082),
        b_value=_first(instance.b_value, frame.macro(_DIFFUSION), 0x00189087),
    )


def _first(known: float | None, group: DataSet | None, tag: int, vr: bytes = b"FD") -> float | None:
    """What is known, else the number in a functional group."""
    if known is not None or group is None:
        return known
    value = group.number(tag, vr)
    return value if value is not None and 0 <= value < _BEYOND else None
