"""A frame as pixels of the screen, kept while nothing that it is made of changes."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from viewer.imaging.render import ViewRenderer
from viewer.model.pixels import PixelFrame
from viewer.model.view import DataPresentation
from viewer.ui.canvas.movement import MOVING_S, Movement
from viewer.workspace.view_geometry import ViewGeometry

RUSH_S = 0.012  # a wheel spun or a key held at its fastest: nobody sees the single picture, all shall be painted
RUSH_BUDGET_S = 0.0015
RUSH_PIXELS = 250_000  # smaller pictures are quick anyhow
CAREFUL_BUDGET_S = 0.008  # while they move, careful drawing must not take longer, or quick drawing takes its place
TOGETHER_SHARE = 0.4  # of the time between two steps, for the careful drawing of all viewports that move


class Picture:
    """Draws one viewport's picture in physical pixels.

    A change of the window is always careful: it costs the same as a quick one. While frames or framings follow each other fast and
    careful resampling has turned out to be slow for them, the picture is made of the nearest pixels; `is_quick` tells that it
    should be drawn once more, carefully, when the movement ends. `movement` is that of all viewports.
    """

    def __init__(self, movement: Movement) -> None:
        self._movement = movement
        self._made_of: tuple[PixelFrame, DataPresentation, ViewGeometry] | None = None
        self._pixels: NDArray[np.uint32] = np.zeros((0, 0), np.uint32)
        self._renderer = ViewRenderer()
        self._moved_at = 0.0
        self._careful_cost = 0.0  # seconds per careful resampling, of a picture like the present one

    @property
    def is_quick(self) -> bool:
        return self._renderer.is_quick

    def draw(
        self, frame: PixelFrame, data: DataPresentation, geometry: ViewGeometry, *, refine: bool = False
    ) -> NDArray[np.uint32]:
        """0xffRRGGBB, (height, width) of the viewport; black where the image is not. `refine` redraws what is only quick."""
        same_place = self._made_of is not None and self._made_of[0] is frame and self._made_of[2] == geometry
        if same_place and self._made_of is not None and self._made_of[1] == data and not (refine and self.is_quick):
            return self._pixels
        started = time.perf_counter()
        size = round(geometry.height * geometry.device_ratio), round(geometry.width * geometry.device_ratio)
        if same_place:
            quick = self.is_quick and not refine
        else:
            quick = self._is_too_slow(started, size[0] * size[1])
            self._moved_at = started
        matrix = geometry.device_matrix() if frame.patch is None else geometry.patch_matrix(frame.patch)
        self._pixels = self._renderer.draw(frame, data, matrix, size, smooth=geometry.view.smooth, quick=quick)
        if not quick and (refine or not same_place):
            self._careful_cost = time.perf_counter() - started
        if not same_place:
            self._movement.note(self, started, self._careful_cost)
        self._made_of = (frame, data, geometry)
        return self._pixels

    def _is_too_slow(self, now: float, pixels: int) -> bool:
        """Would careful drawing hold up a movement whose pictures follow each other as this one follows the last?"""
        interval = now - self._moved_at
        if interval >= MOVING_S:
            return False
        budget = RUSH_BUDGET_S if interval < RUSH_S and pixels > RUSH_PIXELS else CAREFUL_BUDGET_S
        if self._careful_cost > budget:
            return True
        return self._careful_cost + self._movement.beside(self, now) > max(CAREFUL_BUDGET_S, interval * TOGETHER_SHARE)
