"""What would keep a window from opening on Linux, found before Qt ends the program: no display, or a library that is missing."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress

NO_SCREEN = {"offscreen", "minimal", "vnc", "linuxfb", "eglfs"}

# library: (Debian and Ubuntu package, Fedora package)
CORE_LIBRARIES = {
    "libGL.so.1": ("libgl1", "mesa-libGL"),
    "libEGL.so.1": ("libegl1", "mesa-libEGL"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
}
X11_LIBRARIES = {
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
}
WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": ("libwayland-client0", "libwayland-client"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor"),
    "libwayland-egl.so.1": ("libwayland-egl1", "libwayland-egl"),
}
EVERY_LIBRARY = CORE_LIBRARIES | X11_LIBRARIES | WAYLAND_LIBRARIES


def loads(library: str) -> bool:
    """Can the dynamic linker find and load it?"""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def answers(display: str) -> bool:
    """Does an X server answer at `display`? True also when that cannot be asked."""
    with suppress(OSError, AttributeError):
        xcb = ctypes.CDLL("libxcb.so.1")
        xcb.xcb_connect.restype = ctypes.c_void_p
        xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
        xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
        xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
        connection = xcb.xcb_connect(display.encode(), None)
        failed = xcb.xcb_connection_has_error(connection)
        xcb.xcb_disconnect(connection)
        return not failed
    return True


def problem(
    environment: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    loads: Callable[[str], bool] = loads,
    answers: Callable[[str], bool] = answers,
) -> str:
    """Why no window can open, with the line that mends it; "" when nothing is known to be wrong."""
    if not platform.startswith("linux"):
        return ""
    asked = environment.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    display, wayland = environment.get("DISPLAY", ""), environment.get("WAYLAND_DISPLAY", "")
    wanted = dict(CORE_LIBRARIES)
    if asked not in NO_SCREEN:
        if not display and not wayland:
            return no_display("Neither DISPLAY nor WAYLAND_DISPLAY is set.")
        uses_x11 = bool(display) and asked != "wayland"
        if uses_x11 and not wayland and not answers(display):
            return no_display(f"No X server answers at DISPLAY={display}.")
        wanted |= X11_LIBRARIES if uses_x11 else WAYLAND_LIBRARIES
    missing = [name for name in wanted if not loads(name)]
    return missing_libraries(missing) if missing else ""


def no_display(reason: str) -> str:
    """The sentence for a machine without a screen."""
    return (
        f"Negatoscope cannot open its window: there is no display. {reason}\n"
        "Start it from a desktop session (over ssh: ssh -X), or with a virtual screen: xvfb-run -a negatoscope\n"
        "Without a window work: negatoscope scan, tags, render, pixels, screenshot."
    )


def missing_libraries(names: list[str]) -> str:
    """The sentence for missing system libraries, with the line that installs them."""
    pairs = [EVERY_LIBRARY[name] for name in names if name in EVERY_LIBRARY]
    debian = " ".join(dict.fromkeys(pair[0] for pair in pairs))
    fedora = " ".join(dict.fromkeys(pair[1] for pair in pairs))
    lines = [
        f"Negatoscope cannot open its window: system libraries that Qt needs are missing ({', '.join(names)}).",
        "Install them:",
    ]
    if pairs and (shutil.which("apt-get") or not shutil.which("dnf")):
        lines.append(f"    sudo apt install -y {debian}")
    if pairs and (shutil.which("dnf") or not shutil.which("apt-get")):
        lines.append(f"    sudo dnf install -y {fedora}")
    if not pairs:
        lines[-1] = "Install the package of your system that holds it."
    return "\n".join(lines)


def import_problem(error: ImportError) -> str:
    """Why Qt could not be imported."""
    found = re.search(r"(lib[\w.+-]+\.so[\d.]*)", str(error))
    if found:
        return missing_libraries([found.group(1)])
    return (
        f"Negatoscope cannot open its window: Qt for Python could not be loaded ({error}).\n"
        "Install it anew: pip install --force-reinstall PySide6-Essentials"
    )


def missing_packages(environment: Mapping[str, str] = os.environ, loads: Callable[[str], bool] = loads) -> list[str]:
    """Debian packages of the libraries that are not here: what ``packaging/run.sh`` installs."""
    wanted = CORE_LIBRARIES | X11_LIBRARIES
    if environment.get("WAYLAND_DISPLAY"):
        wanted = wanted | WAYLAND_LIBRARIES
    return list(dict.fromkeys(package for name, (package, _) in wanted.items() if not loads(name)))


if __name__ == "__main__":
    sys.stdout.write(" ".join(missing_packages()) + "\n")
