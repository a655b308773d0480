"""What the rows of the browser say, in the user's language and date form. All DICOM text goes through ``plain``."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from viewer.dicom.sop_classes import short_code
from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.hierarchy import Instance, Patient, Study
from viewer.model.text import person_name, plain, split_date
from viewer.ui.browser.rows import DisplaySetRow, InstanceRow, PatientRow, Row, StudyRow
from viewer.ui.canvas.line_text import line_text, part_text
from viewer.ui.i18n import tr, tr_n, translated
from viewer.workspace.corner_text import CornerLine, age_part, date_part

LONGEST = 200  # characters of one line
KILOBYTE = 1000
_NO_ISOLATES = {0x2068: None, 0x2069: None}
OLDEST = 130  # years; beyond it a date is a placeholder


def joined(*parts: str) -> str:
    """The parts that are there, with " · " between them."""
    return line_text(CornerLine(tuple(part for part in parts if part)))


def bare(text: str) -> str:
    """Without the marks that `joined` puts around parts of other scripts: for the clipboard and for single values."""
    return text.translate(_NO_ISOLATES)


def title_of(row: Row) -> str:
    """The name of a row: what people look for."""
    if isinstance(row, PatientRow):
        return patient_title(row.patient)
    if isinstance(row, StudyRow):
        return study_title(row.study)
    if isinstance(row, DisplaySetRow):
        return display_set_title(row.display_set)
    if isinstance(row, InstanceRow):
        return instance_title(row)
    return ""


def patient_title(patient: Patient) -> str:
    name = plain(person_name(patient.patient_name), LONGEST)
    return name or plain(patient.patient_id, LONGEST) or tr("No name")


def patient_line(row: PatientRow) -> str:
    """Sex, age at the newest study, ID."""
    patient = row.patient
    newest = row.children[0] if row.children else None
    age = _age(patient, newest.study) if isinstance(newest, StudyRow) else ""
    has_name = bool(person_name(patient.patient_name))
    identity = tr("ID {value}", value=plain(patient.patient_id, 64)) if patient.patient_id and has_name else ""
    return joined(plain(patient.patient_sex, 16), age, identity)


def _age(patient: Patient, study: Study) -> str:
    """As the study states it, else reckoned from the birth date."""
    if study.patient_age:
        return part_text(age_part(study.patient_age))
    born, then = split_date(patient.patient_birth_date), split_date(study.study_date)
    if born is None or then is None or then < born:
        return ""
    years = then[0] - born[0] - (then[1:] < born[1:])
    months = (then[0] - born[0]) * 12 + then[1] - born[1] - (then[2] < born[2])
    return part_text(age_part(f"{years:03}Y" if years >= 2 else f"{months:03}M")) if years <= OLDEST else ""


def study_title(study: Study) -> str:
    """Its description; the modalities where it has none."""
    described = plain(study.study_description, LONGEST).strip()
    return described or " ".join(plain(one, 16) for one in study.modalities_in_study) or tr("Study")


def study_line(study: Study) -> str:
    """When it was, how much it is."""
    return joined(study_date(study), tr_n("%n series", study.number_of_series) if study.number_of_series else "")


def study_date(study: Study) -> str:
    return part_text(date_part(study.study_date)) or tr("no date")


def display_set_title(display_set: DisplaySet) -> str:
    text = plain(display_set.label or display_set.series_description, LONGEST).strip()
    return text.removesuffix(" Storage") if text == display_set.sop_class_name else text or _class_name(display_set) or tr("Series")


def display_set_line(display_set: DisplaySet) -> str:
    """How much it is, or what it is, and why it was split off its series."""
    reason = plain(translated(display_set.split_reason), LONGEST) if display_set.split_reason else ""
    return joined(amount(display_set), reason)


def amount(display_set: DisplaySet) -> str:
    """ "28 images", "120 frames", the kind of a document."""
    if display_set.kind is DisplaySetKind.DOCUMENT:
        return _class_name(display_set)
    if display_set.kind is DisplaySetKind.VIDEO:
        return joined(tr("video"), tr_n("%n frame(s)", len(display_set.frames)))
    count = len(display_set.frames)
    if display_set.number_of_instances == 1 and count > 1:
        return tr_n("%n frame(s)", count)
    return tr_n("%n image(s)", count)


def _class_name(display_set: DisplaySet) -> str:
    return plain(display_set.sop_class_name, LONGEST).removesuffix(" Storage")


def badge_text(display_set: DisplaySet) -> str:
    """The modality."""
    return plain(display_set.modality, 16).strip()


def tile_letters(display_set: DisplaySet) -> str:
    """The code on the tile of what has no picture."""
    return plain(short_code(display_set.sop_class_uid, display_set.modality), 8).strip() or "?"


def instance_title(row: InstanceRow) -> str:
    number = row.instance.instance_number if row.instance is not None else None
    shown = row.place + 1 if number is None else number
    return tr("Image {number}", number=shown) if _is_image(row) else tr("Object {number}", number=shown)


def _is_image(row: InstanceRow) -> bool:
    parent = row.parent
    return isinstance(parent, DisplaySetRow) and parent.display_set.kind is DisplaySetKind.IMAGE


def instance_line(instance: Instance | None) -> str:
    """Frames, size in pixels, size on disk."""
    if instance is None:
        return ""
    frames = tr_n("%n frame(s)", instance.number_of_frames) if instance.number_of_frames > 1 else ""
    pixels = f"{instance.columns} × {instance.rows}" if instance.columns and instance.rows else ""
    return joined(frames, pixels, byte_text(instance.file_size))


def byte_text(size: int) -> str:
    """A file size in the units of the language; "" for none."""
    if size <= 0:
        return ""
    return QLocale().formattedDataSize(size, 0 if size < KILOBYTE**2 else 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def accessible_text(row: Row, *, on_screen: bool = False, gone: bool = False, received: bool = False) -> str:
    """The whole row in one sentence, for a screen reader and for the clipboard."""
    state = (tr("on screen") if on_screen else "", tr("file not found") if gone else "")
    if isinstance(row, PatientRow):
        return _sentence(tr("Patient"), patient_title(row.patient), patient_line(row))
    if isinstance(row, StudyRow):
        return _sentence(tr("Study"), study_title(row.study), study_line(row.study), tr("received") if received else "")
    if isinstance(row, DisplaySetRow):
        display_set = row.display_set
        return _sentence(badge_text(display_set), display_set_title(display_set), display_set_line(display_set), *state)
    if isinstance(row, InstanceRow):
        return _sentence(instance_title(row), instance_line(row.instance), *state)
    return ""


def _sentence(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
