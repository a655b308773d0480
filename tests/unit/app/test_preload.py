"""Qt's libraries are there before Python asks for them, and are the ones it gets."""

from __future__ import annotations

import subprocess
import sys

import pytest

PRELOADED = """
import os, sys, threading
from pathlib import Path
from viewer.app.preload import preload_qt

def loaded():
    return {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "/" in line}

os.cpu_count = lambda: 2  # with one there is nothing to gain
preload_qt()
for thread in threading.enumerate():
    if thread.name == "preload":
        thread.join()
before = loaded()
assert "PySide6" not in sys.modules
from PySide6 import QtWidgets
for name in ("libQt6Core", "libQt6Gui", "libQt6Widgets"):
    assert len([path for path in loaded() if name in path]) == 1, name
print(*sorted(Path(path).name.partition(".")[0] for path in before))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere Qt is loaded by Python")
def test_libraries_are_loaded_once() -> None:
    done = subprocess.run([sys.executable, "-c", PRELOADED], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert {"libQt6Widgets", "libqxcb", "libfontconfig"} <= set(done.stdout.split())


def test_what_is_not_there_is_left_to_who_needs_it(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from viewer.app import preload

    monkeypatch.setattr(preload, "_FONTS", b"libno-such-fonts.so.1")
    preload._load(str(tmp_path))
