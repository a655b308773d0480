"""The JPEG family by imagecodecs, each stream's own header checked first.

What a stream says of its colours is believed before the data set; what it says of its size is believed only where that is smaller.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.codestream import StreamHeader, jpeg2000_header, jpeg_header, jpegxl_header, without_strays
from viewer.dicom.decode_request import HTJ2K, MAX_FRAME_BYTES, DecodedPixels, DecodeRequest
from viewer.dicom.transfer_syntaxes import name_of_transfer_syntax
from viewer.model.errors import DecodeError, TooLargeError
from viewer.model.messages import Message, message

_LARGE = 1024 * 1024  # pixels from which a second thread pays
_END = b"\xff\xd9"  # End of image, of codestream: never inside entropy-coded data


def decode_jpeg(request: DecodeRequest, data: bytes) -> DecodedPixels:
    """ISO/IEC 10918-1, lossy and lossless, 8 to 16 bit."""
    header, warnings = _checked(request, jpeg_header(data))
    import imagecodecs

    colour = _jpeg_colour(request, header)
    if header.components == 3 and not header.is_lossless_process:
        pixels = _run(request, header, lambda: imagecodecs.jpeg8_decode(data, colorspace=colour, outcolorspace="RGB"))
        return _result(request, header, data, pixels, "RGB", warnings)
    if header.components == 4 and request.samples_per_pixel != 4:
        raise DecodeError(message("The colour model {name} cannot be shown.", name="CMYK"))
    attempts = [lambda: imagecodecs.jpeg8_decode(data)]
    if header.is_lossless_process:  # a second opinion, for streams that the first one finds wrong
        attempts.append(lambda: np.ascontiguousarray(imagecodecs.jpegsof3_decode(data)))
    pixels = _run(request, header, *attempts)
    return _result(request, header, data, pixels, request.photometric_interpretation, warnings)


def _jpeg_colour(request: DecodeRequest, header: StreamHeader) -> str:
    """What the three components are: the stream's own word first (Adobe marker, component names, JFIF, colour coarser than grey,
    which only chrominance is), then the data set's."""
    if header.adobe_transform is not None:
        return "YCBCR" if header.adobe_transform else "RGB"
    if header.component_ids == b"RGB":
        return "RGB"
    if header.is_jfif or header.is_subsampled:
        return "YCBCR"
    return "RGB" if request.photometric_interpretation == "RGB" else "YCBCR"


def decode_jpeg_ls(request: DecodeRequest, data: bytes) -> DecodedPixels:
    """ISO/IEC 14495-1."""
    header, warnings = _checked(request, jpeg_header(data))
    import imagecodecs

    whole = data if data.rfind(_END) >= 0 else data + _END  # without an end CharLS looks for one for seconds
    if header.components != 1:
        pixels = _run(request, header, lambda: imagecodecs.jpegls_decode(whole))
        return _result(request, header, data, pixels, request.photometric_interpretation, warnings)
    pixels = np.zeros((header.rows, header.columns), np.uint8 if header.precision <= 8 else np.uint16)
    try:
        _run(request, header, lambda: imagecodecs.jpegls_decode(whole, out=pixels))
    except DecodeError:
        if not pixels.any():
            raise
        warnings += (message("The compressed data are damaged: parts of this frame are wrong or blank."),)
        return DecodedPixels(_samples(request, pixels), request.photometric_interpretation, warnings, header.precision)
    return _result(request, header, data, pixels, request.photometric_interpretation, warnings)


def decode_jpeg_2000(request: DecodeRequest, data: bytes) -> DecodedPixels:
    """ISO/IEC 15444-1, -2 and -15 (HTJ2K)."""
    header, warnings = _checked(request, jpeg2000_header(data))
    import imagecodecs

    threads = 2 if request.rows * request.columns >= _LARGE else 1
    attempts = [lambda: imagecodecs.jpeg2k_decode(data, numthreads=threads)]
    attempts.append(lambda: imagecodecs.jpeg2k_decode(without_strays(data) or b"", numthreads=threads))
    if (
        request.transfer_syntax_uid in HTJ2K and header.is_reversible
    ):  # of lossy streams OpenJPH turns what is over white into black
        attempts.insert(0, lambda: _strictly(lambda: imagecodecs.htj2k_decode(data)))
    pixels = _run(request, header, *attempts)
    photometric = request.photometric_interpretation
    if header.components == 3 and (header.is_sycc or header.colour_transform or photometric in ("YBR_RCT", "YBR_ICT")):
        photometric = "RGB"
    return _result(request, header, data, pixels, photometric, warnings)


