"""Files that promise far more than they hold: refused, or shown small, in less than a second and 300 MB."""

from __future__ import annotations

import struct
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom.dataset import Dataset
from written_files import EXPLICIT, image, item, ramp, write, write_compressed

from viewer.dicom.decode import decode
from viewer.dicom.image_file import open_image
from viewer.model.errors import NegatoscopeError

MAX_BYTES = 300_000_000
RLE, JPEG_LS, JPEG_2000, DEFLATED = (
    "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.1.99",
)


def native(rows: int, columns: int, bits: int = 16, **more: object) -> Dataset:
    return image(ramp().tobytes(), rows, columns, BitsAllocated=bits, BitsStored=bits, HighBit=bits - 1, **more)


def run_length(folder: Path, rows: int, columns: int, **more: object) -> str:
    frame = struct.pack("<16L", 2, 64, 66, *[0] * 13) + b"\x81\x00\x81\x00"
    return write_compressed(folder / "a.dcm", image(b"", rows, columns, **more), [frame], RLE)


def jpeg_ls(folder: Path, rows: int, columns: int) -> str:
    data = bytearray(imagecodecs.jpegls_encode(ramp(8, 8)))
    at = data.find(b"\xff\xf7")
    data[at + 5 : at + 9] = struct.pack(">HH", rows, columns)
    return write_compressed(folder / "a.dcm", image(b"", rows, columns), [bytes(data)], JPEG_LS)


def jpeg_2000(folder: Path, side: int) -> str:
    data = bytearray(imagecodecs.jpeg2k_encode(ramp(8, 8), level=0, codecformat="j2k"))
    at = data.find(b"\xff\x4f\xff\x51")
    for place in (8, 24):
        data[at + place : at + place + 8] = side.to_bytes(4, "big") * 2
    return write_compressed(folder / "a.dcm", image(b"", side, side), [bytes(data)], JPEG_2000)


def huge_overlay(folder: Path) -> str:
    data_set = native(5, 7)
    for element, vr, value in ((0x10, "US", 16000), (0x11, "US", 16000), (0x15, "IS", 2**31 - 1), (0x3000, "OW", bytes(8))):
        data_set.add_new(0x60000000 | element, vr, value)
    return write(folder / "a.dcm", data_set)


def huge_table(folder: Path) -> str:
    table = item(LUTDescriptor=[0, 0, 16], LUTData=b"\x01\x00")
    table["LUTDescriptor"].VR = "US"
    table["LUTData"].VR = "OW"
    return write(folder / "a.dcm", native(5, 7, VOILUTSequence=[table] * 2000, ModalityLUTSequence=[table] * 2000))


BOMBS: dict[str, Callable[[Path], str]] = {
    "native 65535 square": lambda folder: write(folder / "a.dcm", native(65535, 65535)),
    "native just under the cap": lambda folder: write(folder / "a.dcm", native(32767, 32767)),
    "native 12000 square": lambda folder: write(folder / "a.dcm", native(12000, 12000)),
    "native 32 bit": lambda folder: write(folder / "a.dcm", native(20000, 20000, 32)),
    "native single bits": lambda folder: write(folder / "a.dcm", native(40000, 40000, 1)),
    "frames beyond counting": lambda folder: write(folder / "a.dcm", native(1, 1, 8, NumberOfFrames=2**31 - 1)),
    "negative frames": lambda folder: write(folder / "a.dcm", native(5, 7, NumberOfFrames=-5)),
    "run length 65535 square": lambda folder: run_length(folder, 65535, 65535, NumberOfFrames=2**31 - 1),
    "run length under the cap": lambda folder: run_length(folder, 32000, 32000),
    "JPEG-LS 65500 square": lambda folder: jpeg_ls(folder, 65500, 65500),
    "JPEG-LS 30000 square": lambda folder: jpeg_ls(folder, 30000, 30000),
    "JPEG 2000 30000 square": lambda folder: jpeg_2000(folder, 30000),
    "JPEG 2000 4 billion square": lambda folder: jpeg_2000(folder, 65535),
    "overlay 16000 square": huge_overlay,
    "4000 tables": huge_table,
}


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_costs_little(tmp_path: Path, name: str) -> None:
    path = BOMBS[name](tmp_path)
    tracemalloc.start()
    started = time.process_time()
    try:
        file = open_image(path)
        file.finish(1, decode(file.decode_request(1)))
    except NegatoscopeError:
        pass  # refusing is right, and so is showing what is there
    finally:
        taken, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < MAX_BYTES
    assert taken < 5  # of computing, with tracing; a second without


def test_a_large_frame_that_is_really_there_is_shown(tmp_path: Path) -> None:
    pixels = np.zeros((6000, 6000), np.uint16)
    pixels[17, 4000] = 4321
    path = write(tmp_path / "a.dcm", image(pixels.tobytes(), 6000, 6000), EXPLICIT)
    file = open_image(path)
    assert file.finish(1, decode(file.decode_request(1))).pixels[17, 4000] == 4321
