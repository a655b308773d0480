"""What a decoder is asked for and what it hands out, and which transfer syntaxes are of which kind. Knows nothing of pydicom."""

from __future__ import annotations

import sys
from dataclasses import field

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.transfer_syntaxes import EXPLICIT_VR_BIG_ENDIAN
from viewer.model.frozen import frozen
from viewer.model.messages import Message

MAX_FRAME_BYTES = 2 * 1024**3
_WHOLE_BYTES = (8, 16, 32, 64)
_ROOT = "1.2.840.10008.1.2."
_ENCAPSULATED_UNCOMPRESSED = _ROOT + "1.98"
NATIVE = frozenset(("1.2.840.10008.1.2", _ROOT + "1", _ROOT + "1.99", _ROOT + "2", _ENCAPSULATED_UNCOMPRESSED))
RLE = _ROOT + "5"
DEFLATED_FRAME = _ROOT + "8.1"
JPEG = frozenset(_ROOT + f"4.{n}" for n in (50, 51, 52, 53, 54, 55, 56, 57, 58, 70))
JPEG_LS = frozenset(_ROOT + f"4.{n}" for n in (80, 81))
JPEG_2000 = frozenset(_ROOT + f"4.{n}" for n in (90, 91, 92, 93))
HTJ2K = frozenset(_ROOT + f"4.{n}" for n in (201, 202, 203))
JPEG_XL = frozenset(_ROOT + f"4.{n}" for n in (110, 111, 112))


@frozen
class DecodeRequest:
    """One frame: where its bytes are and how they are to be read. Frozen and picklable.

    `segments` are (offset, length) in the file at `path`, in order; `data` holds the bytes instead where there is no such place
    (deflated data sets). `bit_offset` is where the frame starts within its first byte (bit-packed frames), or 8 × the bytes before
    it in its first word. `is_halved`: native YBR_FULL_422, two pixels in four bytes. `swaps_bytes`: bytes that were written as
    big endian words. For a video, `segments` hold all its frames (of which the header states `number_of_frames`) and `frame_index`
    tells which one, from 0.
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
    frame_index: int = 0
    number_of_frames: int = 0

    @property
    def nbytes(self) -> int:
        """Size of the decoded frame in memory."""
        return self.rows * self.columns * self.samples_per_pixel * max(1, self.bits_allocated // 8)

    @property
    def needs_worker(self) -> bool:
        """True where native code reads a stranger's bytes, or Python would hold up the other threads (RLE)."""
        return not is_native(self.transfer_syntax_uid) and self.transfer_syntax_uid != DEFLATED_FRAME

    @property
    def is_plain(self) -> bool:
        """True for a native frame that lies in its file as numpy wants it: nothing is to be done but to read."""
        return (
            is_native(self.transfer_syntax_uid)
            and self.data is None
            and len(self.segments) == 1
            and 0 < self.nbytes <= min(self.segments[0][1], MAX_FRAME_BYTES)
            and self.bits_allocated in _WHOLE_BYTES
            and not (self.bit_offset or self.is_halved or self.swaps_bytes)
            and (self.samples_per_pixel == 1 or self.planar_configuration == 0)
            and self.transfer_syntax_uid != EXPLICIT_VR_BIG_ENDIAN
            and sys.byteorder == "little"
        )


@frozen(eq=False)
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
    return uid in NATIVE or not uid.startswith(_ROOT)


def is_encapsulated(uid: str) -> bool:
    """True where the standard wants the pixel data in fragments (PS3.5 A.4)."""
    return uid == _ENCAPSULATED_UNCOMPRESSED or (uid.startswith(_ROOT) and uid not in NATIVE)
