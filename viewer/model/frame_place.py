"""Where a frame stands among the frames of its image: dimensions and tiles."""

from __future__ import annotations

from viewer.model.frozen import frozen

# Dimensions that are places along the stack.
SPACE = ("InStackPositionNumber", "ImagePositionPatient", "ImagePositionVolume", "SliceVector")


@frozen
class Dimension:
    """One index of a frame (PS3.3 C.7.6.17, or a vector of nuclear medicine): `keyword` names what it counts, `value` is from 1.

    `label` is what the file calls it, `text` the attribute's own value where it was asked for ("1000" of a b-value).
    """

    keyword: str
    value: int
    label: str = ""
    text: str = ""


@frozen
class Patch:
    """The part of an image that an array shows: it begins at (`column`, `row`) of the image, which are pixel edges, from 0.

    Each pixel of the array stands for `across` × `down` pixels of the image.
    """

    column: float
    row: float
    across: float = 1.0
    down: float = 1.0

    @property
    def is_exact(self) -> bool:
        """Pixels of the array are pixels of the image."""
        return self.across == 1.0 and self.down == 1.0


@frozen
class TilePlace:
    """Place of a tile in its Total Pixel Matrix (PS3.3 C.7.6.17.3, C.8.12.14): first column and row from 0, and the matrix's size.

    `layer` tells apart tiles of the same place: optical path, focal plane, segment.
    """

    first_column: int
    first_row: int
    total_columns: int
    total_rows: int
    layer: tuple[str, ...] = ()
