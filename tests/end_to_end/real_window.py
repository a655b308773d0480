"""The program as its user meets it: a process, a window, keys and mouse from xdotool, pixels from the memory of the screen."""

from __future__ import annotations

import os
import re
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.machine import tool

REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
WIDTH, HEIGHT = 1280, 800
LEFT, TOP = 20, 40  # of the window's content on the screen
# Windows without frames: xdotool tells the place of a framed one wrongly.
PLAIN_WINDOWS = """<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
<keyboard><keybind key="A-F4"><action name="Close"/></keybind></keyboard>
<applications><application class="*"><decor>no</decor></application></applications>
</openbox_config>
"""

Picture = NDArray[np.uint8]


def wait_until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Look again and again, as there is nobody to tell."""
    due = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < due, f"waited in vain: {what}"
        select.select([], [], [], 0.05)


class Screen:
    """An X server without a monitor, with a window manager."""

    def __init__(self, folder: Path, size: str = "1500x900x24") -> None:
        reader, writer = os.pipe()
        self._server = subprocess.Popen(
            [tool("Xvfb"), "-displayfd", str(writer), "-screen", "0", size, "-fbdir", str(folder), "-nolisten", "tcp", "-noreset"],
            pass_fds=(writer,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writer)
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        assert number, "Xvfb did not start"
        self.display = f":{number}"
        self._memory = folder / "Xvfb_screen0"
        self.environment = {key: value for key, value in os.environ.items() if key not in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
        self.environment |= {"DISPLAY": self.display, "QT_SCALE_FACTOR": "1", "LC_ALL": "C.UTF-8"}
        settings = folder / "openbox.xml"
        settings.write_text(PLAIN_WINDOWS, encoding="utf-8")
        self._manager = self.start([tool("openbox"), "--sm-disable", "--config-file", str(settings)], stderr=subprocess.DEVNULL)

    def start(
        self, command: Sequence[str], more: Mapping[str, str] | None = None, stderr: int | None = subprocess.PIPE
    ) -> subprocess.Popen[str]:
        environment = self.environment | dict(more or {})
        return subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL, stderr=stderr, text=True)

    def xdotool(self, *words: object) -> str:
        command = [tool("xdotool"), *map(str, words)]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=PATIENCE
        ).stdout.strip()

    def picture(self) -> Picture:
        """(rows, columns, 3) of the whole screen, RGB, from the file in which the server keeps it (xwd's format)."""
        dump = self._memory.read_bytes()
        head = struct.unpack(">25I", dump[:100])
        start, (columns, rows), line = head[0] + head[19] * 12, head[4:6], head[12]
        assert head[11] == 32, f"not the depth that Xvfb has here: {head}"
        raw = np.frombuffer(dump, np.uint8, rows * line, start).reshape(rows, line)
        return raw[:, : columns * 4].reshape(rows, columns, 4)[:, :, 2::-1].copy()

    def close(self) -> None:
        for process in (self._manager, self._server):
            process.terminate()
            process.wait(10)


class RealWindow:
    """One run of the program. Places are pixels of the window's content, 1280 × 800."""

    def __init__(self, screen: Screen, home: Path, *paths: Path) -> None:
        self.screen = screen
        self.home = home
        self._pointer: tuple[int, int] | None = None
        self.process = screen.start([sys.executable, "-m", "viewer", *map(str, paths)], {"NEGATOSCOPE_HOME": str(home)})
        wait_until(self._find, "the window")
        screen.xdotool("windowsize", "--sync", self.window, WIDTH, HEIGHT)
        screen.xdotool("windowmove", self.window, LEFT, TOP)
        wait_until(self._is_placed, "the window at its place")
        screen.xdotool("windowactivate", self.window)
        wait_until(lambda: screen.xdotool("getactivewindow") == self.window == screen.xdotool("getwindowfocus"), "the keyboard")

    def _find(self) -> bool:
        assert self.process.poll() is None, f"the program ended: {self.process.communicate()[1]}"
        found = self.screen.xdotool("search", "--onlyvisible", "--name", "^Negatoscope$").split()
        self.window = found[-1] if found else ""
        return bool(found)

    def _is_placed(self) -> bool:
        text = self.screen.xdotool("getwindowgeometry", "--shell", self.window)
        facts = dict(re.findall(r"(\w+)=(-?\d+)", text))
        self.left, self.top = int(facts.get("X", 0)), int(facts.get("Y", 0))
        there = abs(self.left - LEFT) <= 2 and abs(self.top - TOP) <= 2
        return there and (facts.get("WIDTH"), facts.get("HEIGHT")) == (str(WIDTH), str(HEIGHT))

    # What a hand does

    def move(self, x: float, y: float) -> None:
        """xdotool waits a quarter of a minute for a pointer that is there already."""
        place = (round(self.left + x), round(self.top + y))
        if place != self._pointer:
            self.screen.xdotool("mousemove", "--sync", *place)
            self._pointer = place

    def click(self, x: float, y: float, button: int = 1, times: int = 1) -> None:
        self.move(x, y)
        self.screen.xdotool("click", "--repeat", times, "--delay", 60, button)

    def wheel(self, x: float, y: float, steps: int) -> None:
        """Down for positive `steps`."""
        self.click(x, y, 5 if steps > 0 else 4, abs(steps))

    def drag(self, start: tuple[float, float], end: tuple[float, float], button: int = 1) -> None:
        """As slow as a hand: programs between which something is dragged talk at each step."""
        self.move(*start)
        self.screen.xdotool("mousedown", button)
        for part in range(1, 13):
            x, y = (a + (b - a) * min(part / 10, 1) for a, b in zip(start, end, strict=True))
            self.move(x + (part == 11), y)  # it trembles at the end: who waits for a drop wants to hear of it again
            select.select([], [], [], 0.03)
        self.settled()
        self.screen.xdotool("mouseup", button)

    def key(self, *keys: str) -> None:
        for one in keys:
            self.screen.xdotool("key", "--clearmodifiers", one)

    def type(self, text: str) -> None:
        self.screen.xdotool("type", "--delay", 20, text)

    def command(self, name: str) -> None:
        """Find a command by name in the palette, and run it."""
        before = self.picture()
        self.key("ctrl+k")
        wait_until(lambda: changed(before, self.picture()) > 0.02, "the palette")
        opened = self.picture()
        self.type(name)
        wait_until(lambda: changed(opened, self.picture()) > 0.001, "what was typed")
        self.key("Return")

    # What an eye sees

    def picture(self) -> Picture:
        whole = self.screen.picture()
        return whole[self.top : self.top + HEIGHT, self.left : self.left + WIDTH]

    def canvas_bounds(self) -> tuple[int, int, int, int]:
        """(left, top, right, bottom) of the black ground between the panels; nothing while there is none."""
        black = (self.picture() == 0).all(axis=2)
        columns = np.flatnonzero(black[100:700, 200:1100].mean(axis=0) > 0.1) + 200
        if not columns.size:
            return 0, 0, 0, 0
        rows = np.flatnonzero(black[:, columns[0] : columns[-1]].mean(axis=1) > 0.05)
        return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1

    def canvas(self) -> Picture:
        left, top, right, bottom = self.canvas_bounds()
        return self.picture()[top:bottom, left:right]

    def middle(self) -> tuple[float, float]:
        left, top, right, bottom = self.canvas_bounds()
        return (left + right) / 2, (top + bottom) / 2

    def settled(self) -> Picture:
        """The window once nothing moves in it."""
        last = [self.picture()]

        def still() -> bool:
            select.select([], [], [], 0.15)
            before, last[0] = last[0], self.picture()
            return bool((before == last[0]).all())

        wait_until(still, "a window that stands still")
        return last[0]

    # What it leaves

    def settings(self) -> str:
        file = self.home / "config" / "settings.toml"
        return file.read_text(encoding="utf-8") if file.is_file() else ""

    def processes(self) -> list[int]:
        """All processes of this run, whoever started them."""
        mark = f"NEGATOSCOPE_HOME={self.home}\0".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if int(folder.name) != os.getpid() and mark in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
        return found

    def end(self) -> None:
        """Nothing of it is left, and it complained about nothing."""
        _, said = self.process.communicate(timeout=PATIENCE)
        log = (self.home / "data" / "logs" / "negatoscope.log").read_text(encoding="utf-8")
        complaints = [line for line in log.splitlines() if re.search(r" (WARNING|ERROR|CRITICAL) ", line)]
        assert (self.process.returncode, said, complaints) == (0, "", [])
        wait_until(lambda: not self.processes(), "the end of its processes", 20)
        assert not list((self.home / "data" / "logs").glob("*.trace"))

    def kill(self) -> None:
        """For the end of a test that failed."""
        for process in self.processes():
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.communicate(timeout=10)


def changed(before: Picture, after: Picture) -> float:
    """Which part of the pixels is another."""
    return float((before != after).any(axis=2).mean())


def likeness(seen: Picture, expected: NDArray[np.float64]) -> float:
    """Correlation of a canvas with the picture that should fill it: their middles, free of corner text, made coarse."""
    rows, columns = expected.shape
    height, width = seen.shape[:2]
    if min(height, width) < 100:
        return 0.0
    scale = min(width / columns, height / rows)
    high, wide = int(rows * scale), int(columns * scale)
    top, left = (height - high) // 2, (width - wide) // 2
    grey = _coarse(seen[top : top + high, left : left + wide].mean(axis=2))
    middle = np.ix_(range(5, 20), range(2, 22))
    if not grey[middle].std():
        return 0.0
    return float(np.corrcoef(grey[middle].ravel(), _coarse(expected)[middle].ravel())[0, 1])


def _coarse(picture: NDArray[np.float64], size: int = 24, within: int = 8) -> NDArray[np.float64]:
    """Means of size × size equal parts, each looked at in within × within places."""
    rows, columns = (((np.arange(size * within) + 0.5) * n / (size * within)).astype(int) for n in picture.shape)
    return np.asarray(picture[np.ix_(rows, columns)].reshape(size, within, size, within).mean(axis=(1, 3)))