def _strictly(decode: Callable[[], Any]) -> Any:
    """The answer of a decoder that swallows its own errors half way and hands out what it has: here they count."""
    swallowed: list[object] = []
    hooks = sys.unraisablehook, sys.excepthook  # it reports to both
    sys.unraisablehook, sys.excepthook = swallowed.append, lambda *_: None
    try:
        pixels = decode()
    finally:
        sys.unraisablehook, sys.excepthook = hooks
    if swallowed:
        raise ValueError("the decoder met an error")
    return pixels


def decode_jpeg_xl(request: DecodeRequest, data: bytes) -> DecodedPixels:
    """ISO/IEC 18181-1."""
    header, warnings = _checked(request, jpegxl_header(data))
    import imagecodecs

    pixels = _run(request, header, lambda: imagecodecs.jpegxl_decode(data))
    photometric = "RGB" if request.samples_per_pixel == 3 else request.photometric_interpretation
    return DecodedPixels(_samples(request, pixels), photometric, warnings)


def _run(request: DecodeRequest, header: StreamHeader, *attempts: Callable[[], Any]) -> NDArray[Any]:
    """The first attempt that works. Its shape must be the one that its header promised."""
    failure: Exception | None = None
    for attempt in attempts:
        try:
            pixels: NDArray[Any] = attempt()
        except MemoryError:
            raise
        except Exception as error:  # every codec has its own exception types
            failure = error
            continue
        if pixels.shape[:2] == (header.rows, header.columns) and pixels.ndim <= 3:
            return pixels
    name = name_of_transfer_syntax(request.transfer_syntax_uid)
    raise DecodeError(message("This frame is damaged: it cannot be decoded as {name}.", name=name)) from failure


def _result(
    request: DecodeRequest, header: StreamHeader, data: bytes, pixels: NDArray[Any], photometric: str, warnings: tuple[Message, ...]
) -> DecodedPixels:
    if data.rfind(_END) < 0:
        warnings += (message("The compressed data end too early: parts of this frame may be wrong."),)
    return DecodedPixels(_samples(request, pixels), photometric, warnings, header.precision)


def _samples(request: DecodeRequest, pixels: NDArray[Any]) -> NDArray[Any]:
    """(rows, columns) for one sample, (rows, columns, samples) else, whatever the stream has."""
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    found = 1 if pixels.ndim == 2 else pixels.shape[2]
    if found == request.samples_per_pixel:
        return pixels
    if found == 1:
        return np.repeat(pixels[..., np.newaxis], request.samples_per_pixel, axis=2)
    if request.samples_per_pixel == 1:
        return np.ascontiguousarray(pixels[..., 0] if found == 2 else pixels[..., 1])
    return np.ascontiguousarray(pixels[..., : request.samples_per_pixel])


def _checked(request: DecodeRequest, header: StreamHeader | None) -> tuple[StreamHeader, tuple[Message, ...]]:
    """The stream may not promise more than the data set says; less is shown, with a warning. Else nothing is decoded."""
    if header is None:
        name = name_of_transfer_syntax(request.transfer_syntax_uid)
        raise DecodeError(message("The compressed data are not {name}.", name=name))
    columns, rows, components = header.columns, header.rows, header.components
    if columns * rows * max(components, 1) * 2 > MAX_FRAME_BYTES:
        raise TooLargeError(message("A frame of {columns} × {rows} pixels is over the limit.", columns=columns, rows=rows))
    if columns > request.columns or rows > request.rows or components > 4 or columns <= 0 or rows <= 0:
        raise DecodeError(
            message(
                "The header speaks of {stated} pixels, the compressed data of {found}.",
                stated=f"{request.columns} × {request.rows}",
                found=f"{columns} × {rows}",
            )
        )
    warnings: tuple[Message, ...] = ()
    if (columns, rows) != (request.columns, request.rows):
        warnings += (message("This frame is smaller than the header says: {found} pixels.", found=f"{columns} × {rows}"),)
    if components not in (0, request.samples_per_pixel):
        warnings += (message("The compressed data and the header disagree about colour."),)
    return header, warnings
