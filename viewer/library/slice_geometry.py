"""Where single-frame images lie relative to each other: shared orientation, position along the normal (PS3.3 C.7.6.2.1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from viewer.model.hierarchy import Instance
from viewer.model.messages import Message, message

Orientation = tuple[float, float, float, float, float, float]
Vector = tuple[float, float, float]

SAME_DIRECTION = 0.9995  # cosine; about 1.8 degrees
SAME_POSITION = 0.002  # mm; below the spacing of micro-CT, above the rounding of DS


def normal_of(orientation: Orientation) -> Vector:
    """Row axis × column axis."""
    a, b, c, d, e, f = orientation
    return (b * f - c * e, c * d - a * f, a * e - b * d)


def is_sound(orientation: Orientation | None) -> bool:
    """True when both axes are near unit length and at right angles; zeros and nonsense occur."""
    if orientation is None:
        return False
    a, b, c, d, e, f = orientation
    return abs(a * a + b * b + c * c - 1) < 0.05 and abs(d * d + e * e + f * f - 1) < 0.05 and abs(a * d + b * e + c * f) < 0.05


def same_orientation(one: Orientation, other: Orientation) -> bool:
    """True when both axes point the same way within about 2 degrees."""
    a, b, c, d, e, f = one
    u, v, w, x, y, z = other
    return a * u + b * v + c * w > SAME_DIRECTION and d * x + e * y + f * z > SAME_DIRECTION


def group_by_orientation(instances: Iterable[Instance]) -> list[tuple[Orientation | None, list[Instance]]]:
    """Groups in the order of their first image; None: no (sound) orientation."""
    groups: list[tuple[Orientation | None, list[Instance]]] = []
    exact: dict[Orientation | None, list[Instance]] = {}
    for instance in instances:
        orientation = instance.image_orientation if instance.image_position is not None else None
        members = exact.get(orientation)
        if members is None:
            kept = orientation if is_sound(orientation) else None
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
    x, y, z = normal_of(orientation)
    depths = []
    for instance in instances:
        position = instance.image_position or (0.0, 0.0, 0.0)
        depths.append(position[0] * x + position[1] * y + position[2] * z)
    order = sorted(range(len(depths)), key=depths.__getitem__)
    ranks = [0] * len(depths)
    rank, last = -1, None
    for index in order:
        if last is None or depths[index] - last > SAME_POSITION:
            rank += 1
        last = depths[index]
        ranks[index] = rank
    return ranks


_PLANES = (message("sagittal"), message("coronal"), message("axial"))


def plane_name(orientation: Orientation | None) -> Message:
    """Axial, coronal, sagittal or oblique."""
    if orientation is None:
        return message("unknown orientation")
    normal = [abs(part) for part in normal_of(orientation)]
    axis = max(range(3), key=normal.__getitem__)
    return _PLANES[axis] if normal[axis] > 0.97 else message("oblique")
