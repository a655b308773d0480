"""Whole slides made for tests: tiled full or sparse, in layers, at several levels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import generate_uid

WHOLE_SLIDE = "1.2.840.10008.5.1.4.1.1.77.1.6"
SPACING = 0.0005  # mm, of the finest level


def glass(columns: int, rows: int) -> NDArray[np.uint8]:
    """(rows, columns, 3): every pixel another one than its neighbours, no symmetry."""
    row, column = np.mgrid[:rows, :columns]
    return np.stack([(column * 7 + row) % 251, (row * 5 + column // 3) % 241, (row * column) % 239], axis=-1).astype(np.uint8)


def _item(**attributes: Any) -> Dataset:
    found = Dataset()
    for keyword, value in attributes.items():
        setattr(found, keyword, value)
    return found


def _place(column: int, row: int, layer: int) -> Dataset:
    position = _item(ColumnPositionInTotalImagePixelMatrix=column + 1, RowPositionInTotalImagePixelMatrix=row + 1)
    path_of = _item(OpticalPathIdentifier=str(layer + 1))
    return _item(PlanePositionSlideSequence=[position], OpticalPathIdentificationSequence=[path_of])


def write_slide(
    path: Path,
    layers: list[NDArray[np.uint8]],
    tile: tuple[int, int],
    *,
    full: bool = True,
    series: str = "1.2.9",
    uid: str = "",
    shrink: float = 1.0,
    kind: str = "VOLUME",
    left_out: tuple[int, ...] = (),
) -> str:
    """`layers` are whole matrices of one size; `tile` is (columns, rows); `left_out`: numbers of tiles that a sparse one lacks.

    Sparse tiles are stored last first. Returns the SOP Instance UID.
    """
    rows, columns = layers[0].shape[:2]
    data_set = _item(
        SOPClassUID=WHOLE_SLIDE, SOPInstanceUID=uid or generate_uid(), Modality="SM", PatientID="S", PatientName="Slide"
    )
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    data_set.file_meta.MediaStorageSOPClassUID = WHOLE_SLIDE
    data_set.file_meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID
    data_set.StudyInstanceUID, data_set.SeriesInstanceUID, data_set.FrameOfReferenceUID = "1.2.8", series, "1.2.7"
    data_set.ImageType = ["ORIGINAL", "PRIMARY", kind, "NONE"]
    data_set.Columns, data_set.Rows = tile
    data_set.SamplesPerPixel, data_set.PhotometricInterpretation, data_set.PlanarConfiguration = 3, "RGB", 0
    data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit, data_set.PixelRepresentation = 8, 8, 7, 0
    data_set.TotalPixelMatrixColumns, data_set.TotalPixelMatrixRows = columns, rows
    data_set.DimensionOrganizationType = "TILED_FULL" if full else "TILED_SPARSE"
    measures = _item(PixelSpacing=[SPACING * shrink, SPACING * shrink], SliceThickness=0.001)
    data_set.SharedFunctionalGroupsSequence = [_item(PixelMeasuresSequence=[measures])]
    tiles, groups = [], []
    for number, whole in enumerate(layers):
        for row in range(0, rows, tile[1]):
            for column in range(0, columns, tile[0]):
                piece = np.full((tile[1], tile[0], 3), 77, np.uint8)
                found = whole[row : row + tile[1], column : column + tile[0]]
                piece[: found.shape[0], : found.shape[1]] = found
                tiles.append(piece)
                if not full:
                    groups.append(_place(column, row, number))
    data_set.NumberOfOpticalPaths = len(layers)
    if not full:
        kept = [number for number in range(len(tiles)) if number not in left_out][::-1]
        tiles, groups = [tiles[number] for number in kept], [groups[number] for number in kept]
        data_set.PerFrameFunctionalGroupsSequence = groups
    data_set.NumberOfFrames = len(tiles)
    data_set.PixelData = b"".join(piece.tobytes() for piece in tiles)
    data_set.save_as(path, enforce_file_format=True)
    return str(data_set.SOPInstanceUID)
