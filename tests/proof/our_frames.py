"""What the program makes of a file: stored values to compare with a reference decoder, and frames to draw."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.decode import decode
from viewer.dicom.image_file import ImageFile, open_image
from viewer.dicom.stored_values import ColourFacts, colour_pixels, stored_values
from viewer.model.pixels import PixelFrame

MAX_FRAMES = 150  # of a longer file the first, the middle and the last are compared


@dataclass(frozen=True, slots=True)
class OurFrame:
    """`stored` is what a reference decoder should give: stored values of grey, indices of a palette, RGB before any profile."""

    number: int
    stored: NDArray[Any]
    shown: PixelFrame


class OurFile:
    """One image file. Raises NegatoscopeErrors as `open_image` does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.image: ImageFile = open_image(str(path))
        self.sop_class_uid = self.image.facts(1).sop_class_uid
        self.photometric = self.image.description.photometric_interpretation
        self.transfer_syntax_uid = self.image.decode_request(1).transfer_syntax_uid
        self.count = self.image.number_of_frames

    @property
    def is_palette(self) -> bool:
        return self.photometric == "PALETTE COLOR"

    def numbers(self) -> list[int]:
        """The frames that are compared."""
        if self.count <= MAX_FRAMES:
            return list(range(1, self.count + 1))
        return sorted({1, (self.count + 1) // 2, self.count})

    def frame(self, number: int) -> OurFrame:
        decoded = decode(self.image.decode_request(number))
        shown = self.image.finish(number, decoded)
        description = self.image.description
        if self.is_palette:
            stored = stored_values(decoded, description)
        elif shown.facts.is_colour:
            stored, _ = colour_pixels(decoded, description, ColourFacts())
        else:
            stored = shown.pixels
        return OurFrame(number, np.asarray(stored), shown)


def fingerprint(frames: list[NDArray[Any]]) -> str:
    """Twelve digits of SHA-256 over type, shape and values (little endian) of all frames."""
    digest = hashlib.sha256()
    for frame in frames:
        plain = np.ascontiguousarray(frame, frame.dtype.newbyteorder("<"))
        digest.update(f"{plain.dtype.str}{plain.shape}".encode())
        digest.update(plain.tobytes())
    return digest.hexdigest()[:12]
