"""Our 8-bit picture of a frame against that of DCMTK's dcm2pnm, with the same window."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.proof.our_frames import OurFile
from tests.proof.references import TOOL_SECONDS, read_pnm
from viewer.imaging.compose import initial_data
from viewer.imaging.render import render_frame
from viewer.model.luts import ModalityLUT, VOIFunction
from viewer.model.pixels import PixelFrame
from viewer.model.view import DataPresentation

SHARE = 0.001  # of the pixels of a frame may differ by more than one level


@dataclass(frozen=True, slots=True)
class Drawn:
    """`frames` were compared; the worst had `share` of its pixels more than one level apart, `most` levels at the most."""

    frames: int = 0
    share: float = 0.0
    most: int = 0

    @property
    def agrees(self) -> bool:
        return self.share <= SHARE

    def with_pictures(self, ours: NDArray[np.uint8], theirs: NDArray[Any]) -> Drawn:
        if ours.ndim == 2 and theirs.ndim == 3:
            ours = np.repeat(ours[..., np.newaxis], 3, axis=2)
        elif ours.ndim == 3 and theirs.ndim == 2:
            theirs = np.repeat(theirs[..., np.newaxis], 3, axis=2)
        if ours.shape != theirs.shape:
            return Drawn(self.frames + 1, 1.0, 255)
        apart = np.abs(ours.astype(np.int16) - theirs.astype(np.int16))
        far = (apart > 1) if apart.ndim == 2 else (apart > 1).any(axis=2)
        return Drawn(self.frames + 1, max(self.share, float(far.mean())), max(self.most, int(apart.max())))


def compare(file: OurFile, frames: dict[int, PixelFrame], folder: Path) -> Drawn:
    """Every frame of `frames`, drawn with its opening window."""
    result = Drawn()
    if shutil.which("dcm2pnm") is None:
        return result
    plain = {number: _without_what_dcmtk_lacks(frame) for number, frame in frames.items()}
    settings = {number: _setting(frame) for number, frame in plain.items()}
    for words in {tuple(options) for options, _ in settings.values()}:
        numbers = [number for number, (options, _) in settings.items() if tuple(options) == words]
        theirs = _dcm2pnm(file.path, list(words), numbers, file.count, folder)
        for number, picture in theirs.items():
            result = result.with_pictures(render_frame(plain[number], settings[number][1], overlays=False), picture)
    return result


def _without_what_dcmtk_lacks(frame: PixelFrame) -> PixelFrame:
    """dcm2pnm shows padding like other values, leaves shutters out, and shows a supplemental palette in grey."""
    return replace(frame, facts=replace(frame.facts, padding=None, shutters=None, supplemental_palette=None))


def _setting(frame: PixelFrame) -> tuple[list[str], DataPresentation]:
    """Options of dcm2pnm with what they mean here."""
    data = initial_data(frame)
    if frame.pixels.ndim == 3:
        return [], data
    if data.voi_table is not None:
        return ["+Wl", str(data.voi_table + 1)], data
    if data.center is None or data.width is None:
        return ["+Ww", "128", "256", "+Wfl"], DataPresentation(128, 256)
    center, width, function = data.center, data.width, data.function
    if function is VOIFunction.LINEAR_EXACT:
        center, width, function = center + 0.5, width + 1, VOIFunction.LINEAR
    center, width = float(f"{center:.6f}"), float(f"{width:.6f}")
    words = ["+Ww", f"{center}", f"{width}", "+Wfs" if function is VOIFunction.SIGMOID else "+Wfl"]
    lut = frame.facts.modality_lut
    if lut.table is None and lut.slope > 0 and not (float(lut.slope).is_integer() and float(lut.intercept).is_integer()):
        words = ["-M", *_in_stored_values(center, width, function, lut)]
    return words, replace(data, center=center, width=width, function=function)


def _in_stored_values(center: float, width: float, function: VOIFunction, lut: ModalityLUT) -> list[str]:
    """The same window before the Modality LUT, whose output dcm2pnm would cut to whole numbers (PS3.3 C.11.1 does not)."""
    if function is VOIFunction.SIGMOID:
        center, width = (center - lut.intercept) / lut.slope, width / lut.slope
    else:
        center, width = (center - 0.5 - lut.intercept) / lut.slope + 0.5, (width - 1) / lut.slope + 1
    return ["+Ww", f"{center:.9g}", f"{width:.9g}", "+Wfs" if function is VOIFunction.SIGMOID else "+Wfl"]


def _dcm2pnm(path: Path, options: list[str], numbers: list[int], count: int, folder: Path) -> dict[int, NDArray[Any]]:
    """Pictures by frame number; none where dcm2pnm refuses the file."""
    for old in folder.glob("theirs*"):
        old.unlink()
    whole = len(numbers) == count and count > 1
    found = {}
    if whole:
        _run(path, [*options, "+Fa"], folder / "theirs")
        for number in numbers:
            out = folder / f"theirs.{number - 1}.ppm"
            out = out if out.exists() else out.with_suffix(".pgm")
            if out.exists():
                found[number] = read_pnm(out.read_bytes())
        return found
    for number in numbers:
        out = folder / "theirs"
        out.unlink(missing_ok=True)
        if _run(path, [*options, "+F", str(number)], out) and out.exists():
            found[number] = read_pnm(out.read_bytes())
    return found


def _run(path: Path, options: list[str], out: Path) -> bool:
    words = ["dcm2pnm", "-q", "-O", "+op", *options, str(path), str(out)]
    return subprocess.run(words, capture_output=True, timeout=TOOL_SECONDS, check=False).returncode == 0
