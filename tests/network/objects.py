"""Small DICOM objects made for the network tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

CT = "1.2.840.10008.5.1.4.1.1.2"


def fresh_uid() -> str:
    """A UID that nobody has, always of 64 characters: files are as long each time, and batches hold as many of them."""
    while len(uid := str(generate_uid())) < 64:
        pass
    return uid


def make_ct(number: int = 1, *, study: str = "", series: str = "", uid: str = "", size: int = 64, **fields: object) -> Dataset:
    """A CT slice of asymmetric values."""
    dataset = Dataset()
    dataset.SOPClassUID = CT
    dataset.SOPInstanceUID = uid or fresh_uid()
    dataset.StudyInstanceUID = study or fresh_uid()
    dataset.SeriesInstanceUID = series or fresh_uid()
    dataset.PatientName, dataset.PatientID = "Peer^Test", "P1"
    dataset.StudyDate, dataset.Modality, dataset.InstanceNumber = "20260102", "CT", number
    dataset.Rows = dataset.Columns = size
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    pixels = np.arange(size * size, dtype=np.uint32).reshape(size, size) * (number + 1) % 4096
    dataset.PixelData = pixels.astype("<u2").tobytes()
    dataset["PixelData"].VR = "OW"
    for keyword, value in fields.items():
        setattr(dataset, keyword, value)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return dataset


def save(dataset: Dataset, path: Path) -> Path:
    dataset.save_as(path, enforce_file_format=True)
    return path


def make_series(folder: Path, count: int, **fields: object) -> list[Path]:
    """`count` slices of one series as files."""
    study, series = fresh_uid(), fresh_uid()
    folder.mkdir(parents=True, exist_ok=True)
    return [
        save(make_ct(number, study=study, series=series, **fields), folder / f"{number:04}.dcm")  # type: ignore[arg-type]
        for number in range(1, count + 1)
    ]
