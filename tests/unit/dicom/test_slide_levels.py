"""Where the tiles of whole slides lie, and which files are coarser versions of one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.slide_files import SPACING, glass, write_slide
from tests.unit.dicom.written_files import image, ramp, write
from viewer.dicom.slide_levels import read_slide
from viewer.model.hierarchy import FrameRef


@pytest.mark.parametrize("full", [True, False])
def test_places_of_tiles(tmp_path: Path, full: bool) -> None:
    path = tmp_path / "slide.dcm"
    uid = write_slide(path, [glass(50, 33), glass(50, 33)], (16, 12), full=full)
    slide = read_slide(FrameRef(uid, 1), str(path), ())
    assert slide is not None
    base = slide.base
    assert (base.columns, base.rows, base.tile_columns, base.tile_rows, base.number_of_layers) == (50, 33, 16, 12, 2)
    assert base.facts.geometry.spacing == (SPACING, SPACING)
    assert base.facts.geometry.row_axis is None  # a slide has no left of a patient
    inside = base.tiles(1, 17, 11, 33, 13)
    layer = 1 if full else int(base.layers[inside[0]])
    assert {tuple(place) for place in base.places[inside].tolist()} == {(16, 0), (32, 0), (16, 12), (32, 12)}
    assert set(base.layers[inside].tolist()) == {layer}
    if full:
        assert base.frame(inside[0]).frame_number == 12 + 2


def test_coarser_levels_are_those_of_the_same_glass(tmp_path: Path) -> None:
    whole = glass(640, 480)
    uid = write_slide(tmp_path / "base.dcm", [whole], (64, 64))
    others = {
        "quarter": write_slide(tmp_path / "quarter.dcm", [whole[::4, ::4]], (64, 64), shrink=4),
        "half": write_slide(tmp_path / "half.dcm", [whole[::2, ::2]], (64, 64), shrink=2),
        "finer": write_slide(tmp_path / "finer.dcm", [glass(1280, 960)], (64, 64), shrink=0.5),
        "label": write_slide(tmp_path / "label.dcm", [whole[::4, ::4]], (64, 64), kind="LABEL"),
        "other": write_slide(tmp_path / "other.dcm", [whole[:240, :160]], (64, 64)),
        "gone": "1.2.3",
    }
    refs = [(FrameRef(one, 1), str(tmp_path / f"{name}.dcm")) for name, one in others.items()]
    slide = read_slide(FrameRef(uid, 1), str(tmp_path / "base.dcm"), refs)
    assert slide is not None
    assert [(level.columns, level.first.sop_instance_uid) for level in slide.levels] == [
        (640, uid),
        (320, others["half"]),
        (160, others["quarter"]),
    ]
    assert slide.shrink(2) == (4.0, 4.0)


def test_what_has_no_tiles_is_no_slide(tmp_path: Path) -> None:
    path = tmp_path / "plain.dcm"
    write(path, image(ramp().tobytes(), 5, 7))
    assert read_slide(FrameRef("1.2.3.4", 1), str(path), ()) is None


def test_tiles_of_a_hundred_thousand_are_found_at_once(tmp_path: Path) -> None:
    path = tmp_path / "slide.dcm"
    uid = write_slide(path, [np.zeros((640, 480, 3), np.uint8)], (2, 2))
    slide = read_slide(FrameRef(uid, 1), str(path), ())
    assert slide is not None
    assert slide.base.layers.size == 76_800
    assert len(slide.base.tiles(0, 100, 100, 120, 110)) == 50
