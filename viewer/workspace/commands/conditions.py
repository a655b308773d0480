"""When commands on pictures can run."""

from __future__ import annotations

from viewer.workspace.workspace import Workspace


def has_picture(workspace: Workspace) -> bool:
    """The active viewport shows a picture."""
    return workspace.layout.active.frame is not None


def has_grey_picture(workspace: Workspace) -> bool:
    """The active viewport shows a picture that has a window."""
    frame = workspace.layout.active.frame
    return frame is not None and not frame.facts.is_colour


def has_display_set(workspace: Workspace) -> bool:
    """Something is open in the active viewport."""
    return workspace.layout.active.display_set is not None


def has_stack(workspace: Workspace) -> bool:
    """The active viewport holds more than one frame."""
    return workspace.layout.active.count > 1


def has_several_viewports(workspace: Workspace) -> bool:
    return workspace.layout.rows * workspace.layout.columns > 1
