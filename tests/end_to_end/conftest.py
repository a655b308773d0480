"""One X screen for all tests of this folder, and the program on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import imagecodecs
import pytest

from tests.end_to_end.real_window import RealWindow, Screen


@pytest.fixture(scope="package")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    made = Screen(tmp_path_factory.mktemp("screen"))
    yield made
    made.close()


@pytest.fixture
def start(screen: Screen, fresh_home: Path, tmp_path: Path) -> Iterator[Callable[..., RealWindow]]:
    """Starts the program in English on paths, its first notice answered; kills it if the test did not end it.

    The last sight of the screen stays in the test's folder, as screen.png.
    """
    config = fresh_home / "config"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text('language = "en"\nnotice_seen = true\n', encoding="utf-8")
    windows: list[RealWindow] = []

    def begin(*paths: Path) -> RealWindow:
        windows.append(RealWindow(screen, fresh_home, *paths))
        return windows[-1]

    yield begin
    (tmp_path / "screen.png").write_bytes(imagecodecs.png_encode(screen.picture()))
    for window in windows:
        window.kill()
