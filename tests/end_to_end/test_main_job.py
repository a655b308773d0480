"""The main job from start to quit, with a real screen, keyboard and mouse."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.encaps import generate_frames

from tests.end_to_end.real_window import REPOSITORY, RealWindow, Screen, changed, likeness, wait_until

pytestmark = [pytest.mark.real_window, pytest.mark.timeout(240)]

SAMPLE = REPOSITORY / "resources" / "sample"
ALIKE = 0.97
Start = Callable[..., RealWindow]


def ct(number: int, center: float = 40, width: float = 80) -> NDArray[np.float64]:
    """A slice of the sample as it should look."""
    data = dcmread(SAMPLE / "head-ct" / f"{number:03}.dcm")
    values = np.frombuffer(data.PixelData, "<u2").reshape(data.Rows, data.Columns) - 1024.0
    return np.clip((values - center) / width * 255 + 127.5, 0, 255)


def mr(number: int) -> NDArray[np.float64]:
    data = dcmread(SAMPLE / "head-mr" / f"{number:03}.dcm")
    values = imagecodecs.jpeg2k_decode(next(generate_frames(data.PixelData, number_of_frames=1)))
    return np.clip(values / 800 * 255, 0, 255).astype(np.float64)


def shows(window: RealWindow, expected: NDArray[np.float64]) -> Callable[[], bool]:
    return lambda: likeness(window.canvas(), expected) > ALIKE


def test_first_image_wheel_keys_window_and_quit(start: Start) -> None:
    window = start(SAMPLE / "head-ct")
    wait_until(shows(window, ct(1)), "the first slice")
    assert likeness(window.canvas(), ct(20)) < ALIKE, "the comparison tells slices apart"
    x, y = window.middle()
    window.wheel(x, y, 12)
    wait_until(shows(window, ct(13)), "the slice twelve steps on")
    window.key("End", "shift+Up")
    wait_until(shows(window, ct(35)), "the slice ten before the last")
    window.key("Home", "shift+Down", "Down", "Down")
    wait_until(shows(window, ct(13)), "the slice that the keys lead to")
    before = window.settled()
    window.key("i")
    wait_until(shows(window, 255 - ct(13)), "the inverted picture")
    window.key("i")
    wait_until(lambda: changed(before, window.picture()) < 0.001, "the picture as it was")
    window.drag((x, y), (x, y + 120))
    wait_until(lambda: window.canvas().mean() < 0.8 * before.mean(), "a darker picture: the centre is higher")
    window.key("BackSpace")
    wait_until(shows(window, ct(13)), "the opening window")
    window.key("ctrl+q")
    window.end()


def test_series_by_double_click_and_tags_by_filter(start: Start) -> None:
    window = start(SAMPLE)
    wait_until(shows(window, ct(1)), "the first slice")
    window.settled()
    double_click_series(window, 1)
    wait_until(shows(window, mr(1)), "the second series with a picture")
    left, top, right, _ = window.canvas_bounds()
    before = window.settled()
    rows = ink(before[top + 150 : top + 680, right + 12 :])
    assert rows > 20, "a list of tags"
    window.click(right + 150, top + 52)
    window.type("Echo")
    wait_until(lambda: 0 < ink(window.picture()[top + 150 : top + 680, right + 12 :]) < rows / 3, "few tags are left")
    assert left > 200
    window.click(*window.middle())
    window.key("ctrl+q")
    window.end()


def double_click_series(window: RealWindow, place: int) -> None:
    """The `place`th of the sample's, once all of them have their thumbnail: the quickest is not always the first."""
    wait_until(lambda: len(thumbnails(window)) == len(list(SAMPLE.iterdir())), "a thumbnail of each series")
    window.settled()
    window.click(150, thumbnails(window)[place] + 24, times=2)


def thumbnails(window: RealWindow) -> list[int]:
    """Where thumbnails begin: their corners are black or nearly, which nothing else in the browser is."""
    dark = (window.picture()[:, 20:58].max(axis=2) < 12).mean(axis=1) > 0.2
    tops: list[int] = []
    for row in np.flatnonzero(dark[120:]) + 120:
        if not tops or row > tops[-1] + 50:
            tops.append(int(row))
    return tops


def ink(part: NDArray[np.uint8]) -> int:
    """Lines of text."""
    grey = part.max(axis=2)
    lines = (grey > grey.min() + 90).any(axis=1)
    return int((np.diff(lines.astype(int)) == 1).sum())


def test_a_second_start_hands_its_folder_over(start: Start, screen: Screen) -> None:
    window = start(SAMPLE / "head-mr")
    wait_until(shows(window, mr(1)), "the first series")
    command = [sys.executable, "-m", "viewer", str(SAMPLE / "head-ct")]
    second = screen.start(command, {"NEGATOSCOPE_HOME": str(window.home)})
    _, said = second.communicate(timeout=30)
    assert (second.returncode, said) == (0, "")
    wait_until(shows(window, ct(1)), "the folder of the second start")
    window.key("ctrl+q")
    window.end()


def test_a_folder_dropped_from_another_program(start: Start, screen: Screen, tmp_path: Path) -> None:
    folder = tmp_path / "CD 1 — Снимки"
    shutil.copytree(SAMPLE / "head-mr", folder)
    window = start(SAMPLE / "head-ct")
    wait_until(shows(window, ct(1)), "the first series")
    x, y = window.middle()
    source = screen.start([sys.executable, str(REPOSITORY / "tests/end_to_end/drag_source.py"), str(folder), "1350", "700"])
    try:
        wait_until(lambda: bool(screen.xdotool("search", "--onlyvisible", "--name", "^drag source$")), "the other program")
        window.drag((1400 - window.left, 730 - window.top), (x, y))
        wait_until(shows(window, mr(1)), "the dropped folder")
    finally:
        source.kill()
        source.communicate()
    window.key("ctrl+q")
    window.end()


def test_theme_and_language_change_at_once_and_are_remembered(start: Start) -> None:
    window = start(SAMPLE / "head-ct")
    wait_until(shows(window, ct(1)), "the first slice")
    dark = window.settled()
    window.command("theme_light")
    wait_until(lambda: window.picture()[300:700, 1000:].mean() > 150, "light panels")
    light = window.settled()
    assert dark[300:700, 1000:].mean() < 80
    assert likeness(window.canvas(), ct(1)) > ALIKE, "the picture does not change with the theme"
    window.command("language_ru")
    wait_until(lambda: changed(light[:70], window.picture()[:70]) > 0.005, "other words in menu and toolbar")
    window.settled()
    window.key("ctrl+q")
    window.end()
    assert 'theme = "light"' in window.settings()
    assert 'language = "ru"' in window.settings()
    again = start(SAMPLE / "head-ct")
    wait_until(shows(again, ct(1)), "the first slice again")
    assert again.settled()[300:700, 1000:].mean() > 150
    again.key("ctrl+q")
    again.end()


def test_the_window_manager_closes_it(start: Start) -> None:
    window = start()
    window.settled()
    window.key("alt+F4")
    window.end()
