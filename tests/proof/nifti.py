"""What dcm2niix makes of a stack: voxels and where they lie. Only as much of NIfTI-1 as it writes."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TYPES = {2: "u1", 4: "<i2", 8: "<i4", 16: "<f4", 64: "<f8", 512: "<u2", 768: "<u4"}


@dataclass(frozen=True, slots=True, eq=False)
class Nifti:
    """`voxels` (i, j, k[, t]); `affine` takes (i, j, k, 1) to millimetres, right, anterior, head positive."""

    voxels: NDArray[Any]
    affine: NDArray[np.float64]


def program() -> str | None:
    return shutil.which("dcm2niix", path=sysconfig.get_path("scripts")) or shutil.which("dcm2niix")


def convert(files: list[Path], folder: Path) -> list[Nifti]:
    """The volumes that dcm2niix makes of exactly these files; `folder` is empty and stays messy."""
    source, out = folder / "in", folder / "out"
    source.mkdir(parents=True)
    out.mkdir()
    for number, file in enumerate(dict.fromkeys(files)):
        (source / f"{number:05}.dcm").symlink_to(file)
    words = [str(program()), "-b", "n", "-z", "n", "-f", "%s_%d", "-o", str(out), str(source)]
    subprocess.run(words, capture_output=True, timeout=120, check=False)
    return [read(path) for path in sorted(out.glob("*.nii"))]


def read(path: Path) -> Nifti:
    data = path.read_bytes()
    sides = struct.unpack_from("<8h", data, 40)
    kind, offset = struct.unpack_from("<h", data, 70)[0], int(struct.unpack_from("<f", data, 108)[0])
    shape = sides[1 : sides[0] + 1]
    affine = np.eye(4)
    affine[:3] = np.frombuffer(data, "<f4", 12, 280).reshape(3, 4)
    if kind == 128:  # RGB
        return Nifti(np.frombuffer(data, "u1", int(np.prod(shape)) * 3, offset).reshape(3, *shape, order="F"), affine)
    return Nifti(np.frombuffer(data, _TYPES[kind], int(np.prod(shape)), offset).reshape(shape, order="F"), affine)
