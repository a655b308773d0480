"""Compressed files from end to end: signs, hidden precision, fragments, frames, and labels that are wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.uid import RLELossless
from written_files import EXPLICIT, image, ramp, write, write_compressed

from viewer.dicom.decode import decode
from viewer.dicom.image_file import open_image
from viewer.model.pixels import PixelFrame

JPEG_LS, JPEG_2000, HTJ2K = (f"1.2.840.10008.1.2.4.{number}" for number in ("80", "90", "201"))


def shown(path: str, frame: int = 1) -> PixelFrame:
    file = open_image(path)
    return file.finish(frame, decode(file.decode_request(frame)))


def jpeg_2000(pixels: NDArray[Any]) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(pixels, level=0, reversible=True, codecformat="j2k"))


def signed_values() -> NDArray[np.int16]:
    return (ramp(33, 40, "<i2") * 2 - 2000).clip(-2048, 2047).astype(np.int16)


@pytest.mark.parametrize(
    ("uid", "encode"), [(JPEG_2000, jpeg_2000), (HTJ2K, lambda one: imagecodecs.htj2k_encode(one, reversible=True))]
)
def test_a_codestream_that_knows_its_sign(tmp_path: Path, uid: str, encode: Any) -> None:
    values = signed_values()
    data_set = image(b"", 33, 40, PixelRepresentation=1)
    frame = shown(write_compressed(tmp_path / "a.dcm", data_set, [bytes(encode(values))], uid))
    assert np.array_equal(frame.pixels, values)
    assert frame.pixels.dtype == np.int16


@pytest.mark.parametrize("lowest", [-2000, 0])
def test_the_sign_of_a_codestream_holds_where_the_data_set_denies_it(tmp_path: Path, lowest: int) -> None:
    values = signed_values().clip(lowest, None)
    frame = shown(write_compressed(tmp_path / "a.dcm", image(b"", 33, 40, PixelRepresentation=0), [jpeg_2000(values)], JPEG_2000))
    assert np.array_equal(frame.pixels, values)
    assert frame.pixels.dtype == (np.int16 if lowest else np.uint16)


@pytest.mark.parametrize("kept", [0x0FFF, 0xFFFF])
def test_a_sign_inside_unsigned_codestreams_is_extended(tmp_path: Path, kept: int) -> None:
    values = signed_values()
    data_set = image(b"", 33, 40, PixelRepresentation=1, BitsStored=12, HighBit=11)
    data = bytes(imagecodecs.jpegls_encode((values.astype(np.int32) & kept).astype(np.uint16)))
    frame = shown(write_compressed(tmp_path / "a.dcm", data_set, [data], JPEG_LS))
    assert np.array_equal(frame.pixels, values)


def test_lossy_overshoot_is_no_reason_to_turn_white_into_black(tmp_path: Path) -> None:
    values = ramp(33, 40) % 4096
    values[3, 5] = 4099
    data_set = image(b"", 33, 40, BitsStored=12, HighBit=11)
    frame = shown(write_compressed(tmp_path / "a.dcm", data_set, [jpeg_2000(values.astype(np.uint16))], JPEG_2000))
    assert frame.pixels[3, 5] == 4099


def test_an_overlay_hidden_in_a_compressed_frame(tmp_path: Path) -> None:
    grey, hidden = ramp(33, 40) % 4096, ramp(33, 40) % 5 == 2
    data_set = image(b"", 33, 40, BitsStored=12, HighBit=11)
    for element, vr, value in ((0x10, "US", 33), (0x11, "US", 40), (0x50, "SS", [1, 1]), (0x100, "US", 16), (0x102, "US", 15)):
        data_set.add_new(0x60020000 | element, vr, value)
    both = (grey | hidden.astype(np.uint16) << 15).astype(np.uint16)
    frame = shown(write_compressed(tmp_path / "a.dcm", data_set, [jpeg_2000(both)], JPEG_2000))
    assert np.array_equal(frame.pixels, grey)
    assert np.array_equal(frame.overlays[0].bits, hidden)


def test_a_small_precision_keeps_the_type_of_bits_allocated(tmp_path: Path) -> None:
    values = ramp(10, 12, "u1")
    data_set = image(b"", 10, 12, BitsStored=8, HighBit=7)
    frame = shown(write_compressed(tmp_path / "a.dcm", data_set, [bytes(imagecodecs.jpegls_encode(values))], JPEG_LS))
    assert np.array_equal(frame.pixels, values)
    assert frame.pixels.dtype == np.uint16


@pytest.mark.parametrize("table", [True, False])
def test_each_frame_is_its_own(tmp_path: Path, table: bool) -> None:
    frames = [ramp() + 100 * number for number in range(4)]
    data = [bytes(imagecodecs.jpegls_encode(one)) for one in frames]
    path = write_compressed(tmp_path / "a.dcm", image(b"", 5, 7, NumberOfFrames=4), data, JPEG_LS, table=table)
    assert open_image(path).number_of_frames == 4
    for number in (4, 1, 3):
        assert np.array_equal(shown(path, number).pixels, frames[number - 1])


def test_fewer_compressed_frames_than_stated(tmp_path: Path) -> None:
    data = [bytes(imagecodecs.jpegls_encode(ramp())), bytes(imagecodecs.jpegls_encode(ramp() + 7))]
    path = write_compressed(tmp_path / "a.dcm", image(b"", 5, 7, NumberOfFrames=2**31 - 1), data, JPEG_LS, table=False)
    assert open_image(path).number_of_frames == 2
    frame = shown(path, 2)
    assert np.array_equal(frame.pixels, ramp() + 7)
    assert "2147483647" in str(frame.warnings[0])


@pytest.mark.parametrize("dtype", ["<u1", "<u2"])
def test_run_length_of_each_depth_and_of_colour(tmp_path: Path, dtype: str) -> None:
    grey = ramp(12, 9, dtype)
    bits = 8 * grey.itemsize
    depth = {"BitsAllocated": bits, "BitsStored": bits, "HighBit": bits - 1}
    data_set = image(grey.tobytes(), 12, 9, **depth)
    write(tmp_path / "grey.dcm", data_set)
    data_set.compress(RLELossless, grey)
    data_set.save_as(tmp_path / "grey.dcm")
    assert np.array_equal(shown(str(tmp_path / "grey.dcm")).pixels, grey)
    if bits == 8:
        rgb = np.stack([grey, grey.T.reshape(12, 9), grey[::-1]], axis=-1)
        colour = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0}
        data_set = image(rgb.tobytes(), 12, 9, **depth, **colour)
        write(tmp_path / "rgb.dcm", data_set)
        data_set.compress(RLELossless, rgb)
        data_set.save_as(tmp_path / "rgb.dcm")
        assert np.array_equal(shown(str(tmp_path / "rgb.dcm")).pixels, rgb)


def relabelled(path: str, old: str, new: str) -> str:
    """The same file under another transfer syntax of the same length."""
    file = Path(path)
    before = file.read_bytes()
    padded_old, padded_new = old.encode().ljust(24, b"\0"), new.encode().ljust(24, b"\0")
    assert before.count(padded_old[: len(old)]) == 1
    at = before.index(old.encode())
    file.write_bytes(before[:at] + padded_new[: len(old)] + before[at + len(old) :])
    return path


def test_compressed_data_under_a_native_label(tmp_path: Path) -> None:
    path = write_compressed(tmp_path / "a.dcm", image(b"", 5, 7), [bytes(imagecodecs.jpegls_encode(ramp()))], JPEG_LS)
    frame = shown(relabelled(path, JPEG_LS, EXPLICIT))
    assert np.array_equal(frame.pixels, ramp())
    assert "JPEG-LS" in str(frame.warnings[0])


def test_native_data_under_a_compressed_label(tmp_path: Path) -> None:
    data_set = image(ramp().tobytes(), 5, 7)
    path = Path(write(tmp_path / "a.dcm", data_set, EXPLICIT))
    content = path.read_bytes()
    at = content.index(b"\x02\x00\x10\x00UI")
    label = b"\x02\x00\x10\x00UI\x16\x00" + JPEG_LS.encode()
    head = content[:140] + (int.from_bytes(content[140:144], "little") + 2).to_bytes(4, "little")
    path.write_bytes(head + content[144:at] + label + content[at + 28 :])
    frame = shown(str(path))
    assert np.array_equal(frame.pixels, ramp())
    assert "not compressed" in str(frame.warnings[0])


def test_encapsulated_uncompressed(tmp_path: Path) -> None:
    frames = [ramp(), ramp() + 50]
    data_set = image(b"", 5, 7, NumberOfFrames=2)
    path = write_compressed(tmp_path / "a.dcm", data_set, [one.tobytes() for one in frames], "1.2.840.10008.1.2.1.98")
    assert np.array_equal(shown(path, 2).pixels, frames[1])


def test_a_deflated_frame(tmp_path: Path) -> None:
    import zlib

    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = deflate.compress(ramp().tobytes()) + deflate.flush()
    path = write_compressed(tmp_path / "a.dcm", image(b"", 5, 7), [data + b"\0" * (len(data) % 2)], JPEG_2000)
    assert np.array_equal(shown(relabelled(path, JPEG_2000, "1.2.840.10008.1.2.8.1")).pixels, ramp())
