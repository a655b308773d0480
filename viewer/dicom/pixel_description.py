"""How the pixels are stored (PS3.3 C.7.6.3), checked before anything is allocated, and how many frames there can be."""

from __future__ import annotations

from viewer.dicom.data_set import DataSet
from viewer.model.errors import BrokenFileError, TooLargeError
from viewer.model.frozen import frozen
from viewer.model.messages import message

MAX_FRAME_BYTES = 2 * 1024**3
MAX_SIDE = 1 << 20
MAX_SAMPLES = 4
_BITS = frozenset((1, 8, 12, 16, 24, 32, 64))
_COLOURS_OF_THREE = frozenset((
    "RGB", "YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_420", "YBR_PARTIAL_422", "YBR_RCT", "YBR_ICT", "HSV", "XYB",
))  # fmt: skip
_COLOURS_OF_ONE, _COLOURS_OF_FOUR = frozenset(("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR")), frozenset(("ARGB", "CMYK"))
_KNOWN = _COLOURS_OF_ONE | _COLOURS_OF_THREE | _COLOURS_OF_FOUR | {""}
_HALVED = frozenset(("YBR_FULL_422", "YBR_PARTIAL_422"))


@frozen
class PixelDescription:
    """`number_of_frames` is what the header states, 0 where it states none; `unknown_colours` a colour model that is none."""

    rows: int
    columns: int
    samples_per_pixel: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    is_signed: bool
    is_float: bool
    photometric_interpretation: str
    planar_configuration: int
    number_of_frames: int
    unknown_colours: str = ""

    @property
    def frame_bits(self) -> int:
        """Size of one native frame in bits."""
        return self.rows * self.columns * self.samples_per_pixel * self.bits_allocated

    @property
    def is_halved(self) -> bool:
        """True where native pixels share their chrominance in pairs (PS3.3 C.7.6.3.1.2)."""
        return self.photometric_interpretation in _HALVED and self.samples_per_pixel == 3 and self.bits_allocated == 8


def describe_pixels(data_set: DataSet, pixel_tag: int) -> PixelDescription:
    """Read and check the Image Pixel module. Raises BrokenFileError or TooLargeError."""
    rows, columns = _size(data_set, 0x00280010), _size(data_set, 0x00280011)
    samples = data_set.integer(0x00280002) or 1
    if not 1 <= samples <= MAX_SAMPLES:
        raise BrokenFileError(message("The header speaks of {samples} samples per pixel.", samples=samples))
    is_float = pixel_tag in (0x7FE00008, 0x7FE00009)
    if is_float:
        allocated = 32 if pixel_tag == 0x7FE00008 else 64
        stored, high = allocated, allocated - 1
    else:
        allocated, stored, high = _bits(data_set)
    if rows > MAX_SIDE or columns > MAX_SIDE or rows * columns * samples * max(allocated, 8) // 8 > MAX_FRAME_BYTES:
        raise TooLargeError(message("A frame of {columns} × {rows} pixels is over the limit.", columns=columns, rows=rows))
    stated = data_set.code(0x00280004).upper()
    photometric = _photometric(stated, samples)
    return PixelDescription(
        rows=rows,
        columns=columns,
        samples_per_pixel=samples,
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=high,
        is_signed=data_set.integer(0x00280103) == 1 and not is_float,
        is_float=is_float,
        photometric_interpretation=photometric,
        planar_configuration=1 if data_set.integer(0x00280006) == 1 else 0,
        number_of_frames=max(0, data_set.integer(0x00280008, b"IS") or 0),
        unknown_colours=stated if samples > 1 and stated not in _KNOWN else "",
    )


def _size(data_set: DataSet, tag: int) -> int:
    value = data_set.integer(tag)
    if value is None or value <= 0:
        raise BrokenFileError(message("The header does not say how large the image is."))
    return value


def _bits(data_set: DataSet) -> tuple[int, int, int]:
    """(Bits Allocated, Bits Stored, High Bit) with sense: what is absent or impossible is taken from Bits Allocated."""
    allocated = data_set.integer(0x00280100) or 0
    stored = data_set.integer(0x00280101) or 0
    if not allocated:
        allocated = 8 if stored <= 8 else 16
    if allocated not in _BITS:
        raise BrokenFileError(message("Pixels of {bits} bits cannot be decoded.", bits=allocated))
    if not 1 <= stored <= allocated:
        stored = allocated
    high = data_set.integer(0x00280102)
    if high is None or not stored - 1 <= high < allocated:
        high = stored - 1
    return allocated, stored, high


def _photometric(stated: str, samples: int) -> str:
    """Photometric Interpretation; where it contradicts the number of samples, the samples are right."""
    if samples == 1:
        return stated if stated in _COLOURS_OF_ONE else "MONOCHROME2"
    if samples == 4:
        return stated if stated in _COLOURS_OF_FOUR else "ARGB"
    return stated if stated in _COLOURS_OF_THREE else "RGB"
