"""Where a frame lies and how large its pixels are: position, direction cosines, spacing by order of trust (PS3.3 C.7.6.2, 10.7)."""

from __future__ import annotations

from viewer.dicom.data_set import DataSet
from viewer.dicom.frame_attributes import FrameAttributes
from viewer.model.geometry import FrameGeometry, SpacingSource
from viewer.model.planes import Vector, normal_of, unit_axes
from viewer.model.ultrasound import UltrasoundRegion

Spacing = tuple[float, float]

PIXEL_MEASURES, PLANE_POSITION, PLANE_ORIENTATION = 0x00289110, 0x00209113, 0x00209116
_PIXEL_PROPERTIES, _PROJECTION_CALIBRATION = 0x00289443, 0x00189401
_DETECTORS, _DETECTOR_VECTOR = 0x00540022, 0x00540020
_GRID_OFFSETS, _SLICE_VECTOR = 0x3004000C, 0x00540080
_RT_DOSE = "1.2.840.10008.5.1.4.1.1.481.2"

_MAX_SPACING = 10_000.0
_SAME = 1e-4
_QUADRUPED = "QUADRUPED"


def geometry_of(frame: FrameAttributes, regions: tuple[UltrasoundRegion, ...] = ()) -> FrameGeometry:
    """Geometry of one frame. What is absent, impossible or contradictory stays None."""
    return placed(geometry_without_place(frame, regions), frame)


def geometry_without_place(frame: FrameAttributes, regions: tuple[UltrasoundRegion, ...] = ()) -> FrameGeometry:
    """All but the position, which alone differs from slice to slice of a series."""
    top = frame.top
    spacing, source = _spacing(frame, regions)
    axes = _axes(frame)
    row_axis, column_axis = axes if axes is not None else (None, None)
    between = _positive(frame.holder(PIXEL_MEASURES, 0x00180088).number(0x00180088))
    return FrameGeometry(
        spacing=spacing,
        spacing_source=source,
        aspect=_aspect(frame, spacing),
        row_axis=row_axis,
        column_axis=column_axis,
        frame_of_reference_uid=top.code(0x00200052),
        slice_thickness=_positive(frame.holder(PIXEL_MEASURES, 0x00180050).number(0x00180050)),
        spacing_between_slices=between,
        patient_orientation=_patient_orientation(frame),
        quadruped=top.code(0x00102210).upper() == _QUADRUPED,
    )


def placed(geometry: FrameGeometry, frame: FrameAttributes) -> FrameGeometry:
    """`geometry` with the position of `frame`, to which it belongs but for that."""
    row_axis, column_axis = geometry.row_axis, geometry.column_axis
    position = _position(frame, None if row_axis is None or column_axis is None else (row_axis, column_axis))
    if position is None:
        return geometry
    return FrameGeometry(  # `replace` takes twice as long
        geometry.spacing,
        geometry.spacing_source,
        geometry.aspect,
        position,
        row_axis,
        column_axis,
        geometry.frame_of_reference_uid,
        geometry.slice_thickness,
        geometry.spacing_between_slices,
        geometry.patient_orientation,
        geometry.quadruped,
    )


def _positive(value: float | None) -> float | None:
    return value if value is not None and 0 < value < _MAX_SPACING else None


def pair(data_set: DataSet, tag: int) -> Spacing | None:
    """(between rows, between columns) in mm of a Pixel Spacing or a like one; None when it is none."""
    if tag not in data_set:
        return None
    values = data_set.numbers(tag)
    if len(values) < 2 or not all(0 < value < _MAX_SPACING for value in values[:2]):
        return None
    return values[0], values[1]


# Spacing


def _spacing(frame: FrameAttributes, regions: tuple[UltrasoundRegion, ...]) -> tuple[Spacing | None, SpacingSource]:
    top = frame.top
    stated = pair(frame.holder(PIXEL_MEASURES, 0x00280030), 0x00280030)
    imager = _imager_spacing(frame)
    if stated is not None:
        if _is_calibrated(top, stated, imager):
            return stated, SpacingSource.CALIBRATED
        if imager is None:
            return stated, SpacingSource.PIXEL_SPACING
    calibrated = _at_beam_center(frame)
    if calibrated is not None:
        return calibrated, SpacingSource.CALIBRATED
    if imager is not None:
        return _at_object(top, imager)
    scanned = regions_spacing(regions)
    if scanned is not None:
        return scanned, SpacingSource.ULTRASOUND_REGION
    nominal = pair(top, 0x00182010)
    return (nominal, SpacingSource.NOMINAL_SCANNED) if nominal is not None else (None, SpacingSource.NONE)


def _imager_spacing(frame: FrameAttributes) -> Spacing | None:
    """At the detector: Imager Pixel Spacing, for RT Image the Image Plane Pixel Spacing."""
    return pair(frame.holder(_PIXEL_PROPERTIES, 0x00181164), 0x00181164) or pair(frame.top, 0x30020011)


def _is_calibrated(top: DataSet, stated: Spacing, imager: Spacing | None) -> bool:
    """Pixel Spacing was corrected for magnification when it says so or differs from that of the detector (PS3.3 10.7.1.3)."""
    if top.code(0x00280A02):
        return True
    return imager is not None and any(abs(a - b) > _SAME * b for a, b in zip(stated, imager, strict=True))


