"""Small DICOM files written by pydicom for the tests of this folder: asymmetric pixels, one call each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

CT = "1.2.840.10008.5.1.4.1.1.2"
IMPLICIT, EXPLICIT, BIG_ENDIAN = str(ImplicitVRLittleEndian), str(ExplicitVRLittleEndian), str(ExplicitVRBigEndian)


def item(**attributes: Any) -> Dataset:
    """A sequence item of attributes by keyword."""
    found = Dataset()
    for keyword, value in attributes.items():
        setattr(found, keyword, value)
    return found


def ramp(rows: int = 5, columns: int = 7, dtype: str = "<u2") -> NDArray[Any]:
    """Every pixel another value, no symmetry."""
    return (np.arange(rows * columns) * 3 + 1).reshape(rows, columns).astype(dtype)


def image(pixels: bytes, rows: int, columns: int, **attributes: Any) -> Dataset:
    """An image data set; `attributes` override the ordinary 16-bit grey ones, None leaves one out."""
    wanted: dict[str, Any] = {
        "SOPClassUID": CT,
        "SOPInstanceUID": "1.2.3.4",
        "Modality": "CT",
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": rows,
        "Columns": columns,
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 0,
        **attributes,
    }
    return item(**{keyword: value for keyword, value in wanted.items() if value is not None}, PixelData=pixels)


def write(path: Path, data_set: Dataset, transfer_syntax_uid: str = EXPLICIT) -> str:
    """Write with preamble and meta header; the path as text."""
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = UID(transfer_syntax_uid)
    if "PixelData" in data_set:
        small = data_set.get("BitsAllocated", 16) <= 8 and transfer_syntax_uid != IMPLICIT
        compressed = data_set["PixelData"].is_undefined_length
        data_set["PixelData"].VR = "OB" if small or compressed else "OW"
    data_set.save_as(path, enforce_file_format=True)
    return str(path)


def write_compressed(path: Path, data_set: Dataset, frames: list[bytes], transfer_syntax_uid: str, *, table: bool = True) -> str:
    """Write with `frames` as fragments, one each."""
    data_set.PixelData = encapsulate(frames, has_bot=table)
    data_set["PixelData"].is_undefined_length = True
    return write(path, data_set, transfer_syntax_uid)
