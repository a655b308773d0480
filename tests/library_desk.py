"""What tests of the library work with: small DICOM files as wanted, and a scan that is waited for."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from viewer.library.library import Library
from viewer.library.scan import FolderScanner
from viewer.model.errors import Problem
from viewer.model.hierarchy import Instance, Series
from viewer.model.requests import ScanUpdate, StudyFilter

ALL = StudyFilter()
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def content(**attributes: Any) -> bytes:
    """A CT image of 2 x 3 pixels; attributes by keyword, None leaves one out."""
    values: dict[str, Any] = {
        "SOPClassUID": CTImageStorage, "SOPInstanceUID": "1.2.3.1", "StudyInstanceUID": "1.2.3", "SeriesInstanceUID": "1.2.3.9",
        "Modality": "CT", "PatientName": "Muster^Max", "PatientID": "P1", "StudyDate": "20240131", "Rows": 2, "Columns": 3,
        "BitsAllocated": 8, "BitsStored": 8, "HighBit": 7, "PixelRepresentation": 0, "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2", "PixelData": bytes(range(6)),
    }  # fmt: skip
    values |= attributes
    data_set = Dataset()
    data_set.file_meta = FileMetaDataset()
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # values against the standard are wanted here
        for keyword, value in values.items():
            if value is not None:
                setattr(data_set, keyword, value)
        data_set.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data_set.file_meta.MediaStorageSOPClassUID = values["SOPClassUID"] or CTImageStorage
        data_set.file_meta.MediaStorageSOPInstanceUID = values["SOPInstanceUID"] or "1.2"
        data_set.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def write(path: Path, **attributes: Any) -> Path:
    """Write `content` to `path`, folders included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content(**attributes))
    return path


def scan(library: Library, paths: Sequence[Path | str], cache: Path, password: Any = None) -> list[ScanUpdate]:
    """Scan and wait. Returns all updates."""
    updates: list[ScanUpdate] = []
    scanner = FolderScanner(library, cache)
    try:
        scanner.open_paths([str(path) for path in paths], updates.append, password).join(60)
    finally:
        scanner.close()
    assert updates[-1].progress.finished
    return updates


def problems(updates: Sequence[ScanUpdate]) -> list[Problem]:
    return [problem for update in updates for problem in update.problems]


def everything(library: Library) -> list[Instance]:
    """Every file the library has."""
    return [
        instance
        for patient in library.patients(ALL, 0, 10_000)
        for study in library.studies(patient.patient_key, ALL)
        for series in library.series(study.study_instance_uid)
        for instance in library.instances(series.series_instance_uid, 0, 100_000)
        if instance.study_instance_uid == study.study_instance_uid  # some files use a Series Instance UID twice
    ]


def image(number: int, z: float | None = None, **changes: Any) -> Instance:
    """An instance as the model has it, for rules that need no file."""
    values: dict[str, Any] = {
        "sop_instance_uid": f"1.2.{number}", "sop_class_uid": CTImageStorage, "series_instance_uid": "1.2.3.9",
        "study_instance_uid": "1.2.3", "path": f"/x/{number}", "instance_number": number, "rows": 4, "columns": 4,
    }  # fmt: skip
    if z is not None:
        values |= {"image_position": (0.0, 0.0, z), "image_orientation": AXIAL}
    return Instance(**(values | changes))


def series(**changes: Any) -> Series:
    values: dict[str, Any] = {"series_instance_uid": "1.2.3.9", "study_instance_uid": "1.2.3", "modality": "CT"}
    return Series(**(values | changes))
