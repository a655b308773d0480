"""A whole slide: one image of many tiles, perhaps with coarser versions of itself (PS3.3 C.8.12.4, C.8.12.14)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.model.frozen import frozen
from viewer.model.hierarchy import FrameRef
from viewer.model.pixels import FrameFacts


@frozen(eq=False)
class SlideLevel:
    """One Total Pixel Matrix. `facts` are those of its first frame, but of the size of the whole matrix.

    `places` is int32 (frames, 2), first column and first row of each frame from 0; `layers` int32 (frames,) numbers what lies at
    the same place (optical paths, focal planes) from 0.
    """

    first: FrameRef
    facts: FrameFacts
    tile_columns: int
    tile_rows: int
    places: NDArray[np.int32]
    layers: NDArray[np.int32]

    @property
    def columns(self) -> int:
        return self.facts.columns

    @property
    def rows(self) -> int:
        return self.facts.rows

    @property
    def number_of_layers(self) -> int:
        return int(self.layers.max()) + 1 if self.layers.size else 0

    def tiles(self, layer: int, left: int, top: int, right: int, bottom: int) -> list[int]:
        """Indices of the frames of `layer` that touch columns `left` to `right` and rows `top` to `bottom` (ends left out)."""
        column, row = self.places[:, 0], self.places[:, 1]
        touched = (self.layers == layer) & (column < right) & (column + self.tile_columns > left)
        touched &= (row < bottom) & (row + self.tile_rows > top)
        found: list[int] = np.flatnonzero(touched).tolist()
        return found

    def frame(self, index: int) -> FrameRef:
        """The frame of an index, which is its number less one."""
        return FrameRef(self.first.sop_instance_uid, index + 1, self.first.copy)


@frozen(eq=False)
class Slide:
    """`levels`: the image itself, then coarser ones of the same piece of glass, finest first."""

    levels: tuple[SlideLevel, ...]

    @property
    def base(self) -> SlideLevel:
        return self.levels[0]

    def shrink(self, number: int) -> tuple[float, float]:
        """Pixels of the image for one pixel of level `number`: along a row, along a column."""
        level = self.levels[number]
        return self.base.columns / level.columns, self.base.rows / level.rows
