"""Makes the sample study that comes with the program: three invented patients, four studies.

    python packaging/make_sample.py            write resources/sample/
    python packaging/make_sample.py --check    change nothing; 1 when what is there is not what this script makes

Nothing in it comes from a person. Two runs give the same objects: UIDs, dates and noise are computed from fixed numbers. Another
version of NumPy or of an encoder may round differently, so the check compares pixels with a tolerance of one grey value (and of
some for the lossy cine), and everything else exactly.
"""

from __future__ import annotations

import shutil
import sys
from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from sample_objects import every_object

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "sample"
LOSSY = ("LossyImageCompressionRatio",)
MEAN_TOLERANCE = 1.0


def written(made: Dataset) -> bytes:
    """The file."""
    made.file_meta.ImplementationVersionName = "NEGATOSCOPE"
    buffer = BytesIO()
    dcmwrite(buffer, made, enforce_file_format=True)
    return buffer.getvalue()


def frames(one: Dataset) -> NDArray[np.int32]:
    """All frames, decoded (a dataset without pixels has none)."""
    if "PixelData" not in one:
        return np.zeros((0,), np.int32)
    if not one.file_meta.TransferSyntaxUID.is_encapsulated:
        return np.frombuffer(one.PixelData, "<u2").astype(np.int32)
    parts = generate_frames(one.PixelData, number_of_frames=int(one.get("NumberOfFrames", 1)))
    return np.stack([np.asarray(imagecodecs.imread(part), np.int32) for part in parts])


def difference(fresh: Dataset, kept: Dataset) -> str:
    """In what two objects differ, "" when they do not."""
    before, after = frames(kept), frames(fresh)
    if before.shape != after.shape or (before.size and np.abs(before - after).mean() > MEAN_TOLERANCE):
        return "pixels"
    for one in (fresh, kept):
        for keyword in ("PixelData", *LOSSY):
            if keyword in one:
                delattr(one, keyword)
    return "" if fresh == kept else "attributes"


def check() -> int:
    complaints = []
    seen = set()
    for name, made in every_object():
        seen.add(name)
        file = FOLDER / name
        if not file.is_file():
            complaints.append(f"{name} is missing")
            continue
        found = difference(dcmread(BytesIO(written(made))), dcmread(file))
        if found:
            complaints.append(f"{name}: other {found}")
    complaints += [f"{file} is not of the sample" for file in FOLDER.rglob("*") if file.is_file() and _name(file) not in seen]
    for line in complaints:
        print(line)
    print(f"{len(seen)} objects, {len(complaints)} complaint(s)")
    return 1 if complaints else 0


def _name(file: Path) -> str:
    return file.relative_to(FOLDER).as_posix()


def make() -> int:
    shutil.rmtree(FOLDER, ignore_errors=True)
    total = 0
    for name, made in every_object():
        file = FOLDER / name
        file.parent.mkdir(parents=True, exist_ok=True)
        content = written(made)
        file.write_bytes(content)
        total += len(content)
    print(f"{FOLDER}: {total / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(check() if "--check" in sys.argv[1:] else make())
