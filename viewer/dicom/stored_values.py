"""From what a decoder hands out to what a PixelFrame holds: stored values in their own type, or 8-bit sRGB."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.colour_profile import to_srgb
from viewer.dicom.decode_request import DecodedPixels
from viewer.dicom.pixel_description import PixelDescription
from viewer.imaging import palette
from viewer.imaging.color import to_rgb
from viewer.model.errors import DecodeError
from viewer.model.frozen import frozen
from viewer.model.luts import PaletteTables
from viewer.model.messages import Message, message

_BYTES = {8: 1, 12: 2, 16: 2, 24: 4, 32: 4, 64: 8}


@frozen(eq=False)
class ColourFacts:
    """What colour pixels need besides themselves: `palette` of PALETTE COLOR, `profile` an ICC profile or b""."""

    palette: PaletteTables | None = None
    profile: bytes = b""


def stored_values(decoded: DecodedPixels, description: PixelDescription, *, has_hidden_bits: bool = False) -> NDArray[np.generic]:
    """Grey: the stored values (rows, columns), other bits masked off, sign extended (PS3.5 8.1.1, PS3.3 C.7.6.3.1).

    `has_hidden_bits`: overlay planes lie in the unused bits.
    """
    pixels = decoded.pixels
    if pixels.dtype.kind == "f" or description.bits_allocated == 1:
        return pixels
    bits, high = description.bits_stored, description.high_bit
    if decoded.bits and (decoded.bits <= bits or not has_hidden_bits):  # a codestream has no bits but its own
        bits = _meant_bits(pixels, decoded.bits, bits, is_signed=description.is_signed)
        high = bits - 1
    return _in_container(_with_sign(pixels, bits, high, description.is_signed), description.bits_allocated)


def _meant_bits(pixels: NDArray[Any], precision: int, stored: int, *, is_signed: bool) -> int:
    """How many bits of a codestream's values count. Lossy ones may overshoot Bits Stored: masking would turn white into black."""
    if is_signed and stored < precision and pixels.dtype.kind == "u" and pixels.size and pixels.max() < 1 << stored:
        return stored  # the sign is where Bits Stored says, nothing above it
    return precision


def _in_container(pixels: NDArray[Any], bits_allocated: int) -> NDArray[np.generic]:
    """In the type that Bits Allocated says, so that all frames of a stack have one; never a smaller one."""
    if 8 * pixels.itemsize < bits_allocated:
        return pixels.astype(f"{pixels.dtype.kind}{_BYTES[bits_allocated]}")
    return pixels


def _with_sign(pixels: NDArray[Any], bits: int, high_bit: int, is_signed: bool) -> NDArray[Any]:
    if (
        pixels.dtype.kind == "i"
    ):  # JPEG 2000 knows signs itself, also where the data set denies them: what is below nothing is not white
        return pixels if is_signed or (pixels.size and pixels.min() < 0) else pixels.view(f"u{pixels.itemsize}")
    container = 8 * pixels.itemsize
    if is_signed:
        return _sign_extended(pixels.view(f"i{pixels.itemsize}"), bits, high_bit, container)
    shift = high_bit + 1 - bits
    shifted: NDArray[Any] = pixels >> pixels.dtype.type(shift) if shift > 0 else pixels
    top = (1 << bits) - 1
    if bits < container and shifted.size and shifted.max() > top:
        shifted = shifted & shifted.dtype.type(top)
    return shifted


def _sign_extended(pixels: NDArray[Any], bits: int, high_bit: int, container: int) -> NDArray[Any]:
    if bits >= container or not pixels.size:
        return pixels
    half = 1 << (bits - 1)
    if high_bit == bits - 1 and pixels.min() >= -half and pixels.max() < half:
        return pixels  # written with its sign already
    up, down = pixels.dtype.type(container - 1 - high_bit), pixels.dtype.type(container - bits)
    extended: NDArray[Any] = (pixels << up) >> down
    return extended


def colour_pixels(
    decoded: DecodedPixels, description: PixelDescription, facts: ColourFacts
) -> tuple[NDArray[np.uint8], tuple[Message, ...]]:
    """Colour: (rows, columns, 3) sRGB, and what the user must know. Raises DecodeError."""
    if description.photometric_interpretation == "PALETTE COLOR":
        if facts.palette is None:
            raise DecodeError(message("The colour palette of this image is missing."))
        tables = facts.palette
        rgb = palette.look_up(stored_values(decoded, description), tables.red, tables.green, tables.blue)
    else:
        bits = decoded.bits or description.bits_stored
        rgb = to_rgb(_three_samples(decoded, description), _model(decoded), bits)
    return to_srgb(rgb, facts.profile) if facts.profile else (rgb, ())


def _model(decoded: DecodedPixels) -> str:
    return "RGB" if decoded.photometric_interpretation in ("ARGB", "CMYK") else decoded.photometric_interpretation


def _three_samples(decoded: DecodedPixels, description: PixelDescription) -> NDArray[Any]:
    """Retired four-sample models (PS3.3-2004 C.7.6.3.1.2) as RGB; the rest as it is."""
    pixels = decoded.pixels
    if pixels.ndim != 3 or pixels.shape[2] not in (3, 4):
        raise DecodeError(message("The header speaks of {samples} samples per pixel.", samples=description.samples_per_pixel))
    if pixels.shape[2] == 3:
        return pixels
    if decoded.photometric_interpretation == "CMYK":
        top = (1 << description.bits_stored) - 1
        ink = top - pixels.astype(np.int64)
        return (ink[..., :3] * ink[..., 3:] // top).astype(pixels.dtype)
    return np.ascontiguousarray(pixels[..., 1:])
