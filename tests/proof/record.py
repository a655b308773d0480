"""One image file taken through all comparisons."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.proof.drawing import Drawn, compare
from tests.proof.our_frames import OurFile, fingerprint
from tests.proof.references import LOSSY, references_of
from viewer.model.errors import NegatoscopeError
from viewer.model.pixels import PixelFrame


@dataclass(slots=True)
class Record:
    """What became of one file. `sentence` instead of a picture; `oracles`: the largest difference of stored values by decoder."""

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

    @property
    def is_lossy(self) -> bool:
        return self.transfer_syntax_uid in LOSSY

    def as_plain(self) -> dict[str, Any]:
        return asdict(self)


def examine(path: Path, name: str, *, with_oracles: bool = True) -> Record:
    """Everything about one file; `name` is what it is called in the page."""
    try:
        file = OurFile(path)
        record = _described(file, name)
        ours = [file.frame(number) for number in file.numbers()]
    except NegatoscopeError as error:
        return Record(name, sentence=f"{type(error).__name__}: {error}")
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


def _described(file: OurFile, name: str) -> Record:
    description = file.image.description
    sign = "float" if description.is_float else "signed" if description.is_signed else "unsigned"
    bits = f"{description.bits_stored} of {description.bits_allocated} {sign}"
    return Record(name, file.sop_class_uid, file.transfer_syntax_uid, file.photometric, bits, file.count)


def _worst(file: OurFile, ours: dict[int, NDArray[Any]], theirs: dict[int, NDArray[Any]]) -> float:
    """The largest difference of two values over all frames; infinite where shapes differ."""
    worst = 0.0
    for number, reference in theirs.items():
        if number not in ours:
            continue
        mine = ours[number]
        if mine.ndim == 3 and reference.dtype.itemsize > 1:
            reference = np.rint(reference * (255 / (2**file.image.description.bits_stored - 1)))
        if mine.shape != reference.shape:
            return float("inf")
        if mine.dtype.kind == "f" or reference.dtype.kind == "f":
            same = np.array_equal(mine, reference, equal_nan=True)
            apart = 0.0 if same else float(np.nanmax(np.abs(mine.astype(float) - reference.astype(float))))
        else:
            apart = float(np.abs(mine.astype(np.int64) - reference.astype(np.int64)).max())
        worst = max(worst, apart)
    return worst