def _at_beam_center(frame: FrameAttributes) -> Spacing | None:
    """Object Pixel Spacing in Center of Beam of enhanced XA and XRF (PS3.3 C.8.19.6.9)."""
    calibration = frame.macro(_PROJECTION_CALIBRATION)
    return pair(calibration, 0x00189404) if calibration is not None else None


def _at_object(top: DataSet, imager: Spacing) -> tuple[Spacing, SpacingSource]:
    factor = top.number(0x00181114)
    if factor is not None and 1.0 < factor < 20.0:
        return (imager[0] / factor, imager[1] / factor), SpacingSource.IMAGER_MAGNIFIED
    return imager, SpacingSource.IMAGER


def regions_spacing(regions: tuple[UltrasoundRegion, ...]) -> Spacing | None:
    """Spacing that holds for all two-dimensional regions; None when they differ, for then it would be wrong in some of them."""
    found = [region.spacing for region in regions if region.is_spatial and region.spatial_format in (0, 1)]
    spacings = [one for one in found if one is not None and all(0 < side < _MAX_SPACING for side in one)]
    if not spacings:
        return None
    first = spacings[0]
    same = all(abs(a - b) <= 1e-3 * b for one in spacings for a, b in zip(one, first, strict=True))
    return first if same else None


def _aspect(frame: FrameAttributes, spacing: Spacing | None) -> float:
    """Height by width of a pixel: from the spacing, else from Pixel Aspect Ratio (PS3.3 C.7.6.3.1.7)."""
    if spacing is not None:
        ratio = spacing[0] / spacing[1]
    else:
        values = frame.top.numbers(0x00280034, b"IS")
        ratio = values[0] / values[1] if len(values) >= 2 and values[0] > 0 and values[1] > 0 else 1.0
    return ratio if 0.01 <= ratio <= 100 else 1.0


# Place


def _axes(frame: FrameAttributes) -> tuple[Vector, Vector] | None:
    """Directions in the patient. Those on a slide or in an ultrasound volume are no directions in a patient: None."""
    holder = _place_holder(frame, 0x00200037, PLANE_ORIENTATION)
    return unit_axes(holder.numbers(0x00200037)) if holder is not None else None


def _place_holder(frame: FrameAttributes, tag: int, macro: int) -> DataSet | None:
    """Who states `tag`: a functional group, the top level, or the frame's detector in nuclear medicine."""
    found = frame.macro(macro)
    if found is not None and tag in found:
        return found
    if tag in frame.top:
        return frame.top
    detector = _detector(frame) if _DETECTORS in frame.top else None
    return detector if detector is not None and tag in detector else None


def _detector(frame: FrameAttributes) -> DataSet | None:
    detectors = frame.top.items(_DETECTORS)
    vector = frame.top.numbers(_DETECTOR_VECTOR, b"US") if _DETECTOR_VECTOR in frame.top else ()
    index = int(vector[frame.number - 1]) - 1 if frame.number <= len(vector) else 0
    return detectors[index] if 0 <= index < len(detectors) else None


def _position(frame: FrameAttributes, axes: tuple[Vector, Vector] | None) -> Vector | None:
    holder = _place_holder(frame, 0x00200032, PLANE_POSITION)
    values = holder.numbers(0x00200032) if holder is not None else ()
    if len(values) != 3 or not all(abs(value) < 1e7 for value in values):
        return None
    place = (values[0], values[1], values[2])
    if frame.own is not None or axes is None:
        return place
    offset = _offset_along_normal(frame, place, axes)
    if offset is None:
        return None
    return tuple(a + offset * b for a, b in zip(place, normal_of(*axes), strict=True)) if offset else place  # type: ignore[return-value]


def _offset_along_normal(frame: FrameAttributes, place: Vector, axes: tuple[Vector, Vector]) -> float | None:
    """Distance in mm from the first frame's plane where one position stands for many frames: RT Dose, reconstructed NM.

    None where the frame lies elsewhere and the file does not say where.
    """
    top, index = frame.top, frame.number - 1
    if _GRID_OFFSETS in top or top.code(0x00080016) == _RT_DOSE:
        return _grid_offset(top.numbers(_GRID_OFFSETS), index, place, normal_of(*axes)[2])
    if _SLICE_VECTOR in top:
        slices = top.numbers(_SLICE_VECTOR, b"US")
        if index >= len(slices):
            return None
        signed = top.number(0x00180088)  # its sign says in which direction the slices go (PS3.3 C.8.4.15)
        step = signed if signed and abs(signed) < _MAX_SPACING else _positive(top.number(0x00180050))
        beyond = slices[index] - 1
        return 0.0 if not beyond else None if step is None else beyond * step
    return 0.0


def _grid_offset(offsets: tuple[float, ...], index: int, place: Vector, cosine: float) -> float | None:
    """Grid Frame Offset Vector (PS3.3 C.8.8.3.2): distances when it begins with 0, else z coordinates of transverse planes.

    `cosine`: between the normal and +z.
    """
    if index == 0:
        return 0.0
    if index >= len(offsets):
        return None
    if offsets[0] == 0:
        return offsets[index]
    return (offsets[index] - place[2]) * (1 if cosine > 0 else -1) if abs(cosine) > 0.99 else None


def _patient_orientation(frame: FrameAttributes) -> tuple[str, str] | None:
    """Patient Orientation (0020,0020): towards which side rows and columns run."""
    values = frame.top.codes(0x00200020)
    return (values[0], values[1]) if len(values) == 2 and all(values) else None
