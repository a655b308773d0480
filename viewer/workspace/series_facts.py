"""What is known of a display set as a whole: how much it is, how it lies, how far its slices are apart, why it was split."""

from __future__ import annotations

from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.frozen import frozen
from viewer.model.geometry import FrameGeometry, SpacingSource
from viewer.model.hierarchy import Instance, Series
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.model.pixels import FrameFacts
from viewer.model.planes import dot, normal_of, plane_name, unit_axes
from viewer.model.text import plain, time_of_day
from viewer.model.view import ViewPresentation
from viewer.workspace.corner_text import Part, date_part, identity_of, number_text
from viewer.workspace.orientation import edge_letters
from viewer.workspace.services import Catalogue

_SPACING_NOTES = {
    SpacingSource.CALIBRATED: message("calibrated"),
    SpacingSource.IMAGER_MAGNIFIED: message("from the detector, magnification taken off"),
    SpacingSource.IMAGER: message("at the detector"),
    SpacingSource.NOMINAL_SCANNED: message("of the scanner that read the film"),
    SpacingSource.ULTRASOUND_REGION: message("of the ultrasound region"),
}


@frozen
class Fact:
    """One row: what it is about, and its parts, drawn with " · " between them. `is_warning` rows are amber."""

    label: Message
    parts: tuple[Part, ...]
    is_warning: bool = False


def series_facts(
    catalogue: Catalogue, display_set: DisplaySet, facts: FrameFacts | None, *, complete: bool = True
) -> tuple[Fact, ...]:
    """The rows of a display set, empty ones left out. `facts`: of a frame of it, where one is loaded.

    `complete`: no scan is adding to it, so that gaps in it are real.
    """
    identity = identity_of(catalogue, display_set, complete=complete)
    first = catalogue.instance(display_set.frames[0]) if display_set.frames else None
    rows = [*_what(display_set, identity.series)]
    if display_set.kind is not DisplaySetKind.DOCUMENT:
        rows += _pixels(display_set, first, facts)
        rows += _place(catalogue, display_set, first, facts)
        rows += [Fact(message("Attention"), (note,), is_warning=True) for note in identity.notes]
    rows += _when(display_set, identity.series, first)
    rows += _identifiers(display_set, first)
    kept = (Fact(row.label, tuple(part for part in row.parts if part), row.is_warning) for row in rows)
    return tuple(row for row in kept if row.parts)


def _what(display_set: DisplaySet, series: Series | None) -> list[Fact]:
    number = "" if display_set.series_number is None else str(display_set.series_number)
    rows = [
        Fact(message("Series"), (number, plain(display_set.series_description or display_set.label, 120))),
        Fact(message("Split off because"), (display_set.split_reason or "",)),
        Fact(message("Object"), (plain(display_set.modality, 16), plain(display_set.sop_class_name, 120))),
        *_contents(display_set),
    ]
    if series is not None:
        body = (plain(series.body_part_examined, 64), plain(series.laterality, 16))
        rows += [Fact(message("Protocol"), (plain(series.protocol_name, 120),)), Fact(message("Body part"), body)]
    return rows


def _contents(display_set: DisplaySet) -> list[Fact]:
    frames, objects = len(display_set.frames), display_set.number_of_instances
    counted = Fact(message("Objects"), (str(objects),))
    if display_set.kind is DisplaySetKind.DOCUMENT:
        return [counted]
    if frames == objects or not objects:
        return [Fact(message("Images"), (str(frames),))]
    return [Fact(message("Frames"), (str(frames),)), counted]


def _pixels(display_set: DisplaySet, first: Instance | None, facts: FrameFacts | None) -> list[Fact]:
    columns = facts.columns if facts else display_set.columns
    rows = facts.rows if facts else display_set.rows
    size = message("{columns} × {rows} pixels", columns=columns, rows=rows) if columns and rows else NO_MESSAGE
    colour = plain(first.photometric_interpretation, 32) if first else ""
    depth = message("{count} bit", count=facts.bits_stored) if facts else NO_MESSAGE
    spacing, note = _spacing(first, facts)
    extent: Part = ""
    if spacing and columns and rows:
        extent = f"{number_text(spacing[1] * columns)} × {number_text(spacing[0] * rows)} mm"
    pixel: Part = f"{number_text(spacing[1])} × {number_text(spacing[0])} mm" if spacing else ""
    return [
        Fact(message("Size"), (size or "", colour, depth or "")),
        Fact(message("Pixel"), (pixel, note or "")),
        Fact(message("Field of view"), (extent,)),
    ]


