"""What a benchmark says: one line for each target, and the machine it was said of."""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

ROUNDS = 5
LIBRARIES = ("PySide6-Essentials", "numpy", "imagecodecs", "pydicom", "pylibjpeg", "pyqtgraph", "python-gdcm")


class Line(NamedTuple):
    """`found` against `target`: at least that when `more` is better, else at most."""

    what: str
    found: float
    target: float
    more: bool
    ours: str = ""
    baseline: str = ""
    unit: str = "×"

    @property
    def is_met(self) -> bool:
        return self.found >= self.target if self.more else self.found <= self.target

    @property
    def verdict(self) -> str:
        return "met" if self.is_met else "MISSED"

    @property
    def bound(self) -> str:
        return f"{'≥' if self.more else '≤'} {self.target:g} {self.unit}".strip()


class Left(NamedTuple):
    """A baseline that is not here: what would be compared with it."""

    what: str
    why: str


Part = Callable[[Path], Iterator[Line | Left]]


@dataclass(frozen=True, slots=True)
class Machine:
    """Where it was measured."""

    processor: str
    cores: int
    memory_gib: float
    system: str
    load: float

    def text(self) -> str:
        return f"{self.processor}, {self.cores} cores, {self.memory_gib:.0f} GiB; {self.system}; load {self.load:.1f}"


def machine() -> Machine:
    processor = platform.processor() or platform.machine()
    try:
        names = [
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ]
        processor = names[0] if names else processor
    except OSError:
        pass
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return Machine(processor, os.cpu_count() or 1, pages / 2**30, f"{platform.system()} {platform.release()}", load)


def versions() -> str:
    """Of Python and of the libraries that decide the numbers."""
    found = [f"Python {platform.python_version()}"]
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    kept = action()
    took = time.perf_counter() - began
    del kept
    return took


def interleaved(actions: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Median seconds of each, all of them measured in turn in every round."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            times[name].append(seconds(action))
    return {name: statistics.median(found) for name, found in times.items()}


def heading() -> str:
    return f"{'operation':<66}{'ours':>18} {'baseline':<30}{'found':>9}    {'target':<12}verdict"


def as_text(line: Line | Left) -> str:
    if isinstance(line, Left):
        return f"{line.what:<66}{'':>18} not measured: {line.why}"
    return f"{line.what:<66}{line.ours:>18} {line.baseline:<30}{line.found:>9.2f} {line.unit:<2} {line.bound:<12}{line.verdict}"


def as_markdown(lines: list[Line | Left]) -> str:
    rows = ["| operation | ours | baseline | found | target | |", "|---|---|---|---|---|---|"]
    for line in lines:
        if isinstance(line, Left):
            rows.append(f"| {line.what} | | not measured: {line.why} | | | |")
        else:
            cells = (line.what, line.ours, line.baseline, f"{line.found:.2f} {line.unit}".strip(), line.bound, line.verdict)
            rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def run_parts(parts: Mapping[str, Part], names: list[str], home: Path) -> list[Line | Left]:
    """Measure the named parts, each in a folder of its own below `home`; lines are printed as they come."""
    lines: list[Line | Left] = []
    for name in names:
        folder = home / name
        folder.mkdir(parents=True, exist_ok=True)
        for line in parts[name](folder):
            lines.append(line)
            print(as_text(line), flush=True)
    return lines


def missed(lines: list[Line | Left]) -> int:
    return sum(isinstance(line, Line) and not line.is_met for line in lines)


def ms(value: float) -> str:
    """`value` in seconds, as milliseconds."""
    return f"{value * 1000:.3g} ms" if value < 1 else f"{value * 1000:.0f} ms"


def warn(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
