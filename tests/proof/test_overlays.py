"""Overlay planes (PS3.3 C.9.2) against dcm2pnm: planes of their own, embedded ones, and those that reach over the edge."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.machine import tool
from tests.proof.made_pixels import COLUMNS, EXPLICIT, ROWS, data_set, kinds, native_frames, write
from tests.proof.references import read_pnm
from viewer.dicom.decode import decode
from viewer.dicom.image_file import open_image
from viewer.imaging.render import render_frame
from viewer.model.view import DataPresentation

WINDOW = (2000, 3000)
REAL = (
    "pydicom+pydicom-data/data_store/data/MR-SIEMENS-DICOM-WithOverlays.dcm",
    "pydicom+pydicom/src/pydicom/data/test_files/examples_overlay.dcm",
)


def theirs(path: Path, folder: Path, *, overlays: bool) -> NDArray[np.uint8]:
    out = folder / "theirs.pgm"
    words = [tool("dcm2pnm"), "-q", "+op", "+Ww", *map(str, WINDOW), "+Wfl", *([] if overlays else ["-O"]), str(path), str(out)]
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    return read_pnm(out.read_bytes()).copy()


def ours(path: Path, *, overlays: bool) -> NDArray[np.uint8]:
    image = open_image(str(path))
    return render_frame(image.finish(1, decode(image.decode_request(1))), DataPresentation(*WINDOW), overlays=overlays)


def check(path: Path, folder: Path) -> None:
    """The same pictures with and without planes, which are really there."""
    for overlays in (True, False):
        apart = np.abs(ours(path, overlays=overlays).astype(int) - theirs(path, folder, overlays=overlays))
        assert apart.max() <= 1
    assert (ours(path, overlays=True) != ours(path, overlays=False)).sum() > 5


@pytest.mark.samples
@pytest.mark.parametrize("name", REAL)
def test_real_planes(samples: Path, tmp_path: Path, name: str) -> None:
    check(samples / name, tmp_path)


def shape(rows: int, columns: int) -> NDArray[np.uint8]:
    """An F: neither mirrored nor turned it is the same."""
    plane = np.zeros((rows, columns), np.uint8)
    plane[2:-2, 2:4] = 1
    plane[2:4, 2:-3] = 1
    plane[rows // 2, 2 : columns // 2] = 1
    return plane


def image_with_planes(*planes: tuple[NDArray[np.uint8], tuple[int, int]]) -> Dataset:
    kind = kinds()["grey-12"]
    made = data_set(kind, 1)
    made.PixelData = native_frames(kind)[0]
    made["PixelData"].VR = "OW"
    for number, (plane, origin) in enumerate(planes):
        group = 0x60000000 + (number << 17)
        bits = np.packbits(plane.reshape(-1), bitorder="little").tobytes()
        for element, vr, value in (
            (0x10, "US", plane.shape[0]),
            (0x11, "US", plane.shape[1]),
            (0x40, "CS", "G"),
            (0x50, "SS", list(origin)),
            (0x100, "US", 1),
            (0x102, "US", 0),
            (0x3000, "OW", bits + bytes(len(bits) % 2)),
        ):
            made.add_new(group | element, vr, value)
    return made


@pytest.mark.parametrize("origin", [(1, 1), (9, 14), (30, 40), (-7, -5)])
def test_made_planes_wherever_they_begin(tmp_path: Path, origin: tuple[int, int]) -> None:
    path = tmp_path / "a.dcm"
    write(path, image_with_planes((shape(19, 27), origin)), EXPLICIT)
    check(path, tmp_path)


def test_two_planes(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    write(path, image_with_planes((shape(19, 27), (1, 1)), (shape(ROWS, COLUMNS), (1, 1))), EXPLICIT)
    check(path, tmp_path)


@pytest.mark.parametrize("bit", [12, 15])
def test_planes_in_unused_bits(tmp_path: Path, bit: int) -> None:
    """Retired, and still met (PS3.3-2004 C.9.2)."""
    kind = kinds()["grey-12"]
    made = data_set(kind, 1)
    stored = kind.stored[0].astype("<u2") | (shape(ROWS, COLUMNS).astype("<u2") << bit)
    made.PixelData = stored.tobytes()
    made["PixelData"].VR = "OW"
    for element, vr, value in (
        (0x10, "US", ROWS), (0x11, "US", COLUMNS), (0x40, "CS", "G"), (0x50, "SS", [1, 1]), (0x100, "US", 16), (0x102, "US", bit)
    ):  # fmt: skip
        made.add_new(0x60000000 | element, vr, value)
    write(tmp_path / "a.dcm", made, EXPLICIT)
    check(tmp_path / "a.dcm", tmp_path)
