"""Letters at the edges, on planes with a known answer."""

from __future__ import annotations

import itertools

import pytest

from viewer.model.geometry import FrameGeometry
from viewer.model.view import ViewPresentation
from viewer.workspace.orientation import EdgeLetters, direction_letters, edge_letters
from viewer.workspace.view_geometry import ViewGeometry, flipped, rotated

AXIAL = FrameGeometry(row_axis=(1, 0, 0), column_axis=(0, 1, 0))
CORONAL = FrameGeometry(row_axis=(1, 0, 0), column_axis=(0, 0, -1))
SAGITTAL = FrameGeometry(row_axis=(0, 1, 0), column_axis=(0, 0, -1))


@pytest.mark.parametrize(
    ("plane", "letters"),
    [
        (AXIAL, EdgeLetters(left="R", top="A", right="L", bottom="P")),
        (CORONAL, EdgeLetters(left="R", top="H", right="L", bottom="F")),
        (SAGITTAL, EdgeLetters(left="A", top="H", right="P", bottom="F")),
    ],
)
def test_standard_planes(plane: FrameGeometry, letters: EdgeLetters) -> None:
    assert edge_letters(plane, ViewPresentation()) == letters


def test_turned_and_mirrored() -> None:
    view = ViewPresentation()
    assert edge_letters(AXIAL, rotated(view, 90)) == EdgeLetters(left="P", top="R", right="A", bottom="L")
    assert edge_letters(AXIAL, flipped(view, horizontal=True)) == EdgeLetters(left="L", top="A", right="R", bottom="P")
    assert edge_letters(AXIAL, flipped(rotated(view, 90), horizontal=True)) == EdgeLetters("A", "R", "P", "L")


@pytest.mark.parametrize("plane", [AXIAL, CORONAL, SAGITTAL])
def test_letters_agree_with_where_the_canvas_puts_the_pixels(plane: FrameGeometry) -> None:
    """Walk from the centre to the right and bottom edges of the screen, and ask which way that goes in the patient."""
    for rotation, horizontal, vertical in itertools.product((0, 90, 180, 270), (False, True), (False, True)):
        view = ViewPresentation(rotation=rotation, flip_horizontal=horizontal, flip_vertical=vertical)
        where = ViewGeometry(100, 80, 1.0, view, 300, 300)
        letters = edge_letters(plane, view)
        for (dx, dy), letter in (((1, 0), letters.right), ((0, 1), letters.bottom), ((-1, 0), letters.left)):
            columns, rows = where.image_vector(dx, dy)
            assert plane.row_axis is not None
            assert plane.column_axis is not None
            way = [columns * a + rows * b for a, b in zip(plane.row_axis, plane.column_axis, strict=True)]
            assert direction_letters((way[0], way[1], way[2])) == letter


def test_oblique_names_the_strongest_first() -> None:
    assert direction_letters((0.3, 0.1, -0.9)) == "FLP"
    assert direction_letters((-0.8, 0.6, 0.0)) == "RP"
    assert direction_letters((0.9999, 0.01, 0.0)) == "L"


def test_animals() -> None:
    plane = FrameGeometry(row_axis=(1, 0, 0), column_axis=(0, -0.6, -0.8), quadruped=True)
    assert edge_letters(plane, ViewPresentation()) == EdgeLetters(left="RT", top="CR-D", right="LE", bottom="CD-V")


def test_patient_orientation_when_no_axes_are_known() -> None:
    plane = FrameGeometry(patient_orientation=("P", "FL"))
    assert edge_letters(plane, ViewPresentation()) == EdgeLetters(left="A", top="HR", right="P", bottom="FL")
    animal = FrameGeometry(patient_orientation=("LE", "CD"), quadruped=True)
    assert edge_letters(animal, ViewPresentation()) == EdgeLetters(left="RT", top="CR", right="LE", bottom="CD")


@pytest.mark.parametrize("value", [("", ""), ("X", "F"), ("L", ""), ("L?Q", "P")])
def test_nonsense_writes_nothing(value: tuple[str, str]) -> None:
    assert edge_letters(FrameGeometry(patient_orientation=value), ViewPresentation()) == EdgeLetters()


def test_unknown_writes_nothing() -> None:
    assert edge_letters(FrameGeometry(), ViewPresentation()) == EdgeLetters()
