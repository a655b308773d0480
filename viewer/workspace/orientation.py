"""The letters at the four edges of a picture: to which side of the patient that edge lies.

From the direction cosines of the frame (PS3.3 C.7.6.2.1.1), turned and mirrored with the view; from Patient Orientation (0020,0020)
where no cosines are known; none at all when neither is. The terms are those of PS3.3 C.7.6.1.1.1, for animals its QUADRUPED ones.
"""

from __future__ import annotations

from viewer.model.frozen import frozen
from viewer.model.geometry import FrameGeometry
from viewer.model.view import ViewPresentation

Vector = tuple[float, float, float]

BIPED = (("L", "R"), ("P", "A"), ("H", "F"))  # +x, -x; +y, -y; +z, -z
QUADRUPED = (("LE", "RT"), ("D", "V"), ("CR", "CD"))
MIN_COMPONENT = 0.05  # about 3°: less is noise of the gantry, not a direction anyone reads

_OPPOSITE = {"L": "R", "R": "L", "A": "P", "P": "A", "H": "F", "F": "H"}
_OPPOSITE_QUADRUPED = {
    "LE": "RT",
    "RT": "LE",
    "D": "V",
    "V": "D",
    "CR": "CD",
    "CD": "CR",
    "R": "CD",  # rostral: towards the nose, used on the head in place of cranial
    "M": "L",
    "L": "M",
    "PR": "DI",
    "DI": "PR",
    "PA": "D",
    "PL": "D",
}


@frozen
class EdgeLetters:
    """What to write at each edge; all empty when the orientation is unknown."""

    left: str = ""
    top: str = ""
    right: str = ""
    bottom: str = ""


NO_LETTERS = EdgeLetters()


def edge_letters(geometry: FrameGeometry, view: ViewPresentation) -> EdgeLetters:
    """The letters of a frame shown with `view`."""
    ends = _ends(geometry)
    if ends is None:
        return NO_LETTERS
    edges = list(ends)  # left, top, right, bottom of the unturned image
    if view.flip_horizontal:
        edges[0], edges[2] = edges[2], edges[0]
    if view.flip_vertical:
        edges[1], edges[3] = edges[3], edges[1]
    for _ in range(view.rotation % 360 // 90):
        edges = [edges[3], edges[0], edges[1], edges[2]]  # clockwise: what was at the bottom comes to the left
    return EdgeLetters(*edges)


def _ends(geometry: FrameGeometry) -> tuple[str, str, str, str] | None:
    if geometry.row_axis is not None and geometry.column_axis is not None:
        along, down = geometry.row_axis, geometry.column_axis
        quadruped = geometry.quadruped
        return (
            direction_letters(_negative(along), quadruped=quadruped),
            direction_letters(_negative(down), quadruped=quadruped),
            direction_letters(along, quadruped=quadruped),
            direction_letters(down, quadruped=quadruped),
        )
    if geometry.patient_orientation is None:
        return None
    along_terms = _terms(geometry.patient_orientation[0], quadruped=geometry.quadruped)
    down_terms = _terms(geometry.patient_orientation[1], quadruped=geometry.quadruped)
    if not along_terms or not down_terms:
        return None
    return (
        _join(_opposites(along_terms, quadruped=geometry.quadruped), quadruped=geometry.quadruped),
        _join(_opposites(down_terms, quadruped=geometry.quadruped), quadruped=geometry.quadruped),
        _join(along_terms, quadruped=geometry.quadruped),
        _join(down_terms, quadruped=geometry.quadruped),
    )


def direction_letters(direction: Vector, *, quadruped: bool = False) -> str:
    """Up to three terms for a direction in the patient, the strongest first: (1, 0, 0) is "L"."""
    pairs = QUADRUPED if quadruped else BIPED
    strongest = sorted(range(3), key=lambda axis: -abs(direction[axis]))
    terms = [pairs[axis][0 if direction[axis] > 0 else 1] for axis in strongest if abs(direction[axis]) >= MIN_COMPONENT]
    return _join(terms, quadruped=quadruped)


def _negative(direction: Vector) -> Vector:
    return -direction[0], -direction[1], -direction[2]


def _join(terms: list[str], *, quadruped: bool) -> str:
    return ("-" if quadruped else "").join(terms)


def _terms(value: str, *, quadruped: bool) -> list[str]:
    """The designators in one value of Patient Orientation; [] when it holds anything that is none."""
    known = _OPPOSITE_QUADRUPED if quadruped else _OPPOSITE
    text = "".join(char for char in value.upper() if char.isalpha())
    terms: list[str] = []
    while text:
        size = 2 if text[:2] in known and len(text[:2]) == 2 else 1
        if text[:size] not in known:
            return []
        terms.append(text[:size])
        text = text[size:]
    return terms[:3]


def _opposites(terms: list[str], *, quadruped: bool) -> list[str]:
    known = _OPPOSITE_QUADRUPED if quadruped else _OPPOSITE
    return [known[term] for term in terms]
