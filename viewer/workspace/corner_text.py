"""What stands in the four corners of a picture: a pure function of the viewport's state and of whose picture it is.

Everything is taken from the frame on screen, never from the one still to come. Empty values vanish.
"""

from __future__ import annotations

import datetime
from functools import lru_cache

from viewer.model.display_set import DisplaySet
from viewer.model.frozen import frozen
from viewer.model.geometry import SpacingSource
from viewer.model.hierarchy import Patient, Series, Study
from viewer.model.messages import Message, message
from viewer.model.pixels import FrameFacts
from viewer.model.text import age, person_name, plain, split_date, time_of_day
from viewer.model.view import OverlayLevel
from viewer.workspace.services import Catalogue
from viewer.workspace.viewport import ViewportState

Part = str | Message | datetime.date  # a date is written in the user's own form where it is drawn


@frozen
class CornerLine:
    """Parts of one line, drawn with " · " between them. `is_warning` lines are amber.

    Where a viewport is too small for all, lines of lower `rank` go first, warnings last.
    """

    parts: tuple[Part, ...]
    is_warning: bool = False
    rank: int = 0


@frozen
class CornerText:
    """Lines of each corner, from top to bottom."""

    top_left: tuple[CornerLine, ...] = ()
    top_right: tuple[CornerLine, ...] = ()
    bottom_left: tuple[CornerLine, ...] = ()
    bottom_right: tuple[CornerLine, ...] = ()


NO_TEXT = CornerText()
_STUDY_RANKS = (-1, 0, 1, -2)  # the date tells two studies apart, the institution seldom does
_CORNERS_KEPT = 32  # two for each study on screen; they are asked for at each repaint
_VIEW_RANKS = (1, -1, 0, 2)  # that a picture is flipped must be known, its zoom can be seen


@frozen
class Identity:
    """Whose picture it is. Looked up once per display set, not per repaint."""

    patient: Patient | None = None
    study: Study | None = None
    series: Series | None = None
    notes: tuple[Message, ...] = ()  # what is wrong with the stack as a whole


NO_IDENTITY = Identity()


def identity_of(catalogue: Catalogue, display_set: DisplaySet | None, *, complete: bool = True) -> Identity:
    """Patient, study and series of a display set. `complete`: no scan is adding to it, so that gaps in it are real."""
    if display_set is None:
        return NO_IDENTITY
    study = catalogue.study(display_set.study_instance_uid)
    patient = catalogue.patient(study.patient_key) if study else None
    siblings = catalogue.series(display_set.study_instance_uid)
    series = next((one for one in siblings if one.series_instance_uid == display_set.series_instance_uid), None)
    return Identity(patient, study, series, display_set.notes if complete else ())


def corner_text(viewport: ViewportState, identity: Identity) -> CornerText:
    """The lines for the viewport's overlay level: all; without the patient (and all that could name one); or none.

    "No patient data" leaves out both upper corners: institution, accession and dates identify a person too, and descriptions are
    free text in which anything may stand.
    """
    if viewport.overlay is OverlayLevel.NONE or viewport.display_set is None:
        return NO_TEXT
    named = viewport.overlay is OverlayLevel.ALL
    facts = viewport.frame.facts if viewport.frame else None
    return CornerText(
        top_left=_patient_corner(identity.patient, identity.study) if named else (),
        top_right=_study_corner(identity.study) if named else (),
        bottom_left=_lines(_view_lines(viewport), _VIEW_RANKS) if facts else (),
        bottom_right=_series_corner(viewport.display_set, facts, identity.notes, named=named),
    )


def _lines(rows: list[list[Part]], ranks: tuple[int, ...] = ()) -> tuple[CornerLine, ...]:
    """`ranks` of the first rows; 0 for the others."""
    kept = ([part for part in row if part] for row in rows)
    return tuple(CornerLine(tuple(row), rank=ranks[place] if place < len(ranks) else 0) for place, row in enumerate(kept) if row)


