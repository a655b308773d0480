"""Colour beyond RGB: ICC profiles, segmented and supplemental palettes, contradictions between samples and colour model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from pydicom.dataset import Dataset
from written_files import image, ramp, write

from viewer.dicom.decode import decode
from viewer.dicom.image_file import open_image
from viewer.model.errors import DecodeError
from viewer.model.pixels import PixelFrame

SWAPPED = imagecodecs.cms_profile(
    "rgb", whitepoint=(0.3127, 0.329, 1), primaries=(0.3, 0.6, 1, 0.64, 0.33, 1, 0.15, 0.06, 1), gamma=2.2
)
BYTES = {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7}


def shown(path: str) -> PixelFrame:
    file = open_image(path)
    return file.finish(1, decode(file.decode_request(1)))


def rgb_image(**more: Any) -> tuple[Dataset, np.ndarray[Any, Any]]:
    rgb = np.array([[[255, 0, 0], [0, 255, 0], [10, 20, 30]], [[200, 200, 200], [0, 0, 255], [99, 50, 1]]], np.uint8)
    colour = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0}
    return image(rgb.tobytes(), 2, 3, **{**colour, **BYTES, **more}), rgb


def test_a_profile_with_red_and_green_changed_is_followed(tmp_path: Path) -> None:
    data_set, rgb = rgb_image(ICCProfile=SWAPPED)
    frame = shown(write(tmp_path / "a.dcm", data_set))
    assert frame.warnings == ()
    red, green, _ = frame.pixels[0, 0].tolist()
    assert (red < 40, green > 215) == (True, True)
    assert np.abs(frame.pixels[1, 0].astype(int) - 200).max() <= 3  # grey stays grey
    assert not np.array_equal(frame.pixels, rgb)


@pytest.mark.parametrize(("stated", "said"), [("XYZ", "XYZ is no colour model"), ("MONOCHROME2", ""), ("", ""), ("RGB", "")])
def test_a_colour_model_that_is_none_is_taken_for_rgb_and_said(tmp_path: Path, stated: str, said: str) -> None:
    data_set, rgb = rgb_image(PhotometricInterpretation=stated)
    frame = shown(write(tmp_path / "a.dcm", data_set))
    assert np.array_equal(frame.pixels, rgb)
    assert [str(one).startswith(said) for one in frame.warnings] == [True] * bool(said)


def test_a_profile_that_is_srgb_changes_nothing(tmp_path: Path) -> None:
    for number, more in enumerate(({"ICCProfile": imagecodecs.cms_profile("srgb")}, {"ICCProfile": SWAPPED, "ColorSpace": "SRGB"})):
        data_set, rgb = rgb_image(**more)
        assert np.abs(shown(write(tmp_path / f"{number}.dcm", data_set)).pixels.astype(int) - rgb).max() <= 1


def test_a_broken_profile_leaves_the_colours_and_says_so(tmp_path: Path) -> None:
    broken = bytearray(SWAPPED)
    broken[128:132] = b"\xff\xff\xff\xff"
    data_set, rgb = rgb_image(ICCProfile=bytes(broken))
    frame = shown(write(tmp_path / "a.dcm", data_set))
    assert np.array_equal(frame.pixels, rgb)
    assert "profile" in str(frame.warnings[0])


def test_a_segmented_palette(tmp_path: Path) -> None:
    data_set = image(bytes([0, 3, 9, 5]), 2, 2, PhotometricInterpretation="PALETTE COLOR", **BYTES)
    segments = {"Red": [0, 1, 0, 1, 9, 0xFF00], "Green": [0, 2, 0, 0x0A00, 1, 8, 0x0A00], "Blue": [0, 1, 0x8000, 1, 9, 0x8000]}
    for colour, values in segments.items():
        setattr(data_set, f"{colour}PaletteColorLookupTableDescriptor", [10, 0, 16])
        setattr(data_set, f"Segmented{colour}PaletteColorLookupTableData", np.array(values, "<u2").tobytes())
    pixels = shown(write(tmp_path / "a.dcm", data_set)).pixels
    assert pixels[0, 0].tolist() == [0, 0, 128]
    assert pixels[1, 0].tolist() == [255, 10, 128]
    assert pixels[0, 1].tolist() == [0xFF00 // 3 >> 8, 10, 128]


def test_a_supplemental_palette_is_handed_on_with_the_grey_values(tmp_path: Path) -> None:
    data_set = image(ramp().tobytes(), 5, 7, PixelPresentation="COLOR")
    for colour in ("Red", "Green", "Blue"):
        setattr(data_set, f"{colour}PaletteColorLookupTableDescriptor", [4, 50, 16])
        setattr(data_set, f"{colour}PaletteColorLookupTableData", np.array([1, 2, 3, 4], "<u2").tobytes())
    frame = shown(write(tmp_path / "a.dcm", data_set))
    assert not frame.facts.is_colour
    assert np.array_equal(frame.pixels, ramp())
    assert frame.facts.supplemental_palette is not None
    assert frame.facts.supplemental_palette.red.first_mapped == 50


def test_a_palette_image_without_its_palette_is_a_sentence(tmp_path: Path) -> None:
    data_set = image(bytes(4), 2, 2, PhotometricInterpretation="PALETTE COLOR", **BYTES)
    with pytest.raises(DecodeError, match="palette"):
        shown(write(tmp_path / "a.dcm", data_set))


def test_samples_are_believed_before_the_colour_model(tmp_path: Path) -> None:
    data_set, rgb = rgb_image(PhotometricInterpretation="MONOCHROME2")
    assert np.array_equal(shown(write(tmp_path / "a.dcm", data_set)).pixels, rgb)
    grey = image(ramp().tobytes(), 5, 7, PhotometricInterpretation="RGB")
    frame = shown(write(tmp_path / "b.dcm", grey))
    assert (frame.facts.photometric_interpretation, frame.pixels.ndim) == ("MONOCHROME2", 2)


def test_sixteen_bit_colour_is_scaled_by_bits_stored(tmp_path: Path) -> None:
    values = np.array([[[4095, 0, 2048]]], "<u2")
    more = {"BitsAllocated": 16, "BitsStored": 12, "HighBit": 11, "PlanarConfiguration": 0}
    data_set = image(values.tobytes(), 1, 1, SamplesPerPixel=3, PhotometricInterpretation="RGB", **more)
    assert shown(write(tmp_path / "a.dcm", data_set)).pixels.tolist() == [[[255, 0, 128]]]
