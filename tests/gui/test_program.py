"""The whole program, with its real parts, in this process and in processes of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from viewer.app.bootstrap import Program
from viewer.model.locked_archive import LockedArchive
from viewer.model.messages import message
from viewer.ui.dialogs.password import PasswordDialog

REPOSITORY = Path(__file__).resolve().parents[2]
HEAD = "Slicer+Slicer/Testing/Data/Input/CTHeadAxialDicom"
QUICK = 12.0


@pytest.mark.samples
def test_first_picture_of_a_folder(program: Program, samples: Path, qtbot: QtBot) -> None:
    program.window.open_paths([str(samples / HEAD)])
    viewport = program.workspace.layout.active
    qtbot.waitUntil(lambda: viewport.frame is not None, timeout=20_000)
    qtbot.waitUntil(lambda: program.workspace.scan is None and viewport.count == 93, timeout=20_000)
    assert program.settings.holder.value.recent == (str(samples / HEAD),)
    qtbot.waitUntil(program.window.actions_by_id["image.invert"].isEnabled)


@pytest.mark.samples
def test_window_closes_quickly_while_a_scan_runs(program: Program, samples: Path, qtbot: QtBot) -> None:
    program.window.open_paths([str(samples)])
    qtbot.waitUntil(lambda: program.workspace.layout.active.frame is not None, timeout=20_000)
    started = time.monotonic()
    program.window.close()
    assert time.monotonic() - started < QUICK


@pytest.mark.parametrize("is_refused", [False, True])
def test_password_is_asked_on_the_gui_thread(program: Program, qtbot: QtBot, is_refused: bool) -> None:
    import threading

    answers: list[str | None] = []
    ask = program.workspace.opening.ask_password
    assert ask is not None
    worker = threading.Thread(target=lambda: answers.append(ask(LockedArchive("cd.zip", is_refused=is_refused))))
    worker.start()

    def dialog() -> PasswordDialog | None:
        return next((one for one in program.window.findChildren(PasswordDialog) if one.isVisible()), None)

    qtbot.waitUntil(lambda: dialog() is not None)
    shown = dialog()
    assert shown is not None
    assert ("wrong" in shown.heading.text()) == is_refused
    assert shown.field.text() == ""
    shown.field.setText("secret")
    shown.accept()
    worker.join(20)
    assert answers == ["secret"]


def test_notices_at_the_start_are_said_once(program: Program) -> None:
    program.settings.notice = message("The file is empty.")
    seen: list[str] = []
    program.say_notices("a trace", seen.append)
    bar = program.window.notices
    texts = []
    while bar.current is not None:
        texts.append(str(bar.current.text))
        (bar.action if bar.current.action_title else bar.understood).click()
    assert texts[0] == "Not a medical device. Not for diagnosis."
    assert "The program ended unexpectedly last time." in texts
    assert seen == ["a trace"]
    assert program.settings.holder.value.notice_seen


def start(*arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(
        [sys.executable, "-m", "viewer", *arguments],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def log_of(home: Path) -> str:
    file = home / "data" / "logs" / "negatoscope.log"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to send there")
def test_second_start_hands_over_and_ctrl_c_ends_cleanly(
    fresh_home: Path, tmp_path: Path, qtbot: QtBot, wait_for: Callable[[Callable[[], bool]], None]
) -> None:
    first = start()
    try:
        wait_for(lambda: "started" in log_of(fresh_home))
        second = start(str(tmp_path))
        _, said = second.communicate(timeout=30)
        assert (second.returncode, said) == (0, "")
        settings = fresh_home / "config" / "settings.toml"
        wait_for(lambda: settings.is_file() and str(tmp_path) in settings.read_text(encoding="utf-8"))
        first.send_signal(signal.SIGINT)
        _, said = first.communicate(timeout=30)
        assert (first.returncode, said) == (0, "")
    finally:
        first.kill()
        first.wait()
    assert "ended" in log_of(fresh_home)
    assert not list((fresh_home / "data" / "logs").glob("*.trace"))


def test_screenshot_says_what_is_wrong(tmp_path: Path) -> None:
    taken = start("screenshot", str(tmp_path / "gone"), "-o", str(tmp_path / "out.png"))
    said = taken.communicate(timeout=60)[1]
    assert (taken.returncode, said) == (1, f"negatoscope: {tmp_path / 'gone'}: The file is not there.\n")
    nowhere = tmp_path / "none" / "out.png"
    taken = start("screenshot", str(REPOSITORY / "resources" / "sample" / "head-mr" / "001.dcm"), "-o", str(nowhere))
    said = taken.communicate(timeout=60)[1]
    assert (taken.returncode, said) == (2, f"negatoscope: {nowhere}: cannot be written.\n")


@pytest.mark.samples
def test_screenshot_of_the_real_window(samples: Path, tmp_path: Path) -> None:
    from PySide6.QtGui import QImage

    picture = tmp_path / "shot.png"
    taken = start("screenshot", str(samples / HEAD), "--size", "1000", "700", "-o", str(picture))
    _, said = taken.communicate(timeout=100)
    assert (taken.returncode, said) == (0, "")
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1000, 700)
    bright = sum(image.pixelColor(x, y).lightness() > 150 for x in range(300, 700, 4) for y in range(200, 600, 4))
    assert bright > 200  # the head, not an empty window
