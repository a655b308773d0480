"""The program beside other viewers, each through its real window: first picture, memory. Scrolling is in `scrolling.py`."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks import browser_peer
from tests.benchmarks.screen import Command, Screen, Seen, is_available, middle
from tests.benchmarks.series import SIDE, write_slices
from tests.benchmarks.table import ROUNDS, Left, Line, Part

SLICES = 300
STEPS = 100
PIXEL_BYTES = SLICES * SIDE * SIDE * 2
CORNERSTONE = "cornerstone3D"
IMAGEJ = 'run("Image Sequence...", "open={folder} sort"); run("Maximize"); '


def ours(home: Path, *paths: Path) -> Command:
    """As it is installed: byte code beside the modules, settings of its own."""
    environment = {key: "" for key in ("PYTHONDONTWRITEBYTECODE",) if key in os.environ}
    environment |= {"NEGATOSCOPE_HOME": str(home / "settings"), "PYTHONPYCACHEPREFIX": str(home / "bytecode")}
    return Command([sys.executable, "-m", "viewer", "--new-window", *map(str, paths)], environment)


def _peers(home: Path, paths: list[Path], until_end: ExitStack) -> tuple[dict[str, Command], list[Left]]:
    folder = home / "series"
    found: dict[str, Command] = {}
    left: list[Left] = []
    if shutil.which("aeskulap"):
        found["Aeskulap"] = Command(["aeskulap", *map(str, paths)])
    else:
        left.append(Left("launch to first image", "Aeskulap is not installed"))
    if shutil.which("imagej"):
        found["ImageJ"] = Command(["imagej", "-e", IMAGEJ.format(folder=folder)])
    else:
        left.append(Left("launch to first image", "ImageJ is not installed"))
    no_browser = browser_peer.missing()
    if no_browser:
        left.append(Left("launch to first image, and memory, against cornerstone3D", no_browser))
    else:
        found[CORNERSTONE] = until_end.enter_context(browser_peer.browser(home, folder, SLICES))
    return found, left


def peers(home: Path) -> Iterator[Line | Left]:
    """Launch to the first image of 300 slices, memory after some scrolling; the empty window."""
    missing = is_available()
    if missing:
        yield Left("launch to first image", missing)
        return
    paths = write_slices(home / "series", SLICES)
    with ExitStack() as until_end:
        others, left = _peers(home, paths, until_end)
        commands = {"ours": ours(home, home / "series")} | others
        seen: dict[str, list[Seen | None]] = {name: [] for name in (*commands, "empty")}
        screen = until_end.enter_context(Screen())
        for name in ("ours", CORNERSTONE):
            if name in commands:
                screen.watch(commands[name])  # writes the byte code, and the browser's profile
        for _ in range(ROUNDS):
            for name, command in commands.items():
                seen[name].append(screen.watch(command, steps=STEPS if name == "ours" else 0))
            seen["empty"].append(screen.watch(ours(home), window=True, settle=0.2))
    yield from _lines(seen)
    yield from left


def _lines(seen: Mapping[str, list[Seen | None]]) -> Iterator[Line | Left]:
    mine = middle(seen["ours"], "first")
    for name, target in (("Aeskulap", 1.0), (CORNERSTONE, 0.6), ("ImageJ", 0.4)):
        if middle(seen.get(name, []), "first"):
            theirs = middle(seen[name], "first")
            yield Line("launch to first image of 300", mine / theirs, target, False, f"{mine:.2f} s", f"{name} {theirs:.2f} s")
    if middle(seen.get("Aeskulap", []), "first"):
        theirs, empty = middle(seen["Aeskulap"], "first"), middle(seen["empty"], "first")
        yield Line("launch to empty window", empty / theirs, 0.6, False, f"{empty:.2f} s", f"Aeskulap's first image {theirs:.2f} s")
    yield from _memory_lines(middle(seen["ours"], "memory"), middle(seen.get(CORNERSTONE, []), "memory"))


def _memory_lines(memory: float, browser: float) -> Iterator[Line]:
    """`browser`: of cornerstone3D, 0 where it was not measured."""
    mine = f"{memory / 1e6:.0f} MB"
    allowed = 1.6 * PIXEL_BYTES + 150e6
    what, pixels = f"memory with {SLICES} slices", f"pixels {PIXEL_BYTES / 1e6:.0f} MB"
    yield Line(what, memory / 1e6, allowed / 1e6, False, mine, pixels, "MB")
    if browser:
        yield Line(what, memory / browser, 0.33, False, mine, f"{CORNERSTONE} {browser / 1e6:.0f} MB")


PARTS: Mapping[str, Part] = {"peers": peers}
