"""Every real file: a picture or a sentence. Whether the values are right is proven in ``tests/proof``."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest

from viewer.dicom.decode import decode
from viewer.dicom.image_file import ImageFile, open_image
from viewer.model.errors import NegatoscopeError
from viewer.model.pixels import PixelFrame

pytestmark = pytest.mark.samples


@functools.cache
def all_files(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))


def first_frame(file: ImageFile) -> PixelFrame:
    return file.finish(1, decode(file.decode_request(1)))


def test_every_file_gives_a_picture_or_a_sentence(samples: Path, crashers: Path) -> None:
    pictures, sentences = 0, set()
    for path in (*all_files(samples), *all_files(crashers)):
        try:
            file = open_image(str(path))
            for number in {1, file.number_of_frames}:
                frame = file.finish(number, decode(file.decode_request(number)))
                assert frame.pixels.ndim == (3 if frame.facts.is_colour else 2), path
            pictures += 1
        except NegatoscopeError as error:
            sentences.add((type(error).__name__, str(error)))
    assert pictures >= 980
    assert [sentence for _, sentence in sentences if not sentence.endswith(".")] == []
    assert {"NotDicomError", "NoPictureError", "BrokenFileError", "DecodeError", "TooLargeError"} <= {kind for kind, _ in sentences}


LOSSLESS = ("2.2", "2.1.99", "4.90", "4.80", "4.70", "4.57", "2.1", "2.5")


def test_the_same_slice_is_the_same_in_every_lossless_syntax(samples: Path) -> None:
    folder = samples / "cornerstonejs+cornerstone3D" / "packages" / "dicomImageLoader" / "examplesOld" / "test-images"
    reference = first_frame(open_image(str(folder / "CTImage.dcm"))).pixels
    assert reference.std() > 100
    compared = 0
    for path in folder.glob("CTImage.dcm_*"):
        frame = first_frame(open_image(str(path)))
        if path.stem.endswith(LOSSLESS):
            compared += 1
            assert np.array_equal(frame.pixels, reference), path.name
        assert frame.pixels.shape == reference.shape, path.name
    assert compared == len(LOSSLESS)


@pytest.mark.parametrize("name", ["CT1", "MR4", "US1", "XA1"])
def test_htj2k_samples_are_their_uncompressed_originals(samples: Path, name: str) -> None:
    folder = samples / "chafey+DICOMHTJ2K" / "test" / "fixtures"
    original = folder / "dicomp10" / f"{name}_UNC"
    if not original.exists():
        pytest.skip("the uncompressed original is not among the samples")
    compressed = first_frame(open_image(str(folder / "htj2k" / f"{name}_JPH")))
    assert np.array_equal(compressed.pixels, first_frame(open_image(str(original))).pixels)
