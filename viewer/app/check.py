"""``negatoscope --check``: what this installation is made of and whether it can open a window."""

from __future__ import annotations

import os
import platform
import sys
from importlib import metadata
from pathlib import Path

from viewer import __version__
from viewer.app import start_check

LIBRARIES = ("PySide6-Essentials", "pyqtgraph", "pydicom", "numpy", "imagecodecs", "h11", "platformdirs")
KNOWN_BAD = {"PySide6-Essentials": ("6.12.0",)}
# What decodes each compressed transfer syntax; gdcm and pylibjpeg-libjpeg are never used, even where they are installed.
DECODERS = (
    ("JPEG Baseline, Extended", "jpeg8", "imagecodecs"),
    ("JPEG Lossless", "ljpeg", "imagecodecs"),
    ("JPEG-LS", "jpegls", "imagecodecs"),
    ("JPEG 2000, HTJ2K", "jpeg2k", "imagecodecs"),
    ("JPEG XL", "jpegxl", "imagecodecs"),
)


def run() -> int:
    """Print the report. 0 when a window can open, else 2."""
    lines: list[str] = [f"negatoscope {__version__}", f"Python {platform.python_version()} on {platform.platform()}", ""]
    good = _libraries(lines)
    lines.append("")
    _decoders(lines)
    lines.append("")
    good &= _display(lines)
    lines.append("")
    good &= _folders(lines)
    lines += ["", "all is well" if good else "a window cannot open here; see above"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if good else 2


def _libraries(lines: list[str]) -> bool:
    lines.append("libraries")
    good = True
    for name in LIBRARIES:
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            lines.append(f"  {name:<22}MISSING: pip install {name}")
            good = False
            continue
        bad = version in KNOWN_BAD.get(name, ())
        lines.append(f"  {name:<22}{version}" + ("  UNSTABLE: install another version" if bad else ""))
    return good


def _decoders(lines: list[str]) -> None:
    lines.append("decoders (in worker processes with a memory and a time limit)")
    lines.append(f"  {'Uncompressed, Deflated':<26}own")
    lines.append(f"  {'RLE Lossless':<26}own")
    try:
        import imagecodecs
    except ImportError as error:
        lines.append(f"  imagecodecs cannot be loaded: {error}")
        return
    for title, codec, library in DECODERS:
        available = bool(getattr(getattr(imagecodecs, codec.upper(), None), "available", False))
        lines.append(f"  {title:<26}{library if available else 'MISSING'}")
    lines.append(f"  {'MPEG-2, MPEG-4, HEVC':<26}{_video_decoder()}")


def _video_decoder() -> str:
    from viewer.dicom.video import video_library

    library = video_library()
    if library is None:
        return "MISSING (optional): pip install 'negatoscope[video]'"
    return f"opencv {library.__version__} with FFmpeg"


def _display(lines: list[str]) -> bool:
    lines.append("display")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        if os.environ.get(name):
            lines.append(f"  {name:<22}{os.environ[name]}")
    reason = start_check.problem()
    if not reason:
        try:
            from viewer.app.application import make_application
        except ImportError as error:
            reason = start_check.import_problem(error)
    if reason:
        lines += [f"  {line}" for line in reason.splitlines()]
        return False
    application = make_application()
    lines.append(f"  {'Qt platform':<22}{application.platformName()}")
    for screen in application.screens():
        size = screen.size()
        lines.append(f"  {'screen':<22}{size.width()} × {size.height()}, scale {screen.devicePixelRatio():g}")
    return True


def _folders(lines: list[str]) -> bool:
    from viewer.app.paths import folders, resources

    places = folders()
    lines.append("folders")
    good = True
    for name, folder in (("settings", places.config), ("data", places.data), ("cache", places.cache), ("logs", places.logs)):
        writable = _writable(folder)
        good &= writable
        lines.append(f"  {name:<22}{folder}" + ("" if writable else "  CANNOT BE WRITTEN"))
    found = resources()
    complete = all((found / part).is_dir() for part in ("icons", "fonts", "translations"))
    lines.append(f"  {'resources':<22}{found}" + ("" if complete else "  INCOMPLETE"))
    return good and complete


def _writable(folder: Path) -> bool:
    """Can it be written, or made? Nothing is created here."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK)
