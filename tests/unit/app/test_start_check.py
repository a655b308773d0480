"""What is said before Qt would end the program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from viewer.app import start_check

REPOSITORY = Path(__file__).resolve().parents[3]


def always(_: str) -> bool:
    return True


def test_no_display_is_said_and_ends_with_2(tmp_path: Path) -> None:
    """The real program in an environment without a screen."""
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    environment["NEGATOSCOPE_HOME"] = str(tmp_path)
    run = subprocess.run(
        [sys.executable, "-m", "viewer"], env=environment, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 2
    assert "no display" in run.stderr
    assert "xvfb-run" in run.stderr
    assert "Traceback" not in run.stderr


def test_display_nobody_answers_is_told_from_a_missing_library() -> None:
    said = start_check.problem({"DISPLAY": ":98765"}, "linux", always)
    assert "No X server answers at DISPLAY=:98765" in said
    assert "apt" not in said


def test_missing_library_names_the_package() -> None:
    def without_cursor(name: str) -> bool:
        return name != "libxcb-cursor.so.0"

    said = start_check.problem({"DISPLAY": ":0"}, "linux", without_cursor, always)
    assert "libxcb-cursor.so.0" in said
    assert "libxcb-cursor0" in said or "xcb-util-cursor" in said
    assert "no display" not in said


def test_offscreen_needs_no_display_but_the_core_libraries() -> None:
    environment = {"QT_QPA_PLATFORM": "offscreen"}
    assert start_check.problem(environment, "linux", always) == ""
    assert "libGL.so.1" in start_check.problem(environment, "linux", lambda name: name != "libGL.so.1")


def test_wayland_does_not_ask_for_x11() -> None:
    asked: list[str] = []

    def note(name: str) -> bool:
        asked.append(name)
        return True

    assert start_check.problem({"WAYLAND_DISPLAY": "wayland-0"}, "linux", note, always) == ""
    assert not [name for name in asked if "xcb" in name]


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_platforms_have_their_own_display(platform: str) -> None:
    assert start_check.problem({}, platform, lambda _: False) == ""


def test_import_error_names_the_library() -> None:
    error = ImportError("libGL.so.1: cannot open shared object file: No such file or directory")
    said = start_check.import_problem(error)
    assert "libGL.so.1" in said
    assert "libgl1" in said or "mesa-libGL" in said


def test_packages_to_install_are_those_of_missing_libraries() -> None:
    """What packaging/run.sh asks apt for."""
    absent = {"libGL.so.1", "libxcb-shape.so.0", "libwayland-cursor.so.0"}

    def loads(name: str) -> bool:
        return name not in absent

    assert start_check.missing_packages({}, loads) == ["libgl1", "libxcb-shape0"]
    assert start_check.missing_packages({"WAYLAND_DISPLAY": "wayland-0"}, loads) == [
        "libgl1",
        "libxcb-shape0",
        "libwayland-cursor0",
    ]
    assert start_check.missing_packages({}, always) == []
