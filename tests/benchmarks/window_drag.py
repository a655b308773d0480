"""What the canvas computes for a window drag and for a new frame, at any size.

Compared with pyqtgraph's own image item at the same size: medians of interleaved rounds, computation only (painting one QImage of
the viewport follows in both).
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.benchmarks.table import Left, Line, Part
from viewer.imaging.render import ViewRenderer
from viewer.model.hierarchy import FrameRef
from viewer.model.pixels import FrameFacts, PixelFrame
from viewer.model.view import DataPresentation, ViewPresentation
from viewer.workspace.view_geometry import ViewGeometry

ROUNDS = 9
VIEWPORT = (1000, 1600)
SIZES = ((512, 512), (2048, 2048), (4096, 3328))
DRAG_LIMIT_MS = 5.0
LEAST_RATIO = 3.0
FRAME_LIMIT_MS = 100.0
LARGEST = f"{SIZES[-1][0]} × {SIZES[-1][1]}"


@dataclass(frozen=True, slots=True)
class Case:
    """Median milliseconds of one step, ours and pyqtgraph's (None where it has no such step)."""

    name: str
    ours: float
    theirs: float | None

    @property
    def ratio(self) -> float | None:
        return None if self.theirs is None else self.theirs / self.ours


def run() -> list[Case]:
    """Measure all sizes."""
    return [case for size in SIZES for case in _measure(*size)]


def _measure(rows: int, columns: int) -> list[Case]:
    frames = [_frame(rows, columns, seed) for seed in (1, 2)]
    geometry = ViewGeometry(columns, rows, 1.0, ViewPresentation(), VIEWPORT[1], VIEWPORT[0])
    actions: dict[str, Callable[[], object]] = {
        "drag": _drag(frames[0], geometry),
        "careful": _scroll(frames, geometry, quick=False),
        "quick": _scroll(frames, geometry, quick=True),
    }
    pyqtgraph = _pyqtgraph_step(frames[0])
    if pyqtgraph is not None:
        actions["pyqtgraph"] = pyqtgraph
    for action in actions.values():
        action()
    medians = _interleaved(actions)
    size = f"{rows} × {columns}"
    return [
        Case(f"drag {size}", medians["drag"], medians.get("pyqtgraph")),
        Case(f"new frame, careful {size}", medians["careful"], None),
        Case(f"new frame, quick {size}", medians["quick"], None),
    ]


def _drag(frame: PixelFrame, geometry: ViewGeometry) -> Callable[[], object]:
    renderer, matrix, centers = ViewRenderer(), geometry.device_matrix(), itertools.count(900)
    return lambda: renderer.draw(frame, DataPresentation(next(centers), 600), matrix, VIEWPORT, smooth=True)


def _scroll(frames: list[PixelFrame], geometry: ViewGeometry, *, quick: bool) -> Callable[[], object]:
    renderer, matrix, order = ViewRenderer(), geometry.device_matrix(), itertools.cycle(frames)
    return lambda: renderer.draw(next(order), DataPresentation(1000, 600), matrix, VIEWPORT, smooth=True, quick=quick)


def _frame(rows: int, columns: int, seed: int) -> PixelFrame:
    row, column = np.mgrid[0:rows, 0:columns]
    noise = np.random.default_rng(seed).normal(0, 30, (rows, columns))
    pixels = (1024 + 900 * np.sin(column / 37.0) * np.cos(row / 53.0) + noise).clip(0, 4095).astype(np.uint16)
    return PixelFrame(FrameFacts(FrameRef("1.2.3", seed), rows, columns, bits_allocated=16, bits_stored=12), pixels)


def _pyqtgraph_step(frame: PixelFrame) -> Callable[[], object] | None:
    """A level change as pyqtgraph's ImageItem computes it, at the size of the image; Qt scales that when it paints."""
    try:
        from pyqtgraph import functions
    except ImportError:
        return None

    centers = itertools.count(900)

    def step() -> object:
        center = next(centers)
        return functions.makeARGB(frame.pixels, levels=(center - 300, center + 300), useRGBA=False)

    return step


def _interleaved(actions: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(ROUNDS):
        for name, action in actions.items():
            began = time.perf_counter()
            action()
            times[name].append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(all_of) for name, all_of in times.items()}


def compute(home: Path) -> Iterator[Line | Left]:
    """One line for each size: the step of a drag, and what a new frame costs."""
    for case in run():
        ours = f"{case.ours:.2f} ms"
        baseline = "" if case.theirs is None else f"pyqtgraph ImageItem {case.theirs:.1f} ms"
        if case.ratio is not None and case.name.endswith(LARGEST):
            yield Line(f"computing a {case.name}", case.ratio, LEAST_RATIO, True, ours, baseline)
        else:
            limit = DRAG_LIMIT_MS if case.name.startswith("drag") else FRAME_LIMIT_MS
            yield Line(f"computing a {case.name}", case.ours, limit, False, ours, baseline, "ms")


PARTS: Mapping[str, Part] = {"compute": compute}
