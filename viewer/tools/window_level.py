"""Window by dragging: right is wider, down is a higher centre (darker)."""

from __future__ import annotations

import numpy as np

from viewer.model.luts import LookupTable
from viewer.model.pixels import PixelFrame
from viewer.model.view import DataPresentation
from viewer.tools.protocol import DragTool, PointerEvent

PIXELS_PER_WIDTH = 300
WIDE_SPAN = 256  # data that span at least this many units move by whole units


class WindowLevelTool(DragTool):
    """Changes width by 1/300 of the width at the press for each unit dragged, at least by 1.

    Data that span few units (a parametric map of 0 to 1) move by 1/256 of their span instead of 1. On PET the lower end stays and
    the vertical drag sets the upper one.
    """

    cursor = "window_level"

    def begin(self, event: PointerEvent) -> None:
        super().begin(event)
        self._before = (self.viewport.data, self.viewport.data_is_initial)
        frame = self.viewport.frame
        start = None if frame is None or frame.facts.is_colour else _start(frame, self.viewport.data)
        self._active = start is not None
        if frame is None or start is None:
            return
        self._center, self._width = start
        span = output_span(frame)
        self._least = 1.0 if span >= WIDE_SPAN else span / WIDE_SPAN
        self._gain = max(self._width / PIXELS_PER_WIDTH, self._least)
        self._upper_only = frame.facts.modality == "PT"

    def move(self, event: PointerEvent) -> None:
        if not self._active:
            return
        dx, dy = self.step(event)
        if self._upper_only:
            lower = self._center - self._width / 2
            self._width = max(self._width + dy * self._gain, self._least)
            self._center = lower + self._width / 2
        else:
            self._width = max(self._width + dx * self._gain, self._least)
            self._center += dy * self._gain
        width, center = self._width, self._center
        if self._least == 1.0 and not self._upper_only:
            width, center = float(round(width)), float(round(center))
        data = self.viewport.data
        self.viewport.set_data(DataPresentation(center, width, data.function, None, data.inverted))

    def cancel(self) -> None:
        data, initial = self._before
        self.viewport.set_data(data, initial=initial)


def _start(frame: PixelFrame, data: DataPresentation) -> tuple[float, float] | None:
    """(centre, width) the drag begins with; those that a VOI LUT spans when one is on."""
    if data.voi_table is not None and data.voi_table < len(frame.facts.voi_tables):
        return _table_window(frame.facts.voi_tables[data.voi_table])
    if data.center is None or data.width is None:
        return None
    return data.center, data.width


def _table_window(table: LookupTable) -> tuple[float, float]:
    size = float(len(table.data))
    return table.first_mapped + size / 2, size


def output_span(frame: PixelFrame) -> float:
    """How many units the values of a frame span after the Modality LUT (1 for an even picture)."""
    lut = frame.facts.modality_lut
    values = lut.table.data if lut.table is not None else frame.pixels
    finite = values[np.isfinite(values)] if np.issubdtype(values.dtype, np.floating) else values
    if finite.size == 0:
        return 1.0
    span = float(finite.max()) - float(finite.min())
    if lut.table is None:
        span *= abs(lut.slope)
    return span if span > 0 else 1.0
