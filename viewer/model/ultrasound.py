"""Regions of an ultrasound image with a scale of their own (PS3.3 C.8.5.5)."""

from __future__ import annotations

from viewer.model.frozen import frozen


@frozen
class UltrasoundRegion:
    """Pixels from (`first_column`, `first_row`) to (`last_column`, `last_row`), both included, from 0.

    `deltas` are (along x, along y) per pixel in `units`, the codes of (0018,6024) and (0018,6026): 3 cm, 4 s, 5 Hz, 7 cm/s ...
    `spatial_format` (0018,6012): 1 2D, 2 M-mode, 3 spectral, 4 wave form, 5 graphics; `data_type` (0018,6014). `reference_pixel` is
    the baseline (column, row) within the region, or None.
    """

    first_column: int
    first_row: int
    last_column: int
    last_row: int
    spatial_format: int = 0
    data_type: int = 0
    units: tuple[int, int] = (0, 0)
    deltas: tuple[float, float] = (0.0, 0.0)
    reference_pixel: tuple[int, int] | None = None
    reference_value: tuple[float, float] = (0.0, 0.0)

    @property
    def is_spatial(self) -> bool:
        """True where both axes are lengths."""
        return self.units == (3, 3) and self.deltas[0] != 0 and self.deltas[1] != 0

    @property
    def spacing(self) -> tuple[float, float] | None:
        """(vertical, horizontal) mm per pixel, or None where the axes are no lengths."""
        return (abs(self.deltas[1]) * 10, abs(self.deltas[0]) * 10) if self.is_spatial else None
