"""From the bytes of one frame to its values. This is what the worker processes run; it knows nothing of pydicom.

Who decodes is decided here, not by what happens to be installed: imagecodecs for the JPEG family, our own code for native and
RLE, zlib for deflated frames. The stream's own header is checked against the data set before a decoder sees it.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.codestream import StreamHeader, jpeg2000_header, jpeg_header, jpegxl_header
from viewer.dicom.run_length import decode_run_length
from viewer.dicom.transfer_syntaxes import EXPLICIT_VR_BIG_ENDIAN, is_video, name_of_transfer_syntax
from viewer.model.errors import DecodeError, MissingFileError, TooLargeError, UnsupportedSyntaxError
from viewer.model.messages import Message, message

MAX_FRAME_BYTES = 2 * 1024**3
_ROOT = "1.2.840.10008.1.2."
_NATIVE = frozenset(("1.2.840.10008.1.2", _ROOT + "1", _ROOT + "1.99", _ROOT + "2", _ROOT + "1.98"))
_ENCAPSULATED_UNCOMPRESSED = _ROOT + "1.98"
_RLE = _ROOT + "5"
_DEFLATED_FRAME = _ROOT + "8.1"
_JPEG = frozenset(_ROOT + f"4.{n}" for n in (50, 51, 52, 53, 54, 55, 56, 57, 58, 70))
_JPEG_LS = frozenset(_ROOT + f"4.{n}" for n in (80, 81))
_JPEG_2000 = frozenset(_ROOT + f"4.{n}" for n in (90, 91, 92, 93))
_HTJ2K = frozenset(_ROOT + f"4.{n}" for n in (201, 202, 203))
_JPEG_XL = frozenset(_ROOT + f"4.{n}" for n in (110, 111, 112))


@dataclass(frozen=True, slots=True)
class DecodeRequest:
    """One frame: where its bytes are and how they are to be read. Frozen and picklable.

    `segments` are (offset, length) in the file at `path`, in order; `data` holds the bytes instead where there is no such place
    (deflated data sets). `bit_offset` is where the frame starts within its first byte (bit-packed frames), or 8 × the bytes before
    it in its first word. `is_halved`: native YBR_FULL_422, two pixels in four bytes. `swaps_bytes`: bytes that were written as
    big endian words.
    """

    path: str
    segments: tuple[tuple[int, int], ...]
    transfer_syntax_uid: str
    rows: int
    columns: int
    samples_per_pixel: int = 1
    bits_allocated: int = 8
    bits_stored: int = 8
    high_bit: int = 7
    is_signed: bool = False
    photometric_interpretation: str = "MONOCHROME2"
    planar_configuration: int = 0
    is_float: bool = False
    data: bytes | None = field(default=None, repr=False)
    bit_offset: int = 0
    is_halved: bool = False
    swaps_bytes: bool = False

    @property
    def nbytes(self) -> int:
        """Size of the decoded frame in memory."""
        return self.rows * self.columns * self.samples_per_pixel * max(1, self.bits_allocated // 8)

    @property
    def needs_worker(self) -> bool:
        """True where native code reads a stranger's bytes."""
        return self.transfer_syntax_uid not in _NATIVE and self.transfer_syntax_uid not in (_RLE, _DEFLATED_FRAME)


@dataclass(frozen=True, slots=True, eq=False)
class DecodedPixels:
    """`pixels`: (rows, columns) or (rows, columns, samples), as the container holds them: nothing masked or sign-extended yet.

    `photometric_interpretation` is what the pixels are now (RGB where the codec undid a colour transformation); `bits` is the
    precision of the codestream, 0 where there is none.
    """

    pixels: NDArray[np.generic]
    photometric_interpretation: str
    warnings: tuple[Message, ...] = ()
    bits: int = 0


def is_native(uid: str) -> bool:
    """True where the pixels need no codec: also a transfer syntax that is not in the standard is read so."""
    return uid in _NATIVE or (uid not in _ALL and not uid.startswith(_ROOT))


def is_encapsulated(uid: str) -> bool:
    """True where the standard wants the pixel data in fragments (PS3.5 A.4)."""
    return uid == _ENCAPSULATED_UNCOMPRESSED or (uid.startswith(_ROOT) and uid not in _NATIVE)


