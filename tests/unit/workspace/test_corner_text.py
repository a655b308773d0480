"""The four corners, as lines of plain text."""

from __future__ import annotations

import datetime
from dataclasses import replace

from tests.hand_driven import display_set, frame, ref
from viewer.model.geometry import FrameGeometry, SpacingSource
from viewer.model.hierarchy import Patient, Series, Study
from viewer.model.pixels import FrameFacts, PixelFrame
from viewer.model.view import OverlayLevel
from viewer.workspace.corner_text import CornerLine, Identity, badges, corner_text, number_text
from viewer.workspace.view_geometry import flipped, rotated
from viewer.workspace.viewport import ViewportState

IDENTITY = Identity(
    Patient("P", "ID7", patient_name="Иванова^Анна", patient_birth_date="19780312", patient_sex="F"),
    Study(
        "S",
        "P",
        study_date="20200312",
        study_time="104200",
        study_description="CT Head",
        accession_number="A1",
        institution_name="Clinic",
        patient_age="042Y",
    ),
    Series("a", "S"),
)
SPACE = FrameGeometry(
    spacing=(0.5, 0.5),
    spacing_source=SpacingSource.PIXEL_SPACING,
    position=(0, 0, 38.2),
    row_axis=(1, 0, 0),
    column_axis=(0, 1, 0),
    slice_thickness=5.0,
)


def viewport(**facts: object) -> ViewportState:
    state = ViewportState()
    state.set_display_set(replace(display_set("a", 28), series_number=2, series_description="STD BRAIN 5MM"), 14)
    picture = frame(ref(14, "a"))
    changed: FrameFacts = replace(picture.facts, geometry=SPACE, **facts)  # type: ignore[arg-type]
    state.set_frame(PixelFrame(changed, picture.pixels))
    state.set_data(replace(state.data, center=40.0, width=400.0))
    state.set_size(300, 300)
    return state


def plain_lines(lines: tuple[CornerLine, ...]) -> list[str]:
    return [" · ".join(str(part) for part in line.parts) for line in lines]


def test_all_corners_of_a_ct() -> None:
    state = viewport(attributes=(("KVP", "120"), ("Exposure", "250.0")))
    corners = corner_text(state, IDENTITY)
    assert plain_lines(corners.top_left) == ["Иванова, Анна", "ID7", "1978-03-12 · F · 42 y"]
    assert corners.top_left[2].parts[0] == datetime.date(1978, 3, 12)
    assert plain_lines(corners.top_right) == ["Clinic", "CT Head", "2020-03-12 · 10:42", "A1"]
    assert plain_lines(corners.bottom_left) == ["Image 15 / 28", "Zoom 1000 %", "W 400 L 40"]
    assert plain_lines(corners.bottom_right) == [
        "CT · series 2",
        "STD BRAIN 5MM",
        "Loc 38.2 mm · 5 mm",
        "120 kV · 250 mAs",
    ]


def test_levels_of_text() -> None:
    state = viewport()
    state.set_overlay(OverlayLevel.NO_PATIENT)
    corners = corner_text(state, IDENTITY)
    everything = str(corners)
    for secret in ("Анна", "ID7", "1978", "Clinic", "2020", "A1", "BRAIN", "CT Head"):
        assert secret not in everything
    assert plain_lines(corners.bottom_left)[0] == "Image 15 / 28"
    state.set_overlay(OverlayLevel.NONE)
    assert corner_text(state, IDENTITY) == corner_text(ViewportState(), IDENTITY)


def test_empty_values_vanish() -> None:
    corners = corner_text(viewport(), Identity(Patient("P"), Study("S", "P"), None))
    assert corners.top_left == ()
    assert corners.top_right == ()


def test_changes_are_said() -> None:
    state = viewport()
    state.set_view(flipped(rotated(state.view, 90), horizontal=True))
    state.set_inverted(True)
    assert plain_lines(corner_text(state, IDENTITY).bottom_left)[-1] == "Rotated 90° · Flipped · Inverted"
    state.set_view(flipped(state.view, horizontal=False))  # two flips mirror nothing
    assert plain_lines(corner_text(state, IDENTITY).bottom_left)[-1] == "Rotated 270° · Inverted"
    state.set_view(rotated(state.view, 90))
    assert plain_lines(corner_text(state, IDENTITY).bottom_left)[-1] == "Inverted"


def test_text_is_of_the_picture_on_screen_not_of_the_one_to_come() -> None:
    state = viewport()
    state.set_index(20)
    state.set_loading(True)
    assert plain_lines(corner_text(state, IDENTITY).bottom_left)[0] == "Image 15 / 28"


def test_technique_by_modality() -> None:
    mr = viewport(modality="MR", attributes=(("RepetitionTime", "500"), ("EchoTime", "8.123456"), ("MagneticFieldStrength", "1.5")))
    assert plain_lines(corner_text(mr, IDENTITY).bottom_right)[-2:] == ["TR 500 · TE 8.12", "1.5 T"]
    mg = viewport(modality="MG", attributes=(("ImageLaterality", "L"), ("ViewPosition", "MLO"), ("KVP", "28")))
    assert plain_lines(corner_text(mg, IDENTITY).bottom_right)[-2:] == ["L · MLO", "28 kV"]
    pt = viewport(modality="PT", attributes=(("Units", "GML"),))
    assert plain_lines(corner_text(pt, IDENTITY).bottom_right)[-1] == "SUV BW"
    broken = viewport(attributes=(("KVP", "abc"), ("Exposure", "nan")))
    assert plain_lines(corner_text(broken, IDENTITY).bottom_right)[-1] == "Loc 38.2 mm · 5 mm"


def test_badges() -> None:
    facts = viewport(is_lossy=True, lossy_ratio="12.5").frame
    assert facts is not None
    lossy = corner_text(viewport(is_lossy=True, lossy_ratio="12.5"), IDENTITY).bottom_right[-1]
    assert (str(lossy.parts[0]), lossy.is_warning) == ("Lossy 12.5 : 1", True)
    detector = replace(facts.facts, is_lossy=False, geometry=replace(SPACE, spacing_source=SpacingSource.IMAGER))
    assert [str(one) for one in badges(detector)] == ["Spacing at the detector, not in the patient"]
    unknown = replace(facts.facts, is_lossy=False, geometry=FrameGeometry())
    assert [str(one) for one in badges(unknown)] == ["Not calibrated"]


def test_colour_has_no_window() -> None:
    state = viewport(samples_per_pixel=3, photometric_interpretation="RGB")
    assert plain_lines(corner_text(state, IDENTITY).bottom_left) == ["Image 15 / 28", "Zoom 1000 %"]


def test_numbers() -> None:
    assert [number_text(value) for value in (1200.0, 0.5, -600.0, 1.005, 0.0123456, 0.0, 100.0)] == [
        "1200",
        "0.5",
        "−600",
        "1",
        "0.0123",
        "0",
        "100",
    ]


def test_one_slice_location_does_not_stand_for_many_frames() -> None:
    """The file has one Slice Location (0020,1041); the frames of a multi-frame image lie elsewhere."""
    stated = (("SliceLocation", "-12.5"),)
    assert plain_lines(corner_text(viewport(attributes=stated), IDENTITY).bottom_right)[-1] == "Loc −12.5 mm · 5 mm"
    several = viewport(attributes=stated, number_of_frames=9)
    assert plain_lines(corner_text(several, IDENTITY).bottom_right)[-1] == "Loc 38.2 mm · 5 mm"
