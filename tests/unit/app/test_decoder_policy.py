"""Who decodes is policy: what else is installed is never imported, and the report and the log say who it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from tests.proof.made_pixels import BIG_ENDIAN, EXPLICIT, ROOT, kinds, write_native, write_streams

# What pydicom would take, and names that decoders in packages look for.
NEVER = ("gdcm", "_gdcm", "pylibjpeg", "libjpeg", "openjpeg", "rle", "jpeg_ls", "_CharLS", "dl", "DLFCN")
REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A folder of modules that leave a mark when they are imported."""
    folder = tmp_path / "planted"
    folder.mkdir()
    for name in NEVER:
        (folder / f"{name}.py").write_text(
            f"import pathlib\npathlib.Path({str(tmp_path)!r}, 'imported-{name}').touch()\nraise ImportError('planted')\n"
        )
    return folder


def marks(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in tmp_path.glob("imported-*"))


def run(planted: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": f"{planted}{os.pathsep}{REPOSITORY}"}
    words = [sys.executable, "-m", "viewer", *arguments]
    done = subprocess.run(words, cwd=planted, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def files(folder: Path) -> list[Path]:
    """One of each family that pydicom has a choice of decoders for."""
    grey = kinds()["grey-8"]
    frame = np.ascontiguousarray(grey.stored[0])
    write_native(folder / "native.dcm", grey, EXPLICIT)
    write_native(folder / "big.dcm", grey, BIG_ENDIAN)
    for name, uid, stream in (
        ("jpeg", ".4.50", imagecodecs.jpeg8_encode(frame)),
        ("lossless", ".4.70", imagecodecs.ljpeg_encode(frame)),
        ("ls", ".4.80", imagecodecs.jpegls_encode(frame)),
        ("2000", ".4.90", imagecodecs.jpeg2k_encode(frame, level=0, codecformat="j2k")),
        ("ht", ".4.201", imagecodecs.htj2k_encode(frame, reversible=True)),
    ):
        write_streams(folder / f"{name}.dcm", grey, [bytes(stream)], ROOT + uid)
    return sorted(folder.glob("*.dcm"))


def test_planted_decoders_are_never_imported(planted: Path, tmp_path: Path) -> None:
    made = files(tmp_path)
    for path in made:
        run(planted, "pixels", str(path), "-o", str(tmp_path / "out.npy"))
        assert np.load(tmp_path / "out.npy").shape == (37, 54)
    run(planted, "scan", *map(str, made))
    run(planted, "tags", str(made[0]))
    run(planted, "screenshot", *map(str, made), "-o", str(tmp_path / "out.png"))
    assert marks(tmp_path) == []


def test_the_marks_would_be_seen(planted: Path, tmp_path: Path) -> None:
    """pydicom's own pixel functions do look for them."""
    made = files(tmp_path)
    code = f"import pydicom.pixels as p; p.pixel_array({str(made[0])!r})"
    environment = {**os.environ, "PYTHONPATH": str(planted)}
    subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, timeout=60, check=False)
    assert "imported-gdcm" in marks(tmp_path)


def test_the_report_names_the_decoders(planted: Path, tmp_path: Path) -> None:
    report = run(planted, "--check")
    for line in ("RLE Lossless              own", "JPEG-LS                   imagecodecs", "JPEG 2000, HTJ2K          imagecodecs"):
        assert line in report
    assert "gdcm" not in report
    assert marks(tmp_path) == []
