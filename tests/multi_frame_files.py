"""An enhanced MR image of several dimensions, its frames stored out of order, each told by its pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import generate_uid

ROWS, COLUMNS = 24, 32
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"


def pixel_of(depth: int, phase: int, echo: int) -> int:
    """The value of every pixel of a frame."""
    return 1000 * phase + 100 * echo + depth


def _item(**attributes: Any) -> Dataset:
    found = Dataset()
    for keyword, value in attributes.items():
        setattr(found, keyword, value)
    return found


def write_four_dimensions(path: Path, slices: int = 5, phases: int = 4, echoes: int = 2) -> list[tuple[int, int, int]]:
    """Returns (depth, phase, echo) of each frame in the order of the file."""
    ordered = [(s, p, e) for s in range(1, slices + 1) for p in range(1, phases + 1) for e in range(1, echoes + 1)]
    stored = [ordered[(7 * i) % len(ordered)] for i in range(len(ordered))]
    assert len(set(stored)) == len(ordered)
    data_set = _item(SOPClassUID=ENHANCED_MR, SOPInstanceUID=generate_uid(), Modality="MR", PatientName="Four^D", PatientID="4D")
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    data_set.file_meta.MediaStorageSOPClassUID = ENHANCED_MR
    data_set.file_meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID
    data_set.StudyInstanceUID, data_set.SeriesInstanceUID = generate_uid(), generate_uid()
    data_set.Rows, data_set.Columns, data_set.SamplesPerPixel, data_set.PixelRepresentation = ROWS, COLUMNS, 1, 0
    data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit = 16, 16, 15
    data_set.PhotometricInterpretation, data_set.NumberOfFrames = "MONOCHROME2", len(stored)
    data_set.DimensionIndexSequence = [
        _item(DimensionIndexPointer=tag, FunctionalGroupPointer=group)
        for tag, group in ((0x00209057, 0x00209111), (0x00209128, 0x00209111), (0x00189082, 0x00189114))
    ]
    data_set.SharedFunctionalGroupsSequence = [
        _item(
            PixelMeasuresSequence=[_item(PixelSpacing=[1, 1], SliceThickness=5)],
            PlaneOrientationSequence=[_item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
        )
    ]
    data_set.PerFrameFunctionalGroupsSequence = [
        _item(
            FrameContentSequence=[_item(DimensionIndexValues=[s, p, e], InStackPositionNumber=s, TemporalPositionIndex=p)],
            PlanePositionSequence=[_item(ImagePositionPatient=[0, 0, 5 * s])],
            MREchoSequence=[_item(EffectiveEchoTime=10.0 * e + 5)],
        )
        for s, p, e in stored
    ]
    data_set.PixelData = np.concatenate([np.full(ROWS * COLUMNS, pixel_of(*one), "<u2") for one in stored]).tobytes()
    data_set.save_as(path, enforce_file_format=True)
    return stored
