"""Turns the wheel, or presses a key, at a steady pace: ``python -m tests.benchmarks.input_source WHAT COUNT RATE TURN``.

xdotool waits for each event and gives some 175 a second; this goes to the XTEST extension by itself and keeps pace by the clock.
`WHAT` is ``wheel`` or ``key``; after each `TURN` steps the direction changes, so that a short series is never at its end (0: always
back).
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable

WHEEL_UP, WHEEL_DOWN = 4, 5
KEYS = (b"Up", b"Down")


def missing() -> str:
    """ "" when events can be made here, else why not."""
    try:
        _libraries()
    except OSError as error:
        return str(error)
    return ""


def _libraries() -> tuple[ctypes.CDLL, ctypes.CDLL]:
    x11, xtest = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XStringToKeysym.restype = ctypes.c_ulong
    for function in (x11.XFlush, x11.XKeysymToKeycode, x11.XCloseDisplay, x11.XSync):
        function.argtypes = [ctypes.c_void_p] + [ctypes.c_ulong] * (function is x11.XKeysymToKeycode)
    x11.XSync.argtypes = [ctypes.c_void_p, ctypes.c_int]
    for function in (xtest.XTestFakeButtonEvent, xtest.XTestFakeKeyEvent):
        function.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong]
    return x11, xtest


def run(what: str, count: int, rate: float, turn: int) -> float:
    """Seconds that `count` steps took."""
    x11, xtest = _libraries()
    display = x11.XOpenDisplay(None)
    assert display, "no display"
    fake: Callable[..., int] = xtest.XTestFakeButtonEvent if what == "wheel" else xtest.XTestFakeKeyEvent
    codes = (WHEEL_UP, WHEEL_DOWN)
    if what == "key":
        codes = tuple(x11.XKeysymToKeycode(display, x11.XStringToKeysym(name)) for name in KEYS)  # type: ignore[assignment]
    began = time.perf_counter()
    for number in range(count):
        wait = began + number / rate - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        code = codes[1 if turn and number // turn % 2 == 0 else 0]
        fake(display, code, 1, 0)
        fake(display, code, 0, 0)
        x11.XFlush(display)
    x11.XSync(display, 0)
    seconds = time.perf_counter() - began
    x11.XCloseDisplay(display)
    return seconds


if __name__ == "__main__":
    sys.stdout.write(f"{run(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))}\n")
