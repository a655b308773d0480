"""What lies under the cursor: place, value with unit, patient coordinates."""

from __future__ import annotations

from viewer.imaging.compose import value_at
from viewer.imaging.real_world import Quantity, chosen_quantity, mapped_value, quantities_of
from viewer.model.frozen import frozen
from viewer.model.messages import Message, message
from viewer.model.pixels import PixelFrame
from viewer.workspace.orientation import BIPED, QUADRUPED
from viewer.workspace.viewport import ViewportState


@frozen
class ReadOut:
    """`x` is the column and `y` the row, from 0; `value` is a number, or three for colour; `point` is in patient mm.

    `mapped` is what the value stands for by a Real World Value Mapping, with name and unit: "SUVbw 3.41 g/ml", or "".
    """

    x: int
    y: int
    value: str
    unit: str
    point: tuple[float, float, float] | None
    quadruped: bool = False
    mapped: str = ""

    def value_line(self) -> str:
        """Value and mapped value, each with its unit."""
        return " · ".join(part for part in (f"{self.value} {self.unit}".strip(), self.mapped) if part)

    def line(self) -> Message:
        """As one line for the status bar."""
        value = self.value_line()
        if not value:
            return message("x {x} y {y}", x=self.x, y=self.y)
        if self.point is None:
            return message("x {x} y {y} · {value}", x=self.x, y=self.y, value=value)
        return message("x {x} y {y} · {value} · {point} mm", x=self.x, y=self.y, value=value, point=self.point_text())

    def point_text(self) -> str:
        """Patient coordinates with the side in place of a sign: "R 12.4 P 30.1 H 38.2"."""
        if self.point is None:
            return ""
        pairs = QUADRUPED if self.quadruped else BIPED
        return " ".join(
            f"{sides[0] if value >= 0 else sides[1]} {abs(value):.1f}" for value, sides in zip(self.point, pairs, strict=True)
        )


def read_out(viewport: ViewportState, x: float, y: float) -> ReadOut | None:
    """What is under the screen point (`x`, `y`) of a viewport; None beside the picture, and while there is but a preview of it."""
    frame, geometry = viewport.frame, viewport.geometry
    if frame is None or frame.is_preview or geometry is None:
        return None
    place = geometry.pixel_at(x, y)
    if place is None:
        return None
    column, row = place
    space = frame.facts.geometry
    value, unit, mapped = _value(frame, column, row, quantities_of(frame.facts, viewport.mapped_elsewhere), viewport.quantity)
    return ReadOut(column, row, value, unit, space.patient_point(column, row), space.quadruped, mapped)


def _value(frame: PixelFrame, column: int, row: int, quantities: tuple[Quantity, ...], chosen: str) -> tuple[str, str, str]:
    """Value, unit, mapped value; all empty where the picture on screen holds no value of this very pixel (a slide from afar)."""
    if frame.patch is not None:
        column, row = column - int(frame.patch.column), row - int(frame.patch.row)
        rows, columns = frame.pixels.shape[:2]
        if not frame.patch.is_exact or not (0 <= column < columns and 0 <= row < rows):
            return "", "", ""
    value, unit = value_at(frame, column, row)
    quantity = chosen_quantity(quantities, chosen)
    mapped = None if quantity is None else mapped_value(frame, quantity, column, row)
    if quantity is None or mapped is None:
        return value_text(value), unit, ""
    says_no_more = (mapped, quantity.units) == (value, unit) and len(quantities) == 1
    return value_text(value), unit, "" if says_no_more else _named(quantity, mapped)


def _named(quantity: Quantity, value: float) -> str:
    return " ".join(part for part in (quantity.name, value_text(value), quantity.units) if part)


def value_text(value: object) -> str:
    """A pixel value as people read it: whole numbers whole, others with four significant digits, colours as three numbers."""
    if isinstance(value, tuple | list):
        return ", ".join(value_text(one) for one in value)
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    if number != number:
        return "NaN"
    if number.is_integer() and abs(number) < 1e9:
        return str(int(number)).replace("-", "−")
    text = f"{number:.2f}" if 0.1 <= abs(number) < 1e5 else f"{number:.4g}"
    return text.replace("-", "−")
