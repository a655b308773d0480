"""Which attributes the tables of the library know of patients, studies, series and instances, as SQL (PS3.4 C.6.1, C.6.2)."""

from __future__ import annotations

from enum import IntEnum

from viewer.model.frozen import frozen

_PATIENT = {
    "PatientName": "p.patient_name",
    "PatientID": "p.patient_id",
    "IssuerOfPatientID": "p.issuer_of_patient_id",
    "PatientBirthDate": "p.patient_birth_date",
    "PatientSex": "p.patient_sex",
    "NumberOfPatientRelatedStudies": "p.number_of_studies",
    "NumberOfPatientRelatedSeries": "(SELECT sum(number_of_series) FROM studies WHERE patient = p.id)",
    "NumberOfPatientRelatedInstances": "(SELECT sum(number_of_instances) FROM studies WHERE patient = p.id)",
}
# A UID that two patients share is made two with a mark; the object itself says the UID alone.
_UID = "substr(s.study_instance_uid, 1, instr(s.study_instance_uid || '#', '#') - 1)"
_STUDY = {
    "StudyInstanceUID": _UID,
    "StudyDate": "s.study_date",
    "StudyTime": "s.study_time",
    "StudyDescription": "s.study_description",
    "StudyID": "s.study_id",
    "AccessionNumber": "s.accession_number",
    "ReferringPhysicianName": "s.referring_physician_name",
    "InstitutionName": "s.institution_name",
    "PatientAge": "s.patient_age",
    "ModalitiesInStudy": "trim(s.modalities, '\\')",
    "NumberOfStudyRelatedSeries": "s.number_of_series",
    "NumberOfStudyRelatedInstances": "s.number_of_instances",
    "SOPClassesInStudy": (
        "(SELECT group_concat(uid, '\\') FROM (SELECT DISTINCT x.sop_class_uid AS uid FROM series y JOIN alike x"
        " ON x.series = y.id WHERE y.study = s.id ORDER BY uid))"
    ),
}
_SERIES = {
    "SeriesInstanceUID": "e.series_instance_uid",
    "Modality": "e.modality",
    "SeriesNumber": "e.series_number",
    "SeriesDescription": "e.series_description",
    "ProtocolName": "e.protocol_name",
    "BodyPartExamined": "e.body_part_examined",
    "Laterality": "e.laterality",
    "SeriesDate": "e.series_date",
    "SeriesTime": "e.series_time",
    "NumberOfSeriesRelatedInstances": "e.number_of_instances",
}
_INSTANCE = {
    "SOPInstanceUID": "i.sop_instance_uid",
    "SOPClassUID": "a.sop_class_uid",
    "InstanceNumber": "i.instance_number",
    "NumberOfFrames": "i.number_of_frames",
    "Rows": "a.rows",
    "Columns": "a.columns",
    "AvailableTransferSyntaxUID": "a.transfer_syntax_uid",
}
PATIENT_ATTRIBUTES, STUDY_ATTRIBUTES = tuple(_PATIENT), tuple(_STUDY)
SERIES_ATTRIBUTES, INSTANCE_ATTRIBUTES = tuple(_SERIES), tuple(_INSTANCE)


class Entity(IntEnum):
    """What is asked for."""

    PATIENT = 0
    STUDY = 1
    SERIES = 2
    INSTANCE = 3


@frozen
class Tables:
    """Where the entities of a kind are: tables in the order they are gone through, keys that order rows, columns by keyword.

    `condition` holds for every row. The order is forced (CROSS JOIN): rows come by their keys, without all being sorted first.
    """

    tables: tuple[tuple[str, str], ...]  # of each its short name, and how it is joined
    keys: tuple[str, ...]
    columns: dict[str, str]
    condition: str = "1"

    def joined(self, needed: str) -> str:
        """FROM, without patients and shared values that no part of `needed` speaks of: one lookup less for each row."""
        optional = {"p": len(self.tables) > 1, "a": True}
        return " CROSS JOIN ".join(join for name, join in self.tables if not optional.get(name) or f"{name}." in needed)


_P, _S = ("p", "patients p ON p.id = s.patient"), ("s", "studies s")
_E = ("e", "series e ON e.study = s.id")
TABLES = {
    Entity.PATIENT: Tables((("p", "patients p"),), ("p.id",), _PATIENT, "p.number_of_studies > 0"),
    Entity.STUDY: Tables((_S, _P), ("s.id",), _PATIENT | _STUDY),
    Entity.SERIES: Tables((_S, _P, _E), ("s.id", "e.id"), _PATIENT | _STUDY | _SERIES),
    # Of several contents under one SOP Instance UID the first alone: peers know no copies.
    Entity.INSTANCE: Tables(
        (_S, _P, _E, ("i", "instances i ON i.series = e.id"), ("a", "alike a ON a.id = i.alike")),
        ("s.id", "e.id", "i.id"),
        _PATIENT | _STUDY | _SERIES | _INSTANCE,
        "i.copy = 0",
    ),
}
