"""What is read under the cursor where the file says what its values stand for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.hand_driven import Table, display_set, frame, ref
from viewer.model.luts import ModalityLUT, RealWorldMap
from viewer.tools.protocol import PointerEvent
from viewer.tools.router import TOOLS
from viewer.workspace.commands import register_all
from viewer.workspace.commands.registry import CommandRegistry
from viewer.workspace.read_out import read_out

HU = ModalityLUT(2, -1000, units="HU")
SUV = RealWorldMap(-1024, 2000, 0.5, 3, label="SUVbw", units="g/ml")
LEAN = RealWorldMap(-1024, 2000, 0.25, 0, label="SUVlbm", units="g/ml")


def shown(lut: ModalityLUT, *maps: RealWorldMap) -> Table:
    """A viewport of 300 × 200 in which each of 30 × 20 pixels, all of them 1001, is 10 wide."""
    table = Table()
    table.catalogue.sets.append(display_set("a", 1))
    table.workspace.opening.show(table.viewport, table.catalogue.sets[0])
    table.viewport.set_size(300, 200)
    table.answer(ref(0, "a"))
    plain = frame(ref(0, "a"))
    pixels = np.full_like(plain.pixels, 1001)
    table.viewport.set_frame(replace(plain, pixels=pixels, facts=replace(plain.facts, modality_lut=lut, real_world_maps=maps)))
    return table


@pytest.mark.parametrize(
    ("lut", "maps", "line"),
    [
        (HU, (), "1002 HU"),
        (HU, (SUV,), "1002 HU · SUVbw 503.50 g/ml"),
        (HU, (SUV, LEAN), "1002 HU · SUVbw 503.50 g/ml"),
        (HU, (RealWorldMap(0, 1000, label="SUVbw"),), "1002 HU"),
        (ModalityLUT(), (RealWorldMap(0, 2000, label="ADC", units="mm²/s"),), "1001 mm²/s"),
        (ModalityLUT(), (RealWorldMap(0, 2000, 0.001, label="ADC", units="mm²/s"),), "1001 · ADC 1.00 mm²/s"),
    ],
)
def test_the_mapped_value_stands_beside_the_other(lut: ModalityLUT, maps: tuple[RealWorldMap, ...], line: str) -> None:
    found = read_out(shown(lut, *maps).viewport, 105, 55)
    assert found is not None
    assert (found.x, found.y) == (10, 5)
    assert found.value_line() == line
    assert line in str(found.line())


def test_the_next_of_several_quantities_is_chosen_and_said() -> None:
    table = shown(HU, SUV, LEAN)
    registry = CommandRegistry()
    register_all(registry)
    for expected in ("SUVlbm 250.25 g/ml", "SUVbw 503.50 g/ml"):
        assert registry.run("image.next_quantity", table.workspace)
        found = read_out(table.viewport, 105, 55)
        assert found is not None
        assert found.mapped == expected
    assert not registry.run("image.next_quantity", shown(HU, SUV).workspace)


def test_the_probe_reads_it_too() -> None:
    table = shown(HU, SUV)
    tool = TOOLS["probe"](table.workspace, table.viewport)
    tool.begin(PointerEvent(105, 55))
    (mark,) = tool.marks()
    assert str(mark.text) == "1002 HU · SUVbw 503.50 g/ml"
