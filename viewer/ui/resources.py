"""Where the files that come with the program are: icons, fonts, translations, guide, sample study."""

from __future__ import annotations

from pathlib import Path

import viewer


def resources() -> Path:
    """The folder of resources: beside the package in a checkout, inside it when installed from a wheel."""
    package = Path(viewer.__file__).resolve().parent
    installed = package / "_resources"
    return installed if installed.is_dir() else package.parent / "resources"
