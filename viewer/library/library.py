"""The library: what was opened, as patients, studies, series and display sets. Implements ``workspace.services.Catalogue``."""

from __future__ import annotations

from pathlib import Path

from viewer.model.display_set import DisplaySet
from viewer.model.hierarchy import FrameRef, Instance, Patient, Series, Study
from viewer.model.messages import NO_MESSAGE, Message
from viewer.model.requests import StudyFilter


class Library:
    """The index of the user's files in ``folder/library.sqlite``; `folder` None keeps it in memory.

    All methods may be called from any thread. `notice` says what happened when the index was opened (damaged and rebuilt ...).
    """

    notice: Message = NO_MESSAGE

    def __init__(self, folder: Path | None) -> None:
        raise NotImplementedError

    def patients(self, query: StudyFilter, offset: int = 0, limit: int = 200) -> tuple[Patient, ...]:
        """Patients with a study that matches, newest study first."""
        raise NotImplementedError

    def count_patients(self, query: StudyFilter) -> int:
        """How many patients match."""
        raise NotImplementedError

    def patient(self, patient_key: str) -> Patient | None:
        raise NotImplementedError

    def studies(self, patient_key: str, query: StudyFilter) -> tuple[Study, ...]:
        """The patient's studies that match, newest first."""
        raise NotImplementedError

    def study(self, study_instance_uid: str) -> Study | None:
        raise NotImplementedError

    def series(self, study_instance_uid: str) -> tuple[Series, ...]:
        """By Series Number, then time."""
        raise NotImplementedError

    def display_sets(self, study_instance_uid: str) -> tuple[DisplaySet, ...]:
        """All display sets of a study, by Series Number, then time, then split value. Computed once per change."""
        raise NotImplementedError

    def display_set(self, key: str) -> DisplaySet | None:
        raise NotImplementedError

    def instance(self, ref: FrameRef) -> Instance | None:
        """The instance that holds a frame."""
        raise NotImplementedError

    def locate(self, ref: FrameRef) -> str | None:
        """Path of a file that is there and holds this frame: a second copy when the first is gone. Touches the disk."""
        raise NotImplementedError

    def instances(self, series_instance_uid: str, offset: int = 0, limit: int = 500) -> tuple[Instance, ...]:
        """Every file of a series, second copies included, by Instance Number."""
        raise NotImplementedError

    def forget_study(self, study_instance_uid: str) -> None:
        """Take a study out of the index; its files stay."""
        raise NotImplementedError

    def refresh_study(self, study_instance_uid: str) -> int:
        """Drop what is gone from the disk. Returns how many instances that were. Touches the disk."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError
