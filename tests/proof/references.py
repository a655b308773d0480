"""Reference decoders: other programs' stored values of every frame of a file.

Native, deflated and RLE by pydicom; JPEG and JPEG-LS by DCMTK; JPEG 2000 by GDCM; HTJ2K by
OpenJPEG where we take OpenJPH, and the reverse; JPEG XL that
was made of a JPEG, by way of that JPEG. The tools write an uncompressed file, which pydicom reads.
"""

from __future__ import annotations

import shutil
import subprocess
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.encaps import generate_frames
from pydicom.pixels.utils import pixel_array
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

ROOT = "1.2.840.10008.1.2."
JPEG = ROOT + "4."
LOSSY = frozenset(JPEG + str(number) for number in (50, 51, 53, 55, 81, 91, 93, 111, 112, 203))
TOOL_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Reference:
    """Frames of one decoder: `name`, and values by frame number, from 1."""

    name: str
    frames: dict[int, NDArray[Any]]


def references_of(path: Path, uid: str, numbers: list[int], folder: Path) -> list[Reference]:
    """Every decoder that opens this file. `folder` is for intermediate files."""
    found: list[Reference] = []
    for name, read in _readers(uid):
        try:
            frames = read(path, numbers, folder)
        except Exception:  # the oracle gives up on a file that we show: no opinion
            continue
        if frames:
            found.append(Reference(name, frames))
    return found


def _readers(uid: str) -> list[tuple[str, Any]]:
    number = uid.removeprefix(JPEG) if uid.startswith(JPEG) else ""
    if not number:
        if uid == ROOT + "8.1":
            return [("zlib", _deflated_frames)]
        if uid == ROOT + "5":
            return [("pydicom", _by_pydicom), ("DCMTK", _by_tool("dcmdrle")), _GDCM]
        return [("pydicom", _by_pydicom)]
    if number in ("80", "81"):
        return [("DCMTK", _by_tool("dcmdjpls")), _GDCM]
    if number in ("90", "91", "92", "93"):
        return [_GDCM, ("OpenJPEG", _by_openjpeg)]
    if number in ("201", "202"):
        return [("OpenJPEG", _by_imagecodecs(imagecodecs.jpeg2k_decode))]
    if number == "203":
        return [("OpenJPH", _by_imagecodecs(_open_jph))]
    if number == "111":
        return [("the JPEG in it", _by_original_jpeg)]
    if number.isdigit() and int(number) <= 70:
        return [("DCMTK", _by_tool("dcmdjpeg")), _GDCM]
    return []


def _data_set(path: Path) -> pydicom.Dataset:
    data_set = pydicom.dcmread(path, force=True)
    if not hasattr(data_set, "file_meta"):
        data_set.file_meta = pydicom.dataset.FileMetaDataset()
    if "TransferSyntaxUID" not in data_set.file_meta:
        data_set.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    return data_set


def _by_pydicom(path: Path, numbers: list[int], folder: Path) -> dict[int, NDArray[Any]]:
    data_set = _data_set(path)
    syntax = data_set.file_meta.TransferSyntaxUID
    if syntax == ROOT + "1.98":
        count = int(data_set.get("NumberOfFrames") or 1)
        data_set.PixelData = b"".join(generate_frames(data_set.PixelData, number_of_frames=count))
        data_set["PixelData"].is_undefined_length = False
    if syntax == ROOT + "1.98" or (syntax == DeflatedExplicitVRLittleEndian) or syntax.is_private:
        data_set.file_meta.TransferSyntaxUID = UID(ExplicitVRLittleEndian)
    return _frames_of(data_set, numbers, "pydicom" if syntax == ROOT + "5" else "")


def _frames_of(data_set: pydicom.Dataset, numbers: list[int], plugin: str = "") -> dict[int, NDArray[Any]]:
    count = int(data_set.get("NumberOfFrames") or 1)
    if count == 1:
        whole = pixel_array(data_set, decoding_plugin=plugin)
        return {1: whole[0] if whole.ndim == 4 or (whole.ndim == 3 and data_set.get("SamplesPerPixel", 1) == 1) else whole}
    return {number: pixel_array(data_set, index=number - 1, decoding_plugin=plugin) for number in numbers}


def _by_tool(*words: str) -> Any:
    def read(path: Path, numbers: list[int], folder: Path) -> dict[int, NDArray[Any]]:
        if shutil.which(words[0]) is None:
            return {}
        out = folder / "native.dcm"
        out.unlink(missing_ok=True)
        done = subprocess.run([*words, str(path), str(out)], capture_output=True, timeout=TOOL_SECONDS, check=False)
        return _by_pydicom(out, numbers, folder) if done.returncode == 0 and out.exists() else {}

    return read


_GDCM = ("GDCM", _by_tool("gdcmconv", "-w"))


def _streams(path: Path) -> tuple[pydicom.Dataset, list[bytes]]:
    data_set = _data_set(path)
    count = int(data_set.get("NumberOfFrames") or 1)
    return data_set, list(generate_frames(data_set.PixelData, number_of_frames=count))


def _by_openjpeg(path: Path, numbers: list[int], folder: Path) -> dict[int, NDArray[Any]]:
    """The command of OpenJPEG, for grey."""
    data_set, streams = _streams(path)
    if shutil.which("opj_decompress") is None or data_set.SamplesPerPixel != 1 or data_set.PixelRepresentation:
        return {}
    found = {}
    for number in numbers:
        (folder / "one.j2k").write_bytes(streams[number - 1])
        words = ["opj_decompress", "-i", str(folder / "one.j2k"), "-o", str(folder / "one.pgm")]
        subprocess.run(words, capture_output=True, timeout=TOOL_SECONDS, check=True)
        found[number] = read_pnm((folder / "one.pgm").read_bytes())
    return found


def _by_imagecodecs(decode: Any) -> Any:
    """HTJ2K: by OpenJPEG where we take OpenJPH, and the other way round."""

    def read(path: Path, numbers: list[int], folder: Path) -> dict[int, NDArray[Any]]:
        _, streams = _streams(path)
        return {number: decode(streams[number - 1]) for number in numbers}

    return read


def _open_jph(stream: bytes) -> NDArray[Any]:
    """Not for 8 bit: values beyond white come out as black there."""
    values: NDArray[Any] = imagecodecs.htj2k_decode(stream)
    if values.dtype.itemsize == 1:
        raise ValueError("no reference")
    return values


def _by_original_jpeg(path: Path, numbers: list[int], folder: Path) -> dict[int, NDArray[Any]]:
    _, streams = _streams(path)
    return {number: imagecodecs.jpeg8_decode(imagecodecs.jpegxl_decode_jpeg(streams[number - 1])) for number in numbers}


def _deflated_frames(path: Path, numbers: list[int], folder: Path) -> dict[int, NDArray[Any]]:
    """Inflated by zlib and handed to pydicom as native pixels."""
    data_set, streams = _streams(path)
    data_set.PixelData = b"".join(zlib.decompressobj(-zlib.MAX_WBITS).decompress(stream) for stream in streams)
    data_set["PixelData"].is_undefined_length = False
    data_set.file_meta.TransferSyntaxUID = UID(ExplicitVRLittleEndian)
    return _frames_of(data_set, numbers)


def read_pnm(data: bytes) -> NDArray[Any]:
    """A binary PGM or PPM file: (rows, columns) or (rows, columns, 3)."""
    fields: list[bytes] = []
    at = 0
    while len(fields) < 4:
        while data[at : at + 1].isspace():
            at += 1
        if data[at : at + 1] == b"#":
            at = data.index(b"\n", at)
            continue
        end = at
        while not data[end : end + 1].isspace():
            end += 1
        fields.append(data[at:end])
        at = end
    kind, columns, rows, top = fields[0], int(fields[1]), int(fields[2]), int(fields[3])
    shape = (rows, columns, 3) if kind == b"P6" else (rows, columns)
    return np.frombuffer(data, ">u2" if top > 255 else "u1", offset=at + 1, count=int(np.prod(shape))).reshape(shape)
