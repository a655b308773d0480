"""Between image and screen: the one place that knows zoom, pan, rotation, flip and pixel aspect.

Image points are (column, row), whole numbers being pixel centres. Screen points are (x, y) in the widget's own units, y down,
the corner of the viewport being (0, 0).
"""

from __future__ import annotations

import math
from dataclasses import field, replace

from viewer.model.frame_place import Patch
from viewer.model.frozen import frozen
from viewer.model.view import ViewPresentation

MIN_ZOOM = 0.01
MAX_ZOOM = 100.0

_QUARTERS = {0: (1.0, 0.0), 90: (0.0, 1.0), 180: (-1.0, 0.0), 270: (0.0, -1.0)}  # rotation: (cos, sin)

Affine = tuple[float, float, float, float, float, float]


@frozen
class ViewGeometry:
    """How an image of `columns` × `rows` pixels, each `aspect` times as high as wide, lies in a `width` × `height` viewport.

    `device_ratio` is physical pixels per unit of the widget; zoom 1 is one physical pixel per image pixel.
    """

    columns: int
    rows: int
    aspect: float
    view: ViewPresentation
    width: float
    height: float
    device_ratio: float = 1.0
    matrix: Affine = field(init=False)

    def __post_init__(self) -> None:
        cos, sin = _QUARTERS[self.view.rotation % 360]
        sign_x = -1.0 if self.view.flip_horizontal else 1.0
        sign_y = (-1.0 if self.view.flip_vertical else 1.0) * self.aspect
        a, b = self.scale * cos * sign_x, -self.scale * sin * sign_y
        d, e = self.scale * sin * sign_x, self.scale * cos * sign_y
        column, row = self.centre
        object.__setattr__(
            self,
            "matrix",
            (a, b, self.width / 2 - a * column - b * row, d, e, self.height / 2 - d * column - e * row),
        )

    @property
    def fit_zoom(self) -> float:
        """The zoom at which the whole image just fits."""
        across, down = float(self.columns), self.rows * self.aspect
        if self.view.rotation % 180:
            across, down = down, across
        zoom = min(self.width / across, self.height / down) * self.device_ratio
        return max(zoom, 1e-6)

    @property
    def zoom(self) -> float:
        """Physical pixels per image pixel along a row."""
        return self.fit_zoom if self.view.zoom is None else self.view.zoom

    @property
    def scale(self) -> float:
        """Widget units per image pixel along a row."""
        return self.zoom / self.device_ratio

    @property
    def centre(self) -> tuple[float, float]:
        """The image point at the centre of the viewport."""
        return (self.columns - 1) / 2 + self.view.pan[0], (self.rows - 1) / 2 + self.view.pan[1]

    def to_screen(self, column: float, row: float) -> tuple[float, float]:
        a, b, c, d, e, f = self.matrix
        return a * column + b * row + c, d * column + e * row + f

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        _, _, c, _, _, f = self.matrix
        return self.image_vector(x - c, y - f)

    def image_vector(self, dx: float, dy: float) -> tuple[float, float]:
        """A screen vector as (columns, rows)."""
        a, b, _, d, e, _ = self.matrix
        determinant = a * e - b * d
        return (e * dx - b * dy) / determinant, (a * dy - d * dx) / determinant

    def device_matrix(self) -> Affine:
        """`matrix` in physical pixels instead of widget units."""
        a, b, c, d, e, f = (value * self.device_ratio for value in self.matrix)
        return a, b, c, d, e, f

    def patch_matrix(self, patch: Patch) -> Affine:
        """`device_matrix` for an array that shows a part of the image."""
        a, b, c, d, e, f = self.device_matrix()
        column = patch.column + patch.across / 2 - 0.5  # centre of the array's first pixel
        row = patch.row + patch.down / 2 - 0.5
        c, f = c + a * column + b * row, f + d * column + e * row
        return a * patch.across, b * patch.down, c, d * patch.across, e * patch.down, f

    def pixel_at(self, x: float, y: float) -> tuple[int, int] | None:
        """(column, row) of the pixel under a screen point, None beside the image."""
        column, row = self.to_image(x, y)
        place = math.floor(column + 0.5), math.floor(row + 0.5)
        return place if 0 <= place[0] < self.columns and 0 <= place[1] < self.rows else None

    def image_rectangle(self) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) of the image on the screen, its outer pixel edges included."""
        x0, y0 = self.to_screen(-0.5, -0.5)
        x1, y1 = self.to_screen(self.columns - 0.5, self.rows - 0.5)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def panned(self, dx: float, dy: float) -> ViewPresentation:
        """The view after the image moved by a screen vector. The centre of the viewport stays on the image."""
        columns, rows = self.image_vector(dx, dy)
        return self._with_pan(self.view, self.view.pan[0] - columns, self.view.pan[1] - rows)

    def zoomed(self, zoom: float, x: float | None = None, y: float | None = None) -> ViewPresentation:
        """The view at another zoom, the image point under (`x`, `y`) staying there (the centre when not given)."""
        zoom = min(max(zoom, min(MIN_ZOOM, self.fit_zoom)), MAX_ZOOM)
        if x is None or y is None:
            return replace(self.view, zoom=zoom)
        column, row = self.to_image(x, y)
        centre_column, centre_row = self.centre
        shrink = self.zoom / zoom
        pan_column = column + (centre_column - column) * shrink - (self.columns - 1) / 2
        pan_row = row + (centre_row - row) * shrink - (self.rows - 1) / 2
        return self._with_pan(replace(self.view, zoom=zoom), pan_column, pan_row)

    def _with_pan(self, view: ViewPresentation, column: float, row: float) -> ViewPresentation:
        half_columns, half_rows = self.columns / 2, self.rows / 2
        column = min(max(column, -half_columns), half_columns)
        row = min(max(row, -half_rows), half_rows)
        return replace(view, pan=(column, row))


def rotated(view: ViewPresentation, degrees: int) -> ViewPresentation:
    """Turned clockwise by a multiple of 90°."""
    return replace(view, rotation=(view.rotation + degrees) % 360)


def flipped(view: ViewPresentation, *, horizontal: bool) -> ViewPresentation:
    """Mirrored as seen on the screen: left and right change places (`horizontal`), or top and bottom.

    The flip of a `ViewPresentation` comes before its rotation, so on an image lying on its side the other flag changes.
    """
    if horizontal != bool(view.rotation % 180):
        return replace(view, flip_horizontal=not view.flip_horizontal)
    return replace(view, flip_vertical=not view.flip_vertical)
