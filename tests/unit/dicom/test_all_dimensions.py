"""Dimensions of all frames of a file, with their values in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.multi_frame_files import write_four_dimensions
from tests.unit.dicom.written_files import image, item, ramp, write
from viewer.dicom.image_file import open_image


def test_dimension_indices_with_their_values(tmp_path: Path) -> None:
    stored = write_four_dimensions(tmp_path / "4d.dcm")
    found = open_image(str(tmp_path / "4d.dcm")).dimensions()
    assert [tuple(one.value for one in frame) for frame in found] == stored
    assert [one.keyword for one in found[0]] == ["InStackPositionNumber", "TemporalPositionIndex", "EffectiveEchoTime"]
    assert {one.value: one.text for frame in found for one in frame[2:]} == {1: "15", 2: "25"}
    assert found[0][0].text == ""


def _many(tmp_path: Path, **attributes: Any) -> tuple[object, ...]:
    path = tmp_path / "many.dcm"
    write(path, image(ramp().tobytes() * 4, 5, 7, NumberOfFrames=4, **attributes))
    return tuple(tuple((one.keyword, one.value) for one in frame) for frame in open_image(str(path)).dimensions())


def test_frame_content_where_there_are_no_indices(tmp_path: Path) -> None:
    frames = [
        item(FrameContentSequence=[item(TemporalPositionIndex=phase, InStackPositionNumber=depth)])
        for phase in (1, 2)
        for depth in (1, 2)
    ]
    assert _many(tmp_path, PerFrameFunctionalGroupsSequence=frames)[2] == (
        ("TemporalPositionIndex", 2),
        ("InStackPositionNumber", 1),
    )


def test_vectors(tmp_path: Path) -> None:
    found = _many(tmp_path, FrameIncrementPointer=[0x00540020, 0x00540080], DetectorVector=[1, 1, 2, 2], SliceVector=[1, 2, 1, 2])
    assert found[3] == (("DetectorVector", 2), ("SliceVector", 2))


@pytest.mark.parametrize("attributes", [{}, {"DetectorVector": [1, 1], "FrameIncrementPointer": 0x00540020}])
def test_frames_without_a_place_have_no_dimensions(tmp_path: Path, attributes: dict[str, Any]) -> None:
    assert _many(tmp_path, **attributes) == ()
