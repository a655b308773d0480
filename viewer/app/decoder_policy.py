"""Who decodes is policy, not what happens to be installed: packages that pydicom would pick up are not importable in the program.

python-gdcm ends the process on damaged files; its import also runs whatever is called ``dl`` or ``DLFCN`` on the path.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

BLOCKED = frozenset(("gdcm", "_gdcm", "gdcmswig", "_gdcmswig", "pylibjpeg", "libjpeg", "openjpeg", "rle", "jpeg_ls", "dl", "DLFCN"))
DECODERS = "own for native, deflated and RLE; imagecodecs for JPEG, JPEG-LS, JPEG 2000, HTJ2K and JPEG XL; no others"


class _Blocker:
    """A finder by its method alone: its base class in `importlib.abc` would import 20 modules."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"{fullname} is not used here", name=fullname)
        return None


def block_other_decoders() -> None:
    """To be called first in every process of the program."""
    if not any(isinstance(one, _Blocker) for one in sys.meta_path):
        sys.meta_path.insert(0, _Blocker())
