"""What is known of a row, as label and value: for its tool tip and its properties."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QLocale

from viewer.dicom.transfer_syntaxes import name_of_transfer_syntax
from viewer.model.display_set import DisplaySet
from viewer.model.hierarchy import Instance, Patient, Study
from viewer.model.text import person_name, plain, time_of_day
from viewer.ui.browser import row_texts
from viewer.ui.browser.rows import DisplaySetRow, InstanceRow, PatientRow, Row, StudyRow
from viewer.ui.canvas.line_text import part_text
from viewer.ui.i18n import tr, tr_n, translated
from viewer.workspace.corner_text import age_part, date_part

Facts = list[tuple[str, str]]
LONGEST = 500


def facts_of(row: Row, instance: Instance | None, *, complete: bool = True) -> Facts:
    """Those that have a value. `instance`: that of the row, or the first of a display set. `complete`: UIDs and paths too."""
    if isinstance(row, PatientRow):
        facts = _patient_facts(row.patient)
    elif isinstance(row, StudyRow):
        facts = _study_facts(row.study)
    elif isinstance(row, DisplaySetRow):
        facts = _display_set_facts(row.display_set, instance)
    elif isinstance(row, InstanceRow):
        facts = _instance_facts(row, instance)
    else:
        facts = []
    if complete:
        facts += _addresses(row, instance)
    return [(label, plain(row_texts.bare(value), LONGEST)) for label, value in facts if value]


def _when(date: str, time: str) -> str:
    return row_texts.joined(part_text(date_part(date)), time_of_day(time))


def _patient_facts(patient: Patient) -> Facts:
    return [
        (tr("Patient"), person_name(patient.patient_name)),
        (tr("Patient ID"), patient.patient_id),
        (tr("Issuer of the ID"), patient.issuer_of_patient_id),
        (tr("Birth date"), part_text(date_part(patient.patient_birth_date))),
        (tr("Sex"), patient.patient_sex),
    ]


def _study_facts(study: Study) -> Facts:
    return [
        (tr("Study"), study.study_description),
        (tr("Date"), _when(study.study_date, study.study_time)),
        (tr("Modality"), " ".join(study.modalities_in_study)),
        (tr("Age"), part_text(age_part(study.patient_age))),
        (tr("Accession number"), study.accession_number),
        (tr("Institution"), study.institution_name),
        (tr("Referring physician"), person_name(study.referring_physician_name)),
        (
            tr("Contents"),
            row_texts.joined(tr_n("%n series", study.number_of_series), tr_n("%n file(s)", study.number_of_instances)),
        ),
    ]


def _display_set_facts(display_set: DisplaySet, instance: Instance | None) -> Facts:
    number = display_set.series_number
    return [
        (tr("Series"), row_texts.display_set_title(display_set)),
        (tr("Number"), "" if number is None else str(number)),
        (tr("Modality"), row_texts.badge_text(display_set)),
        (tr("Contents"), row_texts.amount(display_set)),
        (tr("Split off"), translated(display_set.split_reason) if display_set.split_reason else ""),
        (tr("Date"), _when(display_set.series_date, display_set.series_time)),
        (tr("Pixels"), _pixels(display_set.columns, display_set.rows)),
        *_object_facts(display_set.sop_class_name, instance),
        *((tr("Note"), translated(note)) for note in display_set.notes),
    ]


def _instance_facts(row: InstanceRow, instance: Instance | None) -> Facts:
    if instance is None:
        return [(tr("Image"), row_texts.instance_title(row))]
    parent = row.parent
    class_name = parent.display_set.sop_class_name if isinstance(parent, DisplaySetRow) else ""
    return [
        (tr("Image"), row_texts.instance_title(row)),
        (tr("Pixels"), _pixels(instance.columns, instance.rows)),
        (tr("Frames"), QLocale().toString(instance.number_of_frames) if instance.number_of_frames > 1 else ""),
        *_object_facts(class_name, instance),
        (tr("Size"), row_texts.byte_text(instance.file_size)),
    ]


def _object_facts(class_name: str, instance: Instance | None) -> Facts:
    syntax = name_of_transfer_syntax(instance.transfer_syntax_uid) if instance is not None else ""
    return [(tr("Object"), class_name), (tr("Transfer syntax"), syntax)]


def _pixels(columns: int, rows: int) -> str:
    return f"{columns} × {rows}" if columns and rows else ""


def _addresses(row: Row, instance: Instance | None) -> Facts:
    facts: Facts = []
    if isinstance(row, StudyRow):
        facts.append(("Study Instance UID", row.key))
    elif isinstance(row, DisplaySetRow):
        facts += [
            ("Study Instance UID", row.display_set.study_instance_uid),
            ("Series Instance UID", row.display_set.series_instance_uid),
        ]
    if isinstance(row, InstanceRow) or (isinstance(row, DisplaySetRow) and row.display_set.number_of_instances == 1):
        facts.append(("SOP Instance UID", instance.sop_instance_uid if instance is not None else ""))
    if instance is not None:
        facts.append((tr("File") if isinstance(row, InstanceRow) else tr("First file"), instance.source or instance.path))
    return facts


def tool_tip(row: Row, instance: Instance | None, gone: str = "") -> str:
    """As rich text in which nothing of the file is markup."""
    facts = facts_of(row, instance, complete=False)
    if gone:
        facts.append((tr("File"), gone))
    if not facts:
        return ""
    lines = [f"<div><b>{escape(facts[0][1])}</b></div>"]
    lines += [f"<div>{escape(label)}: {escape(value)}</div>" for label, value in facts[1:]]
    return "".join(lines)
