"""Frames that somebody still holds keep their pixels, however many others come and go in the memory they came from."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset

from tests.unit.loading.raw_images import load
from viewer.loading.cache import BESIDE_PIXELS
from viewer.loading.frame_loader import FrameLoader
from viewer.loading.frame_memory import SLACK_BYTES
from viewer.model.hierarchy import FrameRef
from viewer.model.pixels import PixelFrame

ROWS, COLUMNS = 300, 400
FRAMES = 12


def pixels_of(number: int) -> np.ndarray:
    return (np.arange(ROWS * COLUMNS, dtype=np.uint16).reshape(ROWS, COLUMNS) * 3 + 977 * number) % 4096


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("series")
    for number in range(1, FRAMES + 1):
        data_set = Dataset()
        data_set.SOPClassUID, data_set.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", f"1.2.3.{number}"
        data_set.SeriesInstanceUID, data_set.InstanceNumber = "1.2.3", number
        data_set.Rows, data_set.Columns, data_set.SamplesPerPixel = ROWS, COLUMNS, 1
        data_set.PhotometricInterpretation = "MONOCHROME2"
        data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit, data_set.PixelRepresentation = 16, 12, 11, 0
        data_set.PixelData = pixels_of(number).tobytes()
        data_set.file_meta = FileMetaDataset()
        data_set.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
        data_set.save_as(folder / f"{number}.dcm", enforce_file_format=True)
    return folder


def test_held_frames_keep_their_pixels(series: Path) -> None:
    budget = 3 * (2 * ROWS * COLUMNS + BESIDE_PIXELS)
    loader = FrameLoader(lambda ref: str(series / f"{ref.sop_instance_uid.rpartition('.')[2]}.dcm"), budget, cores=2)
    dice = random.Random(3)
    held: dict[int, tuple[PixelFrame | None, np.ndarray]] = {}
    try:
        for turn in range(300):
            number = dice.randint(1, FRAMES)
            frame = load(loader, FrameRef(f"1.2.3.{number}")).frame
            assert frame is not None
            np.testing.assert_array_equal(frame.pixels, pixels_of(number))
            held[number] = (frame, frame.pixels) if turn % 2 else (None, frame.pixels[7:, ::3])
            del frame
            if len(held) > 5:
                held.pop(dice.choice(sorted(held)))
            if turn % 50 == 49:
                loader.forget()
            if turn % 70 == 69:
                loader.set_budget(budget if turn % 4 else budget // 2)
            assert loader._memory.touched_bytes <= (len(held) + 6) * 2 * (ROWS + 4) * COLUMNS + budget + SLACK_BYTES
        for number, (frame, pixels) in held.items():
            expected = pixels_of(number) if frame is not None else pixels_of(number)[7:, ::3]
            np.testing.assert_array_equal(pixels, expected)
            assert not pixels.flags.writeable
    finally:
        loader.close()
    for number, (frame, pixels) in held.items():
        np.testing.assert_array_equal(pixels, pixels_of(number) if frame is not None else pixels_of(number)[7:, ::3])
