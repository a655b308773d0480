"""Our grey against DCMTK's dcm2pnm with the same window, on real files: within one level on 99.9 % of the pixels."""

from __future__ import annotations

import csv
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from viewer.dicom.decode import decode
from viewer.dicom.image_file import open_image
from viewer.imaging.compose import to_grey
from viewer.imaging.render import render_frame
from viewer.model.errors import NegatoscopeError
from viewer.model.luts import VOIFunction
from viewer.model.pixels import PixelFrame
from viewer.model.view import DataPresentation

EVERY = 7  # of some 600 grey files; a prime, so that no series is favoured
NATIVE = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2")

pytestmark = [
    pytest.mark.samples,
    pytest.mark.skipif(shutil.which("dcm2pnm") is None, reason="DCMTK is not installed"),
]

# What dcm2pnm does otherwise, and who is right.
EXCEPTIONS = {
    # Window Width below 1 with the function LINEAR is invalid (C.11.2.1.2): dcm2pnm ignores the window, we take LINEAR_EXACT.
    "fo-dicom+fo-dicom/Tests/FO-DICOM.Tests/Test Data/RI6XDosiGap.dcm",
    # Rescale Slope 7.8393: dcm2pnm cuts the Modality LUT's output to whole numbers before the window; C.11.1 does not.
    "suyashkumar+dicom/testdata/3.dcm",
}


def grey_files(samples: Path) -> list[str]:
    with open(samples / "catalogue.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        row["path"]
        for row in rows
        if row["Photometric"].startswith("MONOCHROME")
        and row["TransferSyntaxUID"] in NATIVE
        and row["BitsAllocated"] in ("8", "16")
        and not row["path"].startswith("broken/")
        and row["path"] not in EXCEPTIONS
    ]


def presentations(frame: PixelFrame) -> list[tuple[list[str], DataPresentation]]:
    """Options of dcm2pnm with what they mean here: two windows of our own, the file's windows and tables."""
    lut = frame.facts.modality_lut
    low, high = np.percentile(frame.pixels, [2, 97])
    center, width = (
        float(f"{(low + high) / 2 * lut.slope + lut.intercept:.3f}"),
        float(f"{max(high - low, 4) * abs(lut.slope):.3f}"),
    )
    cases: list[tuple[list[str], DataPresentation]] = []
    if width >= 1 and lut.table is None:
        cases.append((["+Ww", f"{center}", f"{width}", "+Wfl"], DataPresentation(center, width)))
        cases.append((["+Ww", f"{center}", f"{width}", "+Wfs"], DataPresentation(center, width, VOIFunction.SIGMOID)))
    for number, one in enumerate(frame.facts.windows[:2], 1):
        if one.width >= 1:
            cases.append((["+Wi", f"{number}"], DataPresentation(one.center, one.width, one.function)))
    cases += [(["+Wl", f"{number + 1}"], DataPresentation(voi_table=number)) for number in range(len(frame.facts.voi_tables[:2]))]
    return cases


def dcm2pnm(path: Path, options: list[str], target: Path) -> np.ndarray | None:
    done = subprocess.run(["dcm2pnm", "-q", "-O", "+on", *options, path, target], capture_output=True, timeout=60, check=False)
    if done.returncode:
        return None
    picture: np.ndarray = imagecodecs.imread(str(target))
    return picture[..., 0] if picture.ndim == 3 else picture


def without_padding(frame: PixelFrame) -> PixelFrame:
    """dcm2pnm shows padding like any other value."""
    return replace(frame, facts=replace(frame.facts, padding=None))


def test_grey_agrees_with_dcm2pnm(samples: Path, tmp_path: Path) -> None:
    compared, wrong = 0, []
    for name in grey_files(samples)[::EVERY]:
        try:
            image = open_image(str(samples / name))
            frame = without_padding(image.finish(1, decode(image.decode_request(1))))
        except NegatoscopeError:
            continue
        for options, data in presentations(frame):
            theirs = dcm2pnm(samples / name, options, tmp_path / "theirs.png")
            if theirs is None:
                continue
            compared += 1
            ours = render_frame(frame, data, overlays=False)
            if ours.shape != theirs.shape or (np.abs(ours.astype(int) - theirs) > 1).mean() > 0.001:
                wrong.append((name, options))
    assert not wrong
    assert compared > 60


def test_monochrome1_and_voi_tables_are_among_the_files(samples: Path) -> None:
    """The two kinds that a plain window does not reach, each compared at least once."""
    dx = open_image(str(samples / "ImagingDataCommons+highdicom/data/test_files/dx_image.dcm"))
    frame = dx.finish(1, decode(dx.decode_request(1)))
    assert frame.facts.photometric_interpretation == "MONOCHROME1"
    ends = to_grey(np.array([0, 255], np.uint8), frame.facts, DataPresentation(128, 256))
    assert ends.tolist() == [255, 0]