@lru_cache(maxsize=_CORNERS_KEPT)
def _patient_corner(patient: Patient | None, study: Study | None) -> tuple[CornerLine, ...]:
    if patient is None:
        return ()
    rows: list[list[Part]] = [
        [person_name(patient.patient_name)],
        [plain(patient.patient_id)],
        [date_part(patient.patient_birth_date), plain(patient.patient_sex), age_part(study.patient_age if study else "")],
    ]
    return _lines(rows)


@lru_cache(maxsize=_CORNERS_KEPT)
def _study_corner(study: Study | None) -> tuple[CornerLine, ...]:
    if study is None:
        return ()
    rows: list[list[Part]] = [
        [plain(study.institution_name, 60)],
        [plain(study.study_description, 60)],
        [date_part(study.study_date), time_of_day(study.study_time)],
        [plain(study.accession_number)],
    ]
    return _lines(rows, _STUDY_RANKS)


def date_part(value: str) -> Part:
    """A DA value as a date; as it stands when it is none."""
    numbers = split_date(value)
    if numbers is None:
        return plain(value)
    try:
        return datetime.date(*numbers)
    except ValueError:
        return plain(value)


def age_part(value: str) -> Part:
    """An AS value in words."""
    known = age(value)
    if known is None:
        return plain(value)
    number, unit = known
    if unit == "Y":
        return message("{number} y", number=number)
    if unit == "M":
        return message("{number} months", number=number)
    if unit == "W":
        return message("{number} weeks", number=number)
    return message("{number} days", number=number)


def _view_lines(viewport: ViewportState) -> list[list[Part]]:
    return [
        [position_part(viewport)],
        [zoom_part(viewport)],
        [window_part(viewport)],
        _changes(viewport),
    ]


def position_part(viewport: ViewportState) -> Part:
    index = viewport.shown_index
    if index < 0:
        return ""
    return message("Image {number} / {count}", number=index + 1, count=viewport.count)


def zoom_part(viewport: ViewportState) -> Part:
    geometry = viewport.geometry
    if geometry is None:
        return ""
    percent = geometry.zoom * 100
    return message("Zoom {percent} %", percent=f"{percent:.0f}" if percent >= 10 else f"{percent:.1f}")


def window_part(viewport: ViewportState) -> Part:
    """Width and centre; for a VOI LUT its explanation; nothing for colour."""
    frame, data = viewport.frame, viewport.data
    if frame is None or frame.facts.is_colour:
        return ""
    if data.voi_table is not None:
        tables = frame.facts.voi_tables
        name = plain(tables[data.voi_table].explanation, 40) if data.voi_table < len(tables) else ""
        return message("VOI LUT {name}", name=name or str(data.voi_table + 1))
    if data.center is None or data.width is None:
        return ""
    return message("W {width} L {center}", width=number_text(data.width), center=number_text(data.center))


def number_text(value: float) -> str:
    """Rounded to two decimals, small numbers to three significant digits, no trailing zeros."""
    text = f"{value:.2f}" if abs(value) >= 0.1 or value == 0 else f"{value:.3g}"
    if "." in text and "e" not in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−") if text not in ("-0", "0") else "0"


def _changes(viewport: ViewportState) -> list[Part]:
    """What is not as the file has it. Two flips are half a turn, and mirror nothing."""
    view, parts = viewport.view, list[Part]()
    both = view.flip_horizontal and view.flip_vertical
    degrees = (view.rotation + (180 if both else 0)) % 360
    if degrees:
        parts.append(message("Rotated {degrees}°", degrees=degrees))
    if view.flip_horizontal != view.flip_vertical:
        parts.append(message("Flipped"))
    if viewport.data.inverted:
        parts.append(message("Inverted"))
    return parts


def _series_corner(
    display_set: DisplaySet, facts: FrameFacts | None, notes: tuple[Message, ...], *, named: bool
) -> tuple[CornerLine, ...]:
    number = display_set.series_number
    text = display_set.series_description or display_set.label
    rows: list[list[Part]] = [
        [plain(display_set.modality), "" if number is None else message("series {number}", number=number)],
        [plain(text, 60) if named else "", display_set.split_reason],
    ]
    if facts is None:
        return _lines(rows)
    rows += [_place(facts), *_technique(facts)]
    warnings = tuple(CornerLine((part,), is_warning=True) for part in (*badges(facts), *notes))
    return _lines(rows) + warnings


