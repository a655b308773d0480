"""Where single-frame images lie relative to each other: shared orientation, position along the normal (PS3.3 C.7.6.2.1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from viewer.model.hierarchy import Instance
from viewer.model.planes import Orientation, dot, normal_to, unit_orientation

SAME_DIRECTION = 0.9995  # cosine; about 1.8 degrees
SAME_POSITION = 0.002  # mm; below the spacing of micro-CT, above the rounding of DS


def same_orientation(one: Orientation, other: Orientation) -> bool:
    """True when both axes point the same way within about 2 degrees."""
    return dot(one[:3], other[:3]) > SAME_DIRECTION and dot(one[3:], other[3:]) > SAME_DIRECTION


def group_by_orientation(instances: Iterable[Instance]) -> list[tuple[Orientation | None, list[Instance]]]:
    """Groups in the order of their first image, with its orientation as unit vectors; None: no (sound) orientation."""
    groups: list[tuple[Orientation | None, list[Instance]]] = []
    exact: dict[Orientation | None, list[Instance]] = {}
    for instance in instances:
        orientation = instance.image_orientation if instance.image_position is not None else None
        members = exact.get(orientation)
        if members is None:
            kept = unit_orientation(orientation)
            members = next((found for known, found in groups if _belongs(kept, known)), None)
            if members is None:
                members = []
                groups.append((kept, members))
            exact[orientation] = members
        members.append(instance)
    return groups


def _belongs(one: Orientation | None, known: Orientation | None) -> bool:
    if one is None or known is None:
        return one is known
    return same_orientation(one, known)


def positions_along_normal(instances: Sequence[Instance], orientation: Orientation) -> list[int]:
    """For each image the rank of its position along the normal; images at one place share a rank."""
    normal = normal_to(orientation)
    depths = [dot(instance.image_position or (0.0, 0.0, 0.0), normal) for instance in instances]
    order = sorted(range(len(depths)), key=depths.__getitem__)
    ranks = [0] * len(depths)
    rank, last = -1, None
    for index in order:
        if last is None or depths[index] - last > SAME_POSITION:
            rank += 1
        last = depths[index]
        ranks[index] = rank
    return ranks
