"""What rows are marked with, beside what the catalogue says of them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class Marks:
    """`on_screen`: keys of the display sets in viewports, True for that of the active one. `gone`: rows whose file is not there.

    `received`: keys of the studies that came over the network and were not looked at yet.
    """

    on_screen: dict[str, bool] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    received: set[str] = field(default_factory=set)
