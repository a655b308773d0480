"""A second start hands its paths to the first: two real processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from viewer.app.hand_over import socket_name
from viewer.app.instance_pipe import PipeInstance
from viewer.app.single_instance import SingleInstance, make_instance

SECOND_START = (
    "import sys; from PySide6.QtCore import QCoreApplication; from viewer.app.single_instance import make_instance\n"
    "app = QCoreApplication([]); one = make_instance(sys.argv[1]); sys.exit(0 if one.hand_over(sys.argv[2:]) else 3)"
)
KILLED = (
    "import sys, os; from PySide6.QtCore import QCoreApplication; from viewer.app.single_instance import make_instance\n"
    "app = QCoreApplication([]); one = make_instance(sys.argv[1]); one.hand_over([])\n"
    "print(one.listening); sys.stdout.flush(); os._exit(9)"
)


@pytest.fixture
def name(tmp_path: Path) -> Iterator[str]:
    made = socket_name(tmp_path)
    yield made
    QLocalServer.removeServer(made)


@pytest.fixture(params=[make_instance, PipeInstance], ids=["of this system", "pipe"])
def make(request: pytest.FixtureRequest) -> Callable[[str], SingleInstance]:
    made: Callable[[str], SingleInstance] = request.param
    return made


def second_start(qtbot: QtBot, name: str, *paths: str) -> int:
    process = QProcess()
    with qtbot.waitSignal(process.finished, timeout=30_000):
        process.start(sys.executable, ["-c", SECOND_START, name, *paths])
    return process.exitCode()


def test_paths_are_handed_over(qtbot: QtBot, make: Callable[[str], SingleInstance], name: str) -> None:
    first = make(name)
    assert not first.hand_over([])
    assert first.listening
    got: list[list[str]] = []
    assert second_start(qtbot, name, "/data/Иванов", "/data/a b\nc") == 0
    first.attend(got.append)  # they came before anybody listened
    assert got == [["/data/Иванов", "/data/a b\nc"]]
    assert second_start(qtbot, name) == 0
    assert got[1:] == [[]]
    first.close()


def test_socket_of_a_killed_program_is_taken_over(qtbot: QtBot, make: Callable[[str], SingleInstance], name: str) -> None:
    dead = subprocess.run([sys.executable, "-c", KILLED, name], capture_output=True, text=True, timeout=30, check=False)
    assert dead.stdout.strip() == "True"
    first = make(name)
    assert not first.hand_over(["/x"])
    assert first.listening
    first.close()


def test_only_the_user_can_reach_the_socket(make: Callable[[str], SingleInstance], name: str) -> None:
    if sys.platform == "win32":
        pytest.skip("a named pipe has no mode")
    first = make(name)
    first.hand_over([])
    assert Path(name).parent.stat().st_mode & 0o077 == 0
    first.close()


@pytest.mark.parametrize("sent", [b"not json\n", b'{"a": 1}\n', b"[1, 2]\n"])
def test_nonsense_is_dropped(qtbot: QtBot, make: Callable[[str], SingleInstance], name: str, sent: bytes) -> None:
    first = make(name)
    first.hand_over([])
    got: list[list[str]] = []
    first.attend(got.append)
    socket = QLocalSocket()
    socket.connectToServer(name)
    with qtbot.waitSignal(socket.disconnected, timeout=5000):
        socket.write(sent)
    assert got == []
    first.close()


def test_a_silent_guest_holds_up_nobody(qtbot: QtBot, make: Callable[[str], SingleInstance], name: str) -> None:
    first = make(name)
    first.hand_over([])
    got: list[list[str]] = []
    first.attend(got.append)
    silent = QLocalSocket()
    silent.connectToServer(name)
    assert silent.waitForConnected(5000)
    silent.write(b'["half')
    silent.flush()
    assert second_start(qtbot, name, "/x") == 0
    assert got == [["/x"]]
    silent.abort()
    assert second_start(qtbot, name, "/y") == 0
    assert got == [["/x"], ["/y"]]
    first.close()


def test_a_long_letter_comes_in_pieces(qtbot: QtBot, make: Callable[[str], SingleInstance], name: str) -> None:
    first = make(name)
    first.hand_over([])
    got: list[list[str]] = []
    first.attend(got.append)
    paths = [f"/{'long' * 50}/{number}" for number in range(2000)]
    letter = QLocalSocket()
    letter.connectToServer(name)
    assert letter.waitForConnected(5000)
    with qtbot.waitSignal(letter.readyRead, timeout=10_000):
        letter.write(json.dumps(paths).encode() + b"\n")
    assert got == [paths]
    letter.abort()
    first.close()


def test_each_home_has_its_own(tmp_path: Path) -> None:
    assert socket_name(tmp_path / "a") != socket_name(tmp_path / "b")
    assert len(socket_name(tmp_path / ("long" * 60))) < 104
