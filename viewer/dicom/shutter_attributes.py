"""Display Shutter, Bitmap Display Shutter and their functional group (PS3.3 C.7.6.11, C.7.6.15, C.7.6.16.2.16)."""

from __future__ import annotations

from viewer.dicom.data_set import DataSet
from viewer.dicom.frame_attributes import FrameAttributes
from viewer.model.shutters import CircularShutter, PolygonalShutter, RectangularShutter, Shutters

_SHAPE, _FRAME_SHUTTER, _OVERLAY_GROUP = 0x00181600, 0x00189472, 0x00181623
MAX_VERTICES = 100_000


def shutters_of(frame: FrameAttributes) -> Shutters | None:
    """The shutters of a frame; None where it has none."""
    holder = frame.holder(_FRAME_SHUTTER, _SHAPE)
    if _SHAPE not in holder:
        return None
    return shutters_in(holder)


def shutters_in(holder: DataSet) -> Shutters | None:
    """The shutters that a data set states; None where it states none that makes sense."""
    shapes = holder.codes(_SHAPE)
    rectangle = _rectangle(holder) if "RECTANGULAR" in shapes else None
    circle = _circle(holder) if "CIRCULAR" in shapes else None
    polygon = _polygon(holder) if "POLYGONAL" in shapes else None
    group = (holder.integer(_OVERLAY_GROUP) or 0) if "BITMAP" in shapes else 0
    if rectangle is None and circle is None and polygon is None and not group:
        return None
    lab = holder.numbers(0x00181624, b"US")
    colour = (int(lab[0]), int(lab[1]), int(lab[2])) if len(lab) == 3 else None
    return Shutters(rectangle, circle, polygon, group, holder.integer(0x00181622) or 0, colour)


def _rectangle(holder: DataSet) -> RectangularShutter | None:
    edges = [holder.integer(tag, b"IS") for tag in (0x00181602, 0x00181604, 0x00181606, 0x00181608)]
    left, right, upper, lower = (edge - 1 if edge is not None else None for edge in edges)
    if left is None or right is None or upper is None or lower is None or right < left or lower < upper:
        return None
    return RectangularShutter(left, right, upper, lower)


def _circle(holder: DataSet) -> CircularShutter | None:
    center, radius = holder.numbers(0x00181610, b"IS"), holder.integer(0x00181612, b"IS")
    if len(center) != 2 or radius is None or radius <= 0:
        return None
    return CircularShutter((int(center[0]) - 1, int(center[1]) - 1), radius)


def _polygon(holder: DataSet) -> PolygonalShutter | None:
    values = [int(value) - 1 for value in holder.numbers(0x00181620, b"IS")[: 2 * MAX_VERTICES]]
    if len(values) < 6:
        return None
    return PolygonalShutter(tuple(zip(values[::2], values[1::2], strict=False)))
