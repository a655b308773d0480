"""What is wrong with a stack as a whole: slices missing, spacing uneven. Said in the view, for such a stack misleads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from viewer.model.display_set import DisplaySet
from viewer.model.hierarchy import Instance
from viewer.model.messages import Message, message

LEAST_SLICES = 4
SAME_PLACE = 0.01  # mm: frames of a time series that lie on one another
UNEVEN = 0.2  # share of the usual step


def stack_notes(display_set: DisplaySet, instances: Sequence[Instance]) -> tuple[Message, ...]:
    """Badges for a display set of single-frame instances with known positions; () for all others."""
    members = set(display_set.frames)
    distances = sorted(place for one in instances if one.first_frame in members and (place := _along_normal(one)) is not None)
    places = [b for a, b in zip([float("-inf"), *distances], distances, strict=False) if b - a > SAME_PLACE]
    if len(places) < LEAST_SLICES:
        return ()
    steps = [b - a for a, b in pairwise(places)]
    usual = median(steps)
    ratios = [step / usual for step in steps]
    if all(abs(ratio - 1) <= UNEVEN for ratio in ratios):
        return ()
    if all(round(ratio) >= 1 and abs(ratio - round(ratio)) <= UNEVEN for ratio in ratios):
        missing = sum(round(ratio) - 1 for ratio in ratios)
        return (message("Slices missing: {count}", count=missing),)
    return (message("Uneven slice spacing"),)


def _along_normal(instance: Instance) -> float | None:
    if instance.image_position is None or instance.image_orientation is None:
        return None
    (a, b, c, d, e, f), (x, y, z) = instance.image_orientation, instance.image_position
    return (b * f - c * e) * x + (c * d - a * f) * y + (a * e - b * d) * z
