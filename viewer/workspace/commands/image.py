"""Commands that change how data become light."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from viewer.imaging.real_world import Quantity, quantities_of
from viewer.model.messages import Message, message
from viewer.workspace.commands.conditions import has_grey_picture, has_picture
from viewer.workspace.commands.file import has_window, on_window
from viewer.workspace.commands.registry import Command, CommandRegistry
from viewer.workspace.preset_list import DEFAULTS, FIRST_DIGIT, LAST_DIGIT, WindowPreset, at_digit
from viewer.workspace.presets import apply_digit, preset_at
from viewer.workspace.workspace import Workspace

DIGITS = range(FIRST_DIGIT, LAST_DIGIT + 1)


def _invert(workspace: Workspace) -> None:
    viewport = workspace.layout.active
    viewport.set_inverted(not viewport.data.inverted)


def _is_inverted(workspace: Workspace) -> bool:
    return workspace.layout.active.data.inverted


def _digit(digit: int) -> Callable[[Workspace], None]:
    return lambda workspace: apply_digit(workspace, digit)


def _preset(digit: int, title: Message, group: str, checked_when: Callable[[Workspace], bool]) -> Command:
    return Command(
        f"image.preset_{digit}",
        title,
        _digit(digit),
        menu="Image/Window preset",
        group=group,
        keys=(str(digit),),
        context="canvas",
        icon="contrast",
        enabled_when=has_grey_picture,
        checked_when=checked_when,
    )


def _is_preset(name: str) -> Callable[[Workspace], bool]:
    return lambda workspace: workspace.layout.active.frame is not None and workspace.layout.active.data.preset == name


def _named(digit: int) -> Command:
    """Its title is that of the preset that the key has where the active viewport is: see `PresetTitles`."""
    return replace(
        _preset(digit, preset_title(at_digit(DEFAULTS, DEFAULTS[0].modality, digit), digit), "named", _is_at(digit)),
        enabled_when=lambda workspace: has_grey_picture(workspace) and preset_at(workspace, digit) is not None,
    )


def preset_title(preset: WindowPreset | None, digit: int) -> Message:
    """What menus say: "CT: Lung 1500 / −600"."""
    if preset is None:
        return message("Window preset {digit}", digit=digit)
    return message(
        "{modality}: {name} {width} / {center}",
        modality=preset.modality,
        name=preset.title,
        width=f"{preset.width:g}",
        center=f"{preset.center:g}",
    )


def _is_at(digit: int) -> Callable[[Workspace], bool]:
    def is_on(workspace: Workspace) -> bool:
        preset = preset_at(workspace, digit)
        return preset is not None and _is_preset(preset.mark)(workspace)

    return is_on


class PresetTitles:
    """Keeps the titles of the preset commands those of the active viewport's modality."""

    def __init__(self, workspace: Workspace, registry: CommandRegistry) -> None:
        self._workspace = workspace
        self._registry = registry
        self._shown: tuple[WindowPreset | None, ...] = ()
        self._made_of: tuple[object, str] = ((), "")
        workspace.presets_changed.connect(self.renew)
        workspace.layout.active_changed.connect(self.renew)
        for viewport in workspace.layout.all_viewports:
            viewport.frame_changed.connect(self.renew)

    def renew(self) -> None:
        """Cheap while neither the presets nor the modality are others: it is asked for each frame of each viewport."""
        frame = self._workspace.layout.active.frame
        presets, modality = self._workspace.presets, frame.facts.modality if frame is not None else ""
        if self._shown and self._made_of[0] is presets and self._made_of[1] == modality:
            return
        self._made_of = presets, modality
        shown = tuple(preset_at(self._workspace, digit) for digit in DIGITS)
        if shown != self._shown:
            self._shown = shown
            self._registry.retitle(
                {f"image.preset_{digit}": preset_title(preset, digit) for digit, preset in zip(DIGITS, shown, strict=True)}
            )


def _quantities(workspace: Workspace) -> tuple[Quantity, ...]:
    viewport = workspace.layout.active
    return quantities_of(viewport.frame.facts, viewport.mapped_elsewhere) if viewport.frame is not None else ()


def _has_several_quantities(workspace: Workspace) -> bool:
    return len(_quantities(workspace)) > 1


def _next_quantity(workspace: Workspace) -> None:
    """Read out the next of the quantities that the file maps its values to."""
    viewport = workspace.layout.active
    found = _quantities(workspace)
    place = next((i for i, one in enumerate(found) if one.name == viewport.quantity), 0)
    chosen = (place + 1) % len(found)
    viewport.quantity = found[chosen].name
    workspace.notify(
        message(
            "Read under the cursor: {name} ({number} of {count})", name=_title(found[chosen]), number=chosen + 1, count=len(found)
        )
    )


def _title(quantity: Quantity) -> str:
    return ", ".join(part for part in (quantity.name, quantity.units) if part)


def register(registry: CommandRegistry) -> None:
    """Add the commands of this file."""
    registry.register(
        Command(
            "image.invert",
            message("Invert"),
            _invert,
            menu="Image",
            group="grey",
            keys=("I",),
            context="canvas",
            icon="contrast",
            enabled_when=has_picture,
            checked_when=_is_inverted,
        ),
        Command(
            "image.next_quantity",
            message("Next mapped value"),
            _next_quantity,
            menu="Image",
            group="quantity",
            icon="gauge",
            tip=message("The file says what its values stand for, in more than one way: read the next one under the cursor"),
            enabled_when=_has_several_quantities,
        ),
        _preset(0, message("Automatic window"), "own", _is_preset("auto")),
        _preset(1, message("Window of the file"), "own", _is_preset("file")),
        *(_named(digit) for digit in DIGITS),
        Command(
            "image.edit_presets",
            message("Edit window presets …"),
            on_window(lambda window: window.show_dialog("presets")),
            menu="Image/Window preset",
            group="edit",
            icon="sliders-horizontal",
            enabled_when=has_window,
        ),
    )
