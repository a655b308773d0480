"""Commands that change how data become light."""

from __future__ import annotations

from collections.abc import Callable

from viewer.imaging.real_world import Quantity, quantities_of
from viewer.model.messages import Message, message
from viewer.workspace.commands.conditions import has_grey_picture, has_picture
from viewer.workspace.commands.registry import Command, CommandRegistry
from viewer.workspace.presets import PRESETS, WindowPreset, apply_digit
from viewer.workspace.workspace import Workspace


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


def _named(preset: WindowPreset) -> Command:
    title = message(
        "{modality}: {name} {width} / {center}",
        modality=preset.modality,
        name=preset.title,
        width=f"{preset.width:g}",
        center=f"{preset.center:g}",
    )
    return _preset(preset.digit, title, preset.modality, _is_preset(preset.name))


def _quantities(workspace: Workspace) -> tuple[Quantity, ...]:
    frame = workspace.layout.active.frame
    return quantities_of(frame.facts) if frame is not None else ()


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
            tip=message("The file says what its values stand for, in more than one way: read the next one under the cursor"),
            enabled_when=_has_several_quantities,
        ),
        _preset(0, message("Automatic window"), "own", _is_preset("auto")),
        _preset(1, message("Window of the file"), "own", _is_preset("file")),
        *(_named(preset) for preset in PRESETS),
    )
