"""Text can be read on every ground of every theme."""

from __future__ import annotations

import pytest

from viewer.ui.palettes import PALETTES, Colours


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("ground", ["window", "panel", "raised", "accent_ground"])
@pytest.mark.parametrize("ink", ["text", "dim", "accent", "warning", "fine", "fault"])
def test_text_on_its_ground(name: str, ground: str, ink: str) -> None:
    colours: Colours = PALETTES[name]
    assert contrast(getattr(colours, ink), getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize("name", PALETTES)
def test_default_button(name: str) -> None:
    assert contrast(PALETTES[name].on_accent, PALETTES[name].accent) >= 4.5


@pytest.mark.parametrize("ink", ["measure_line", "measure_region"])
def test_marks_on_black(ink: str) -> None:
    assert contrast(getattr(PALETTES["dark"], ink), "#000000") >= 7


def test_high_contrast_is_higher() -> None:
    high = PALETTES["high_contrast"]
    assert contrast(high.text, high.window) >= 15
    assert contrast(high.dim, high.window) >= 12
