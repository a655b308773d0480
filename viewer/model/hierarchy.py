"""Patient, Study, Series, Instance, Frame: the information model of PS3.3 A.1.2 as frozen values.

Dates and times stay as DICOM writes them (DA ``YYYYMMDD``, TM ``HHMMSS.FFFFFF``); empty means absent. Text is decoded.
"""

from __future__ import annotations

from typing import NamedTuple

from viewer.model.frozen import frozen


class FrameRef(NamedTuple):
    """The key of one frame everywhere. A tuple, as there may be a million, and each step of the wheel looks up hundreds.

    `copy` tells apart files that carry the same SOP Instance UID with other content (0 is the first one met).
    `frame_number` starts at 1 (PS3.3 C.7.6.6).
    """

    sop_instance_uid: str
    frame_number: int = 1
    copy: int = 0


@frozen
class Patient:
    """A patient as the library groups them: by Patient ID and issuer, else by name and birth date."""

    patient_key: str
    patient_id: str = ""
    issuer_of_patient_id: str = ""
    patient_name: str = ""
    patient_birth_date: str = ""
    patient_sex: str = ""
    number_of_studies: int = 0
    latest_study_date: str = ""


@frozen
class Study:
    study_instance_uid: str
    patient_key: str
    study_date: str = ""
    study_time: str = ""
    study_description: str = ""
    study_id: str = ""
    accession_number: str = ""
    referring_physician_name: str = ""
    institution_name: str = ""
    patient_age: str = ""
    modalities_in_study: tuple[str, ...] = ()
    number_of_series: int = 0
    number_of_instances: int = 0


@frozen
class Series:
    series_instance_uid: str
    study_instance_uid: str
    modality: str = ""
    series_number: int | None = None
    series_description: str = ""
    protocol_name: str = ""
    body_part_examined: str = ""
    laterality: str = ""
    series_date: str = ""
    series_time: str = ""
    number_of_instances: int = 0


@frozen
class Instance:
    """One SOP Instance in one file, with what sorting and splitting need.

    Numbers that the header does not state are None; `image_position` and `image_orientation` are in mm and direction cosines in
    the patient (or slide) coordinate system (PS3.3 C.7.6.2), `pixel_spacing` is (between rows, between columns) in mm.
    """

    sop_instance_uid: str
    sop_class_uid: str
    series_instance_uid: str
    study_instance_uid: str
    path: str
    copy: int = 0
    source: str = ""  # what the user sees when `path` is an extracted member: "cd.zip!/IM1"
    file_size: int = 0
    file_mtime_ns: int = 0
    transfer_syntax_uid: str = ""
    instance_number: int | None = None
    number_of_frames: int = 1
    rows: int = 0
    columns: int = 0
    samples_per_pixel: int = 1
    bits_allocated: int = 0
    photometric_interpretation: str = ""
    image_type: tuple[str, ...] = ()
    image_position: tuple[float, float, float] | None = None
    image_orientation: tuple[float, float, float, float, float, float] | None = None
    pixel_spacing: tuple[float, float] | None = None
    slice_thickness: float | None = None
    frame_of_reference_uid: str = ""
    acquisition_number: int | None = None
    acquisition_time: str = ""
    content_time: str = ""
    temporal_position: float | None = None
    trigger_time: float | None = None
    echo_number: int | None = None
    echo_time: float | None = None
    b_value: float | None = None
    content_label: str = ""  # what a document tile says: document title, label of the structure set ...
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def archive(self) -> str:
        """The archive of the user that `path` was extracted from; "" when it is a file of the user itself."""
        return self.source.partition("!/")[0]

    @property
    def first_frame(self) -> FrameRef:
        return FrameRef(self.sop_instance_uid, 1, self.copy)
