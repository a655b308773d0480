"""Window presets of each modality: how they are kept, which key they have, what it does."""

from __future__ import annotations

import pytest

from tests.hand_driven import Table, display_set, frame, ref
from viewer.model.luts import VOIFunction
from viewer.workspace.commands import register_all
from viewer.workspace.commands.image import PresetTitles
from viewer.workspace.commands.registry import CommandRegistry
from viewer.workspace.preferences import Preferences
from viewer.workspace.preset_list import DEFAULTS, MOST, WindowPreset, at_digit, entries_of_presets, presets_from

BRAIN, BLOOD = WindowPreset("MR", "T1  Brain".replace("  ", " "), 600.5, 300), WindowPreset("MR", "{braces}", 1234567, -0.25)
SUV = WindowPreset("PT", "SUV 0 to 0,5", 0.5, 0.25)


def test_what_is_kept_is_read() -> None:
    presets = (*DEFAULTS, BRAIN, BLOOD, SUV)
    assert presets_from(entries_of_presets(presets)) == presets
    assert presets_from(Preferences().presets) == DEFAULTS
    assert presets_from(()) == ()


def test_nonsense_and_what_has_no_key_is_left_out() -> None:
    entries = ["", "CT", "CT 1 2", "CT x 2 Name", "CT 0 2 Name", "CT -5 2 Name", "CT nan 2 Name", "CT inf 2 Name", "c\nt 1 2 Name"]
    entries += [f"CT 1 2 {'n' * 41}", "CT 1 1e300 Name"]
    assert presets_from(entries) == ()
    many = [f"MR {number + 1} 0 Name {number}" for number in range(20)]
    assert [one.name for one in presets_from(many)] == [f"Name {number}" for number in range(MOST)]


@pytest.mark.parametrize(("digit", "name"), [(2, BRAIN.name), (3, BLOOD.name), (4, None), (1, None)])
def test_the_key_is_the_place_within_the_modality(digit: int, name: str | None) -> None:
    found = at_digit((BRAIN, SUV, *DEFAULTS, BLOOD), "MR", digit)
    assert (found.name if found else None) == name


class Desk:
    """A picture of a modality in the active viewport, and the commands."""

    def __init__(self, modality: str) -> None:
        self.table = Table(display_set("a", 3))
        self.workspace = self.table.workspace
        self.registry = CommandRegistry()
        register_all(self.registry)
        self.titles = PresetTitles(self.workspace, self.registry)
        self.workspace.opening.show(self.table.viewport, self.table.catalogue.sets[0])
        self.table.answer(ref(0, "a"))
        self.show(modality)

    def show(self, modality: str) -> None:
        self.table.viewport.set_frame(frame(ref(0, "a"), modality=modality))

    def title(self, digit: int) -> str:
        return str(self.registry[f"image.preset_{digit}"].title)


def test_titles_are_those_of_the_modality_on_screen() -> None:
    desk = Desk("MR")
    assert desk.title(2) == "CT: Soft tissue 400 / 40"  # MR has none: the key says for what it is
    told: list[None] = []
    desk.registry.keys_changed.connect(lambda: told.append(None))
    desk.workspace.set_presets((*DEFAULTS[:3], BRAIN, BLOOD))
    assert [desk.title(digit) for digit in (2, 3, 4, 5)] == [
        "MR: T1 Brain 600.5 / 300",
        "MR: {braces} 1.23457e+06 / -0.25",
        "CT: Bone 2500 / 480",
        "Window preset 5",
    ]
    assert len(told) == 1
    desk.show("MR")
    assert len(told) == 1
    desk.show("CT")
    assert desk.title(2) == "CT: Soft tissue 400 / 40"
    assert len(told) == 2


def test_a_key_shows_the_preset_and_says_whose_it_is() -> None:
    desk = Desk("PT")
    desk.workspace.set_presets((SUV,))
    assert desk.registry.run("image.preset_2", desk.workspace)
    data = desk.table.viewport.data
    assert (data.center, data.width, data.function) == (0.25, 0.5, VOIFunction.LINEAR_EXACT)
    checked = desk.registry["image.preset_2"].checked_when
    assert checked is not None
    assert checked(desk.workspace)
    assert not desk.registry.run("image.preset_3", desk.workspace)
    desk.show("MR")
    before = desk.table.viewport.data
    assert desk.registry.run("image.preset_2", desk.workspace)
    assert desk.table.viewport.data == before
    assert desk.table.said[-1] == "The preset SUV 0 to 0,5 is for PT images."


def test_the_presets_that_were_always_there_are_unchanged() -> None:
    desk = Desk("CT")
    assert [desk.title(digit) for digit in range(2, 10)] == [
        "CT: Soft tissue 400 / 40",
        "CT: Lung 1500 / -600",
        "CT: Bone 2500 / 480",
        "CT: Brain 80 / 40",
        "CT: Mediastinum 350 / 50",
        "CT: Liver 150 / 90",
        "CT: Stroke 40 / 40",
        "CT: Angio 600 / 300",
    ]
