"""Which programs run on a data folder."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from viewer.app.presence import FOLDER, Presence, living

_PROGRAM = (
    "import sys\n"
    "from pathlib import Path\n"
    "from viewer.app.presence import Presence\n"
    "print(Presence(Path(sys.argv[1])).name, flush=True)\n"
    "sys.stdin.read()\n"
)


def test_who_is_killed_does_not_live_and_leaves_nothing(tmp_path: Path) -> None:
    mine = Presence(tmp_path)
    command = [sys.executable, "-c", _PROGRAM, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        other = process.stdout.readline().strip()
        assert living(tmp_path) == {mine.name, other}
        process.kill()
        process.wait()
        assert living(tmp_path) == {mine.name}
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == [mine.name]
    mine.close()
    assert living(tmp_path) == frozenset()
    assert living(tmp_path / "nowhere") == frozenset()


def test_who_begins_while_others_look_is_alive(tmp_path: Path) -> None:
    """A sign that is not held yet may be taken for one left behind; then another is made."""
    is_over, failed = threading.Event(), []

    def look() -> None:
        while not is_over.is_set():
            living(tmp_path)

    lookers = [threading.Thread(target=look) for _ in range(2)]
    for looker in lookers:
        looker.start()
    for _ in range(150):
        made = Presence(tmp_path)
        if made.name not in living(tmp_path):
            failed.append(made.name)
        made.close()
    is_over.set()
    for looker in lookers:
        looker.join()
    assert failed == []
