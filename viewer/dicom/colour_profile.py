"""ICC profiles (PS3.3 C.11.15) to sRGB, by the colour management of imagecodecs (Little CMS)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.data_set import DataSet
from viewer.dicom.frame_attributes import FrameAttributes
from viewer.model.messages import Message, message

_PROFILE, _COLOR_SPACE, _OPTICAL_PATHS, _PATH_IDENTIFICATION = 0x00282000, 0x00282002, 0x00480105, 0x00480207
MAX_PROFILE = 8 * 1024 * 1024
_SRGB_NAMES = (b"sRGB", b"s\0R\0G\0B")


def profile_of(frame: FrameAttributes) -> bytes:
    """The ICC profile of a frame, b"" where there is none, it is no input profile for RGB, or it says sRGB itself."""
    holder = _holder(frame)
    if holder is None or holder.code(_COLOR_SPACE).upper() == "SRGB":
        return b""
    raw = holder.raw(_PROFILE)
    if not 128 < len(raw) <= MAX_PROFILE or raw[36:40] != b"acsp" or raw[16:20] != b"RGB ":
        return b""
    return b"" if _says_srgb(raw) else raw


def _holder(frame: FrameAttributes) -> DataSet | None:
    top = frame.top
    if _PROFILE in top:
        return top
    if _OPTICAL_PATHS not in top:
        return None
    identification = frame.macro(_PATH_IDENTIFICATION)
    wanted = identification.text(0x00480106) if identification is not None else ""
    paths = list(top.items(_OPTICAL_PATHS))
    chosen = next((path for path in paths if path.text(0x00480106) == wanted), paths[0] if paths else None)
    return chosen if chosen is not None and _PROFILE in chosen else None


def _says_srgb(raw: bytes) -> bool:
    """The description tag names sRGB: those profiles are the identity here."""
    count = int.from_bytes(raw[128:132], "big")
    for index in range(min(count, 100)):
        at = 132 + 12 * index
        if raw[at : at + 4] == b"desc":
            offset, size = int.from_bytes(raw[at + 4 : at + 8], "big"), int.from_bytes(raw[at + 8 : at + 12], "big")
            text = raw[offset : offset + min(size, 1024)]
            return any(name in text for name in _SRGB_NAMES)
    return False


def to_srgb(rgb: NDArray[np.uint8], profile: bytes) -> tuple[NDArray[np.uint8], tuple[Message, ...]]:
    """`rgb` (rows, columns, 3) in the colours of `profile` as sRGB. A profile that cannot be used leaves it alone, and says so."""
    import imagecodecs

    try:
        target = imagecodecs.cms_profile("srgb")
        converted = imagecodecs.cms_transform(rgb, profile, target, colorspace="rgb", outcolorspace="rgb", outdtype="u1")
    except MemoryError:
        raise
    except Exception:  # Little CMS refuses it in many ways
        return rgb, (message("The colour profile of this image is damaged: its colours may be off."),)
    if converted.shape != rgb.shape or converted.dtype != np.uint8:
        return rgb, (message("The colour profile of this image is damaged: its colours may be off."),)
    return converted, ()
