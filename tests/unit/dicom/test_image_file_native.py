"""Native pixels of every depth, sign and byte order, from a written file to the PixelFrame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from written_files import BIG_ENDIAN, EXPLICIT, IMPLICIT, image, ramp, write

from viewer.dicom.decode import decode
from viewer.dicom.image_file import open_image
from viewer.model.errors import BrokenFileError, MissingFileError, NoPictureError, NotDicomError, TooLargeError
from viewer.model.pixels import PixelFrame


def shown(path: str, frame: int = 1) -> PixelFrame:
    file = open_image(path)
    return file.finish(frame, decode(file.decode_request(frame)))


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG_ENDIAN])
@pytest.mark.parametrize(("bits", "kind"), [(16, "u"), (16, "i"), (32, "u"), (32, "i")])
def test_whole_words_in_each_byte_order(tmp_path: Path, syntax: str, bits: int, kind: str) -> None:
    values = ramp(dtype=f"{kind}{bits // 8}") - (40 if kind == "i" else 0)
    raw = values.astype(values.dtype.newbyteorder(">" if syntax == BIG_ENDIAN else "<")).tobytes()
    signed = int(kind == "i")
    data_set = image(raw, 5, 7, BitsAllocated=bits, BitsStored=bits, HighBit=bits - 1, PixelRepresentation=signed)
    frame = shown(write(tmp_path / "a.dcm", data_set, syntax))
    assert np.array_equal(frame.pixels, values)
    assert frame.pixels.dtype == np.dtype(f"{kind}{bits // 8}")
    assert not frame.pixels.flags.writeable
    assert frame.warnings == ()


@pytest.mark.parametrize(("stored", "high"), [(12, 11), (10, 9), (12, 15), (10, 13)])
@pytest.mark.parametrize("signed", [0, 1])
def test_bits_above_and_below_the_stored_ones_are_masked_and_the_sign_is_extended(
    tmp_path: Path, stored: int, high: int, signed: int
) -> None:
    values = ramp(dtype="<i4") - (50 if signed else 0)
    field = (values & ((1 << stored) - 1)) << (high + 1 - stored)
    noise = ~(((1 << stored) - 1) << (high + 1 - stored)) & 0xFFFF & 0xA5A5
    raw = (field | noise).astype("<u2").tobytes()
    data_set = image(raw, 5, 7, BitsStored=stored, HighBit=high, PixelRepresentation=signed)
    assert np.array_equal(shown(write(tmp_path / "a.dcm", data_set)).pixels, values)


def test_single_bits_follow_each_other_without_filling(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    frames = rng.integers(0, 2, (3, 5, 7)).astype(np.uint8)
    raw = np.packbits(frames.reshape(-1), bitorder="little").tobytes()
    data_set = image(raw + b"\0" * (len(raw) % 2), 5, 7, BitsAllocated=1, BitsStored=1, HighBit=0, NumberOfFrames=3)
    path = write(tmp_path / "a.dcm", data_set)
    assert open_image(path).number_of_frames == 3
    for number in (1, 2, 3):
        assert np.array_equal(shown(path, number).pixels, frames[number - 1])


def test_twelve_bits_allocated(tmp_path: Path) -> None:
    values = ramp(3, 3, "<u2") * 100
    flat = [*values.reshape(-1).tolist(), 0]
    raw = b"".join(bytes((a & 255, a >> 8 | (b & 15) << 4, b >> 4)) for a, b in zip(flat[::2], flat[1::2], strict=True))
    data_set = image(raw + b"\0" * (len(raw) % 2), 3, 3, BitsAllocated=12, BitsStored=12, HighBit=11)
    assert np.array_equal(shown(write(tmp_path / "a.dcm", data_set)).pixels, values)


def test_bytes_written_as_big_endian_words_of_an_odd_frame(tmp_path: Path) -> None:
    frames = np.arange(1, 31, dtype=np.uint8).reshape(2, 3, 5)
    raw = frames.tobytes()
    words = np.frombuffer(raw, "<u2").astype(">u2").tobytes()
    data_set = image(words, 3, 5, BitsAllocated=8, BitsStored=8, HighBit=7, NumberOfFrames=2)
    data_set["PixelData"].VR = "OW"
    path = tmp_path / "a.dcm"
    write(path, data_set, BIG_ENDIAN)
    content = path.read_bytes().replace(b"\x7f\xe0\x00\x10OB", b"\x7f\xe0\x00\x10OW")
    path.write_bytes(content)
    assert np.array_equal(shown(str(path), 1).pixels, frames[0])
    assert np.array_equal(shown(str(path), 2).pixels, frames[1])


@pytest.mark.parametrize(("keyword", "dtype"), [("FloatPixelData", "<f4"), ("DoubleFloatPixelData", "<f8")])
def test_float_pixels_keep_their_type(tmp_path: Path, keyword: str, dtype: str) -> None:
    values = (ramp(dtype=dtype) / 7).astype(dtype)
    bits = 8 * values.itemsize
    data_set = image(b"", 5, 7, BitsAllocated=bits, BitsStored=None, HighBit=None, PixelRepresentation=None)
    del data_set.PixelData
    setattr(data_set, keyword, values.tobytes())
    frame = shown(write(tmp_path / "a.dcm", data_set))
    assert frame.facts.is_float
    assert np.array_equal(frame.pixels, values)


@pytest.mark.parametrize("planar", [0, 1])
def test_colour_in_both_planar_configurations(tmp_path: Path, planar: int) -> None:
    rgb = ramp(4, 9, "u1").repeat(3).reshape(4, 9, 3) + np.array([0, 60, 120], np.uint8)
    raw = (rgb.transpose(2, 0, 1) if planar else rgb).tobytes()
    frame = shown(write(tmp_path / "a.dcm", image(raw, 4, 9, **_colour("RGB", planar))))
    assert np.array_equal(frame.pixels, rgb)


def test_halved_chrominance_is_shared_by_two_pixels(tmp_path: Path) -> None:
    quads = np.array([[10, 20, 128, 128], [200, 100, 90, 240]], np.uint8)
    frame = shown(write(tmp_path / "a.dcm", image(quads.tobytes(), 1, 4, **_colour("YBR_FULL_422", 0))))
    assert frame.pixels[0, :2].tolist() == [[10, 10, 10], [20, 20, 20]]
    red, green, blue = frame.pixels[0, 2].tolist()
    assert red == 255  # 200 + 1.402 × 112, cut
    assert (green, blue) == (133, 133)  # 200 + 0.344 × 38 − 0.714 × 112; 200 − 1.772 × 38


def test_unhalved_pixels_under_the_name_of_halved_ones(tmp_path: Path) -> None:
    full = np.array([[[10, 128, 128], [20, 128, 128], [30, 128, 128], [40, 128, 128]]], np.uint8)
    frame = shown(write(tmp_path / "a.dcm", image(full.tobytes(), 1, 4, **_colour("YBR_FULL_422", 0))))
    assert frame.pixels[0, :, 0].tolist() == [10, 20, 30, 40]


def _colour(photometric: str, planar: int) -> dict[str, Any]:
    return {
        "SamplesPerPixel": 3,
        "PhotometricInterpretation": photometric,
        "PlanarConfiguration": planar,
        "BitsAllocated": 8,
        "BitsStored": 8,
        "HighBit": 7,
    }


def test_more_frames_stated_than_there_are(tmp_path: Path) -> None:
    values = np.stack([ramp(), ramp() + 9])
    file = open_image(write(tmp_path / "a.dcm", image(values.tobytes(), 5, 7, NumberOfFrames=2**31 - 1)))
    assert file.number_of_frames == 2
    frame = file.finish(2, decode(file.decode_request(2)))
    assert np.array_equal(frame.pixels, values[1])
    assert "2147483647" in str(frame.warnings[0])
    with pytest.raises(BrokenFileError, match="no frame 3"):
        file.decode_request(3)


def test_a_cut_file_shows_what_it_has_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    write(path, image(ramp().tobytes(), 5, 7))
    path.write_bytes(path.read_bytes()[:-14])
    frame = shown(str(path))
    assert np.array_equal(frame.pixels[:4], ramp()[:4])
    assert not frame.pixels[4].any()
    assert "cut off" in str(frame.warnings[0])


def test_sizes_over_the_limit_are_refused_before_anything_is_allocated(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", image(ramp().tobytes(), 65535, 65535, BitsAllocated=32, BitsStored=32, HighBit=31))
    with pytest.raises(TooLargeError, match="65535"):
        open_image(path)


def test_rows_written_with_a_wider_representation_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    write(path, image(ramp().tobytes(), 5, 7))
    content = path.read_bytes()
    narrow = b"\x28\x00\x10\x00US\x02\x00\x05\x00"
    assert content.count(narrow) == 1
    path.write_bytes(content.replace(narrow, b"\x28\x00\x10\x00UL\x04\x00\x05\x00\x00\x00"))
    assert np.array_equal(shown(str(path)).pixels, ramp())


def test_absent_or_zero_bits_stored_means_all(tmp_path: Path) -> None:
    for number, stored in enumerate((None, 0)):
        data_set = image(ramp().tobytes(), 5, 7, BitsStored=stored, HighBit=None)
        assert np.array_equal(shown(write(tmp_path / f"{number}.dcm", data_set)).pixels, ramp())


def test_each_kind_of_file_without_a_picture_has_its_own_error(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        open_image(str(tmp_path / "none"))
    (tmp_path / "text").write_text("hello")
    with pytest.raises(NotDicomError):
        open_image(str(tmp_path / "text"))
    report = image(b"", 1, 1, SOPClassUID="1.2.840.10008.5.1.4.1.1.88.11", Rows=None, Columns=None)
    del report.PixelData
    with pytest.raises(NoPictureError, match="Basic Text SR"):
        open_image(write(tmp_path / "sr.dcm", report))
    bare = image(b"", 4, 4)
    del bare.PixelData
    with pytest.raises(BrokenFileError, match="only the header"):
        open_image(write(tmp_path / "bare.dcm", bare))
    bare.PixelDataProviderURL = "https://server.example/pixels"
    with pytest.raises(NoPictureError, match="on a server"):
        open_image(write(tmp_path / "elsewhere.dcm", bare, "1.2.840.10008.1.2.4.94"))


@pytest.mark.parametrize("uid", ["1.2.840.10008.5.1.4.1.1.4.2", "1.2.840.10008.5.1.4.1.1.66"])
def test_spectra_and_raw_data_lack_no_pixels_though_they_tell_a_size(tmp_path: Path, uid: str) -> None:
    data_set = image(b"", 1, 1, SOPClassUID=uid)
    del data_set.PixelData
    with pytest.raises(NoPictureError, match="has no picture"):
        open_image(write(tmp_path / "a", data_set))


def with_icon(side: int, **attributes: Any) -> Dataset:
    icon = image(ramp(side, side).tobytes(), side, side)
    return image(ramp().tobytes(), 5, 7, IconImageSequence=[icon], **attributes)


@pytest.mark.parametrize("side", [2, 5, 9])
def test_an_icon_is_not_taken_for_the_missing_pixels(tmp_path: Path, side: int) -> None:
    data_set = with_icon(side)
    del data_set.PixelData
    with pytest.raises(BrokenFileError, match="only the header"):
        open_image(write(tmp_path / "a", data_set))
    data_set["IconImageSequence"].is_undefined_length = True
    with pytest.raises(BrokenFileError, match="only the header"):
        open_image(write(tmp_path / "a", data_set))


@pytest.mark.parametrize("side", [2, 9])
def test_pixels_behind_nonsense_are_found_and_the_icon_is_left(tmp_path: Path, side: int) -> None:
    path = Path(write(tmp_path / "a", with_icon(side, SeriesDescription="A" * 8)))
    data = path.read_bytes()
    head = data.rindex(b"\xe0\x7f\x10\x00OW")
    nonsense = b"\x40\x00\x00\x01LO\xf0\xff"  # an element longer than the file
    path.write_bytes(data[:head] + nonsense + data[head:])
    assert np.array_equal(shown(str(path)).pixels, ramp())


def test_a_file_gone_between_opening_and_decoding(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    file = open_image(write(path, image(ramp().tobytes(), 5, 7)))
    path.unlink()
    with pytest.raises(MissingFileError):
        decode(file.decode_request(1))


def test_palette_colour_with_signed_first_entry_and_sixteen_bit_entries(tmp_path: Path) -> None:
    indices = np.array([[0, 1], [2, 3]], np.uint8)
    data_set = image(indices.tobytes(), 2, 2, PhotometricInterpretation="PALETTE COLOR", BitsAllocated=8, BitsStored=8, HighBit=7)
    entries: NDArray[Any] = np.array([0x0100, 0x2000, 0xFF00], "<u2")
    for colour, shift in (("Red", 0), ("Green", 1), ("Blue", 2)):
        setattr(data_set, f"{colour}PaletteColorLookupTableDescriptor", [3, 1, 16])
        setattr(data_set, f"{colour}PaletteColorLookupTableData", np.roll(entries, shift).tobytes())
    frame = shown(write(tmp_path / "a.dcm", data_set))
    assert frame.facts.is_colour
    assert frame.pixels.tolist() == [[[1, 255, 32], [1, 255, 32]], [[32, 1, 255], [255, 32, 1]]]


def test_a_deflated_bomb_is_refused(tmp_path: Path) -> None:
    import zlib

    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    head = write(tmp_path / "a.dcm", image(ramp().tobytes(), 5, 7), "1.2.840.10008.1.2.1.99")
    content = Path(head).read_bytes()
    meta = content[: 144 + int.from_bytes(content[140:144], "little")]
    bomb = bytearray(deflate.compress(b"\x09\x00\x10\x00LO\x06\x00ABCDEF\x09\x00\x01\x10OB\0\0\0\0\0\x60"))
    for _ in range(600):
        bomb += deflate.compress(bytes(1024 * 1024))
    bomb += deflate.flush()
    (tmp_path / "bomb.dcm").write_bytes(meta + bytes(bomb))
    with pytest.raises(TooLargeError):
        open_image(str(tmp_path / "bomb.dcm"))


def test_a_large_deflated_data_set_is_not_kept_in_memory(tmp_path: Path) -> None:
    frames = np.random.default_rng(5).integers(0, 4, (9, 1000, 1000)).astype("<u2")
    data_set = image(frames.tobytes(), 1000, 1000, NumberOfFrames=9)
    file = open_image(write(tmp_path / "a.dcm", data_set, "1.2.840.10008.1.2.1.99"))
    request = file.decode_request(7)
    assert request.data == frames[6].tobytes()
    assert np.array_equal(file.finish(7, decode(request)).pixels, frames[6])
    (tmp_path / "a.dcm").unlink()
    with pytest.raises(MissingFileError):
        file.decode_request(7)


def test_a_deflated_data_set_gives_its_pixels(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dcm", image(ramp().tobytes(), 5, 7), "1.2.840.10008.1.2.1.99")
    assert np.array_equal(shown(path).pixels, ramp())
