"""Gaps in a stack."""

from __future__ import annotations

from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.hierarchy import Instance
from viewer.workspace.stack_notes import stack_notes

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def notes(*places: float | None) -> list[str]:
    instances = [
        Instance(
            f"1.{i}",
            "",
            "s",
            "S",
            f"/{i}",
            image_position=None if z is None else (1.0, 2.0, z),
            image_orientation=AXIAL,
        )
        for i, z in enumerate(places)
    ]
    frames = tuple(one.first_frame for one in instances)
    return [str(one) for one in stack_notes(DisplaySet("s", DisplaySetKind.IMAGE, "S", "s", "CT", frames), instances)]


def test_even_stack_says_nothing() -> None:
    assert notes(0, 5, 10, 15, 20) == []
    assert notes(0, 5.1, 10, 14.8, 20) == []


def test_missing_slices_are_counted() -> None:
    assert notes(0, 5, 10, 20, 25, 40, 45) == ["Slices missing: 3"]


def test_uneven_steps() -> None:
    assert notes(0, 5, 12, 17, 22) == ["Uneven slice spacing"]


def test_time_series_lie_on_one_another() -> None:
    assert notes(0, 0, 5, 5, 10, 10, 15, 15) == []


def test_too_little_is_known() -> None:
    assert notes(0, 5, 50) == []
    assert notes(None, None, None, None, None) == []
