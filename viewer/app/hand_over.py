"""Where the program that runs already can be met, and handing it paths without loading Qt."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

CONNECT_SECONDS = 0.5
ANSWER_SECONDS = 3.0
ANSWER = b"ok\n"
LONGEST = 4 * 1024 * 1024  # of a letter, in bytes


def socket_name(home: Path) -> str:
    """Where the running program listens: private to the user, one per `home` (the folder of data).

    Raises OSError when there is no private place for it.
    """
    user = str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    name = "negatoscope-" + hashlib.sha256(f"{user}|{home}".encode()).hexdigest()[:16]
    if sys.platform == "win32":
        return name
    return str(_private_folder() / name)


def _private_folder() -> Path:
    """A folder that only this user can enter; another user's socket there is out of the question."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and _is_private(Path(runtime)):
        return Path(runtime)
    import tempfile  # brings ten modules along, and most sessions have the folder above

    folder = Path(tempfile.gettempdir()) / f"negatoscope-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _is_private(folder):
        raise OSError(f"{folder} belongs to somebody else")
    return folder


def _is_private(folder: Path) -> bool:
    try:
        facts = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.getuid() and not facts.st_mode & 0o077


def letter(paths: Sequence[str]) -> bytes:
    """What is sent: one line."""
    return json.dumps(list(paths)).encode() + b"\n"


def hand_over(name: str, paths: Sequence[str]) -> bool:
    """Give `paths` (absolute) to the program that listens at `name`. False when none answers (and always on Windows)."""
    if not hasattr(socket, "AF_UNIX") or sys.platform == "win32":
        return False
    heard = b""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(CONNECT_SECONDS)
            line.connect(name)
            line.settimeout(ANSWER_SECONDS)
            line.sendall(letter(paths))
            while len(heard) < len(ANSWER):
                more = line.recv(len(ANSWER) - len(heard))
                if not more:
                    break
                heard += more
    except OSError:
        return False
    return heard == ANSWER
