"""One image file taken through all comparisons."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.proof.drawing import Drawn, compare
from tests.proof.made_files import write_made
from tests.proof.our_frames import OurFile, fingerprint
from tests.proof.references import LOSSY, references_of
from viewer.dicom.transfer_syntaxes import is_video
from viewer.model.errors import NegatoscopeError
from viewer.model.pixels import PixelFrame

FAULT = "FAULT"


@dataclass(slots=True)
class Record:
    """What became of one file. `sentence` instead of a picture; `oracles`: the largest difference of stored values by decoder.

    `original` is the difference from the pixels that an encoder was given, for made files; `original_tolerance` is -1 for others.
    """

    name: str
    sop_class_uid: str = ""
    transfer_syntax_uid: str = ""
    photometric: str = ""
    bits: str = ""
    frames: int = 0
    compared: int = 0
    hash: str = ""
    sentence: str = ""
    warnings: list[str] = field(default_factory=list)
    oracles: dict[str, float] = field(default_factory=dict)
    drawn: Drawn = field(default_factory=Drawn)
    original: float = -1
    original_tolerance: float = -1
    encoder: str = ""
    twin: str = ""

    @property
    def is_lossy(self) -> bool:
        return self.transfer_syntax_uid in LOSSY or is_video(self.transfer_syntax_uid)


def examine(path: Path, name: str, *, with_oracles: bool = True) -> Record:
    """Everything about one file; `name` is what it is called in the page."""
    try:
        file = OurFile(path)
        record = _described(file, name)
        ours = [file.frame(number) for number in file.numbers()]
    except NegatoscopeError as error:
        return Record(name, sentence=f"{type(error).__name__}: {error}")
    except Exception as error:  # a bug: it must not hide what became of the others
        return Record(name, sentence=f"{FAULT}: {type(error).__name__}: {error}")
    record.hash = fingerprint([frame.stored for frame in ours])
    record.compared = len(ours)
    record.warnings = sorted({str(one) for frame in ours for one in frame.shown.warnings})
    if with_oracles:
        with tempfile.TemporaryDirectory(prefix="negatoscope-proof-") as folder:
            stored = {frame.number: frame.stored for frame in ours}
            for reference in references_of(path, file.transfer_syntax_uid, list(stored), Path(folder)):
                record.oracles[reference.name] = _worst(file, stored, reference.frames)
            shown: dict[int, PixelFrame] = {frame.number: frame.shown for frame in ours}
            record.drawn = compare(file, shown, Path(folder))
    return record


def examine_made(name: str, *, with_oracles: bool = True) -> Record:
    """One file that is made for it; a record without a hash when its encoder is not here."""
    with tempfile.TemporaryDirectory(prefix="negatoscope-proof-") as folder:
        try:
            path, made = write_made(name, Path(folder))
        except (OSError, subprocess.CalledProcessError) as error:
            return Record(f"made/{name}", sentence=f"not made: {type(error).__name__}")
        record = examine(path, f"made/{name}", with_oracles=with_oracles)
        if record.hash:
            file = OurFile(path)
            wanted = {number: made.expected[number - 1] for number in file.numbers()}
            missing = file.count != len(made.expected)
            stored = {number: file.frame(number).stored for number in wanted}
            record.original = float("inf") if missing else apart(stored, wanted)
            record.original_tolerance, record.encoder = made.tolerance, made.encoder
    return record


def _described(file: OurFile, name: str) -> Record:
    description = file.image.description
    sign = "float" if description.is_float else "signed" if description.is_signed else "unsigned"
    bits = f"{description.bits_stored} of {description.bits_allocated} {sign}"
    return Record(name, file.sop_class_uid, file.transfer_syntax_uid, file.photometric, bits, file.count)


def _worst(file: OurFile, ours: dict[int, NDArray[Any]], theirs: dict[int, NDArray[Any]]) -> float:
    """The largest difference of two values over all frames, deeper colour brought to 8 bit."""
    top = 2**file.image.description.bits_stored - 1
    eight = {
        number: np.rint(one * (255 / top)) if ours[number].ndim == 3 and one.dtype.itemsize > 1 else one
        for number, one in theirs.items()
        if number in ours
    }
    return apart(ours, eight)


def apart(ours: dict[int, NDArray[Any]], theirs: dict[int, NDArray[Any]]) -> float:
    """The largest difference of two values over all frames of `theirs`; infinite where shapes differ."""
    worst = 0.0
    for number, reference in theirs.items():
        mine = ours[number]
        if mine.shape != reference.shape:
            return float("inf")
        kind = np.float64 if "f" in (mine.dtype.kind, reference.dtype.kind) else np.int64
        if not np.array_equal(mine, reference):
            worst = max(worst, float(np.nanmax(np.abs(mine.astype(kind) - reference.astype(kind)))))
    return worst
