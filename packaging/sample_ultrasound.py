"""A beating heart as an ultrasound machine would show it: a grey sector, colour flow through a valve, a heart trace below."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 480, 360
FRAMES = 30
FRAME_TIME = 40.0  # ms
APEX = (250.0, 22.0)  # pixels
DEPTH = 290.0  # pixels
HALF_ANGLE = 0.66  # radians
MM_PER_PIXEL = 0.55
SCALE = (24, 60, 12, 150)  # the colour scale: x, y, width, height

Plane = NDArray[np.float64]


def _smooth(values: Plane, sigma: tuple[float, float]) -> Plane:
    """Blur by a Gaussian; the edges wrap around."""
    spectrum = np.fft.fft2(values)
    for axis, width in enumerate(sigma):
        frequency = np.fft.fftfreq(values.shape[axis])
        shape = [1, 1]
        shape[axis] = -1
        spectrum = spectrum * np.exp(-2 * (np.pi * width * frequency) ** 2).reshape(shape)
    return np.asarray(np.fft.ifft2(spectrum).real)


def _speckle() -> Plane:
    """The grain of ultrasound, drawn in depth and angle: fine along the beam, coarser across it."""
    random = np.random.default_rng(21)
    waves = _smooth(random.normal(size=(512, 512)), (1.3, 3.4)) + 1j * _smooth(random.normal(size=(512, 512)), (1.3, 3.4))
    grain = np.abs(waves)
    return np.asarray(grain / grain.mean())


def _inside(x: Plane, y: Plane, centre: tuple[float, float], radii: tuple[float, float], tilt: float) -> Plane:
    """Positive inside an ellipse; about 1 in its middle."""
    c, s = np.cos(tilt), np.sin(tilt)
    u, v = (x - centre[0]) * c + (y - centre[1]) * s, -(x - centre[0]) * s + (y - centre[1]) * c
    return np.asarray(1 - np.hypot(u / radii[0], v / radii[1]))


def _edge(inside: Plane, softness: float = 0.06) -> Plane:
    return np.asarray(1 / (1 + np.exp(-np.clip(inside / softness, -30, 30))))


def frames() -> NDArray[np.uint8]:
    """(frames, rows, columns, 3) RGB: one heartbeat and a bit."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    depth = np.hypot(x - APEX[0], y - APEX[1])
    angle = np.arctan2(x - APEX[0], y - APEX[1])
    sector = (depth < DEPTH) & (depth > 12) & (np.abs(angle) < HALF_ANGLE)
    grain = _speckle()
    rows = np.clip(depth * 1.6, 0, 511).astype(int)
    columns = ((angle + 1) * 250).astype(int) % 512
    return np.stack([_frame(x, y, depth, angle, sector, grain[(rows + 3 * i) % 512, columns], i) for i in range(FRAMES)])


def _frame(x: Plane, y: Plane, depth: Plane, angle: Plane, sector: NDArray[np.bool_], grain: Plane, i: int) -> NDArray[np.uint8]:
    beat = i / 24.0
    squeeze = 0.5 - 0.5 * np.cos(2 * np.pi * beat)
    wall = 1 - 0.16 * squeeze
    left = _inside(x, y, (286, 150), (46 * wall, 84 * wall), -0.12)
    right = _inside(x, y, (212, 158), (30 * wall, 66 * wall), 0.16)
    atria = np.maximum(
        _inside(x, y, (300, 258), (40 * (1 + 0.1 * squeeze), 30), 0.0),
        _inside(x, y, (214, 254), (36, 27 * (1 + 0.1 * squeeze)), 0.1),
    )
    blood = np.maximum.reduce([_edge(left), _edge(right), _edge(atria)])
    heart = _edge(_inside(x, y, (252, 190), (112, 140), 0.0), 0.05)
    tissue = (0.30 + 0.34 * heart) * (1 - 0.93 * blood)
    tissue += 0.5 * np.exp(-(((depth - 283) / 5) ** 2))
    for centre, open_to in (((270, 226), 1), ((318, 226), -1), ((196, 224), 1), ((232, 224), -1)):
        swing = 0.9 * (1 - squeeze) * open_to
        along = (x - centre[0]) * np.cos(swing) * open_to - (y - centre[1]) * np.sin(swing) * open_to
        across = (x - centre[0]) * np.sin(swing) + (y - centre[1]) * np.cos(swing)
        tissue += 0.9 * np.exp(-((across / 1.8) ** 2)) * ((along > 0) & (along < 26))
    gain = np.exp(-depth / 520) * (0.75 + 0.35 * np.cos(angle * 1.8))
    grey = np.clip(np.log1p(9 * tissue * grain * gain) / np.log(10) * 215, 0, 255) * sector
    picture = np.repeat(grey[..., None], 3, axis=2)
    _flow(picture, x, y, grain, sector, beat)
    _furniture(picture, x, y, beat, i)
    return picture.astype(np.uint8)


def _flow(picture: Plane, x: Plane, y: Plane, grain: Plane, sector: NDArray[np.bool_], beat: float) -> None:
    """Red towards the probe while the chamber fills, blue away from it in a thin jet while it empties."""
    filling = np.sin(2 * np.pi * beat) < 0
    strength = abs(np.sin(2 * np.pi * beat))
    where = _inside(x, y, (292, 190), (24, 62), -0.05) if filling else _inside(x, y, (306, 252), (13, 34), 0.25)
    mask = (where * 1.4 * strength * (0.55 + 0.45 * grain) > 0.16) & sector
    speed = np.clip(where * strength * (0.7 + 0.3 * grain), 0, 1)
    colour = np.stack([90 + 165 * speed, 200 * speed**2, 10 + 20 * speed], axis=-1)
    if not filling:
        colour = np.stack([10 + 90 * speed**2, 70 + 150 * speed**1.5, 110 + 145 * speed], axis=-1)
    picture[mask] = colour[mask]


def _furniture(picture: Plane, x: Plane, y: Plane, beat: float, i: int) -> None:
    """Colour scale, depth marks, the heart trace with its cursor."""
    left, top, width, height = SCALE
    v = np.linspace(1, -1, height)
    scale = np.where(v[:, None] > 0, v[:, None] * [255, 210, 40], -v[:, None] * [60, 170, 255])
    picture[top : top + height, left : left + width] = scale[:, None, :]
    picture[top + height // 2 - 2 : top + height // 2 + 2, left : left + width] = 0
    for mark in range(0, 290, 36):
        length = 9 if mark % 72 == 0 else 5
        picture[int(APEX[1]) + mark, 452 : 452 + length] = 190
    row, columns = 338.0, np.arange(40, 440)
    phase = (columns - 40) / 400 * (FRAMES / 24)
    trace = row - _heart_trace(phase)
    now = 40 + 400 * (i + 0.5) / FRAMES
    for column, level, following in zip(columns[:-1], trace[:-1], trace[1:], strict=True):
        lo, hi = sorted((level, following))
        shade = 1.0 if column <= now else 0.35
        picture[int(lo) : int(hi) + 2, column] = np.array([70, 230, 120]) * shade
    picture[322:352, int(now)] = [240, 240, 120]


def _heart_trace(phase: NDArray[np.float64]) -> NDArray[np.float64]:
    """P, QRS and T of each beat, in pixels."""
    t = (phase + 0.45) % 1.0
    waves = ((0.26, 0.028, 3.0), (0.40, 0.010, -3.0), (0.43, 0.011, 18.0), (0.46, 0.010, -5.0), (0.68, 0.05, 5.0))
    return np.asarray(sum(height * np.exp(-(((t - at) / width) ** 2)) for at, width, height in waves))
