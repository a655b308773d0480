"""The commands on pictures: what they do, and that they are harmless with nothing open."""

from __future__ import annotations

import pytest

from tests.hand_driven import Table, display_set, frame, ref
from viewer.model.view import OverlayLevel
from viewer.workspace.commands import image, navigate, tools, view
from viewer.workspace.commands.registry import CommandRegistry


def registry() -> CommandRegistry:
    made = CommandRegistry()
    for module in (view, image, navigate, tools):
        module.register(made)
    return made


def test_every_command_runs_or_is_disabled_with_nothing_open() -> None:
    commands = registry()
    for command in commands:
        table = Table()
        commands.run(command.id, table.workspace)
        if command.checked_when is not None:
            command.checked_when(table.workspace)
        assert str(command.title)
        assert "{" not in str(command.title)


@pytest.fixture
def table() -> Table:
    made = Table(display_set("a", 30), display_set("b", 2))
    made.workspace.opening.show(made.viewport, made.catalogue.sets[0])
    made.answer(ref(0, "a"))
    return made


def test_every_command_runs_with_a_picture(table: Table) -> None:
    commands = registry()
    for command in commands:
        commands.run(command.id, table.workspace)
        table.turn()


@pytest.mark.parametrize(
    ("key", "command_id"),
    [
        ("Down", "navigate.next_frame"),
        ("Shift+Up", "navigate.far_back"),
        ("PgDown", "navigate.next_series"),
        ("Ctrl+Left", "navigate.previous_study"),
        ("Space", "navigate.cine"),
        ("I", "image.invert"),
        ("0", "image.preset_0"),
        ("9", "image.preset_9"),
        ("R", "view.rotate_right"),
        ("Shift+R", "view.rotate_left"),
        ("H", "view.flip_horizontal"),
        ("F", "view.fit"),
        ("Ctrl+0", "view.actual_pixels"),
        ("O", "view.overlays"),
        ("Backspace", "view.reset"),
        ("Ctrl+3", "view.layout_2x2"),
        ("Tab", "view.next_viewport"),
        ("W", "tool.window_level"),
        ("M", "tool.probe"),
    ],
)
def test_keys_of_the_plan(key: str, command_id: str) -> None:
    assert key in registry()[command_id].keys


def test_walking_commands(table: Table) -> None:
    commands = registry()
    for command_id, index in (
        ("navigate.next_frame", 1),
        ("navigate.far_forward", 11),
        ("navigate.last_frame", 29),
        ("navigate.previous_frame", 28),
        ("navigate.far_back", 18),
        ("navigate.first_frame", 0),
    ):
        assert commands.run(command_id, table.workspace)
        assert table.viewport.index == index
    commands.run("navigate.next_series", table.workspace)
    assert table.viewport.display_set is not None
    assert table.viewport.display_set.key == "b"


def test_turning_and_reset(table: Table) -> None:
    commands, viewport = registry(), table.viewport
    commands.run("view.rotate_right", table.workspace)
    commands.run("view.flip_horizontal", table.workspace)
    assert viewport.view.rotation == 90
    assert viewport.view.flip_vertical  # lying on its side, left and right of the screen are the rows
    commands.run("view.zoom_in", table.workspace)
    commands.run("image.invert", table.workspace)
    commands.run("image.preset_3", table.workspace)
    commands.run("view.reset", table.workspace)
    assert viewport.view == type(viewport.view)()
    assert (viewport.data.center, viewport.data.width, viewport.data.inverted) == (40, 400, False)
    assert viewport.data_is_initial


def test_overlay_levels_go_round_for_all_viewports(table: Table) -> None:
    commands = registry()
    levels = []
    for _ in range(3):
        commands.run("view.overlays", table.workspace)
        levels.append({viewport.overlay for viewport in table.workspace.layout.all_viewports})
    assert levels == [{OverlayLevel.NO_PATIENT}, {OverlayLevel.NONE}, {OverlayLevel.ALL}]


def test_tools_are_exclusive(table: Table) -> None:
    commands = registry()
    commands.run("tool.zoom", table.workspace)
    chosen = [one.id for one in commands if one.id.startswith("tool.") and one.checked_when and one.checked_when(table.workspace)]
    assert chosen == ["tool.zoom"]


def test_presets_are_off_for_colour(table: Table) -> None:
    from dataclasses import replace

    from viewer.model.pixels import PixelFrame

    picture = frame(ref(0, "a"))
    colour = PixelFrame(replace(picture.facts, samples_per_pixel=3, photometric_interpretation="RGB"), picture.pixels)
    table.viewport.set_frame(colour)
    assert not registry().run("image.preset_2", table.workspace)


def test_shrinking_the_grid_keeps_the_active_picture_in_sight(table: Table) -> None:
    commands, layout = registry(), table.workspace.layout
    commands.run("view.layout_2x2", table.workspace)
    layout.set_active(layout.viewports[3])
    last = layout.active
    commands.run("view.layout_1x1", table.workspace)
    assert layout.viewports == (last,)
