"""Windows at a key: 0 computed, 1 from the file, 2 to 9 named ones that belong to a modality (`preset_list`)."""

from __future__ import annotations

from dataclasses import replace

from viewer.imaging.compose import initial_data
from viewer.model.messages import Message, message
from viewer.model.pixels import PixelFrame
from viewer.model.text import plain
from viewer.model.view import DataPresentation
from viewer.workspace.preset_list import WindowPreset, at_digit
from viewer.workspace.viewport import ViewportState
from viewer.workspace.workspace import Workspace


def apply_digit(workspace: Workspace, digit: int) -> None:
    """What a digit key does to the active viewport; where it does not fit, a hint and no change."""
    viewport = workspace.layout.active
    frame = viewport.frame
    if frame is None:
        return
    if frame.facts.is_colour:
        workspace.notify(message("A colour image has no window."))
    elif digit == 0:
        show_computed(viewport, frame)
    elif digit == 1:
        workspace.notify(show_from_file(viewport, frame))
    else:
        _show_preset(workspace, viewport, frame, digit)


def preset_at(workspace: Workspace, digit: int) -> WindowPreset | None:
    """What a digit stands for where the active viewport is: a preset of its modality, else the first one of another modality."""
    frame = workspace.layout.active.frame
    modalities = dict.fromkeys(one.modality for one in workspace.presets)
    here = frame.facts.modality if frame is not None else ""
    found = (at_digit(workspace.presets, modality, digit) for modality in (here, *modalities))
    return next((one for one in found if one is not None), None)


def show_computed(viewport: ViewportState, frame: PixelFrame) -> None:
    """A window computed from the picture on screen, whatever the file says; it stays while scrolling."""
    without = replace(frame, facts=replace(frame.facts, windows=(), voi_tables=()))
    viewport.set_data(replace(initial_data(without), inverted=viewport.data.inverted))


def show_from_file(viewport: ViewportState, frame: PixelFrame) -> Message:
    """The file's window (the next one when the file's is on already), which then follows the file from frame to frame."""
    choices = file_choices(frame)
    if not choices:
        return message("The file states no window.")
    current = next((i for i, (data, _) in enumerate(choices) if _same(data, viewport.data)), -1)
    chosen = (current + 1) % len(choices)
    data, name = choices[chosen]
    viewport.set_data(replace(data, inverted=viewport.data.inverted), initial=chosen == 0)
    if len(choices) == 1:
        return message("Window of the file")
    return message("Window of the file: {name} ({number} of {count})", name=name, number=chosen + 1, count=len(choices))


def file_choices(frame: PixelFrame) -> list[tuple[DataPresentation, str]]:
    """All VOI tables and windows of a frame with their names; the first is the opening window."""
    facts = frame.facts
    choices = [
        (DataPresentation(voi_table=i, preset="file"), plain(table.explanation, 40) or f"LUT {i + 1}")
        for i, table in enumerate(facts.voi_tables)
    ]
    choices += [
        (
            DataPresentation(center=one.center, width=one.width, function=one.function, preset="file"),
            plain(one.explanation, 40) or f"{one.width:g} / {one.center:g}",
        )
        for one in facts.windows
    ]
    if choices:
        choices[0] = (initial_data(frame), choices[0][1])
    return choices


def _same(one: DataPresentation, other: DataPresentation) -> bool:
    if one.voi_table is not None or other.voi_table is not None:
        return one.voi_table == other.voi_table
    return (one.center, one.width, one.function) == (other.center, other.width, other.function)


def _show_preset(workspace: Workspace, viewport: ViewportState, frame: PixelFrame, digit: int) -> None:
    preset = preset_at(workspace, digit)
    if preset is None:
        workspace.notify(message("No window preset has the key {digit}.", digit=digit))
        return
    if frame.facts.modality != preset.modality:
        workspace.notify(message("The preset {name} is for {modality} images.", name=preset.title, modality=preset.modality))
        return
    viewport.set_data(
        DataPresentation(preset.center, preset.width, preset.function, inverted=viewport.data.inverted, preset=preset.mark)
    )
    workspace.notify(
        message("{name}: W {width} L {center}", name=preset.title, width=f"{preset.width:g}", center=f"{preset.center:g}")
    )


def reset(viewport: ViewportState) -> None:
    """Framing and window as at opening; the same function as then decides the window."""
    viewport.set_view(type(viewport.view)(smooth=viewport.view.smooth))
    if viewport.frame is not None:
        viewport.set_data(initial_data(viewport.frame), initial=True)
