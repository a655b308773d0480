"""A frame as pixels of the screen, kept while nothing that it is made of changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.imaging.render import draw_view
from viewer.model.pixels import PixelFrame
from viewer.model.view import DataPresentation
from viewer.workspace.view_geometry import ViewGeometry


class Picture:
    """Draws one viewport's picture in physical pixels."""

    def __init__(self) -> None:
        self._made_of: tuple[PixelFrame, DataPresentation, ViewGeometry] | None = None
        self._pixels: NDArray[np.uint32] = np.zeros((0, 0), np.uint32)

    def draw(self, frame: PixelFrame, data: DataPresentation, geometry: ViewGeometry) -> NDArray[np.uint32]:
        """0xffRRGGBB, (height, width) of the viewport; black where the image is not."""
        made_of = (frame, data, geometry)
        if self._made_of is None or self._made_of[0] is not frame or self._made_of[1:] != made_of[1:]:
            size = round(geometry.height * geometry.device_ratio), round(geometry.width * geometry.device_ratio)
            self._pixels = draw_view(frame, data, geometry.device_matrix(), size, smooth=geometry.view.smooth)
            self._made_of = made_of
        return self._pixels
