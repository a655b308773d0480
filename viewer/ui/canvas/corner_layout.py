"""What of the corner text has room in a small viewport, and how much of its middle belongs to other things."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from viewer.model.frozen import frozen
from viewer.workspace.corner_text import CornerLine

WIDEST, BESIDE = 760, 24  # of a text
ABOVE, ABOVE_IF_SMALL = 76, 44


@frozen
class Band:
    """From `top` to `bottom` nothing else may be within `half` of the middle; all in the widget's units."""

    top: float
    bottom: float
    half: float


def clearance(bands: Sequence[Band], top: float, bottom: float, least: float) -> float:
    """How far from the middle a line between `top` and `bottom` has to stay, at least `least`."""
    return max((band.half for band in bands if band.top < bottom and band.bottom > top), default=least)


def lines_with_room(lines: Sequence[CornerLine], count: int) -> tuple[CornerLine, ...]:
    """The `count` most important lines in their order: warnings before all, then by rank, then the upper ones."""
    ranked = sorted(range(len(lines)), key=lambda place: (not lines[place].is_warning, -lines[place].rank, place))
    kept = set(ranked[: max(count, 1)])
    return tuple(line for place, line in enumerate(lines) if place in kept)


def document_place(width: int, height: int, px: Callable[[float], int]) -> tuple[int, int, int, int]:
    """Left, top, width and height of a text in place of the picture: below the corner text, or the first line of it."""
    wide = min(width - 2 * min(BESIDE, width // 20), px(WIDEST))
    above = px(ABOVE if height >= 4 * px(ABOVE) else ABOVE_IF_SMALL)
    return (width - wide) // 2, above, wide, max(height - 2 * above, 40)
