"""Geometry, grey tables, timing, shutters, overlays and dimensions of a frame, from written files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from written_files import EXPLICIT, IMPLICIT, image, item, ramp, write

from viewer.dicom.decode import decode
from viewer.dicom.image_file import open_image
from viewer.model.frame_place import TilePlace
from viewer.model.geometry import SpacingSource
from viewer.model.luts import PresentationShape, VOIFunction, Window
from viewer.model.pixels import FrameFacts, PixelFrame
from viewer.model.shutters import CircularShutter, PolygonalShutter, RectangularShutter

AXIAL = [1, 0, 0, 0, 1, 0]


def facts_of(folder: Path, frame: int = 1, syntax: str = EXPLICIT, **attributes: Any) -> FrameFacts:
    frames = int(attributes.get("NumberOfFrames", 1) or 1)
    data_set = image(ramp().tobytes() * frames, 5, 7, **attributes)
    return open_image(write(folder / "a.dcm", data_set, syntax)).facts(frame)


def shown(path: str, frame: int = 1) -> PixelFrame:
    file = open_image(path)
    return file.finish(frame, decode(file.decode_request(frame)))


# Spacing, in falling order of trust


@pytest.mark.parametrize(
    ("attributes", "spacing", "source"),
    [
        ({"PixelSpacing": [0.5, 0.7]}, (0.5, 0.7), SpacingSource.PIXEL_SPACING),
        ({"PixelSpacing": [0.5, 0.7], "ImagerPixelSpacing": [0.6, 0.8]}, (0.5, 0.7), SpacingSource.CALIBRATED),
        ({"PixelSpacing": [0.5, 0.7], "PixelSpacingCalibrationType": "FIDUCIAL"}, (0.5, 0.7), SpacingSource.CALIBRATED),
        ({"PixelSpacing": [0.5, 0.7], "ImagerPixelSpacing": [0.5, 0.7]}, (0.5, 0.7), SpacingSource.IMAGER),
        ({"ImagerPixelSpacing": [0.6, 0.9]}, (0.6, 0.9), SpacingSource.IMAGER),
        (
            {"ImagerPixelSpacing": [0.6, 0.9], "EstimatedRadiographicMagnificationFactor": 1.5},
            (0.4, 0.6),
            SpacingSource.IMAGER_MAGNIFIED,
        ),
        ({"NominalScannedPixelSpacing": [0.1, 0.2]}, (0.1, 0.2), SpacingSource.NOMINAL_SCANNED),
        ({"PixelSpacing": [0, 0.7]}, None, SpacingSource.NONE),
        ({}, None, SpacingSource.NONE),
    ],
)
def test_spacing_by_order_of_trust(tmp_path: Path, attributes: dict[str, Any], spacing: Any, source: SpacingSource) -> None:
    geometry = facts_of(tmp_path, **attributes).geometry
    assert geometry.spacing == pytest.approx(spacing) if spacing else geometry.spacing is None
    assert geometry.spacing_source is source


def region(delta_x: float, delta_y: float, units: int = 3, kind: int = 1) -> Dataset:
    return item(
        RegionSpatialFormat=kind,
        RegionDataType=1,
        RegionLocationMinX0=1,
        RegionLocationMinY0=0,
        RegionLocationMaxX1=6,
        RegionLocationMaxY1=4,
        PhysicalUnitsXDirection=units,
        PhysicalUnitsYDirection=units,
        PhysicalDeltaX=delta_x,
        PhysicalDeltaY=delta_y,
        ReferencePixelX0=3,
        ReferencePixelY0=-1,
    )


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
def test_ultrasound_regions_give_millimetres(tmp_path: Path, syntax: str) -> None:
    facts = facts_of(tmp_path, syntax=syntax, Modality="US", SequenceOfUltrasoundRegions=[region(0.02, -0.03)])
    assert facts.geometry.spacing == pytest.approx((0.3, 0.2))
    assert facts.geometry.spacing_source is SpacingSource.ULTRASOUND_REGION
    assert facts.geometry.aspect == pytest.approx(1.5)
    found = facts.regions[0]
    assert (found.first_column, found.first_row, found.last_column, found.last_row) == (1, 0, 6, 4)
    assert found.reference_pixel == (3, -1)


def test_ultrasound_regions_that_differ_give_no_spacing_for_the_whole(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, SequenceOfUltrasoundRegions=[region(0.02, 0.03), region(0.05, 0.05), region(1, 1, units=4, kind=3)])
    assert facts.geometry.spacing is None
    assert len(facts.regions) == 3
    assert facts.regions[2].spacing is None


def test_pixel_aspect_ratio_serves_without_a_spacing(tmp_path: Path) -> None:
    assert facts_of(tmp_path, PixelAspectRatio=["3", "2"]).geometry.aspect == pytest.approx(1.5)
    assert facts_of(tmp_path, PixelAspectRatio=["0", "2"]).geometry.aspect == 1.0
    assert facts_of(tmp_path, PixelSpacing=[2, 1], PixelAspectRatio=["1", "1"]).geometry.aspect == 2.0


# Place


def test_axes_are_made_unit_vectors_and_nonsense_is_none(tmp_path: Path) -> None:
    geometry = facts_of(tmp_path, ImageOrientationPatient=[1.001, 0, 0, 0, 0.999, 0], ImagePositionPatient=[1, 2, 3]).geometry
    assert geometry.row_axis == pytest.approx((1, 0, 0))
    assert geometry.position == (1, 2, 3)
    for broken in ([1, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0], [1, 0, 0]):
        assert facts_of(tmp_path, ImageOrientationPatient=broken).geometry.row_axis is None


def test_quadruped_and_patient_orientation(tmp_path: Path) -> None:
    geometry = facts_of(tmp_path, AnatomicalOrientationType="QUADRUPED", PatientOrientation=["LE", "CD"]).geometry
    assert geometry.quadruped
    assert geometry.patient_orientation == ("LE", "CD")


@pytest.mark.parametrize(
    ("offsets", "expected"), [([0, 2.5, 6], (10, 20, 36)), ([30, 32.5, 36], (10, 20, 36)), ([0, -2.5, -6], (10, 20, 24))]
)
def test_dose_frames_lie_at_their_grid_offsets(tmp_path: Path, offsets: list[float], expected: tuple[float, ...]) -> None:
    facts = facts_of(
        tmp_path,
        3,
        Modality="RTDOSE",
        NumberOfFrames=3,
        ImagePositionPatient=[10, 20, 30],
        ImageOrientationPatient=AXIAL,
        GridFrameOffsetVector=offsets,
        DoseGridScaling="0.002",
        DoseUnits="GY",
    )
    assert facts.geometry.position == pytest.approx(expected)
    assert (facts.modality_lut.slope, facts.modality_lut.units) == (0.002, "Gy")


def enhanced(**more: Any) -> dict[str, Any]:
    def frame(index: int) -> Dataset:
        return item(
            FrameContentSequence=[item(DimensionIndexValues=[1, index], StackID="7", InStackPositionNumber=index)],
            PlanePositionSequence=[item(ImagePositionPatient=[0, 0, 4 * index])],
            FrameVOILUTSequence=[item(WindowCenter=10 * index, WindowWidth=100)],
        )

    shared = item(
        PixelMeasuresSequence=[item(PixelSpacing=[0.4, 0.6], SliceThickness=4)],
        PlaneOrientationSequence=[item(ImageOrientationPatient=AXIAL)],
        PixelValueTransformationSequence=[item(RescaleSlope=2, RescaleIntercept=-1024, RescaleType="HU")],
    )
    return {
        "NumberOfFrames": 3,
        "SharedFunctionalGroupsSequence": [shared],
        "PerFrameFunctionalGroupsSequence": [frame(1), frame(2), frame(3)],
        "DimensionIndexSequence": [
            item(DimensionIndexPointer=0x00209056, DimensionDescriptionLabel="Stack"),
            item(DimensionIndexPointer=0x00209057),
        ],
        **more,
    }


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
def test_functional_groups_of_the_frame_then_the_shared_ones(tmp_path: Path, syntax: str) -> None:
    facts = facts_of(tmp_path, 3, syntax, **enhanced())
    assert facts.geometry.position == (0, 0, 12)
    assert facts.geometry.spacing == (0.4, 0.6)
    assert facts.geometry.slice_thickness == 4
    assert (facts.modality_lut.slope, facts.modality_lut.intercept, facts.modality_lut.units) == (2, -1024, "HU")
    assert facts.windows == (Window(30, 100),)
    assert [(one.keyword, one.value, one.label) for one in facts.dimensions] == [
        ("StackID", 1, "Stack"),
        ("InStackPositionNumber", 3, ""),
    ]
    assert facts.attribute("InStackPositionNumber") == "3"


def test_fewer_groups_than_frames_leave_the_shared_ones(tmp_path: Path) -> None:
    attributes = enhanced()
    attributes["PerFrameFunctionalGroupsSequence"] = attributes["PerFrameFunctionalGroupsSequence"][:2]
    facts = facts_of(tmp_path, 3, **attributes)
    assert facts.geometry.position is None
    assert facts.geometry.spacing == (0.4, 0.6)


def test_vectors_of_nuclear_medicine(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        3,
        Modality="NM",
        NumberOfFrames=4,
        FrameIncrementPointer=[0x00540010, 0x00540080],
        EnergyWindowVector=[1, 1, 2, 2],
        SliceVector=[1, 2, 1, 2],
        SpacingBetweenSlices=5,
        DetectorVector=[1, 1, 2, 2],
        DetectorInformationSequence=[
            item(ImagePositionPatient=[9, 9, 9], ImageOrientationPatient=AXIAL),
            item(ImagePositionPatient=[1, 2, 3], ImageOrientationPatient=AXIAL),
        ],
    )
    assert [(one.keyword, one.value, one.label) for one in facts.dimensions] == [
        ("EnergyWindowVector", 2, "Energy Window"),
        ("SliceVector", 1, "Slice"),
    ]
    assert facts.geometry.position == (1, 2, 3)


@pytest.mark.parametrize(("between", "height"), [(5, 13), (-5, -7)])
def test_slices_of_nuclear_medicine_go_along_or_against_the_normal(tmp_path: Path, between: float, height: float) -> None:
    facts = facts_of(
        tmp_path,
        3,
        Modality="NM",
        NumberOfFrames=3,
        FrameIncrementPointer=[0x00540080],
        SliceVector=[1, 2, 3],
        SpacingBetweenSlices=between,
        DetectorInformationSequence=[item(ImagePositionPatient=[1, 2, 3], ImageOrientationPatient=AXIAL)],
    )
    assert facts.geometry.position == (1, 2, height)


SAGITTAL = [0, 1, 0, 0, 0, -1]


@pytest.mark.parametrize(
    ("orientation", "offsets", "number", "position"),
    [
        (AXIAL, [0, 3, 7], 3, (1, 2, 12)),
        (SAGITTAL, [0, 3, 7], 3, (-6, 2, 5)),
        (AXIAL, [5, 8, 12], 3, (1, 2, 12)),
        ([1, 0, 0, 0, -1, 0], [5, 8, 12], 2, (1, 2, 8)),
        (AXIAL, [5, 8, 12], 1, (1, 2, 5)),
        (AXIAL, [0, 3], 3, None),
        (AXIAL, None, 2, None),
        (AXIAL, None, 1, (1, 2, 5)),
        (SAGITTAL, [5, 8, 12], 2, None),
    ],
)
def test_frames_of_a_dose_lie_where_their_offset_says_or_nowhere(
    tmp_path: Path, orientation: list[int], offsets: list[int] | None, number: int, position: tuple[int, ...] | None
) -> None:
    more = {} if offsets is None else {"GridFrameOffsetVector": offsets}
    facts = facts_of(
        tmp_path,
        number,
        SOPClassUID="1.2.840.10008.5.1.4.1.1.481.2",
        Modality="RTDOSE",
        NumberOfFrames=3,
        PixelSpacing=[1, 1],
        ImagePositionPatient=[1, 2, 5],
        ImageOrientationPatient=orientation,
        **more,
    )
    assert facts.geometry.position == position
    assert (facts.geometry.patient_point(0, 0) is None) == (position is None)


@pytest.mark.parametrize(("vector", "number", "position"), [([1, 2], 3, None), ([1, 2, 3], 2, None), ([1, 2, 3], 1, (1, 2, 3))])
def test_a_slice_without_a_known_distance_lies_nowhere(
    tmp_path: Path, vector: list[int], number: int, position: tuple[int, ...] | None
) -> None:
    facts = facts_of(
        tmp_path,
        number,
        Modality="NM",
        NumberOfFrames=3,
        FrameIncrementPointer=[0x00540080],
        SliceVector=vector,
        DetectorInformationSequence=[item(ImagePositionPatient=[1, 2, 3], ImageOrientationPatient=AXIAL)],
    )
    assert facts.geometry.position == position


def test_tiles_of_a_full_and_of_a_sparse_matrix(tmp_path: Path) -> None:
    matrix = {"NumberOfFrames": 6, "TotalPixelMatrixColumns": 20, "TotalPixelMatrixRows": 9}
    full = facts_of(tmp_path, 5, DimensionOrganizationType="TILED_FULL", **matrix)
    assert full.tile == TilePlace(7, 5, 20, 9, ("1", "", ""))
    place = item(
        ColumnPositionInTotalImagePixelMatrix=8, RowPositionInTotalImagePixelMatrix=6, ZOffsetInSlideCoordinateSystem="0.5"
    )
    groups = [item(PlanePositionSlideSequence=[place])] * 6
    sparse = facts_of(tmp_path, 2, PerFrameFunctionalGroupsSequence=groups, **matrix)
    assert sparse.tile == TilePlace(7, 5, 20, 9, ("", "0.5", ""))


# Grey tables


def test_several_windows_with_explanations_and_function(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        WindowCenter=["40", "-600"],
        WindowWidth=["400", "1500"],
        WindowCenterWidthExplanation=["ABDOMEN", "LUNG"],
        VOILUTFunction="SIGMOID",
    )
    assert facts.windows == (
        Window(40, 400, VOIFunction.SIGMOID, "ABDOMEN"),
        Window(-600, 1500, VOIFunction.SIGMOID, "LUNG"),
    )


def test_a_window_without_width_is_left_out(tmp_path: Path) -> None:
    assert facts_of(tmp_path, WindowCenter=["1", "2"], WindowWidth=["0", "5"]).windows == (Window(2, 5),)


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
def test_modality_table_with_a_negative_first_value(tmp_path: Path, syntax: str) -> None:
    table = item(LUTDescriptor=[4, -2, 12], ModalityLUTType="OD", LUTData=np.array([5, 4000, 7, 9], "<u2").tobytes())
    table["LUTDescriptor"].VR = "SS"
    table["LUTData"].VR = "OW"
    facts = facts_of(tmp_path, syntax=syntax, PixelRepresentation=1, ModalityLUTSequence=[table])
    found = facts.modality_lut.table
    assert found is not None
    assert (found.first_mapped, found.data.tolist(), found.bits) == (-2, [5, 4000, 7, 9], 12)
    assert facts.modality_lut.units == "OD"


def test_voi_tables_of_eight_bit_entries_in_words(tmp_path: Path) -> None:
    table = item(LUTDescriptor=[6, 100, 8], LUTExplanation="SOFT", LUTData=bytes([1, 2, 3, 4, 5, 250]))
    table["LUTDescriptor"].VR = "US"
    table["LUTData"].VR = "OW"
    (found,) = facts_of(tmp_path, VOILUTSequence=[table]).voi_tables
    assert (found.first_mapped, found.data.tolist(), found.explanation) == (100, [1, 2, 3, 4, 5, 250], "SOFT")


def test_units_and_what_has_none(tmp_path: Path) -> None:
    assert facts_of(tmp_path, RescaleSlope=1, RescaleIntercept=-1024).modality_lut.units == "HU"
    assert facts_of(tmp_path, RescaleSlope=1, RescaleIntercept=0, RescaleType="US").modality_lut.units == ""
    assert facts_of(tmp_path, RescaleIntercept=0, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"]).modality_lut.units == ""
    assert facts_of(tmp_path, Modality="PT", RescaleSlope=3, Units="BQML").modality_lut.units == "BQML"
    assert facts_of(tmp_path, RescaleSlope=0, RescaleIntercept=5).modality_lut.slope == 1.0


def test_intensity_tables_of_angiography_are_no_part_of_the_display(tmp_path: Path) -> None:
    angiography = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.12.1", "Modality": "XA", "RescaleSlope": 3, "RescaleIntercept": 1}
    assert facts_of(tmp_path, PixelIntensityRelationship="LOG", **angiography).modality_lut.is_identity
    assert facts_of(tmp_path, PixelIntensityRelationship="DISP", **angiography).modality_lut.slope == 3


def test_padding_has_the_sign_of_the_pixels(tmp_path: Path) -> None:
    data_set = image(ramp().tobytes(), 5, 7, PixelRepresentation=1)
    data_set.add_new("PixelPaddingValue", "US", 63536)
    data_set.add_new("PixelPaddingRangeLimit", "SS", -1990)
    assert open_image(write(tmp_path / "a.dcm", data_set)).facts(1).padding == (-2000, -1990)
    assert facts_of(tmp_path).padding is None


def test_padding_of_float_pixels(tmp_path: Path) -> None:
    data_set = image(b"", 5, 7, BitsAllocated=32, BitsStored=None, HighBit=None, PixelRepresentation=None)
    del data_set.PixelData
    data_set.FloatPixelData = ramp(dtype="<f4").tobytes()
    data_set.FloatPixelPaddingValue = -0.25
    data_set.FloatPixelPaddingRangeLimit = -8.5
    assert open_image(write(tmp_path / "a.dcm", data_set)).facts(1).padding == (-8.5, -0.25)


def test_places_on_a_slide_are_no_places_in_a_patient(tmp_path: Path) -> None:
    place = item(XOffsetInSlideCoordinateSystem="1", YOffsetInSlideCoordinateSystem="2", ZOffsetInSlideCoordinateSystem="3")
    facts = facts_of(
        tmp_path,
        ImageOrientationSlide=[0, -1, 0, -1, 0, 0],
        PerFrameFunctionalGroupsSequence=[item(PlanePositionSlideSequence=[place])],
    )
    assert facts.geometry.row_axis is None
    assert facts.geometry.position is None


def test_presentation_shape(tmp_path: Path) -> None:
    assert facts_of(tmp_path, PresentationLUTShape="INVERSE").presentation_lut.shape is PresentationShape.INVERSE
    assert facts_of(tmp_path).presentation_lut.shape is PresentationShape.IDENTITY


def test_real_world_values(tmp_path: Path) -> None:
    line = item(
        LUTLabel="ADC",
        RealWorldValueSlope=0.5,
        RealWorldValueIntercept=3.0,
        MeasurementUnitsCodeSequence=[item(CodeValue="um2/s")],
    )
    line.add_new("RealWorldValueFirstValueMapped", "US", 0)
    line.add_new("RealWorldValueLastValueMapped", "US", 4095)
    (found,) = facts_of(tmp_path, RealWorldValueMappingSequence=[line]).real_world_maps
    assert (found.first, found.last, found.slope, found.intercept, found.units, found.label) == (0, 4095, 0.5, 3, "µm²/s", "ADC")


@pytest.mark.parametrize(
    ("code", "label", "shown"),
    [
        ("{SUVbw}g/ml", "{SUVbw}g/ml", ("g/ml", "SUVbw")),
        ("{SUVbw}g/ml", "SUV", ("g/ml", "SUV")),
        ("1", "feature", ("", "feature")),
        ("[hnsf'U]", "CT", ("HU", "CT")),
        ("ml/100ml/s", "RCBF", ("ml/100ml/s", "RCBF")),
    ],
)
def test_a_unit_in_letters_of_a_code_as_people_write_it(tmp_path: Path, code: str, label: str, shown: tuple[str, str]) -> None:
    line = item(LUTLabel=label, RealWorldValueSlope=1.0, MeasurementUnitsCodeSequence=[item(CodeValue=code)])
    line.add_new("DoubleFloatRealWorldValueFirstValueMapped", "FD", -2.5)
    line.add_new("DoubleFloatRealWorldValueLastValueMapped", "FD", 7.25)
    (found,) = facts_of(tmp_path, RealWorldValueMappingSequence=[line]).real_world_maps
    assert (found.units, found.label) == shown
    assert (found.first, found.last) == (-2.5, 7.25)


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
@pytest.mark.parametrize(("sign", "vr", "last"), [(0, "US", 65535), (1, "SS", -1)])
def test_the_range_of_a_map_has_the_sign_of_the_pixels(tmp_path: Path, syntax: str, sign: int, vr: str, last: int) -> None:
    line = item(LUTLabel="a", RealWorldValueSlope=2.0)
    line.add_new("RealWorldValueFirstValueMapped", vr, -300 if sign else 300)
    line.add_new("RealWorldValueLastValueMapped", vr, last)
    signed = {"PixelRepresentation": sign, "BitsAllocated": 16, "BitsStored": 16, "HighBit": 15}
    (found,) = facts_of(tmp_path, syntax=syntax, RealWorldValueMappingSequence=[line], **signed).real_world_maps
    assert (found.first, found.last) == (-300 if sign else 300, last)


# Time


def test_frame_times(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, 3, NumberOfFrames=3, FrameTimeVector=[0, 40, 55], RecommendedDisplayFrameRate=12)
    assert (facts.frame_time_ms, facts.recommended_rate) == (55, 12)
    facts = facts_of(tmp_path, FrameTime="33.3", PreferredPlaybackSequencing=1, CineRate=25)
    assert (facts.frame_time_ms, facts.recommended_rate, facts.playback) == (33.3, 25, "SWEEP")
    assert facts_of(tmp_path, FrameTime="0").frame_time_ms is None
    assert facts.trim is None
    assert facts_of(tmp_path, 1, NumberOfFrames=9, StartTrim=2, StopTrim=7).trim == (2, 7)
    assert facts_of(tmp_path, 1, NumberOfFrames=9, StartTrim=7, StopTrim=2).trim is None


# Shutters and overlays


def test_all_shapes_of_shutters(tmp_path: Path) -> None:
    facts = facts_of(
        tmp_path,
        ShutterShape=["RECTANGULAR", "CIRCULAR", "POLYGONAL"],
        ShutterLeftVerticalEdge=2,
        ShutterRightVerticalEdge=6,
        ShutterUpperHorizontalEdge=1,
        ShutterLowerHorizontalEdge=4,
        CenterOfCircularShutter=[3, 4],
        RadiusOfCircularShutter=2,
        VerticesOfThePolygonalShutter=[1, 1, 1, 7, 5, 4],
        ShutterPresentationValue=65535,
    )
    assert facts.shutters is not None
    assert facts.shutters.rectangle == RectangularShutter(1, 5, 0, 3)
    assert facts.shutters.circle == CircularShutter((2, 3), 2)
    assert facts.shutters.polygon == PolygonalShutter(((0, 0), (0, 6), (4, 3)))
    assert facts.shutters.presentation_value == 65535
    assert facts_of(tmp_path).shutters is None


def overlay(data_set: Dataset, group: int, bits: np.ndarray[Any, Any], **more: int) -> None:
    for element, vr, value in (
        (0x10, "US", bits.shape[-2]),
        (0x11, "US", bits.shape[-1]),
        (0x40, "CS", "R"),
        (0x50, "SS", [2, -1]),
        (0x100, "US", 1),
        (0x102, "US", 0),
        (0x1500, "LO", "LABEL"),
        (0x3000, "OW", np.packbits(bits.reshape(-1), bitorder="little").tobytes() + b"\0"),
    ):
        data_set.add_new(group << 16 | element, vr, value)
    for element, number in more.items():
        data_set.add_new(group << 16 | int(element[1:], 16), "US" if element != "e15" else "IS", number)


def test_an_overlay_plane_of_its_own(tmp_path: Path) -> None:
    bits = np.arange(24).reshape(4, 6) % 5 == 0
    data_set = image(ramp().tobytes(), 5, 7)
    overlay(data_set, 0x6002, bits)
    (plane,) = shown(write(tmp_path / "a.dcm", data_set)).overlays
    assert np.array_equal(plane.bits, bits)
    assert (plane.group, plane.origin, plane.is_roi, plane.label) == (0x6002, (1, -2), True, "LABEL")


def test_overlay_frames_lie_over_the_frames_they_are_for(tmp_path: Path) -> None:
    bits = np.random.default_rng(3).integers(0, 2, (2, 3, 5)).astype(bool)
    data_set = image(ramp().tobytes() * 3, 5, 7, NumberOfFrames=3)
    overlay(data_set, 0x6000, bits, e15=2, e51=2)
    path = write(tmp_path / "a.dcm", data_set)
    assert shown(path, 1).overlays == ()
    assert np.array_equal(shown(path, 2).overlays[0].bits, bits[0])
    assert np.array_equal(shown(path, 3).overlays[0].bits, bits[1])


def test_an_overlay_hidden_in_unused_bits(tmp_path: Path) -> None:
    hidden = ramp() % 4 == 1
    data_set = image((ramp() | (hidden.astype(np.uint16) << 13)).astype("<u2").tobytes(), 5, 7, BitsStored=12, HighBit=11)
    for element, vr, value in ((0x10, "US", 5), (0x11, "US", 7), (0x50, "SS", [1, 1]), (0x100, "US", 16), (0x102, "US", 13)):
        data_set.add_new(0x60000000 | element, vr, value)
    frame = shown(write(tmp_path / "a.dcm", data_set))
    assert np.array_equal(frame.pixels, ramp())
    assert np.array_equal(frame.overlays[0].bits, hidden)


def test_overlays_that_lie_about_their_size_are_left_out(tmp_path: Path) -> None:
    data_set = image(ramp().tobytes(), 5, 7)
    overlay(data_set, 0x6000, np.ones((4, 6), bool))
    data_set[0x60000010].value = 65535
    data_set[0x60000011].value = 65535
    assert shown(write(tmp_path / "a.dcm", data_set)).overlays == ()


def test_text_in_the_character_set_of_the_file(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, SpecificCharacterSet="ISO_IR 144", Manufacturer="Рентген", KVP="120", EchoTime="")
    assert facts.attribute("Manufacturer") == "Рентген"
    assert facts.attribute("KVP") == "120"
    assert facts.attribute("EchoTime") == ""
