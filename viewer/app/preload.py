"""Loads Qt's libraries on a thread of their own while Python still imports the program: on Linux that is half of what Qt takes.

Loading needs no interpreter: the linker maps and relocates 40 MB, and fontconfig reads its configuration. What is not found here is
loaded a moment later by who needs it.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from contextlib import suppress
from importlib.util import find_spec

_LIBRARIES = ("Qt/lib/libQt6Widgets.so.6", "Qt/plugins/platforms/libqxcb.so", "Qt/lib/libQt6Svg.so.6")  # with all that these need
_FONTS = b"libfontconfig.so.1"


def preload_qt() -> None:
    """Begin; nothing waits for it."""
    if sys.platform.startswith("linux") and (os.cpu_count() or 1) > 1:
        with suppress(ImportError, ValueError, AttributeError):
            spec = find_spec("PySide6")
            if spec is not None and spec.origin:
                folder = os.path.dirname(spec.origin)
                threading.Thread(target=_load, args=(folder,), name="preload", daemon=True).start()


def _load(folder: str) -> None:
    """Through a pointer to `dlopen`, because ``ctypes.CDLL`` keeps the interpreter locked meanwhile."""
    with suppress(OSError, AttributeError):
        linker = ctypes.CDLL(None)
        load = linker.dlopen
        load.argtypes, load.restype = [ctypes.c_char_p, ctypes.c_int], ctypes.c_void_p
        for name in _LIBRARIES:
            load(os.fsencode(os.path.join(folder, name)), os.RTLD_LAZY)
        if load(_FONTS, os.RTLD_LAZY):
            ctypes.CDLL(_FONTS.decode()).FcInit()
