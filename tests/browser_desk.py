"""A catalogue in memory that answers as the library does, and a browser panel over it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from tests.hand_driven import HandDrivenFrames, HandDrivenScanner
from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.hierarchy import FrameRef, Instance, Patient, Series, Study
from viewer.model.messages import NO_MESSAGE, Message
from viewer.model.requests import ScanUpdate, StudyFilter
from viewer.model.tasks import Progress
from viewer.ui.browser.panel import BrowserPanel
from viewer.ui.browser.rows import Row
from viewer.ui.theme import Theme
from viewer.workspace.services import Services
from viewer.workspace.workspace import Workspace

CT = "1.2.840.10008.5.1.4.1.1.2"
DOSE_REPORT = "1.2.840.10008.5.1.4.1.1.88.67"
Picture = NDArray[np.uint32]


@dataclass
class MemoryCatalogue:
    """Patients by key, studies and display sets in lists. `asked` counts the questions by name."""

    people: dict[str, Patient] = field(default_factory=dict)
    all_studies: dict[str, Study] = field(default_factory=dict)
    sets: dict[str, list[DisplaySet]] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    refreshed: list[str] = field(default_factory=list)
    pages: list[tuple[int, int]] = field(default_factory=list)

    def add(self, patient: Patient, study: Study, *sets: DisplaySet, opened: bool = True) -> None:
        known = self.people.get(patient.patient_key, patient)
        latest = max(known.latest_study_date, study.study_date)
        self.people[patient.patient_key] = replace(known, latest_study_date=latest)
        uid = study.study_instance_uid
        images = sum(one.number_of_instances for one in sets)
        self.all_studies[uid] = replace(
            study, number_of_series=len({one.series_instance_uid for one in sets}), number_of_instances=images
        )
        self.sets[uid] = list(sets)
        if opened:
            self.opened.add(uid)

    def _matches(self, study: Study, query: StudyFilter) -> bool:
        if query.opened_only and study.study_instance_uid not in self.opened:
            return False
        patient = self.people[study.patient_key]
        if query.modality and query.modality not in study.modalities_in_study:
            return False
        if query.study_date_from and study.study_date < query.study_date_from:
            return False
        if query.study_date_to and study.study_date > query.study_date_to:
            return False
        text = f"{patient.patient_name} {patient.patient_id} {study.study_description}".casefold()
        return all(word in text for word in query.text.casefold().split())

    def patients(self, query: StudyFilter, offset: int = 0, limit: int = 200) -> tuple[Patient, ...]:
        self.asked.append("patients")
        self.pages.append((offset, limit))
        keys = {study.patient_key for study in self.all_studies.values() if self._matches(study, query)}
        found = sorted((self.people[key] for key in keys), key=lambda one: (one.latest_study_date, one.patient_name), reverse=True)
        return tuple(found[offset : offset + limit])

    def count_patients(self, query: StudyFilter) -> int:
        return len(self.patients(query, 0, 10**9))

    def patient(self, patient_key: str) -> Patient | None:
        return self.people.get(patient_key)

    def studies(self, patient_key: str, query: StudyFilter) -> tuple[Study, ...]:
        self.asked.append(f"studies {patient_key}")
        found = [one for one in self.all_studies.values() if one.patient_key == patient_key and self._matches(one, query)]
        return tuple(sorted(found, key=lambda one: (one.study_date, one.study_time), reverse=True))

    def study(self, study_instance_uid: str) -> Study | None:
        return self.all_studies.get(study_instance_uid)

    def series(self, study_instance_uid: str) -> tuple[Series, ...]:
        return ()

    def display_sets(self, study_instance_uid: str) -> tuple[DisplaySet, ...]:
        self.asked.append(f"display_sets {study_instance_uid}")
        return tuple(self.sets.get(study_instance_uid, ()))

    def display_set(self, key: str) -> DisplaySet | None:
        return next((one for found in self.sets.values() for one in found if one.key == key), None)

    def instance(self, ref: FrameRef) -> Instance | None:
        self.asked.append("instance")
        number = int(ref.sop_instance_uid.rsplit(".", 1)[1])
        return Instance(
            ref.sop_instance_uid,
            CT,
            "s",
            "S",
            f"/data/{ref.sop_instance_uid}.dcm",
            file_size=526_336,
            transfer_syntax_uid="1.2.840.10008.1.2.1",
            instance_number=number + 1,
            rows=512,
            columns=512,
        )

    def instances(self, series_instance_uid: str, offset: int = 0, limit: int = 500) -> tuple[Instance, ...]:
        return ()

    def close_study(self, study_instance_uid: str) -> None:
        self.opened.discard(study_instance_uid)

    def forget_study(self, study_instance_uid: str) -> None:
        self.forgotten.append(study_instance_uid)
        self.all_studies.pop(study_instance_uid)

    def refresh_study(self, study_instance_uid: str, goes_on: Callable[[int, int], bool]) -> int:
        self.refreshed.append(study_instance_uid)
        return 3


@dataclass
class HandDrivenThumbnails:
    """Wishes wait until the test answers them."""

    wishes: list[list[str]] = field(default_factory=list)
    done: Callable[[str, Picture | None], None] | None = None
    size: int = 0

    def cached(self, key: str) -> Picture | None:
        return None

    def want(self, display_sets: Sequence[DisplaySet], size: int, done: Callable[[str, Picture | None], None]) -> None:
        self.wishes.append([one.key for one in display_sets])
        self.done, self.size = done, size

    def answer(self, key: str, picture: Picture | None) -> None:
        assert self.done is not None
        self.done(key, picture)


def series(
    key: str,
    study: str,
    count: int,
    *,
    label: str = "",
    modality: str = "CT",
    instances: int | None = None,
    kind: DisplaySetKind = DisplaySetKind.IMAGE,
    reason: Message = NO_MESSAGE,
    sop_class: str = CT,
    class_name: str = "CT Image Storage",
    notes: tuple[Message, ...] = (),
) -> DisplaySet:
    """A display set of `count` frames, in as many instances unless told."""
    single = instances == 1
    frames = tuple(FrameRef(f"{key}.0", n + 1) if single else FrameRef(f"{key}.{n}") for n in range(count))
    return DisplaySet(
        key,
        kind,
        study,
        key,
        modality,
        frames,
        label=label or f"Series {key}",
        split_reason=reason,
        sop_class_uid=sop_class,
        sop_class_name=class_name,
        rows=512,
        columns=512,
        number_of_instances=count if instances is None else instances,
        notes=notes,
    )


class BrowserDesk:
    """The panel, its workspace and what it asks of the world. Posted functions wait for `settle`."""

    def __init__(self, catalogue: MemoryCatalogue | None = None) -> None:
        self.catalogue = catalogue or MemoryCatalogue()
        self.scanner = HandDrivenScanner()
        self.thumbnails = HandDrivenThumbnails()
        self.posted: list[Callable[[], None]] = []
        services = Services(HandDrivenFrames(), self.catalogue, self.scanner, self.posted.append, lambda ms, function: lambda: None)
        self.workspace = Workspace(services)
        self.theme = Theme()
        self.theme.apply()
        self.panel = BrowserPanel(self.workspace, self.theme, self.thumbnails)
        self.panel.resize(288, 780)

    def settle(self) -> None:
        """Everything that waits happens: events, posted functions, and the panel's look around."""
        for _ in range(4):
            while self.posted:
                self.posted.pop(0)()
            QCoreApplication.processEvents()
            self.panel.tree.look()

    def announce(self, *studies: str) -> None:
        """The library says that these studies changed."""
        self.workspace.scan_updated(ScanUpdate(Progress(1), frozenset(studies)))
        self.panel._refetch.stop()
        self.panel._take_news()
        self.settle()

    def titles(self) -> list[str]:
        """The titles of the rows in sight, indented by level."""
        return [_indented(row) for row in self.panel.tree.rows_in_sight()]

    def row(self, key: str) -> Row:
        return next(row for row in self.panel.model._rows.values() if row.key == key)

    def dispose(self) -> None:
        self.workspace.close()
        self.panel.close()
        self.panel.deleteLater()


def _indented(row: Row) -> str:
    from viewer.ui.browser.row_texts import title_of

    level, parent = -1, row.parent
    while parent is not None:
        level, parent = level + 1, parent.parent
    return "  " * level + title_of(row)
