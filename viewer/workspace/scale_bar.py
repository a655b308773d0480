"""The length bar at the bottom of a picture whose pixel spacing is known."""

from __future__ import annotations

import math

from viewer.model.frozen import frozen
from viewer.model.geometry import FrameGeometry, SpacingSource
from viewer.model.messages import Message, message
from viewer.workspace.view_geometry import ViewGeometry

STEPS = (1.0, 2.0, 5.0)
ESTIMATED = frozenset({SpacingSource.IMAGER, SpacingSource.IMAGER_MAGNIFIED, SpacingSource.NOMINAL_SCANNED})


@frozen
class ScaleBar:
    """`length` in widget units stands for `millimetres`; `divisions` ticks between its ends."""

    length: float
    millimetres: float
    divisions: int
    label: Message


def scale_bar(view: ViewGeometry, frame: FrameGeometry, max_share: float = 0.3) -> ScaleBar | None:
    """The longest round length that takes at most `max_share` of the viewport's width; None when the spacing is not known."""
    per_unit = millimetres_per_unit(view, frame)
    if per_unit is None:
        return None
    limit = view.width * max_share * per_unit
    if not math.isfinite(limit) or limit <= 0:
        return None
    power = 10.0 ** math.floor(math.log10(limit))
    step = max((one for one in STEPS if one * power <= limit * (1 + 1e-9)), default=1.0)
    millimetres = step * power
    divisions = 4 if step == 2.0 else 5
    return ScaleBar(millimetres / per_unit, millimetres, divisions, _label(millimetres, frame.spacing_source))


def millimetres_per_unit(view: ViewGeometry, frame: FrameGeometry) -> float | None:
    """Millimetres in the patient for one widget unit across the screen."""
    if frame.spacing is None or frame.spacing_source is SpacingSource.NONE:
        return None
    columns, rows = view.image_vector(1.0, 0.0)
    per_unit = math.hypot(columns * frame.spacing[1], rows * frame.spacing[0])
    return per_unit if math.isfinite(per_unit) and per_unit > 0 else None


def _label(millimetres: float, source: SpacingSource) -> Message:
    estimated = source in ESTIMATED
    if millimetres >= 10:
        number = f"{millimetres / 10:g}"
        return message("{number} cm (estimated)", number=number) if estimated else message("{number} cm", number=number)
    if millimetres < 0.1 and not estimated:
        return message("{number} µm", number=f"{millimetres * 1000:g}")
    number = f"{millimetres:g}"
    return message("{number} mm (estimated)", number=number) if estimated else message("{number} mm", number=number)
