"""The whole program in a real window, its steps timed from within: drags, sixteen viewports, background work, memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.indexing import write_files
from tests.benchmarks.screen import Screen, is_available
from tests.benchmarks.series import write_large, write_slices, write_sparse, write_sparse_frames
from tests.benchmarks.table import Left, Line, Part

LARGE = ((512, 512), (2048, 2048), (4096, 3328))
DRAG_MS = 8.0
FRAME_MS = 16.0
SMALL_BUDGET_MB = 300
BESIDE_MB = 250  # the program itself, and what is being decoded
MANY = 10_000
OPENS, REPAINTS = 5000, 200_000


def inside(screen: Screen | None, home: Path, *words: object) -> dict[str, Any]:
    """Run one measurement of ``in_window`` in a process of its own, on `screen` or without one."""
    if screen is None:
        import os

        environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    else:
        environment = screen.environment
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.in_window", *map(str, words)],
        env=environment | {"NEGATOSCOPE_HOME": str(home / f"settings-{words[0]}"), "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        check=True,
        timeout=1800,
    )
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def _step(what: str, found: Mapping[str, float], limit: float, key: str = "median") -> Line:
    most = f"99 % within {found['p99']:.1f} ms" if key == "median" else f"median {found['median']:.1f} ms"
    return Line(what, found[key], limit, False, f"{found[key]:.1f} ms", most, "ms")


def window(home: Path) -> Iterator[Line | Left]:
    """Drags at three sizes, wheel steps, 4 × 4 viewports together."""
    missing = is_available()
    if missing:
        yield Left("steps in the real window", missing)
        return
    write_slices(home / "series", 100)
    with Screen() as screen:
        for rows, columns in LARGE:
            path = write_large(home / f"{rows}.dcm", rows, columns, study=f"1.2.9.{rows}")
            yield _step(f"window drag, {columns} × {rows}, a frame", inside(screen, home, "drag", path), DRAG_MS)
        yield _step("wheel step, 512 × 512", inside(screen, home, "scroll", home / "series"), 5.0)
        together = inside(screen, home, "grid", home / "series")
        yield _step("4 × 4 viewports: a window drag of all", together["drag"], FRAME_MS)
        yield _step("4 × 4 viewports: a frame further in all", together["scroll"], FRAME_MS)


def busy(home: Path) -> Iterator[Line | Left]:
    """A held wheel while 10,000 files are scanned, thumbnails are made and frames are read ahead."""
    missing = is_available()
    if missing:
        yield Left("frame time under load", missing)
        return
    write_slices(home / "series", 100)
    write_files(home / "many", MANY)
    with Screen() as screen:
        found = inside(screen, home, "busy", home / "series", home / "many")
    yield _step("wheel at 60 a second during a scan of 10,000: 99 %", found, FRAME_MS, "p99")
    closing = float(found["closing_s"])
    yield Line("closing the window", closing, 1.0, False, f"{closing:.2f} s", "", "s")


def memory(home: Path) -> Iterator[Line]:
    """A budget of 300 MB holds for a series of 10,000 slices and for the largest native object. Pixels are holes in the files."""
    series = write_sparse(home / "long", MANY, "1.2.7")
    frames = write_sparse_frames(home / "frames.dcm", (2**32 - 2) // (512 * 512 * 2))  # lengths have 32 bits
    for what, path in (("10,000 slices", series), ("one object of 4.3 GB", frames)):
        found = inside(None, home, "budget", path, SMALL_BUDGET_MB)
        grown = (found["peak"] - found["empty"]) / 1e6
        allowed = SMALL_BUDGET_MB * 1.05 + BESIDE_MB
        cached = f"frames kept {found['cached'] / 1e6:.0f} MB"
        yield Line(f"budget of {SMALL_BUDGET_MB} MB, {what}: peak", grown, allowed, False, f"{grown:.0f} MB", cached, "MB")


def leak(home: Path, opens: int = OPENS, repaints: int = REPAINTS) -> Iterator[Line]:
    """Memory and handles over many opens and repaints."""
    write_slices(home / "a", 3, study="1.2.3.1")
    write_slices(home / "b", 3, study="1.2.3.2")
    found = inside(None, home, "leak", home / "a", home / "b", opens, repaints)
    for name, limit in (("opens", 1000.0), ("repaints", 5.0)):
        slope = found[name]
        ours = f"{slope['grown'] / 1e6:.1f} MB in {slope['turns']:.0f}"
        yield Line(f"{name}: memory each", slope["bytes_each"], limit, False, ours, "", "bytes")
        yield Line(f"{name}: handles each", slope["handles_each"], 0.001, False, f"{slope['handles_each']:.5f}", "", "handles")


PARTS: Mapping[str, Part] = {"window": window, "busy": busy, "memory": memory, "leak": leak}