def decode(request: DecodeRequest) -> DecodedPixels:
    """Decode one frame. Raises DecodeError, UnsupportedSyntaxError, TooLargeError or MissingFileError."""
    if request.nbytes > MAX_FRAME_BYTES:
        raise _too_large(request.columns, request.rows)
    decoder = _decoder(request.transfer_syntax_uid)
    data = request.data if request.data is not None else _read(request)
    try:
        return decoder(request, data)
    except MemoryError as error:
        raise TooLargeError(message("There is not enough memory to decode this frame.")) from error
    except zlib.error as error:
        raise _damaged(request, "") from error


def _decoder(uid: str) -> Callable[[DecodeRequest, bytes], DecodedPixels]:
    if is_native(uid):
        return _native
    found = _ALL.get(uid)
    if found is None:
        name = name_of_transfer_syntax(uid)
        if is_video(uid):
            raise UnsupportedSyntaxError(message("This is a video ({name}), which cannot be played yet.", name=name))
        raise UnsupportedSyntaxError(message("Images in the transfer syntax {name} cannot be decoded.", name=name))
    return found


def _read(request: DecodeRequest) -> bytes:
    try:
        descriptor = os.open(request.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise MissingFileError(message("The file is not there any more."), path=request.path) from error
    try:
        parts = []
        for offset, length in request.segments:
            os.lseek(descriptor, offset, os.SEEK_SET)
            parts.append(_read_exactly(descriptor, length))
        return parts[0] if len(parts) == 1 else b"".join(parts)
    except OSError as error:
        raise MissingFileError(message("The file cannot be read."), path=request.path) from error
    finally:
        os.close(descriptor)


def _read_exactly(descriptor: int, length: int) -> bytes:
    """`length` bytes, or fewer at the end of the file. One read may give less than asked (2 GiB at most on Linux)."""
    first = os.read(descriptor, length)
    if len(first) == length or not first:
        return first
    parts, missing = [first], length - len(first)
    while missing and (more := os.read(descriptor, missing)):
        parts.append(more)
        missing -= len(more)
    return b"".join(parts)


# Native


def _native(request: DecodeRequest, data: bytes) -> DecodedPixels:
    if not data:
        raise DecodeError(message("The pixel data of this frame are missing."))
    if request.swaps_bytes:
        data = np.frombuffer(data[: len(data) // 2 * 2], ">u2").astype("<u2").tobytes()
    if request.is_halved:
        values, complete = _halved(request, data)
    else:
        values, complete = _values(request, data, request.rows * request.columns * request.samples_per_pixel)
    warnings = () if complete else (message("The pixel data are cut off: the rest of this frame is blank."),)
    return DecodedPixels(_shaped(request, values), request.photometric_interpretation, warnings)


def _values(request: DecodeRequest, data: bytes, size: int) -> tuple[NDArray[np.generic], bool]:
    if request.bits_allocated == 1:
        return _bits(request, data, size)
    if request.bits_allocated == 12:
        return _twelve_bits(request, data, size)
    if request.bits_allocated == 24:
        return _three_bytes(request, data, size)
    return _whole_bytes(request, data, size)


def _filled(data: bytes, wanted: int) -> tuple[bytes, bool]:
    """Exactly `wanted` bytes, zeros for those that are missing, and whether none was."""
    missing = wanted - len(data)
    return (data + bytes(missing), False) if missing > 0 else (data, True)


def _whole_bytes(request: DecodeRequest, data: bytes, size: int) -> tuple[NDArray[np.generic], bool]:
    order = ">" if request.transfer_syntax_uid == EXPLICIT_VR_BIG_ENDIAN else "<"
    width = request.bits_allocated // 8
    if width not in (1, 2, 4, 8):
        raise DecodeError(message("Pixels of {bits} bits cannot be decoded.", bits=request.bits_allocated))
    dtype = np.dtype(f"{order}{'f' if request.is_float else 'u'}{width}")
    skipped = request.bit_offset // 8
    filled, complete = _filled(data, skipped + size * width)
    values: NDArray[np.generic] = np.frombuffer(filled, dtype, size, skipped)
    return values.astype(dtype.newbyteorder("="), copy=False), complete


def _bits(request: DecodeRequest, data: bytes, size: int) -> tuple[NDArray[np.generic], bool]:
    """Bits packed from the least significant one (PS3.5 8.1.1); frames follow each other without filling."""
    filled, complete = _filled(data, (request.bit_offset + size + 7) // 8)
    unpacked = np.unpackbits(np.frombuffer(filled, np.uint8), bitorder="little")
    return unpacked[request.bit_offset : request.bit_offset + size], complete


def _twelve_bits(request: DecodeRequest, data: bytes, size: int) -> tuple[NDArray[np.generic], bool]:
    """Two pixels in three bytes, as some old files have it (PS3.5 8.1.1)."""
    odd = request.bit_offset // 4  # a frame of an odd number of pixels leaves half a byte to the next one
    pairs = (size + odd + 1) // 2
    complete = len(data) >= (size * 3 + odd + 1) // 2
    filled, _ = _filled(b"\0" * odd + data, pairs * 3)
    raw = np.frombuffer(filled, np.uint8, pairs * 3).astype(np.uint16).reshape(pairs, 3)
    values = np.stack([raw[:, 0] | (raw[:, 1] & 15) << 8, raw[:, 1] >> 4 | raw[:, 2] << 4], axis=1).reshape(-1)
    return values[odd : odd + size].astype(np.uint16), complete


def _three_bytes(request: DecodeRequest, data: bytes, size: int) -> tuple[NDArray[np.generic], bool]:
    filled, complete = _filled(data, size * 3)
    values = np.zeros((size, 4), np.uint8)
    raw = np.frombuffer(filled, np.uint8, size * 3).reshape(size, 3)
    values[:, :3] = raw[:, ::-1] if request.transfer_syntax_uid == EXPLICIT_VR_BIG_ENDIAN else raw
    return values.view("<u4")[:, 0].astype(np.uint32, copy=False), complete


def _halved(request: DecodeRequest, data: bytes) -> tuple[NDArray[np.generic], bool]:
    """Y1 Y2 Cb Cr for every two pixels (PS3.3 C.7.6.3.1.2): both get the same chrominance."""
    size = request.rows * request.columns
    pairs = (size + 1) // 2
    filled, complete = _filled(data, pairs * 4)
    quads = np.frombuffer(filled, np.uint8, pairs * 4).reshape(pairs, 4)
    pixels = np.empty((pairs, 2, 3), np.uint8)
    pixels[:, :, 0] = quads[:, :2]
    pixels[:, :, 1:] = quads[:, np.newaxis, 2:]
    return pixels.reshape(-1)[: size * 3], complete


def _shaped(request: DecodeRequest, values: NDArray[np.generic]) -> NDArray[np.generic]:
    rows, columns, samples = request.rows, request.columns, request.samples_per_pixel
    if samples == 1:
        return values.reshape(rows, columns)
    if request.planar_configuration == 1 and not request.is_halved:
        return np.ascontiguousarray(values.reshape(samples, rows, columns).transpose(1, 2, 0))
    return values.reshape(rows, columns, samples)


# Compressed


def _run_length(request: DecodeRequest, data: bytes) -> DecodedPixels:
    width = max(1, request.bits_allocated // 8)
    pixels, intact = decode_run_length(data, request.rows, request.columns, request.samples_per_pixel, width)
    warnings = () if intact else (message("The compressed data are damaged: parts of this frame are blank."),)
    return DecodedPixels(pixels, request.photometric_interpretation, warnings)


def _deflated_frame(request: DecodeRequest, data: bytes) -> DecodedPixels:
    wanted = (
        request.nbytes if request.bits_allocated != 1 else (request.rows * request.columns * request.samples_per_pixel + 7) // 8
    )
    return _native(request, zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, wanted))


def _jpeg(request: DecodeRequest, data: bytes) -> DecodedPixels:
    header = _checked(request, jpeg_header(data))
    import imagecodecs

    colour = _jpeg_colour(request, header)
    if header.components == 3 and not header.is_lossless_process:
        pixels = _run(request, lambda: imagecodecs.jpeg8_decode(data, colorspace=colour, outcolorspace="RGB"))
        return DecodedPixels(pixels, "RGB", bits=header.precision)
    pixels = _run(request, lambda: imagecodecs.jpeg8_decode(data))
    return DecodedPixels(pixels, request.photometric_interpretation, bits=header.precision)


def _jpeg_colour(request: DecodeRequest, header: StreamHeader) -> str:
    """What the three components are: the stream's own word first (Adobe marker, component names, JFIF), then the data set's."""
    if header.adobe_transform is not None:
        return "YCBCR" if header.adobe_transform else "RGB"
    if header.component_ids == b"RGB":
        return "RGB"
    if header.is_jfif:
        return "YCBCR"
    return "RGB" if request.photometric_interpretation == "RGB" else "YCBCR"


def _jpeg_ls(request: DecodeRequest, data: bytes) -> DecodedPixels:
    header = _checked(request, jpeg_header(data))
    import imagecodecs

    pixels = _run(request, lambda: imagecodecs.jpegls_decode(data))
    return DecodedPixels(pixels, request.photometric_interpretation, bits=header.precision)


def _jpeg_2000(request: DecodeRequest, data: bytes) -> DecodedPixels:
    header = _checked(request, jpeg2000_header(data))
    import imagecodecs

    if request.transfer_syntax_uid in _HTJ2K:
        pixels = _run(request, lambda: imagecodecs.htj2k_decode(data), lambda: imagecodecs.jpeg2k_decode(data))
    else:
        pixels = _run(request, lambda: imagecodecs.jpeg2k_decode(data))
    photometric = request.photometric_interpretation
    if header.components == 3 and (header.colour_transform or photometric in ("YBR_RCT", "YBR_ICT")):
        photometric = "RGB"
    return DecodedPixels(pixels, photometric, bits=header.precision)


def _jpeg_xl(request: DecodeRequest, data: bytes) -> DecodedPixels:
    _checked(request, jpegxl_header(data))
    import imagecodecs

    pixels = _run(request, lambda: imagecodecs.jpegxl_decode(data))
    return DecodedPixels(pixels, "RGB" if request.samples_per_pixel == 3 else request.photometric_interpretation)


def _run(request: DecodeRequest, *attempts: Callable[[], NDArray[np.generic]]) -> NDArray[np.generic]:
    """The first attempt that works, its shape checked against the data set."""
    failure: Exception | None = None
    for attempt in attempts:
        try:
            pixels = attempt()
        except MemoryError:
            raise
        except Exception as error:  # every codec has its own exception types
            failure = error
            continue
        shape = (
            (request.rows, request.columns)
            if request.samples_per_pixel == 1
            else (request.rows, request.columns, request.samples_per_pixel)
        )
        if pixels.shape == (*shape, 1):
            pixels = pixels[..., 0]
        if pixels.shape != shape:
            raise _damaged(request, "")
        return pixels
    raise _damaged(request, str(failure or "")) from failure


def _checked(request: DecodeRequest, header: StreamHeader | None) -> StreamHeader:
    """The stream must promise what the data set says; else nothing is decoded."""
    name = name_of_transfer_syntax(request.transfer_syntax_uid)
    if header is None:
        raise DecodeError(message("The compressed data are not {name}.", name=name))
    if header.columns * header.rows * max(header.components, 1) * 2 > MAX_FRAME_BYTES:
        raise _too_large(header.columns, header.rows)
    stated, found = (request.columns, request.rows), (header.columns, header.rows)
    if stated != found or header.components not in (0, request.samples_per_pixel):
        raise DecodeError(
            message(
                "The header speaks of {columns} × {rows} × {samples} samples, the compressed data of {found} × {components}.",
                columns=request.columns,
                rows=request.rows,
                samples=request.samples_per_pixel,
                found=f"{header.columns} × {header.rows}",
                components=header.components,
            )
        )
    return header


def _too_large(columns: int, rows: int) -> TooLargeError:
    return TooLargeError(message("A frame of {columns} × {rows} pixels is over the limit.", columns=columns, rows=rows))


def _damaged(request: DecodeRequest, detail: str) -> DecodeError:
    name = name_of_transfer_syntax(request.transfer_syntax_uid)
    return DecodeError(message("This frame is damaged: it cannot be decoded as {name}.", name=name))


_ALL: dict[str, Callable[[DecodeRequest, bytes], DecodedPixels]] = {
    _RLE: _run_length,
    _DEFLATED_FRAME: _deflated_frame,
    **dict.fromkeys(_NATIVE, _native),
    **dict.fromkeys(_JPEG, _jpeg),
    **dict.fromkeys(_JPEG_LS, _jpeg_ls),
    **dict.fromkeys(_JPEG_2000 | _HTJ2K, _jpeg_2000),
    **dict.fromkeys(_JPEG_XL, _jpeg_xl),
}
