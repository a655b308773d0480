"""What the tab Series says of a stack."""

from __future__ import annotations

from dataclasses import replace

from tests.hand_driven import Table, display_set, frame
from viewer.model.display_set import DisplaySetKind
from viewer.model.geometry import FrameGeometry, SpacingSource
from viewer.model.hierarchy import FrameRef, Instance
from viewer.model.messages import message
from viewer.workspace.series_facts import series_facts

TILTED = (1.0, 0.0, 0.0, 0.0, 0.8, -0.6)


def instance(of: FrameRef, *, orientation: tuple[float, ...] = (0, 1, 0, 0, 0, -1)) -> Instance:
    number = int(of.sop_instance_uid.rpartition(".")[2])
    position = (float(number) * 2.5, 7.0, -3.0)
    return Instance(
        of.sop_instance_uid,
        "1.2.840.10008.5.1.4.1.1.2",
        "1",
        "S",
        "/x",
        image_position=position,
        image_orientation=orientation,  # type: ignore[arg-type]
        pixel_spacing=(0.5, 0.25),
        slice_thickness=2.0,
        acquisition_time="101530",
        frame_of_reference_uid="1.9",
    )


def told(table: Table, *arguments: object, **options: object) -> dict[str, str]:
    rows = series_facts(table.catalogue, *arguments, **options)  # type: ignore[arg-type]
    return {str(row.label): " · ".join(str(part) for part in row.parts) for row in rows}


def test_a_stack() -> None:
    made = replace(
        display_set("1", 5),
        number_of_instances=5,
        rows=200,
        columns=100,
        series_number=4,
        split_reason=message("other orientation"),
        sop_class_name="CT Image Storage",
    )
    table = Table(made)
    table.catalogue.instance = instance  # type: ignore[method-assign, assignment]
    facts = told(table, made, None)
    assert facts["Series"] == "4 · Series 1"
    assert facts["Split off because"] == "other orientation"
    assert facts["Object"] == "CT · CT Image Storage"
    assert facts["Images"] == "5"
    assert facts["Size"] == "100 × 200 pixels"
    assert facts["Pixel"] == "0.25 × 0.5 mm"
    assert facts["Field of view"] == "25 × 100 mm"
    assert facts["Plane"] == "sagittal"
    assert facts["Slice thickness"] == "2 mm"
    assert facts["Slice distance"] == "2.5 mm"
    assert facts["Covers"] == "10 mm"
    assert facts["Acquired"] == "10:15"
    assert facts["Frame of Reference"] == "1.9"


def test_the_frame_on_screen_knows_better() -> None:
    made = replace(display_set("1", 3), number_of_instances=1)
    table = Table(made)
    shown = frame(made.frames[0])
    geometry = FrameGeometry(
        spacing=(3.0, 2.0),
        spacing_source=SpacingSource.IMAGER,
        row_axis=TILTED[:3],
        column_axis=TILTED[3:],
        slice_thickness=5.0,
        spacing_between_slices=6.0,
    )
    facts = told(table, made, replace(shown.facts, geometry=geometry))
    assert (facts["Frames"], facts["Objects"]) == ("3", "1")
    assert facts["Pixel"] == "2 × 3 mm · at the detector"
    assert facts["Field of view"] == "60 × 60 mm"
    assert facts["Plane"] == "oblique · R–L, AH–PF"
    assert facts["Slice thickness"] == "5 mm"
    assert facts["Slice distance"] == "6 mm"
    assert "Covers" not in facts


def test_missing_slices_are_pointed_out() -> None:
    made = replace(display_set("1", 6), number_of_instances=6, notes=(message("Slices missing: {count}", count=2),))
    table = Table(made)
    rows = series_facts(table.catalogue, made, None)
    assert [str(row.parts[0]) for row in rows if row.is_warning] == ["Slices missing: 2"]


def test_a_document() -> None:
    made = replace(display_set("1", 1, kind=DisplaySetKind.DOCUMENT), number_of_instances=1)
    facts = told(Table(made), made, None)
    assert facts["Objects"] == "1"
    assert not {"Images", "Plane", "Pixel"} & set(facts)
