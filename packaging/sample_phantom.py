"""A head that nobody has: which tissue is at a point in patient space, and what CT and MR see of it.

Coordinates are patient millimetres in DICOM's system (x to the left, y to the back, z to the head; PS3.3 C.7.6.2.1.1), the middle
of the brain near the origin. Left and right differ on purpose: the left ventricle is wider, a bleeding sits on the left, and a
letter R of lead stands beside the right temple.
"""

from __future__ import annotations

from enum import IntEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Tissue(IntEnum):
    AIR = 0
    SKIN = 1
    FAT = 2
    MUSCLE = 3
    CORTICAL_BONE = 4
    SPONGY_BONE = 5
    FLUID = 6
    GREY = 7
    WHITE = 8
    FALX = 9
    CALCIFICATION = 10
    BLEEDING = 11
    OEDEMA = 12
    LENS = 13
    VITREOUS = 14
    DISC = 15
    FOAM = 16
    SHELL = 17
    PLASTIC = 18
    LEAD = 19
    ROD_FAT = 20
    ROD_WATER = 21
    ROD_50 = 22
    ROD_100 = 23
    ROD_200 = 24
    ROD_800 = 25


# (Hounsfield units, signal in a T1-weighted image)
_SEEN = {
    Tissue.AIR: (-1000, 0),
    Tissue.SKIN: (40, 420),
    Tissue.FAT: (-95, 1050),
    Tissue.MUSCLE: (55, 380),
    Tissue.CORTICAL_BONE: (1250, 30),
    Tissue.SPONGY_BONE: (620, 560),
    Tissue.FLUID: (6, 130),
    Tissue.GREY: (38, 430),
    Tissue.WHITE: (27, 600),
    Tissue.FALX: (62, 300),
    Tissue.CALCIFICATION: (180, 200),
    Tissue.BLEEDING: (70, 720),
    Tissue.OEDEMA: (17, 330),
    Tissue.LENS: (85, 350),
    Tissue.VITREOUS: (8, 150),
    Tissue.DISC: (90, 260),
    Tissue.FOAM: (-930, 0),
    Tissue.SHELL: (140, 0),
    Tissue.PLASTIC: (25, 0),
    Tissue.LEAD: (2800, 0),
    Tissue.ROD_FAT: (-100, 0),
    Tissue.ROD_WATER: (0, 0),
    Tissue.ROD_50: (50, 0),
    Tissue.ROD_100: (100, 0),
    Tissue.ROD_200: (200, 0),
    Tissue.ROD_800: (800, 0),
}
HOUNSFIELD = np.array([_SEEN[one][0] for one in Tissue], dtype=np.float64)
T1_SIGNAL = np.array([_SEEN[one][1] for one in Tissue], dtype=np.float64)

# Rods of known density in the bar below the head, from the patient's right to the left: x in mm.
RODS = {-55: Tissue.ROD_FAT, -33: Tissue.ROD_WATER, -11: Tissue.ROD_50, 11: Tissue.ROD_100, 33: Tissue.ROD_200, 55: Tissue.ROD_800}
ROD_Y = 113.0
ROD_RADIUS = 6.0
BLEEDING_AT = (38.0, 4.0, 27.0)

_LETTER_R = ("1111.", "1...1", "1...1", "1111.", "1.1..", "1..1.", "1...1")


