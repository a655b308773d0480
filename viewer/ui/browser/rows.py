"""The rows of the browser: a tree of patients, studies, display sets and, on demand, instances.

Rows hold what the catalogue answered; nothing here asks it anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from viewer.model.display_set import DisplaySet
from viewer.model.hierarchy import FrameRef, Instance, Patient, Study

_numbers = count(1)


@dataclass(eq=False, slots=True, repr=False)
class Row:
    """`number` is its identity in the item model, `place` its index among its siblings (both are the model's to set).

    `fetched` says that the children are those of the catalogue.
    """

    parent: Row | None = None
    children: list[Row] = field(default_factory=list)
    fetched: bool = False
    place: int = 0
    number: int = field(default_factory=lambda: next(_numbers))

    @property
    def key(self) -> str:
        """Stable while the row's value changes."""
        return ""

    @property
    def can_have_children(self) -> bool:
        return False


@dataclass(eq=False, slots=True, repr=False)
class RootRow(Row):
    """`complete`: all patients that match are here."""

    complete: bool = True

    @property
    def can_have_children(self) -> bool:
        return True


@dataclass(eq=False, slots=True, repr=False, kw_only=True)
class PatientRow(Row):
    patient: Patient

    @property
    def key(self) -> str:
        return self.patient.patient_key

    @property
    def can_have_children(self) -> bool:
        return True


@dataclass(eq=False, slots=True, repr=False, kw_only=True)
class StudyRow(Row):
    study: Study

    @property
    def key(self) -> str:
        return self.study.study_instance_uid

    @property
    def can_have_children(self) -> bool:
        return True


@dataclass(eq=False, slots=True, repr=False, kw_only=True)
class DisplaySetRow(Row):
    display_set: DisplaySet

    @property
    def key(self) -> str:
        return self.display_set.key

    @property
    def can_have_children(self) -> bool:
        return self.display_set.number_of_instances > 1


@dataclass(eq=False, slots=True, repr=False, kw_only=True)
class InstanceRow(Row):
    """`ref` is its first frame, `frame_index` that frame's place in the display set."""

    ref: FrameRef
    frame_index: int
    instance: Instance | None = None

    @property
    def key(self) -> str:
        return f"{self.ref.sop_instance_uid}/{self.ref.copy}"


def instance_refs(display_set: DisplaySet) -> list[tuple[FrameRef, int]]:
    """The first frame of each instance of a display set with its place, in reading order."""
    seen: dict[tuple[str, int], tuple[FrameRef, int]] = {}
    for place, ref in enumerate(display_set.frames):
        seen.setdefault((ref.sop_instance_uid, ref.copy), (ref, place))
    return list(seen.values())
