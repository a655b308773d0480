"""The faces that come with the program, and what stands in for them."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase

from viewer.ui.resources import resources

FACE = "Inter"
MONO_FACE = "JetBrains Mono"


def load_fonts() -> list[str]:
    """Make the faces in resources/fonts known to Qt, once per program. Returns their family names."""
    families: list[str] = []
    for file in sorted((resources() / "fonts").glob("*.[ot]tf")):
        number = QFontDatabase.addApplicationFont(str(file))
        families += QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    return families


def font_families() -> list[str]:
    """The face of the interface; other scripts fall back to the system's faces."""
    return [FACE, "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans"]


def mono_families() -> list[str]:
    """The monospaced face."""
    return [MONO_FACE, "Cascadia Mono", "Menlo", "DejaVu Sans Mono", "monospace"]
