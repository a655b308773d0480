"""Frames made by real encoders come back bit for bit; streams that lie are refused or shown with a warning."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray

from viewer.dicom.codestream import jpeg2000_header, without_strays
from viewer.dicom.decode import DecodeRequest, decode
from viewer.model.errors import DecodeError, TooLargeError, UnsupportedSyntaxError

ROOT = "1.2.840.10008.1.2.4."


def pattern(rows: int, columns: int, bits: int, samples: int = 1) -> NDArray[Any]:
    """Smooth with an edge and a speck: no symmetry, every bit used."""
    x, y = np.meshgrid(np.arange(columns), np.arange(rows))
    top = (1 << bits) - 1
    planes = []
    for sample in range(samples):
        values = (x * 37 * (sample + 1) + y * 91 + x * y) % (top + 1)
        values[: rows // 3, columns // 2 :] = top - sample
        values[rows - 2, 1] = 0
        planes.append(values)
    dtype = np.uint8 if bits <= 8 else np.uint16
    return np.stack(planes, axis=-1).astype(dtype) if samples > 1 else planes[0].astype(dtype)


def request(data: bytes, pixels: NDArray[Any], uid: str, bits: int, photometric: str = "MONOCHROME2") -> DecodeRequest:
    samples = 1 if pixels.ndim == 2 else pixels.shape[2]
    return DecodeRequest(
        "",
        (),
        uid,
        pixels.shape[0],
        pixels.shape[1],
        samples,
        8 if bits <= 8 else 16,
        bits,
        bits - 1,
        photometric_interpretation=photometric if samples == 1 else "RGB",
        data=data,
    )


def lossless_jpeg(pixels: NDArray[Any], bits: int) -> bytes:
    return bytes(imagecodecs.ljpeg_encode(pixels, bitspersample=bits))


ENCODERS = [
    ("57", lossless_jpeg, (8, 12, 16), (1,)),
    ("80", lambda pixels, bits: imagecodecs.jpegls_encode(pixels), (8, 16), (1, 3)),
    ("90", lambda pixels, bits: imagecodecs.jpeg2k_encode(pixels, level=0, reversible=True, codecformat="j2k"), (8, 16), (1, 3)),
    ("201", lambda pixels, bits: imagecodecs.htj2k_encode(pixels, reversible=True), (8, 16), (1, 3)),
    ("110", lambda pixels, bits: imagecodecs.jpegxl_encode(pixels, lossless=True), (8, 16), (1, 3)),
]
CASES = [
    pytest.param(number, encode, bits, samples, id=f"{number}-{bits}-{samples}")
    for number, encode, depths, counts in ENCODERS
    for bits in depths
    for samples in counts
]


@pytest.mark.parametrize(("number", "encode", "bits", "samples"), CASES)
@pytest.mark.parametrize("size", [(17, 23), (64, 33)])
def test_lossless_streams_come_back_exactly(number: str, encode: Any, bits: int, samples: int, size: tuple[int, int]) -> None:
    pixels = pattern(*size, bits, samples)
    decoded = decode(request(bytes(encode(pixels, bits)), pixels, ROOT + number, bits))
    assert np.array_equal(decoded.pixels, pixels)
    assert decoded.warnings == ()
    assert decoded.photometric_interpretation == ("RGB" if samples == 3 else "MONOCHROME2")


def test_near_lossless_keeps_its_promise() -> None:
    pixels = pattern(40, 31, 8)
    data = bytes(imagecodecs.jpegls_encode(pixels, level=3))
    decoded = decode(request(data, pixels, ROOT + "81", 8))
    assert np.abs(decoded.pixels.astype(int) - pixels).max() <= 3


def smooth(rows: int, columns: int) -> NDArray[np.uint8]:
    x, y = np.meshgrid(np.linspace(0, 1, columns), np.linspace(0, 1, rows))
    return np.stack([200 * x + 20, 180 * y + 30, 120 * (1 - x) * y + 60], axis=-1).astype(np.uint8)


@pytest.mark.parametrize("photometric", ["RGB", "YBR_FULL_422", "YBR_FULL"])
def test_the_colour_mark_of_a_jpeg_is_believed_before_the_data_set(photometric: str) -> None:
    pixels = smooth(48, 64)
    data = bytes(imagecodecs.jpeg8_encode(pixels, level=98, colorspace="RGB", outcolorspace="YCBCR"))
    decoded = decode(replace(request(data, pixels, ROOT + "50", 8), photometric_interpretation=photometric))
    assert np.abs(decoded.pixels.astype(int) - pixels).max() <= 8
    assert decoded.photometric_interpretation == "RGB"


def test_a_jpeg_that_holds_rgb_as_its_adobe_mark_says() -> None:
    pixels = smooth(48, 64)
    data = bytes(imagecodecs.jpeg8_encode(pixels, level=98, colorspace="RGB", outcolorspace="RGB"))
    decoded = decode(replace(request(data, pixels, ROOT + "50", 8), photometric_interpretation="YBR_FULL"))
    assert np.abs(decoded.pixels.astype(int) - pixels).max() <= 8


def without_marks(jpeg: bytes) -> bytes:
    """Without the segments that writers mark with their name (APP0 to APP15)."""
    at = 2
    while jpeg[at + 1] & 0xF0 == 0xE0:
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return jpeg[:2] + jpeg[at:]


@pytest.mark.parametrize(("subsampling", "is_ybr"), [("420", True), ("422", True), ("444", False)])
def test_colour_coarser_than_grey_is_chrominance_whatever_the_data_set_says(subsampling: str, is_ybr: bool) -> None:
    pixels = smooth(48, 64)
    data = without_marks(
        imagecodecs.jpeg8_encode(pixels, level=98, colorspace="RGB", outcolorspace="YCBCR", subsampling=subsampling)
    )
    decoded = decode(replace(request(data, pixels, ROOT + "50", 8), photometric_interpretation="RGB"))
    assert (np.abs(decoded.pixels.astype(int) - pixels).max() <= 8) == is_ybr


def in_two_parts(stream: bytes, between: bytes, behind: bytes) -> bytes:
    """A JPEG 2000 stream of one tile-part cut into two (ISO/IEC 15444-1 A.4.2), with something at the cuts."""
    start = stream.index(b"\xff\x90\x00\x0a")
    body = stream.index(b"\xff\x93", start) + 2
    half = (body + len(stream)) // 2
    first, second = stream[start + 12 : half], b"\xff\x93" + stream[half:-2]

    def part(number: int, content: bytes, count: int) -> bytes:
        return struct.pack(">HHHIBB", 0xFF90, 10, 0, 12 + len(content), number, count) + content

    return stream[:start] + part(0, first, 0) + between + part(1, second, 2) + behind + stream[-2:]


@pytest.mark.parametrize(("between", "behind"), [(True, False), (False, True), (True, True)])
def test_padding_where_a_jpeg_2000_stream_has_no_place_for_it(between: bool, behind: bool) -> None:
    pixels = pattern(48, 64, 16)
    comment = b"\xff\x64\x00\x0b\x00\x01PADDING"
    stream = bytes(imagecodecs.jpeg2k_encode(pixels, level=0, reversible=True, codecformat="j2k"))
    padded = in_two_parts(stream, comment * between, comment * behind)
    assert np.array_equal(decode(request(padded, pixels, ROOT + "90", 16)).pixels, pixels)
    assert np.array_equal(imagecodecs.jpeg2k_decode(without_strays(padded)), pixels)


@pytest.mark.parametrize("cut", [2, 40, 400])
def test_a_jpeg_2000_stream_with_nothing_astray_or_no_end_is_left_alone(cut: int) -> None:
    stream = bytes(imagecodecs.jpeg2k_encode(pattern(48, 64, 16), level=0, reversible=True, codecformat="j2k"))
    assert without_strays(stream) is None
    assert without_strays(stream[:-cut]) is None
    assert without_strays(b"") is None


def test_grey_inside_a_data_set_that_says_colour() -> None:
    grey = pattern(20, 30, 8)
    data = bytes(imagecodecs.jpegls_encode(grey))
    decoded = decode(request(data, grey.repeat(3).reshape(20, 30, 3), ROOT + "80", 8))
    assert np.array_equal(decoded.pixels, np.repeat(grey[..., np.newaxis], 3, axis=2))
    assert "colour" in str(decoded.warnings[0])


def test_a_smaller_frame_is_shown_at_its_own_size() -> None:
    pixels = pattern(20, 30, 8)
    stated = np.zeros((24, 32), np.uint8)
    decoded = decode(request(bytes(imagecodecs.jpegls_encode(pixels)), stated, ROOT + "80", 8))
    assert np.array_equal(decoded.pixels, pixels)
    assert "30 × 20" in str(decoded.warnings[0])


def test_a_larger_frame_is_refused() -> None:
    data = bytes(imagecodecs.jpegls_encode(pattern(40, 30, 8)))
    with pytest.raises(DecodeError, match="30 × 40"):
        decode(request(data, np.zeros((20, 30), np.uint8), ROOT + "80", 8))


@pytest.mark.parametrize("number", ["50", "57", "80", "90", "201"])
def test_a_stream_that_promises_gigabytes_is_refused_unseen(number: str) -> None:
    pixels = pattern(16, 16, 8)
    encoders = {"50": imagecodecs.jpeg8_encode, "57": imagecodecs.ljpeg_encode, "80": imagecodecs.jpegls_encode}
    encoders |= {"90": imagecodecs.jpeg2k_encode, "201": imagecodecs.htj2k_encode}
    data = bytearray(encoders[number](pixels))
    if number in ("90", "201"):
        at = data.find(b"\xff\x4f\xff\x51")
        for place in (8, 24):  # the image and its one tile
            data[at + place : at + place + 8] = (65500).to_bytes(4, "big") * 2
    else:
        at = next(data.find(bytes((0xFF, mark))) for mark in (0xC0, 0xC1, 0xC3, 0xF7) if data.find(bytes((0xFF, mark))) > 0)
        data[at + 5 : at + 9] = (65500).to_bytes(2, "big") * 2
    with pytest.raises(TooLargeError, match="65500"):
        decode(request(bytes(data), pixels, ROOT + number, 8))


@pytest.mark.parametrize(("place", "value"), [(36, 3), (32, 200), (24, 0), (28, 0), (16, 64), (24, 1 << 31)])
@pytest.mark.parametrize("number", ["90", "201"])
def test_tiles_against_the_rules_never_reach_a_decoder(number: str, place: int, value: int) -> None:
    pixels = pattern(64, 64, 16)
    encode = imagecodecs.htj2k_encode if number == "201" else lambda one: imagecodecs.jpeg2k_encode(one, level=0, codecformat="j2k")
    data = bytearray(encode(pixels))
    at = data.find(b"\xff\x4f\xff\x51")
    data[at + place : at + place + 4] = value.to_bytes(4, "big")
    if (place, value) == (24, 1 << 31):  # one tile larger than the image is sound
        assert jpeg2000_header(bytes(data)) is not None
        return
    with pytest.raises(DecodeError, match="are not"):
        decode(request(bytes(data), pixels, ROOT + number, 16))


def test_a_cut_jpeg_ls_frame_shows_the_rows_it_has() -> None:
    pixels = pattern(64, 64, 16)
    data = bytes(imagecodecs.jpegls_encode(pixels))
    decoded = decode(request(data[: len(data) * 2 // 3], pixels, ROOT + "80", 16))
    whole = (decoded.pixels == pixels).all(axis=1)
    assert whole[:20].all()
    assert not whole.all()
    assert "damaged" in str(decoded.warnings[0])


def test_a_cut_jpeg_frame_says_that_it_ends_too_early() -> None:
    pixels = smooth(64, 64)
    data = bytes(imagecodecs.jpeg8_encode(pixels, level=95))
    decoded = decode(request(data[: len(data) * 3 // 4], pixels, ROOT + "50", 8))
    assert "too early" in str(decoded.warnings[0])


def test_a_broken_htj2k_frame_is_never_shown_half_decoded_without_a_word() -> None:
    pixels = pattern(64, 64, 16)
    data = bytearray(imagecodecs.htj2k_encode(pixels, reversible=True))
    middle = len(data) // 2
    data[middle : middle + 40] = bytes(byte ^ 0x5A for byte in data[middle : middle + 40])
    with pytest.raises(DecodeError, match="damaged"):
        decode(request(bytes(data), pixels, ROOT + "201", 16))


def test_white_that_lossy_htj2k_overshoots_stays_white() -> None:
    pixels = pattern(37, 54, 8, 3)
    data = bytes(imagecodecs.htj2k_encode(pixels, level=0.002, reversible=False))
    overshooting = imagecodecs.htj2k_decode(data)
    assert np.abs(overshooting.astype(int) - pixels).max() > 200  # what a decoder that does not stop at white makes of it
    decoded = decode(request(data, pixels, ROOT + "203", 8))
    assert np.abs(decoded.pixels.astype(int) - pixels).max() <= 4


@pytest.mark.parametrize("number", ["50", "57", "80", "90", "201", "110"])
def test_what_is_no_stream_of_its_kind_is_a_sentence(number: str) -> None:
    with pytest.raises(DecodeError, match="are not"):
        decode(request(b"nothing of the kind" * 10, pattern(8, 8, 8), ROOT + number, 8))


def test_a_deflated_frame_whose_pixels_share_chrominance() -> None:
    packer = zlib.compressobj(wbits=-15)
    plain = bytes([10, 20, 100, 150, 30, 40, 90, 160])  # Y1 Y2 Cb Cr, twice: two rows of two pixels
    data = packer.compress(plain) + packer.flush()
    one = DecodeRequest("", (), "1.2.840.10008.1.2.8.1", 2, 2, 3, photometric_interpretation="YBR_FULL_422", data=data)
    decoded = decode(one)
    assert decoded.pixels.tolist() == [[[10, 100, 150], [20, 100, 150]], [[30, 90, 160], [40, 90, 160]]]
    assert decoded.warnings == ()


def test_syntaxes_without_a_decoder_are_named() -> None:
    pixels = pattern(8, 8, 8)
    with pytest.raises(UnsupportedSyntaxError, match="SMPTE ST 2110-20"):
        decode(request(b"x", pixels, "1.2.840.10008.1.2.7.1", 8))
    with pytest.raises(UnsupportedSyntaxError, match="JPIP Referenced"):
        decode(request(b"x", pixels, ROOT + "94", 8))
