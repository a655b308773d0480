"""The named windows of each modality, as the user keeps them in the preferences: "CT 400 40 Soft tissue".

The digits 2 to 9 choose them, by their place among those of a modality.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from viewer.model.frozen import frozen
from viewer.model.luts import VOIFunction
from viewer.model.messages import Message, message
from viewer.model.text import plain

FIRST_DIGIT, LAST_DIGIT = 2, 9
MOST = LAST_DIGIT - FIRST_DIGIT + 1  # of one modality
LONGEST_NAME = 40
_LARGEST = 1e7
_MODALITY = re.compile(r"[A-Z0-9_]{1,16}")


@frozen
class WindowPreset:
    """A named window of one modality, in units after the Modality LUT (CT: HU)."""

    modality: str
    name: str
    width: float
    center: float

    @property
    def title(self) -> Message:
        """The name; one that the program came with is translated."""
        return _OWN_NAMES.get(self.name) or message("{value}", value=self.name)

    @property
    def mark(self) -> str:
        """What a `DataPresentation` says whose window it is."""
        return f"{self.modality} {self.width:.10g} {self.center:.10g} {self.name}"

    @property
    def function(self) -> VOIFunction:
        """LINEAR, for which a width below 1 means nothing (PS3.3 C.11.2.1.2.1)."""
        return VOIFunction.LINEAR if self.width >= 1 else VOIFunction.LINEAR_EXACT

    @property
    def is_sound(self) -> bool:
        """Something can be seen with it, and it can be kept as one line."""
        numbers = 0 < self.width < _LARGEST and abs(self.center) < _LARGEST
        named = bool(self.name) and self.name == plain(" ".join(self.name.split()), LONGEST_NAME)
        return numbers and named and _MODALITY.fullmatch(self.modality) is not None


_OWN_NAMES = {
    str(name): name
    for name in (
        message("Soft tissue"),
        message("Lung"),
        message("Bone"),
        message("Brain"),
        message("Mediastinum"),
        message("Liver"),
        message("Stroke"),
        message("Angio"),
    )
}
DEFAULTS = tuple(
    WindowPreset("CT", name, width, center)
    for name, (width, center) in zip(
        _OWN_NAMES,
        ((400, 40), (1500, -600), (2500, 480), (80, 40), (350, 50), (150, 90), (40, 40), (600, 300)),
        strict=True,
    )
)


def entries_of_presets(presets: Iterable[WindowPreset]) -> tuple[str, ...]:
    """What `presets_from` reads, a line each."""
    return tuple(one.mark for one in presets)


def presets_from(entries: Iterable[str]) -> tuple[WindowPreset, ...]:
    """The presets of the preferences. What makes no sense, and what no key is left for, is left out."""
    found: list[WindowPreset] = []
    for entry in entries:
        parts = entry.split(None, 3)
        try:
            preset = WindowPreset(parts[0], parts[3].strip(), float(parts[1]), float(parts[2]))
        except (ValueError, IndexError):
            continue
        if preset.is_sound and len(of_modality(found, preset.modality)) < MOST:
            found.append(preset)
    return tuple(found)


def of_modality(presets: Iterable[WindowPreset], modality: str) -> tuple[WindowPreset, ...]:
    """In the order of their keys."""
    return tuple(one for one in presets if one.modality == modality)


def at_digit(presets: Iterable[WindowPreset], modality: str, digit: int) -> WindowPreset | None:
    """What the key `digit` stands for where images of `modality` are shown."""
    of_it = of_modality(presets, modality)
    place = digit - FIRST_DIGIT
    return of_it[place] if 0 <= place < len(of_it) else None
