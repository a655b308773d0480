"""Compressed frames of the tests' own making, each a file of its own codestream, and requests for them."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import numpy as np

from viewer.dicom.decode import DecodeRequest

JPEG_LS = "1.2.840.10008.1.2.4.80"
JPEG_2000 = "1.2.840.10008.1.2.4.90"


def picture(number: int, rows: int = 40, columns: int = 56) -> np.ndarray:
    """12 bits, smooth with some texture, unlike every other number."""
    row, column = np.mgrid[0:rows, 0:columns]
    return ((row * 7 + column * 3 + (row * column) % 13 + number * 31) % 4096).astype(np.uint16)


def jpeg_ls(folder: Path, number: int, rows: int = 40, columns: int = 56) -> DecodeRequest:
    return _write(folder, number, JPEG_LS, imagecodecs.jpegls_encode(picture(number, rows, columns)), rows, columns)


def black_jpeg_ls(folder: Path, side: int) -> DecodeRequest:
    """A small file that wants much memory."""
    return _write(folder, 0, JPEG_LS, imagecodecs.jpegls_encode(np.zeros((side, side), np.uint16)), side, side)


def jpeg_2000(folder: Path, number: int, rows: int = 40, columns: int = 56) -> DecodeRequest:
    data = imagecodecs.jpeg2k_encode(picture(number, rows, columns), reversible=True, codecformat="J2K")
    return _write(folder, number, JPEG_2000, data, rows, columns)


def _write(folder: Path, number: int, uid: str, data: bytes, rows: int, columns: int) -> DecodeRequest:
    path = folder / f"{uid[-2:]}-{number}-{rows}.bin"
    path.write_bytes(data)
    return DecodeRequest(str(path), ((0, len(data)),), uid, rows, columns, bits_allocated=16, bits_stored=12, high_bit=11)
