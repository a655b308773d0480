"""Series as a scanner writes them, generated: whole ones, and files whose pixels take no room on the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate

SIDE = 512
EXPLICIT = "1.2.840.10008.1.2.1"
PICTURES = 30  # different ones; a longer series repeats them

_TEXTS = (
    "AccessionNumber",
    "Manufacturer",
    "InstitutionName",
    "StationName",
    "StudyDescription",
    "SeriesDescription",
    "PatientName",
    "PatientID",
    "BodyPartExamined",
    "ScanOptions",
    "ProtocolName",
    "SoftwareVersions",
    "DeviceSerialNumber",
    "FilterType",
    "ConvolutionKernel",
    "PatientPosition",
    "ExposureModulationType",
    "StudyID",
    "ImageComments",
    "PerformedProcedureStepID",
    "RequestedProcedureDescription",
    "InstitutionalDepartmentName",
    "ManufacturerModelName",
    "OperatorsName",
    "RotationDirection",
)
_NUMBERS = (
    "SliceThickness",
    "KVP",
    "DataCollectionDiameter",
    "ReconstructionDiameter",
    "DistanceSourceToDetector",
    "DistanceSourceToPatient",
    "GantryDetectorTilt",
    "TableHeight",
    "FocalSpots",
    "SliceLocation",
)


def picture(number: int, rows: int = SIDE, columns: int = SIDE) -> np.ndarray:
    """12 bits, soft shapes under correlated noise, other in every slice."""
    dice = np.random.default_rng(number)
    row, column = np.mgrid[0:rows, 0:columns].astype(np.float32) / max(rows, columns)
    soft = np.sin(7 * row + number / 20) * np.cos(9 * column) * 700 + (np.hypot(row - 0.5, column - 0.4) < 0.35) * 900
    noise = dice.standard_normal((rows, columns), np.float32) * 18
    return np.clip(soft + noise + np.roll(noise, 1, 0) + np.roll(noise, 1, 1) + 1300, 0, 4095).astype(np.uint16)


def header(number: int, study: str = "1.2.3") -> Dataset:
    """As many elements as a scanner writes, sequences and private ones among them."""
    dataset = Dataset()
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    dataset.SOPInstanceUID = f"{study}.{number}"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.FrameOfReferenceUID = study, f"{study}.4.9", f"{study}.5.9"
    for keyword in _TEXTS:
        setattr(dataset, keyword, "TEXT")
    for keyword in _NUMBERS:
        setattr(dataset, keyword, "12.5")
    dataset.Modality, dataset.ImageType, dataset.PatientSex = "CT", ["ORIGINAL", "PRIMARY", "AXIAL"], "O"
    dataset.StudyDate = dataset.SeriesDate = dataset.ContentDate = "20240131"
    dataset.StudyTime = dataset.SeriesTime = dataset.ContentTime = "120000"
    dataset.SeriesNumber = 1
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = dataset.SOPClassUID, "1.2.3.1"
    dataset.ReferencedImageSequence = [reference, reference]
    block = dataset.private_block(0x0029, "BENCHMARK", create=True)
    for element in range(20):
        block.add_new(element, "LO", f"private {element}")
    block.add_new(0x80, "OB", bytes(2048))
    dataset.InstanceNumber = number
    dataset.ImagePositionPatient, dataset.ImageOrientationPatient = [-175, -175, number * 1.5], [1, 0, 0, 0, 1, 0]
    dataset.PixelSpacing = [0.68, 0.68]
    dataset.Rows = dataset.Columns = SIDE
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    dataset.WindowCenter, dataset.WindowWidth = 400, 1600
    dataset.RescaleIntercept, dataset.RescaleSlope = -1024, 1
    return dataset


def _save(dataset: Dataset, path: Path, uid: str) -> None:
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = uid
    dataset.save_as(path, enforce_file_format=True)


def write_slices(
    folder: Path, count: int, uid: str = EXPLICIT, encode: Callable[[np.ndarray], bytes] | None = None, study: str = "1.2.3"
) -> list[Path]:
    """1.dcm, 2.dcm … of 512 × 512, native or compressed by `encode`."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [picture(number) for number in range(min(count, PICTURES))]
    paths = []
    for number in range(1, count + 1):
        dataset = header(number, study)
        pixels = pictures[number % len(pictures)]
        dataset.PixelData = pixels.tobytes() if encode is None else encapsulate([encode(pixels)])
        dataset["PixelData"].VR = "OW" if encode is None else "OB"
        path = folder / f"{number}.dcm"
        _save(dataset, path, uid)
        paths.append(path)
    return paths


def write_large(
    path: Path,
    rows: int,
    columns: int,
    uid: str = EXPLICIT,
    encode: Callable[[np.ndarray], bytes] | None = None,
    study: str = "1.2.3",
) -> Path:
    """One picture of any size, native or compressed by `encode`."""
    dataset = header(1, study)
    dataset.Rows, dataset.Columns = rows, columns
    pixels = picture(1, rows, columns)
    dataset.PixelData = pixels.tobytes() if encode is None else encapsulate([encode(pixels)])
    dataset["PixelData"].VR = "OW" if encode is None else "OB"
    _save(dataset, path, uid)
    return path


def write_sparse(folder: Path, count: int, study: str) -> Path:
    """A series whose pixels are holes in the files: 512 × 512 each, zero everywhere."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, count + 1):
        _write_hole(folder / f"{number}.dcm", header(number, study), SIDE * SIDE * 2)
    return folder


def write_sparse_frames(path: Path, frames: int) -> Path:
    """One file with many native frames, all of them a hole."""
    dataset = header(1, "1.2.8")
    dataset.NumberOfFrames = frames
    _write_hole(path, dataset, frames * SIDE * SIDE * 2)
    return path


def _write_hole(path: Path, dataset: Dataset, nbytes: int) -> None:
    """The Pixel Data element has its length and no bytes."""
    _save(dataset, path, EXPLICIT)
    with path.open("r+b") as file:
        file.seek(0, 2)
        file.write(b"\xe0\x7f\x10\x00OW\x00\x00" + nbytes.to_bytes(4, "little"))
        file.truncate(file.tell() + nbytes)
