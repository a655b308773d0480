"""Services for tests that decide themselves when an answer arrives. Frames are synthetic; nothing runs in the background."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.errors import Problem
from viewer.model.hierarchy import FrameRef, Instance, Patient, Series, Study
from viewer.model.luts import Window
from viewer.model.pixels import FrameFacts, PixelFrame
from viewer.model.requests import FrameResult, Lane, ScanUpdate, StudyFilter
from viewer.workspace.services import Mappings, Services
from viewer.workspace.workspace import Workspace


def ref(number: int, series: str = "1") -> FrameRef:
    return FrameRef(f"{series}.{number}")


def frame(of: FrameRef, *, windows: tuple[Window, ...] = (Window(40, 400),), modality: str = "CT") -> PixelFrame:
    pixels = (np.arange(20 * 30).reshape(20, 30) * 4 - 1024).astype(np.int16)
    facts = FrameFacts(
        ref=of, rows=20, columns=30, bits_allocated=16, bits_stored=16, is_signed=True, modality=modality, windows=windows
    )
    return PixelFrame(facts, pixels)


def display_set(
    key: str, count: int, *, study: str = "S", kind: DisplaySetKind = DisplaySetKind.IMAGE, is_scout: bool = False
) -> DisplaySet:
    frames = tuple(ref(number, key) for number in range(count))
    return DisplaySet(key, kind, study, key, "CT", frames, label=f"Series {key}", is_scout=is_scout)


@dataclass
class HandDrivenFrames:
    """Requests wait in `asked` until the test answers them."""

    cache: dict[FrameRef, PixelFrame] = field(default_factory=dict)
    asked: list[tuple[FrameRef, Callable[[FrameResult], None], int]] = field(default_factory=list)
    ahead: dict[object, list[FrameRef]] = field(default_factory=dict)

    def cached(self, of: FrameRef) -> PixelFrame | None:
        return self.cache.get(of)

    def request(
        self, of: FrameRef, done: Callable[[FrameResult], None], *, lane: Lane = Lane.INTERACTION, generation: int = 0
    ) -> None:
        assert lane is Lane.INTERACTION
        self.asked.append((of, done, generation))

    def prefetch(self, owner: object, refs: Sequence[FrameRef]) -> None:
        self.ahead[owner] = list(refs)

    def loaded(self, refs: Sequence[FrameRef]) -> bytes:
        return bytes(one in self.cache for one in refs)

    def answer(self, of: FrameRef, problem: Problem | None = None, **facts: object) -> None:
        """The oldest request for `of` is done."""
        place = next(i for i, (one, _, _) in enumerate(self.asked) if one == of)
        _, done, generation = self.asked.pop(place)
        picture = None if problem else frame(of, **facts)  # type: ignore[arg-type]
        if picture is not None:
            self.cache[of] = picture
        done(FrameResult(of, generation, picture, problem))


@dataclass
class SmallCatalogue:
    """Display sets in a list."""

    sets: list[DisplaySet] = field(default_factory=list)
    patient_studies: dict[str, list[str]] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)

    def patients(self, query: StudyFilter, offset: int = 0, limit: int = 200) -> tuple[Patient, ...]:
        return tuple(Patient(key, patient_id=key, patient_name=f"{key}^Anna") for key in self.patient_studies)

    def count_patients(self, query: StudyFilter) -> int:
        return len(self.patient_studies)

    def patient(self, patient_key: str) -> Patient | None:
        return next((one for one in self.patients(StudyFilter()) if one.patient_key == patient_key), None)

    def studies(self, patient_key: str, query: StudyFilter) -> tuple[Study, ...]:
        return tuple(Study(uid, patient_key, study_date="20200312") for uid in self.patient_studies.get(patient_key, []))

    def study(self, study_instance_uid: str) -> Study | None:
        every = (one for key in self.patient_studies for one in self.studies(key, StudyFilter()))
        return next((one for one in every if one.study_instance_uid == study_instance_uid), None)

    def series(self, study_instance_uid: str) -> tuple[Series, ...]:
        return ()

    def display_sets(self, study_instance_uid: str) -> tuple[DisplaySet, ...]:
        return tuple(one for one in self.sets if one.study_instance_uid == study_instance_uid)

    def display_set(self, key: str) -> DisplaySet | None:
        return next((one for one in self.sets if one.key == key), None)

    def instance(self, of: FrameRef) -> Instance | None:
        return None

    def instances(self, series_instance_uid: str, offset: int = 0, limit: int = 500) -> tuple[Instance, ...]:
        return ()

    def close_study(self, study_instance_uid: str) -> None:
        self.closed.append(study_instance_uid)


@dataclass
class HandDrivenScanner:
    """The test sends the updates."""

    updates: list[Callable[[ScanUpdate], None]] = field(default_factory=list)
    opened: list[list[str]] = field(default_factory=list)
    cancelled: int = 0

    def open_paths(
        self,
        paths: Sequence[str],
        update: Callable[[ScanUpdate], None],
        password: Callable[[str], str | None] | None = None,
    ) -> HandDrivenScanner:
        self.updates.append(update)
        self.opened.append(list(paths))
        return self

    def cancel(self) -> None:
        self.cancelled += 1


class Table:
    """A workspace whose loader, scanner, clock and event loop are in the test's hands."""

    def __init__(self, *sets: DisplaySet, mappings: Mappings | None = None) -> None:
        self.frames = HandDrivenFrames()
        self.catalogue = SmallCatalogue(list(sets), {"P": sorted({one.study_instance_uid for one in sets})})
        self.scanner = HandDrivenScanner()
        self.posted: list[Callable[[], None]] = []
        self.timers: list[tuple[int, Callable[[], None]]] = []
        services = Services(self.frames, self.catalogue, self.scanner, self.posted.append, self._later, mappings=mappings)
        self.workspace = Workspace(services)
        self.viewport = self.workspace.layout.active
        self.said: list[str] = []
        self.workspace.notified.connect(lambda note: self.said.append(str(note.text)))

    def _later(self, milliseconds: int, function: Callable[[], None]) -> Callable[[], None]:
        entry = (milliseconds, function)
        self.timers.append(entry)
        return lambda: self.timers.remove(entry) if entry in self.timers else None

    def turn(self) -> None:
        """One turn of the event loop."""
        while self.posted:
            self.posted.pop(0)()

    def ring(self) -> None:
        """All timers that wait fire."""
        due, self.timers = self.timers, []
        for _, function in due:
            function()

    def answer(self, of: FrameRef, problem: Problem | None = None, **facts: object) -> None:
        self.frames.answer(of, problem, **facts)
        self.turn()
