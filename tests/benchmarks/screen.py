"""An X screen whose memory is read, and programs watched on it: how long until a picture, how many frames while the wheel turns."""

from __future__ import annotations

import hashlib
import mmap
import os
import shutil
import statistics
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 1920, 1200
PICTURE = 15_000  # steps between neighbouring greys on every other pixel: more than any window without a picture has
WINDOW = 0.10  # share of the screen that changes when a window appears
PATIENCE = 60.0


def is_available() -> str:
    """ "" when programs can be watched here, else what is missing."""
    missing = [name for name in ("Xvfb", "xdotool", "openbox") if shutil.which(name) is None]
    return f"{', '.join(missing)} not installed" if missing else ""


@dataclass(frozen=True, slots=True)
class Command:
    """A program to watch: what to start, where to point on the screen, and which box of it to look at."""

    words: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    point: tuple[int, int] = (900, 600)
    box: tuple[int, int, int, int] = (500, 300, 800, 600)  # x, y, width, height


@dataclass(frozen=True, slots=True)
class Seen:
    """Seconds from exec to the first picture, distinct frames and frames a second while the wheel turned, PSS in bytes."""

    first: float
    frames: int = 0
    rate: float = 0.0
    memory: int = 0


class Screen:
    """Xvfb with its frame buffer mapped; use ``with``."""

    def __enter__(self) -> Screen:
        self._folder = tempfile.TemporaryDirectory()
        reader, writer = os.pipe()
        size = f"{WIDTH}x{HEIGHT}x24"
        command = [
            "Xvfb",
            "-displayfd",
            str(writer),
            "-screen",
            "0",
            size,
            "-nolisten",
            "tcp",
            "-fbdir",
            self._folder.name,
            "-noreset",
        ]
        self._server = subprocess.Popen(command, pass_fds=(writer,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(writer)
        with os.fdopen(reader) as answer:
            self._display = f":{answer.readline().strip()}"
        descriptor = os.open(Path(self._folder.name) / "Xvfb_screen0", os.O_RDONLY)
        self._map = mmap.mmap(descriptor, 0, prot=mmap.PROT_READ)
        os.close(descriptor)
        start = struct.unpack(">I", self._map[:4])[0] + struct.unpack(">I", self._map[76:80])[0] * 12
        self._pixels: NDArray[np.uint8] = np.frombuffer(self._map, np.uint8, WIDTH * HEIGHT * 4, start).reshape(HEIGHT, WIDTH, 4)
        kept = {key: value for key, value in os.environ.items() if key not in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
        self.environment = kept | {"DISPLAY": self._display, "QT_SCALE_FACTOR": "1"}
        self._manager = subprocess.Popen(["openbox"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        return self

    def __exit__(self, *_: object) -> None:
        self._pixels = np.zeros((0, 0, 4), np.uint8)
        for process in (self._manager, self._server):
            process.terminate()
            process.wait(10)
        self._folder.cleanup()

    # Looking

    def _greys(self) -> int:
        """How much of the screen looks like a medical image: grey, and unlike its neighbour."""
        green = self._pixels[::2, ::2, 1].astype(np.int16)
        grey = np.abs(green - self._pixels[::2, ::2, 0]) < 3
        steps = np.abs(np.diff(green, axis=1)) > 1
        return int((steps & grey[:, 1:] & (green[:, 1:] > 8) & (green[:, 1:] < 247)).sum())

    def green(self, box: tuple[int, int, int, int], step: int) -> NDArray[np.uint8]:
        """Every `step`th pixel of every `step`th row of a box: a look at the screen as it is now."""
        x, y, width, height = box
        return self._pixels[y : y + height : step, x : x + width : step, 1]

    def _digest(self, box: tuple[int, int, int, int]) -> bytes:
        x, y, width, height = box
        part = np.ascontiguousarray(self._pixels[y : y + height : 4, x : x + width, 1])
        return hashlib.blake2b(part, digest_size=8).digest()

    # Watching

    def watch(
        self, command: Command, *, steps: int = 0, pause_ms: int = 5, settle: float = 2.5, window: bool = False
    ) -> Seen | None:
        """Start, wait for the first picture (or for a `window`), turn the wheel `steps` times, end. None: nothing was seen."""
        process: subprocess.Popen[bytes] | None = None
        empty, greys = self._pixels[::4, ::4].copy(), self._greys()
        began = time.perf_counter()
        try:
            process = subprocess.Popen(
                list(command.words),
                env=self.environment | dict(command.environment),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            first = self._await(
                process, began, (lambda: self._changed(empty)) if window else (lambda: self._greys() - greys > PICTURE)
            )
            if not first:
                return None
            time.sleep(settle)
            frames, rate = self._scroll(command, steps, pause_ms) if steps else (0, 0.0)
            return Seen(first, frames, rate, _memory(process.pid))
        finally:
            if process is not None:
                _end(process)
            time.sleep(0.5)

    @contextmanager
    def running(self, command: Command, settle: float = 2.5) -> Iterator[bool]:
        """The program, ended afterwards; the pointer is on its picture. False: it showed none."""
        greys = self._greys()
        environment = self.environment | dict(command.environment)
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(list(command.words), env=environment, stdout=quiet, stderr=quiet, start_new_session=True)
        try:
            seen = self._await(process, time.perf_counter(), lambda: self._greys() - greys > PICTURE)
            time.sleep(settle)
            x, y = command.point
            subprocess.run(["xdotool", "mousemove", str(x), str(y)], env=self.environment, check=False)
            time.sleep(0.3)
            yield bool(seen)
        finally:
            _end(process)
            time.sleep(0.5)

    def _await(self, process: subprocess.Popen[bytes], began: float, seen) -> float:  # type: ignore[no-untyped-def]
        while process.poll() is None and time.perf_counter() - began < PATIENCE:
            if seen():
                return time.perf_counter() - began
            time.sleep(0.005)
        return 0.0

    def _changed(self, empty: NDArray[np.uint8]) -> bool:
        return bool((self._pixels[::4, ::4] != empty).any(axis=2).mean() > WINDOW)

    def _scroll(self, command: Command, steps: int, pause_ms: int) -> tuple[int, float]:
        x, y = command.point
        subprocess.run(["xdotool", "mousemove", str(x), str(y)], env=self.environment, check=False)
        time.sleep(0.3)
        last, seen, began = self._digest(command.box), 0, time.perf_counter()
        changed = began
        wheel = subprocess.Popen(["xdotool", "click", "--repeat", str(steps), "--delay", str(pause_ms), "5"], env=self.environment)
        while (time.perf_counter() - changed < 1.0 or wheel.poll() is None) and time.perf_counter() - began < PATIENCE:
            now = self._digest(command.box)
            time.sleep(0.0007)
            if now != last and self._digest(command.box) == now:  # twice the same: no half copied frame
                last, seen, changed = now, seen + 1, time.perf_counter()
        return seen, seen / max(changed - began, 1e-3)


def _memory(pid: int) -> int:
    """PSS of a process and its children, in bytes."""
    total = 0
    for one in _family(pid):
        try:
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
        except OSError:
            continue
    return total


def _family(pid: int) -> list[int]:
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _family(int(child))
    except OSError:
        pass
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    """The process we started and its children."""
    family = _family(process.pid)
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
    for pid in family[1:]:
        try:
            os.kill(pid, 9)
        except OSError:
            continue


def middle(seen: Sequence[Seen | None], of: str) -> float:
    """The median of one field of what was seen; 0 when nothing was."""
    values = [getattr(one, of) for one in seen if one is not None]
    return float(statistics.median(values)) if values else 0.0
