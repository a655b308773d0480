"""The study doctor: what is odd about the slices of a stack, and what that means for measuring and for 3D. Pure functions.

Positions and orientations as PS3.3 C.7.6.2.1.1 has them. A finding is told when it would mislead somebody who measures along the
stack, reformats it or builds a volume; the images themselves are shown as they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from viewer.library.slice_geometry import same_orientation
from viewer.model.frozen import frozen
from viewer.model.hierarchy import Instance
from viewer.model.messages import Message, message
from viewer.model.planes import Orientation, Vector, dot, normal_to, unit_orientation

SAME_PLACE = 0.002  # mm
TILT_DEGREES = 0.5
UNEVEN_SHARE = 0.05  # of the usual step
UNEVEN_MM = 0.02  # rounding of DS
FEWEST = 3  # slices, to speak of a spacing
_Placed = tuple[float, "Slice"]  # mm along the normal
_SECTIONAL = ("CT", "MR", "PT", "NM")


class FindingKind(StrEnum):
    """What the doctor knows. The values are the keys of ``check --json``."""

    GANTRY_TILT = "gantry_tilt"
    GAPS = "gaps"
    UNEVEN_SPACING = "uneven_spacing"
    DUPLICATES = "duplicate_positions"
    REVERSED = "reversed"
    MIXED_DIRECTIONS = "mixed_directions"
    MIXED_ORIENTATIONS = "mixed_orientations"
    MIXED_SIZES = "mixed_sizes"
    MIXED_SPACING = "mixed_pixel_spacing"
    MIXED_FRAMES_OF_REFERENCE = "mixed_frames_of_reference"
    MISSING_POSITIONS = "missing_positions"
    NO_PIXEL_SPACING = "no_pixel_spacing"
    SLICE_GAPS = "space_between_slices"
    OVERLAP = "overlapping_slices"
    SAME_UID = "other_content_under_one_uid"


@frozen
class Finding:
    """One thing found: what it is, what it means, and whether it may mislead (else it is only good to know)."""

    kind: FindingKind
    text: Message
    meaning: Message
    is_warning: bool = True


@frozen
class Slice:
    """What the doctor looks at: one single-frame image, or one frame. Lengths in mm; the axes are unit vectors.

    `run` is the frame's place in the dimensions that are not space (time, echo ...): a place may come again in another run.
    """

    position: Vector | None = None
    orientation: Orientation | None = None
    number: int | None = None
    size: tuple[int, int] = (0, 0)
    pixel_spacing: tuple[float, float] | None = None
    thickness: float | None = None
    frame_of_reference_uid: str = ""
    run: tuple[tuple[str, int], ...] = ()


def slice_of(instance: Instance) -> Slice:
    """A single-frame instance as the doctor sees it."""
    return Slice(
        instance.image_position,
        unit_orientation(instance.image_orientation),
        instance.instance_number,
        (instance.columns, instance.rows),
        instance.pixel_spacing,
        instance.slice_thickness,
        instance.frame_of_reference_uid,
    )


def examine(slices: Sequence[Slice], modality: str) -> tuple[Finding, ...]:
    """Findings of one stack, worst first. The order of `slices` does not matter."""
    found = [*_mixtures(slices), *_missing(slices, modality)]
    placed = [one for one in slices if one.position is not None and one.orientation is not None]
    orientations = _orientations(placed)
    if len(orientations) == 1 and len(placed) >= 2:
        found.extend(_along(placed, orientations[0]))
    return tuple(sorted(found, key=lambda one: not one.is_warning))


# What differs, what lacks


def _orientations(slices: Sequence[Slice]) -> list[Orientation]:
    found: list[Orientation] = []
    for orientation in dict.fromkeys(one.orientation for one in slices):
        if orientation is not None and not any(same_orientation(orientation, known) for known in found):
            found.append(orientation)
    return found


def _mixtures(slices: Sequence[Slice]) -> list[Finding]:
    found = []
    orientations = len(_orientations(slices))
    if orientations > 1:
        found.append(
            Finding(
                FindingKind.MIXED_ORIENTATIONS,
                message("The slices lie in {number} different orientations.", number=orientations),
                message("They make no volume; distances from slice to slice mean nothing."),
            )
        )
    sizes = {one.size for one in slices}
    if len(sizes) > 1:
        found.append(
            Finding(
                FindingKind.MIXED_SIZES,
                message("The images have {number} different sizes.", number=len(sizes)),
                message("They make no volume; the same place on two of them is another point of the body."),
            )
        )
    spacings = {_rounded(one.pixel_spacing) for one in slices if one.pixel_spacing is not None}
    if len(spacings) > 1:
        found.append(
            Finding(
                FindingKind.MIXED_SPACING,
                message("The pixel spacing differs from image to image ({number} values).", number=len(spacings)),
                message("Each image is measured with its own spacing; a volume must be resampled first."),
            )
        )
    frames = {one.frame_of_reference_uid for one in slices if one.frame_of_reference_uid}
    if len(frames) > 1:
        found.append(
            Finding(
                FindingKind.MIXED_FRAMES_OF_REFERENCE,
                message("The slices belong to {number} frames of reference.", number=len(frames)),
                message("Their positions cannot be compared: the patient may have moved between them."),
            )
        )
    return found


def _rounded(spacing: tuple[float, float]) -> tuple[float, float]:
    return round(spacing[0], 4), round(spacing[1], 4)


def _missing(slices: Sequence[Slice], modality: str) -> list[Finding]:
    if modality not in _SECTIONAL:
        return []
    found = []
    without = sum(1 for one in slices if one.position is None or one.orientation is None)
    if without:
        found.append(
            Finding(
                FindingKind.MISSING_POSITIONS,
                message("Images that do not say where they lie: {number}.", number=without),
                message("They are sorted by number; they cannot be part of a volume, and have no orientation letters."),
            )
        )
    spaceless = sum(1 for one in slices if one.pixel_spacing is None)
    if spaceless:
        found.append(
            Finding(
                FindingKind.NO_PIXEL_SPACING,
                message("Images that state no pixel spacing: {number}.", number=spaceless),
                message("Lengths on them can only be given in pixels."),
            )
        )
    return found


# Along the stack


def _along(slices: Sequence[Slice], orientation: Orientation) -> list[Finding]:
    """Findings of slices that share an orientation: spacing, tilt, order."""
    normal = normal_to(orientation)
    ordered = sorted(((dot(_known(one), normal), one) for one in slices), key=lambda pair: pair[0])
    places = _places(ordered)
    runs = _runs(ordered)
    found = _duplicates(sum(len(run) - len(_places(run)) for run in runs), len(places))
    if len(places) >= FEWEST:
        steps = _steps(places)
        found += _spacing(steps) or next((gaps for run in runs if (gaps := _gaps_of_run(run, steps))), [])
        found += _tilt([_known(one) for _, one in places], orientation)
        found += _thickness(steps, [one.thickness for _, one in places])
    found += _numbering([one.number for _, one in ordered]) if len(places) == len(slices) else []
    return found


def _places(ordered: Sequence[_Placed]) -> list[_Placed]:
    """The first slice at each place along the normal."""
    found = [ordered[0]]
    for pair in ordered[1:]:
        if pair[0] - found[-1][0] > SAME_PLACE:
            found.append(pair)
    return found


def _steps(places: Sequence[_Placed]) -> list[float]:
    return [b[0] - a[0] for a, b in pairwise(places)]


def _runs(ordered: Sequence[_Placed]) -> list[list[_Placed]]:
    """The slices of each time, echo ... by themselves."""
    found: dict[tuple[tuple[str, int], ...], list[_Placed]] = {}
    for pair in ordered:
        found.setdefault(pair[1].run, []).append(pair)
    return list(found.values())


def _gaps_of_run(run: Sequence[_Placed], steps: Sequence[float]) -> list[Finding]:
    """Slices that one run lacks where others have them: all of them together lie evenly, with `steps`."""
    own = _steps(_places(run))
    return _spacing([*own, *steps]) if len(own) + 1 >= FEWEST and len(own) < len(steps) else []


def _known(one: Slice) -> Vector:
    return one.position or (0.0, 0.0, 0.0)


def _duplicates(repeated: int, places: int) -> list[Finding]:
    if repeated <= 0 or places < 2:
        return []
    return [
        Finding(
            FindingKind.DUPLICATES,
            message("Images at a position that another image has too: {number}.", number=repeated),
            message("Scrolling stays at one place; a volume can take only one image for each position."),
        )
    ]


def _spacing(steps: Sequence[float]) -> list[Finding]:
    """Slices that lack in an even stack, or uneven spacing."""
    usual = _usual(steps)
    allowed = max(usual * UNEVEN_SHARE, UNEVEN_MM)
    if all(abs(step - usual) <= allowed for step in steps):
        return []
    times = [step / usual for step in steps]
    if all(round(one) >= 1 and abs(one - round(one)) * usual <= allowed * max(round(one), 1) for one in times):
        missing = sum(round(one) - 1 for one in times)
        return [
            Finding(
                FindingKind.GAPS,
                message("Slices seem to be missing: {number}.", number=missing),
                message("A volume has holes there; heights and volumes that count slices come out too small."),
            )
        ]
    return [
        Finding(
            FindingKind.UNEVEN_SPACING,
            message("The slices are unevenly spaced: {low} to {high} mm.", low=_mm(min(steps)), high=_mm(max(steps))),
            message("3D must resample them; volumes that count slices are wrong."),
        )
    ]


def _usual(values: Sequence[float]) -> float:
    """The median; the lower one of two: a gap is never the usual step."""
    return sorted(values)[(len(values) - 1) // 2]


def _mm(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _tilt(positions: Sequence[Vector], orientation: Orientation) -> list[Finding]:
    """The angle between the way from first to last slice and the normal, when all steps go that way (gantry tilt)."""
    first, last = positions[0], positions[-1]
    way = (last[0] - first[0], last[1] - first[1], last[2] - first[2])
    length = math.sqrt(dot(way, way))
    along = dot(way, normal_to(orientation))
    if length <= 0 or abs(along) <= 0:
        return []
    degrees = math.degrees(math.acos(min(abs(along) / length, 1.0)))
    if degrees < TILT_DEGREES:
        return []
    return [
        Finding(
            FindingKind.GANTRY_TILT,
            message("The slices are shifted against each other by {degrees}° (gantry tilt).", degrees=f"{degrees:.1f}"),
            message("Measures within a slice are right. A volume must be sheared first, or reformats and 3D come out slanted."),
        )
    ]


def _thickness(steps: Sequence[float], thicknesses: Sequence[float | None]) -> list[Finding]:
    known = [one for one in thicknesses if one]
    if not known:
        return []
    usual, thickness = _usual(steps), _usual(known)
    if usual > thickness * 1.1:
        return [
            Finding(
                FindingKind.SLICE_GAPS,
                message(
                    "{gap} mm between slices of {thickness} mm are not imaged.",
                    gap=_mm(usual - thickness),
                    thickness=_mm(thickness),
                ),
                message("What lies between two slices is made up in reformats and 3D."),
                is_warning=False,
            )
        ]
    if usual < thickness * 0.9:
        return [
            Finding(
                FindingKind.OVERLAP,
                message("Slices of {thickness} mm lie {step} mm apart: they overlap.", thickness=_mm(thickness), step=_mm(usual)),
                message("Good for 3D. Volumes must be computed with the distance, not with the thickness."),
                is_warning=False,
            )
        ]
    return []


def _numbering(numbers: Sequence[int | None]) -> list[Finding]:
    """`numbers` in the order of positions."""
    known = [number for number in numbers if number is not None]
    if len(known) < FEWEST or len(known) < len(numbers):
        return []
    up = sum(1 for a, b in pairwise(known) if b > a)
    down = sum(1 for a, b in pairwise(known) if b < a)
    if up and down:
        return [
            Finding(
                FindingKind.MIXED_DIRECTIONS,
                message("The image numbers go up and down along the stack."),
                message("The images are shown by position. Programs that sort by number show them jumbled."),
            )
        ]
    if down and not up:
        return [
            Finding(
                FindingKind.REVERSED,
                message("The images are numbered against the direction of their positions."),
                message("The images are shown by position. Programs that sort by number show them the other way round."),
                is_warning=False,
            )
        ]
    return []
