"""The colours of the three themes, by role."""

from __future__ import annotations

from viewer.model.frozen import frozen


@frozen
class Colours:
    """Colours as "#rrggbb". Text on its ground is at least 4.5:1; `faint` is never for content that must be read."""

    window: str
    panel: str
    raised: str
    hairline: str
    text: str
    dim: str
    faint: str
    accent: str
    accent_ground: str
    on_accent: str
    warning: str
    fine: str
    fault: str
    image: str = "#000000"
    measure_line: str = "#ffe08a"
    measure_region: str = "#7fd7ff"


DARK = Colours(
    window="#0f1114",
    panel="#16191d",
    raised="#1d2126",
    hairline="#262b31",
    text="#e7eaee",
    dim="#98a2ad",
    faint="#66707b",
    accent="#4c9ffe",
    accent_ground="#17304d",
    on_accent="#0b1520",
    warning="#f2b04b",
    fine="#3ecf8e",
    fault="#ff6b6b",
)

LIGHT = Colours(
    window="#eceef1",
    panel="#f7f8fa",
    raised="#ffffff",
    hairline="#d3d8de",
    text="#16191d",
    dim="#505a65",
    faint="#7b8591",
    accent="#1660bf",
    accent_ground="#d3e4fa",
    on_accent="#ffffff",
    warning="#855600",
    fine="#0f6b45",
    fault="#b3252a",
)

HIGH_CONTRAST = Colours(
    window="#000000",
    panel="#000000",
    raised="#101010",
    hairline="#8a9099",
    text="#ffffff",
    dim="#e4e7eb",
    faint="#b9bfc6",
    accent="#ffd633",
    accent_ground="#463a00",
    on_accent="#000000",
    warning="#ffc266",
    fine="#66ffb8",
    fault="#ff9a9a",
)

PALETTES = {"dark": DARK, "light": LIGHT, "high_contrast": HIGH_CONTRAST}
