"""How many slices a second a viewer really shows while the wheel turns or a key is held, told by the pictures on its screen.

Each slice of the series has a pattern of its own over the whole picture. A picture counts when it is the whole pattern of one
slice and another than the one before: half a picture, text that changes ahead of it, or the same picture twice do not.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks import input_source
from tests.benchmarks.peers import ours
from tests.benchmarks.screen import Command, Screen, is_available
from tests.benchmarks.series import SIDE, write_slices
from tests.benchmarks.table import Left, Line, Part

SLICES = 60
TURN = 50  # steps in one direction
GRID = 8  # blocks of a pattern, each way
STEP = 4  # every fourth pixel of every fourth row is looked at
ALIKE = 0.25  # of the distance between the two most similar slices
SECONDS = 2.0
ROUNDS = 3
EVERY = (60, 200)  # steps a second that have to be shown all
FAST = 1000  # more than anybody turns, and more than can be shown
SETTLED_S = 0.06
PATIENCE_S = 3.0

Signs = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shown:
    """Pictures of other slices seen while `steps` events were sent at `sent` a second; `rate` pictures a second."""

    steps: int
    pictures: int
    rate: float
    sent: float


def write_patterns(folder: Path) -> list[Path]:
    """The usual slices, with blocks lighter or darker by a number of the slice's own."""
    paths = write_slices(folder, SLICES)
    from pydicom import dcmread

    for number, path in enumerate(paths):
        dataset = dcmread(path)
        pattern = np.random.default_rng(number).integers(0, 2, (GRID, GRID)).astype(np.int32) * 1000
        pixels = np.frombuffer(dataset.PixelData, np.uint16).reshape(SIDE, SIDE) // 2 + np.kron(
            pattern, np.ones((SIDE // GRID, SIDE // GRID), np.int32)
        )
        dataset.PixelData = pixels.astype(np.uint16).tobytes()
        dataset.save_as(path)
    return paths


class Watcher:
    """Knows the slices of one program's window by their signs."""

    def __init__(self, screen: Screen, command: Command) -> None:
        self._screen = screen
        self._command = command
        self._known: Signs = np.zeros((0, 1), np.float32)
        self._limit = 0.0

    def _signs(self) -> Signs:
        """Means over blocks of the box, one after the other."""
        pixels = self._screen.green(self._command.box, STEP)
        rows, columns = pixels.shape[0] // 15 * 15, pixels.shape[1] // 20 * 20
        blocks = pixels[:rows, :columns].reshape(15, rows // 15, 20, columns // 20)
        means: Signs = blocks.mean(axis=(1, 3), dtype=np.float32).ravel()
        return means

    def _slice(self, signs: Signs) -> int:
        """Which one; -1 for none."""
        distances = np.square(self._known - signs).sum(axis=1)
        nearest = int(distances.argmin())
        return nearest if distances[nearest] < self._limit else -1

    def learn(self) -> None:
        """Walk through the series, slice by slice, and back."""
        found = [self._still()]
        for _ in range(SLICES - 1):
            self._send("wheel", 1, 100.0).wait()
            found.append(self._still(found[-1]))
        self.rewind()
        self._known = np.array(found)
        between = [float(np.square(self._known[:at] - self._known[at]).sum(axis=1).min()) for at in range(1, SLICES)]
        self._limit = ALIKE * ALIKE * min(between)
        assert min(between) > 100.0, "the slices look alike"

    def rewind(self) -> None:
        """Go to the first slice: steps beyond an end of the series show nothing."""
        self._send("wheel", SLICES, 50.0, up=True).wait()
        self._still()

    def _still(self, before: Signs | None = None) -> Signs:
        """The signs once they stay as they are, and are not those of `before`."""
        due = time.perf_counter() + PATIENCE_S
        last, since = self._signs(), time.perf_counter()
        while time.perf_counter() < due:
            time.sleep(0.004)
            now = self._signs()
            if not np.array_equal(now, last):
                last, since = now, time.perf_counter()
            elif time.perf_counter() - since > SETTLED_S and (before is None or np.square(now - before).sum() > 100.0):
                return now
        raise TimeoutError("the picture did not change")

    def _send(self, what: str, count: int, rate: float, *, up: bool = False) -> subprocess.Popen[bytes]:
        turn = 0 if up else TURN
        words = ["wheel" if what == "wheel" else "key", str(count), str(rate), str(turn)]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.input_source", *words], env=self._screen.environment, stdout=subprocess.PIPE
        )

    def count(self, what: str, rate: float) -> Shown:
        """Send events for some seconds and count what is shown meanwhile, and until it rests."""
        steps = int(rate * SECONDS)
        sender = self._send(what, steps, rate)
        last, shown, first_at, last_at, changed = self._slice(self._signs()), 0, 0.0, 0.0, time.perf_counter()
        before = self._signs()
        while sender.poll() is None or time.perf_counter() - changed < 0.3:
            now = self._signs()
            if not np.array_equal(now, before):
                before, changed = now, time.perf_counter()
                found = self._slice(now)
                if found not in (-1, last):
                    last, shown, last_at = found, shown + 1, changed
                    first_at = first_at or changed
            time.sleep(0.0003)
        out = sender.stdout
        assert out is not None
        sent = steps / float(out.read())
        out.close()
        return Shown(steps, shown, (shown - 1) / max(last_at - first_at, 1e-3) if shown > 1 else 0.0, sent)


def wheel(home: Path) -> Iterator[Line | Left]:
    """Steps shown at 60 and 200 a second, by wheel and key; slices a second when the wheel is turned as fast as it goes."""
    missing = is_available() or input_source.missing()
    if missing:
        yield Left("slices shown while scrolling", missing)
        return
    paths = write_patterns(home / "series")
    commands = {"ours": ours(home, home / "series")}
    if shutil.which("aeskulap"):
        commands["Aeskulap"] = Command(["aeskulap", *map(str, paths)])
    seen: dict[tuple[str, str, int], list[Shown]] = {}
    with Screen() as screen:
        screen.watch(commands["ours"])  # writes the byte code
        for _ in range(ROUNDS):
            for name, command in commands.items():
                _watch(screen, name, command, seen)
    for what in ("wheel", "key"):
        for rate in EVERY:
            yield _steps(what, rate, seen["ours", what, rate])
    yield from _fastest(seen)


def _watch(screen: Screen, name: str, command: Command, seen: dict[tuple[str, str, int], list[Shown]]) -> None:
    with screen.running(command) as there:
        if not there:
            return
        watcher = Watcher(screen, command)
        watcher.learn()
        asked = [("wheel", FAST)]
        if name == "ours":
            asked = [(what, rate) for what in ("wheel", "key") for rate in (*EVERY, FAST)]
        for what, rate in asked:
            watcher.rewind()
            seen.setdefault((name, what, rate), []).append(watcher.count(what, rate))


def _steps(what: str, rate: int, shown: list[Shown]) -> Line:
    """One less may be seen than sent: a picture that stood for less than a look at the screen takes."""
    pictures, steps = statistics.median(one.pictures for one in shown), shown[0].steps
    return Line(f"{what} at {rate} a second: steps shown", pictures, steps * 0.98, True, f"{pictures:.0f} of {steps}", "", "steps")


def _fastest(seen: Mapping[tuple[str, str, int], list[Shown]]) -> Iterator[Line | Left]:
    mine = {what: statistics.median(one.rate for one in seen["ours", what, FAST]) for what in ("wheel", "key")}
    theirs = [one.rate for one in seen.get(("Aeskulap", "wheel", FAST), [])]
    if not theirs:
        yield Left(f"slices a second at {FAST} steps", "Aeskulap is not installed, or showed nothing")
        return
    other = statistics.median(theirs)
    for what, rate in mine.items():
        text = f"{what} at {FAST} a second: slices shown a second"
        yield Line(text, rate / other, 3, True, f"{rate:.0f}", f"Aeskulap's wheel {other:.0f}")


PARTS: Mapping[str, Part] = {"wheel": wheel}