def _place(facts: FrameFacts) -> list[Part]:
    location = _number(facts, "SliceLocation") if facts.number_of_frames == 1 else None
    if location is None:
        location = facts.geometry.depth
    thickness = facts.geometry.slice_thickness
    return [
        "" if location is None else message("Loc {millimetres} mm", millimetres=number_text(round(location, 2))),
        "" if not thickness else message("{millimetres} mm", millimetres=number_text(round(thickness, 2))),
    ]


def _technique(facts: FrameFacts) -> list[list[Part]]:
    """How it was taken, by modality."""
    if facts.modality in ("CT", "DX", "CR", "XA", "RF"):
        return [[_with_unit(facts, "KVP", "kV"), _exposure(facts)], [*_projection(facts)]]
    if facts.modality == "MR":
        return [
            [_labelled(facts, "RepetitionTime", "TR"), _labelled(facts, "EchoTime", "TE")],
            [_with_unit(facts, "MagneticFieldStrength", "T")],
        ]
    if facts.modality == "MG":
        return [[*_projection(facts)], [_with_unit(facts, "KVP", "kV"), _exposure(facts)]]
    if facts.modality == "PT":
        return [[_suv_type(facts)]]
    return []


def _projection(facts: FrameFacts) -> list[Part]:
    side = facts.attribute("ImageLaterality") or facts.attribute("Laterality") or facts.attribute("FrameLaterality")
    return [plain(side, 16), plain(facts.attribute("ViewPosition"), 16)]


def _suv_type(facts: FrameFacts) -> Part:
    kind = plain(facts.attribute("SUVType"), 16) or ("BW" if facts.attribute("Units") == "GML" else "")
    return message("SUV {kind}", kind=kind) if kind else ""


def _number(facts: FrameFacts, keyword: str) -> float | None:
    text = facts.attribute(keyword).split("\\")[0].strip()
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None  # false for NaN and infinities too


def _with_unit(facts: FrameFacts, keyword: str, unit: str) -> Part:
    value = _number(facts, keyword)
    return "" if value is None else f"{number_text(value)} {unit}"


def _labelled(facts: FrameFacts, keyword: str, label: str) -> Part:
    value = _number(facts, keyword)
    return "" if value is None else f"{label} {number_text(value)}"


def _exposure(facts: FrameFacts) -> Part:
    """Exposure in mAs; from tube current and exposure time when it is not stated."""
    stated = _number(facts, "Exposure")
    if stated is not None:
        return f"{number_text(stated)} mAs"
    current, duration = _number(facts, "XRayTubeCurrent"), _number(facts, "ExposureTime")
    if current is None:
        return ""
    return f"{number_text(current)} mA" if not duration else f"{number_text(current * duration / 1000)} mAs"


def badges(facts: FrameFacts) -> list[Message]:
    """What one must know before trusting or measuring the picture."""
    found: list[Message] = []
    if facts.is_lossy:
        ratio = _number(facts, "LossyImageCompressionRatio") if not facts.lossy_ratio else _ratio(facts.lossy_ratio)
        found.append(message("Lossy {ratio} : 1", ratio=number_text(ratio)) if ratio else message("Lossy"))
    source = _SPACING_BADGES.get(facts.geometry.spacing_source)
    if source is not None:
        found.append(source)
    return found


def _ratio(text: str) -> float | None:
    try:
        value = float(text.split("\\")[-1])
    except ValueError:
        return None
    return value if 1 < value < 1e6 else None


_SPACING_BADGES = {
    SpacingSource.CALIBRATED: message("Calibrated spacing"),
    SpacingSource.IMAGER_MAGNIFIED: message("Spacing estimated from the magnification"),
    SpacingSource.IMAGER: message("Spacing at the detector, not in the patient"),
    SpacingSource.ULTRASOUND_REGION: message("Spacing of the ultrasound region"),
    SpacingSource.NOMINAL_SCANNED: message("Spacing of the film scanner"),
    SpacingSource.NONE: message("Not calibrated"),
}
