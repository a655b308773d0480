"""HOW a picture is framed and HOW data become light. With WHAT is shown (a FrameRef) three values that are never merged."""

from __future__ import annotations

from enum import StrEnum

from viewer.model.frozen import frozen
from viewer.model.luts import VOIFunction


@frozen
class ViewPresentation:
    """HOW it is framed.

    `zoom` is screen pixels per image pixel along a row, None = fit to the viewport. `pan` is the image point (column, row) at the
    centre of the viewport minus the image's centre, in image pixels. Order of application: flip, then rotate clockwise.
    """

    zoom: float | None = None
    pan: tuple[float, float] = (0.0, 0.0)
    rotation: int = 0  # degrees clockwise: 0, 90, 180, 270
    flip_horizontal: bool = False
    flip_vertical: bool = False
    smooth: bool = True


@frozen
class DataPresentation:
    """HOW data become light. `center` and `width` None = not decided yet (the first frame decides).

    `voi_table` selects one of the frame's VOI tables instead of the window; `preset` names what chose the window ("" = by hand).
    """

    center: float | None = None
    width: float | None = None
    function: VOIFunction = VOIFunction.LINEAR
    voi_table: int | None = None
    inverted: bool = False
    preset: str = ""


class OverlayLevel(StrEnum):
    """What is written over the picture; O steps through them."""

    ALL = "all"
    NO_PATIENT = "no_patient"
    NONE = "none"
