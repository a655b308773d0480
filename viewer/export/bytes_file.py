"""Bytes into a file that the user chose: whole, or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress

_AT_ONCE = 1 << 20


def write_bytes(path: str, content: bytes, is_cancelled: Callable[[], bool], tell: Callable[[int, int], None]) -> bool:
    """Write `content` beside `path` and put it in its place; `tell(done, total)` counts bytes.

    False when it was cancelled: then, and when OSError is raised, what was at `path` is as before.
    """
    if os.path.exists(path) and not os.path.isfile(path):  # a device or a pipe is written to, not replaced
        with open(path, "wb") as target:
            target.write(content)
        return True
    path = os.path.realpath(path)
    part = f"{path}.{secrets.token_hex(4)}.part"
    try:
        with open(part, "xb") as target:
            for start in range(0, len(content), _AT_ONCE):
                if is_cancelled():
                    return False
                target.write(content[start : start + _AT_ONCE])
                tell(min(start + _AT_ONCE, len(content)), len(content))
        if is_cancelled():
            return False
        os.replace(part, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(part)
    return True