def _spacing(first: Instance | None, facts: FrameFacts | None) -> tuple[tuple[float, float] | None, Message]:
    if facts is not None:
        return facts.geometry.spacing, _SPACING_NOTES.get(facts.geometry.spacing_source, NO_MESSAGE)
    return (first.pixel_spacing if first else None), NO_MESSAGE


def _place(catalogue: Catalogue, display_set: DisplaySet, first: Instance | None, facts: FrameFacts | None) -> list[Fact]:
    geometry = facts.geometry if facts is not None else None
    rows = [Fact(message("Plane"), _plane(geometry, first))]
    thickness = first.slice_thickness if first else None
    if geometry is not None and geometry.slice_thickness is not None:
        thickness = geometry.slice_thickness
    rows.append(Fact(message("Slice thickness"), (_mm(thickness),)))
    depths = _depths(catalogue, display_set)
    step = geometry.spacing_between_slices if geometry is not None else None
    if depths is not None and depths[0]:
        step = depths[0]
    rows.append(Fact(message("Slice distance"), (_mm(abs(step) if step else None),)))
    if depths is not None:
        rows.append(Fact(message("Covers"), (_mm(depths[1]),)))
    return rows


def _plane(geometry: FrameGeometry | None, first: Instance | None) -> tuple[Part, ...]:
    axes = unit_axes(first.image_orientation) if first else None
    normal = normal_of(*axes) if axes is not None else None
    if geometry is not None and geometry.normal is not None:
        normal = geometry.normal
    if normal is None:
        return (message("not stated"),)
    name = plane_name(normal)
    if geometry is None:
        return (name,)
    letters = edge_letters(geometry, ViewPresentation())
    sides = f"{letters.left}–{letters.right}, {letters.top}–{letters.bottom}" if letters.left and letters.top else ""
    return name, sides


def _depths(catalogue: Catalogue, display_set: DisplaySet) -> tuple[float, float] | None:
    """(distance of the first two slices, from the first slice to the last) in mm along the normal; single-frame stacks only."""
    if len(display_set.frames) < 2 or len(display_set.frames) != display_set.number_of_instances:
        return None
    chosen = (display_set.frames[0], display_set.frames[1], display_set.frames[-1])
    found = [catalogue.instance(ref) for ref in chosen]
    axes = unit_axes(found[0].image_orientation) if found[0] is not None else None
    places = [one.image_position for one in found if one is not None and one.image_position is not None]
    if axes is None or len(places) < len(chosen):
        return None
    normal = normal_of(*axes)
    depths = [dot(place, normal) for place in places]
    return round(abs(depths[1] - depths[0]), 4), round(abs(depths[2] - depths[0]), 4)


def _mm(value: float | None) -> Part:
    return "" if not value else f"{number_text(value)} mm"


def _when(display_set: DisplaySet, series: Series | None, first: Instance | None) -> list[Fact]:
    date = display_set.series_date or (series.series_date if series else "")
    time = display_set.series_time or (series.series_time if series else "")
    rows = [Fact(message("Series time"), (date_part(date) if date else "", time_of_day(time)))]
    if first is not None:
        rows.append(Fact(message("Acquired"), (time_of_day(first.acquisition_time),)))
    return rows


def _identifiers(display_set: DisplaySet, first: Instance | None) -> list[Fact]:
    return [
        Fact(message("Frame of Reference"), (plain(first.frame_of_reference_uid, 64) if first else "",)),
        Fact(message("Series UID"), (plain(display_set.series_instance_uid, 64),)),
        Fact(message("Study UID"), (plain(display_set.study_instance_uid, 64),)),
    ]