def _waves(seed: int, wavelength: float, count: int = 14) -> list[tuple[Array, float]]:
    """Plane waves of one length in random directions: their sum winds like the folds of a brain."""
    random = np.random.default_rng(seed)
    directions = random.normal(size=(count, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return [
        (2 * np.pi / wavelength * one, float(phase)) for one, phase in zip(directions, random.uniform(0, 6.28, count), strict=True)
    ]


_FOLDS = _waves(7, 25.0)
_DRIFT = _waves(11, 90.0, 6)


def _sum(waves: list[tuple[Array, float]], x: Array, y: Array, z: Array) -> Array:
    total = np.zeros(np.broadcast(x, y, z).shape)
    for direction, phase in waves:
        total += np.sin(direction[0] * x + direction[1] * y + direction[2] * z + phase)
    return total / np.sqrt(len(waves))


def _ellipsoid(x: Array, y: Array, z: Array, centre: tuple[float, float, float], radii: tuple[float, float, float]) -> Mask:
    parts = ((x - centre[0]) / radii[0]) ** 2 + ((y - centre[1]) / radii[1]) ** 2 + ((z - centre[2]) / radii[2]) ** 2
    return np.asarray(parts < 1)


def _near_path(x: Array, y: Array, z: Array, path: tuple[tuple[float, float, float, float], ...]) -> Mask:
    """Points within the radius (4th number, changing along the way) of a path of straight pieces."""
    found = np.zeros(np.broadcast(x, y, z).shape, dtype=bool)
    for (ax, ay, az, ar), (bx, by, bz, br) in pairwise(path):
        dx, dy, dz = bx - ax, by - ay, bz - az
        along = np.clip(((x - ax) * dx + (y - ay) * dy + (z - az) * dz) / (dx * dx + dy * dy + dz * dz), 0, 1)
        distance = (x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2 + (z - az - along * dz) ** 2
        found |= distance < (ar + along * (br - ar)) ** 2
    return found


def tissue(x: Array, y: Array, z: Array) -> NDArray[np.uint8]:
    """Which tissue is at points (mm); `x`, `y`, `z` are broadcast against each other."""
    x, y, z = np.broadcast_arrays(x, y, z)
    drift = _sum(_DRIFT, x, y, z)
    depth = _depth_below_skin(x, y, z) + 0.7 * drift
    found = np.zeros(x.shape, dtype=np.uint8)
    _support(found, x, y, z, depth)
    inside = depth > 0
    found[inside] = Tissue.FAT
    found[inside & (depth < 2.2)] = Tissue.SKIN
    _neck_and_face(found, x, y, z, depth)
    braincase = _braincase(x, y, z) * 70 + 0.6 * drift
    found[braincase > -7.5] = Tissue.CORTICAL_BONE
    diploe = (braincase > -5.4 + 0.8 * drift) & (braincase < -2.3) & (z > -25)
    found[diploe] = Tissue.SPONGY_BONE
    _base_of_skull(found, x, y, z)
    brain = braincase > 0
    _brain(found, x, y, z, brain, braincase)
    _spine(found, x, y, z)
    return found


def _braincase(x: Array, y: Array, z: Array) -> Array:
    """1 in the middle, 0 at the inner table of the skull, negative outside."""
    width = 60 * (1 + 0.09 * y / 80)
    height = np.where(z > 0, 74.0, 55.0 + 9 * np.tanh(y / 25))
    return np.asarray(1 - np.sqrt((x / width) ** 2 + (np.abs(y) / 78) ** 2.2 + (z / height) ** 2))


def _depth_below_skin(x: Array, y: Array, z: Array) -> Array:
    """Roughly the millimetres to the surface, negative outside."""
    head = (_braincase(x, y, z) + 0.165) * 78
    face = (1 - np.sqrt((x / 44) ** 2 + ((y + 38) / 58) ** 2 + ((z + 62) / 58) ** 2)) * 50
    nose = (1 - np.sqrt((x / 12) ** 2 + ((y + 88) / 16) ** 2 + ((z + 60) / 25) ** 2)) * 6
    neck = np.where(z < -40, (1 - np.sqrt((x / 56) ** 2 + ((y - 16) / 62) ** 2)) * 50, -50)
    return np.asarray(np.maximum.reduce([head, face, nose, neck]))


def _support(found: NDArray[np.uint8], x: Array, y: Array, z: Array, depth: Array) -> None:
    """Headrest, the bar with rods of known density, the letter of lead."""
    ring = np.sqrt((x / 84) ** 2 + ((y - 4) / 98) ** 2)
    cup = (y > 18) & (z < 75)
    found[cup & (ring < 1)] = Tissue.FOAM
    found[cup & (ring >= 1) & (ring < 1.028)] = Tissue.SHELL
    bar = (np.abs(x) < 72) & (np.abs(y - ROD_Y) < 9.5)
    found[bar] = Tissue.PLASTIC
    for place, rod in RODS.items():
        found[(x - place) ** 2 + (y - ROD_Y) ** 2 < ROD_RADIUS**2] = rod
    column = np.floor((x + 92) / 2.2).astype(int)
    row = np.floor((y + 78) / 2.2).astype(int)
    for r, line in enumerate(_LETTER_R):
        for c, mark in enumerate(line):
            if mark == "1":
                found[(row == r) & (column == c) & (depth < 0) & (z > -20) & (z < 60)] = Tissue.LEAD


def _neck_and_face(found: NDArray[np.uint8], x: Array, y: Array, z: Array, depth: Array) -> None:
    found[(depth > 5) & (z < 8)] = Tissue.MUSCLE
    found[(depth > 4) & (depth < 6.5) & (z < -8)] = Tissue.FAT
    jaw = (z < -88) & (z > -108) & (np.abs(np.sqrt((x / 44) ** 2 + ((y + 40) / 50) ** 2) - 0.86) < 0.09) & (y < -20)
    found[jaw & (depth > 3)] = Tissue.CORTICAL_BONE
    cheek = _ellipsoid(x, y, z, (0, -54, -66), (46, 32, 16)) & (depth > 6)
    found[cheek] = Tissue.CORTICAL_BONE
    found[_ellipsoid(x, y, z, (27, -56, -66), (15, 22, 13)) & (depth > 8)] = Tissue.AIR
    found[_ellipsoid(x, y, z, (-27, -56, -66), (13, 20, 12)) & (depth > 8)] = Tissue.AIR
    nasal = (np.abs(x) < 13) & (y > -88) & (y < -28) & (z < -36) & (z > -80)
    cells = np.sin(x * 1.1 + 0.4) * np.sin(y * 0.38) * np.sin(z * 0.33) > -0.25
    found[nasal & (depth > 3)] = Tissue.MUSCLE
    found[nasal & cells & (depth > 3) & (np.abs(x) > 1.2)] = Tissue.AIR
    found[_near_path(x, y, z, ((0, -20, -78, 8), (0, -8, -100, 7), (0, -14, -170, 8)))] = Tissue.AIR
    found[_ellipsoid(x, y, z, (0, -48, -92), (26, 32, 12))] = Tissue.MUSCLE
    found[_ellipsoid(x, y, z, (0, -46, -79), (24, 30, 2.2))] = Tissue.AIR


def _base_of_skull(found: NDArray[np.uint8], x: Array, y: Array, z: Array) -> None:
    for side, size in ((1.0, 1.0), (-1.0, 0.94)):
        orbit = _near_path(x, y, z, ((side * 32, -66, -38, 16), (side * 12, -30, -38, 5)))
        found[orbit & (_depth_below_skin(x, y, z) > 2)] = Tissue.CORTICAL_BONE
        inner = _near_path(x, y, z, ((side * 32, -68, -38, 14.5), (side * 12, -32, -38, 3)))
        found[inner & (_depth_below_skin(x, y, z) > 1.5)] = Tissue.FAT
        found[_near_path(x, y, z, ((side * 32, -56, -38, 2.2), (side * 11, -32, -38, 2.2)))] = Tissue.WHITE
        found[_near_path(x, y, z, ((side * 43, -62, -38, 2.2), (side * 16, -36, -38, 1.6)))] = Tissue.MUSCLE
        found[_near_path(x, y, z, ((side * 21, -62, -38, 2.2), (side * 13, -36, -38, 1.6)))] = Tissue.MUSCLE
        eye = (side * 32, -69.0, -38.0)
        found[_ellipsoid(x, y, z, eye, (12.5 * size, 12.5 * size, 12.5 * size))] = Tissue.SKIN
        found[_ellipsoid(x, y, z, eye, (11.3 * size, 11.3 * size, 11.3 * size))] = Tissue.VITREOUS
        found[_ellipsoid(x, y, z, (side * 32, -77, -38), (4.6, 2.3, 4.6))] = Tissue.LENS
        petrous = _near_path(x, y, z, ((side * 60, 24, -40, 13), (side * 14, -4, -36, 4)))
        found[petrous] = Tissue.CORTICAL_BONE
        pores = np.sin(x * 0.9) * np.sin(y * 0.8 + side) * np.sin(z * 0.9) > 0.12
        found[pores & _ellipsoid(x, y, z, (side * 58, 32, -50), (13, 17, 17))] = Tissue.AIR
        found[_near_path(x, y, z, ((side * 76, 8, -46, 3.4), (side * 44, 8, -44, 2.6)))] = Tissue.AIR
    found[_near_path(x, y, z, ((0, -12, -34, 9), (0, 8, -48, 7)))] = Tissue.CORTICAL_BONE
    found[_ellipsoid(x, y, z, (0, -20, -42), (12, 11, 9))] = Tissue.AIR
    found[_ellipsoid(x, y, z, (0, -12, -24), (6, 5, 4))] = Tissue.GREY


def _brain(found: NDArray[np.uint8], x: Array, y: Array, z: Array, brain: Mask, braincase: Array) -> None:
    """`braincase` is the depth below the inner table in mm."""
    cerebellum = brain & (y > 14) & (z < -14 - 0.12 * (y - 14))
    cerebrum = brain & ~cerebellum & ~_ellipsoid(x, y, z, (0, -6, -36), (17, 21, 15))
    found[brain] = Tissue.FLUID
    folds = _sum(_FOLDS, x, y, z)
    core = 1 / (1 + np.exp(np.clip(np.hypot(y / 1.3, z - 2) - 25, -40, 40) / 1.5))
    middle = np.abs(x + 1.2 * np.sin(y / 14.0)) + 30 * core
    surface = np.minimum.reduce([braincase - 1.0, 8.5 * np.abs(folds) + np.maximum(braincase - 20, 0), middle])
    found[cerebrum & (surface > 0.9)] = Tissue.GREY
    found[cerebrum & (surface > 4.0)] = Tissue.WHITE
    found[brain & (np.abs(x + 0.8) < 0.8) & (z > -5) & ((y < -42) | (y > 40) | (z > 40)) & (braincase < 40)] = Tissue.FALX
    leaves = np.sin(np.sqrt((y - 12) ** 2 + (z + 36) ** 2) * 1.15 + 0.06 * np.abs(x))
    found[cerebellum & (braincase > 1.5)] = Tissue.GREY
    found[cerebellum & (braincase > 1.5) & (leaves > 0.86)] = Tissue.FLUID
    found[_ellipsoid(x, y, z, (0, 36, -34), (30, 14, 9)) & cerebellum] = Tissue.WHITE
    callosum = (np.abs(x) < 14) & (np.abs(np.hypot((y - 2) / 1.35, z - 2) - 27) < 3.2) & (z > 8)
    found[callosum] = Tissue.WHITE
    _deep_nuclei(found, x, y, z)
    _ventricles(found, x, y, z)
    distance = np.sqrt((x - BLEEDING_AT[0]) ** 2 + 1.4 * (y - BLEEDING_AT[1]) ** 2 + (z - BLEEDING_AT[2]) ** 2) + 1.6 * folds
    found[brain & (distance < 15)] = Tissue.OEDEMA
    found[brain & (distance < 10)] = Tissue.BLEEDING


def _deep_nuclei(found: NDArray[np.uint8], x: Array, y: Array, z: Array) -> None:
    for side in (1, -1):
        found[_ellipsoid(x, y, z, (side * 11, 10, 6), (9, 14, 9))] = Tissue.GREY
        found[_ellipsoid(x, y, z, (side * 25, -4, 4), (6, 17, 10))] = Tissue.GREY
        found[_ellipsoid(x, y, z, (side * 12, -22, 12), (5, 9, 9))] = Tissue.GREY
    stem = _near_path(x, y, z, ((0, 6, -8, 15), (0, 12, -32, 12), (0, 24, -58, 7)))
    found[stem & (z < -8)] = Tissue.WHITE
    found[_ellipsoid(x, y, z, (0, 2, -28), (13, 9, 12))] = Tissue.WHITE


def _ventricles(found: NDArray[np.uint8], x: Array, y: Array, z: Array) -> None:
    for side, wide in ((1, 1.3), (-1, 1.0)):
        path = (
            (side * 10.0, -38.0, 6.0, 3.0 * wide),
            (side * 8.0, -24.0, 15.0, 5.2 * wide),
            (side * 10.0, 4.0, 23.0, 4.4 * wide),
            (side * 20.0, 32.0, 14.0, 6.5 * wide),
            (side * 27.0, 44.0, 4.0, 3.0 * wide),
        )
        found[_near_path(x, y, z, path)] = Tissue.FLUID
        temporal = ((side * 22.0, 30.0, 8.0, 4.0), (side * 33.0, 10.0, -14.0, 2.6), (side * 31.0, -10.0, -22.0, 1.6))
        found[_near_path(x, y, z, temporal)] = Tissue.FLUID
        found[_ellipsoid(x, y, z, (side * 21, 33, 13), (2.4, 4.5, 2.6))] = Tissue.CALCIFICATION
    found[_ellipsoid(x, y, z, (0, 4, 4), (2.6, 20, 10))] = Tissue.FLUID
    found[_ellipsoid(x, y, z, (0, 22, 2), (2.6, 3.2, 3))] = Tissue.CALCIFICATION
    found[_ellipsoid(x, y, z, (0, 27, -32), (6, 4.5, 9))] = Tissue.FLUID


def _spine(found: NDArray[np.uint8], x: Array, y: Array, z: Array) -> None:
    below = z < -62
    column = below & (np.abs(x) < 13) & (np.abs(y - 10) < 10)
    found[column] = Tissue.SPONGY_BONE
    found[column & (np.maximum(np.abs(x) - 11, np.abs(y - 10) - 8) > 0)] = Tissue.CORTICAL_BONE
    found[column & ((-z - 62) % 19 < 4.5)] = Tissue.DISC
    arch = below & (np.abs(np.hypot(x / 1.1, y - 32) - 13) < 2.2) & ((-z - 62) % 19 > 6)
    found[arch] = Tissue.CORTICAL_BONE
    spinous = below & (np.abs(x) < 3) & (y > 44) & (y < 60) & ((-z - 62) % 19 > 9)
    found[spinous] = Tissue.SPONGY_BONE
    canal = (z < -50) & (np.hypot(x / 1.15, y - 31) < 9.5)
    found[canal] = Tissue.FLUID
    found[(z < -50) & (np.hypot(x / 1.25, y - 31 + np.clip((z + 62) * 0.4, 0, 5)) < 5.6)] = Tissue.WHITE
