"""What other nodes hold and how it travels, as the window shows it: entities found, transfers, the listener, the test of a node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from viewer.model.frozen import frozen
from viewer.model.hierarchy import FrameRef, Patient, Series, Study
from viewer.model.messages import NO_MESSAGE, Message
from viewer.model.nodes import ApplicationEntity


class RemoteLevel(StrEnum):
    """Query/Retrieve Level (0008,0052) of what the window asks for."""

    STUDY = "STUDY"
    SERIES = "SERIES"


@frozen
class RemoteQuery:
    """What to ask the source named `source`. `keys` are keywords and values as C-FIND has them, dates also as words.

    `limit`: how many answers are wanted at most, 0 all; after the first `offset`, which came before.
    """

    source: str
    level: RemoteLevel
    keys: Mapping[str, str] = field(default_factory=dict)
    limit: int = 0
    offset: int = 0


@frozen
class RemoteEntity:
    """A study or series that a source has. `attributes` by keyword, as DICOM writes them; empty ones may be missing."""

    source: str
    level: RemoteLevel
    attributes: Mapping[str, str]

    def text(self, keyword: str) -> str:
        return self.attributes.get(keyword, "")

    def number(self, keyword: str) -> int:
        """0 where there is none."""
        try:
            return max(int(self.text(keyword)), 0)
        except ValueError:
            return 0

    @property
    def study_instance_uid(self) -> str:
        return self.text("StudyInstanceUID")

    @property
    def series_instance_uid(self) -> str:
        return self.text("SeriesInstanceUID")

    @property
    def number_of_instances(self) -> int:
        """0 when the source does not tell."""
        level = "Series" if self.level is RemoteLevel.SERIES else "Study"
        return self.number(f"NumberOf{level}RelatedInstances")

    def patient(self) -> Patient:
        text = self.text
        key = "\n".join((text("PatientID"), text("IssuerOfPatientID")) if text("PatientID") else (text("PatientName"),))
        return Patient(
            key,
            text("PatientID"),
            text("IssuerOfPatientID"),
            text("PatientName"),
            text("PatientBirthDate"),
            text("PatientSex"),
            latest_study_date=text("StudyDate"),
        )

    def study(self) -> Study:
        text = self.text
        return Study(
            self.study_instance_uid,
            self.patient().patient_key,
            text("StudyDate"),
            text("StudyTime"),
            text("StudyDescription"),
            text("StudyID"),
            text("AccessionNumber"),
            modalities_in_study=tuple(one for one in text("ModalitiesInStudy").split("\\") if one),
            number_of_series=self.number("NumberOfStudyRelatedSeries"),
            number_of_instances=self.number("NumberOfStudyRelatedInstances"),
        )

    def series(self) -> Series:
        text = self.text
        number = text("SeriesNumber").strip()
        return Series(
            self.series_instance_uid,
            self.study_instance_uid,
            text("Modality"),
            int(number) if number.lstrip("-").isascii() and number.lstrip("-").isdigit() else None,
            text("SeriesDescription"),
            text("ProtocolName"),
            text("BodyPartExamined"),
            series_date=text("SeriesDate"),
            series_time=text("SeriesTime"),
            number_of_instances=self.number_of_instances,
        )


@frozen
class QueryEnd:
    """A query is over. `complete` False: `reason` and `advice` say why. `limited`: there may be more than was asked for."""

    complete: bool
    limited: bool = False
    reason: Message = NO_MESSAGE
    advice: Message = NO_MESSAGE
    needs_secret: bool = False


@frozen
class TestStep:
    """One step of the test of a node: "tcp", "tls", "association" or "echo"."""

    __test__ = False  # no test case for pytest

    name: str
    passed: bool
    milliseconds: float = 0.0
    reason: Message = NO_MESSAGE
    advice: Message = NO_MESSAGE


@frozen
class ListenerSettings:
    """What the listener is to be. Off until the user switches it on; then also at the next start."""

    entity: ApplicationEntity = field(default_factory=ApplicationEntity)
    is_on: bool = False
    query: bool = True
    private: bool = False


@frozen
class ListenerState:
    """`port` 0: it does not listen (yet). `reason` and `advice`: why not, when it should."""

    port: int = 0
    reason: Message = NO_MESSAGE
    advice: Message = NO_MESSAGE


class Direction(StrEnum):
    SEND = "send"
    RETRIEVE = "retrieve"


class TransferState(StrEnum):
    """`WAITING`: it is tried again by itself; `PAUSED`: the user goes on with it."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self in (TransferState.DONE, TransferState.FAILED, TransferState.CANCELLED)


@frozen
class Transfer:
    """A job as the list shows it. `total` 0 while unknown; `rate` in objects and `speed` in bytes per second while it runs.

    `created` and `next_try` in seconds since the epoch. `note`: what else there is to say, for example of storage commitment.
    `needs_secret`: it goes on with another password or token. `is_ahead`: nobody waits for it.
    """

    key: str
    direction: Direction
    node: str
    title: str
    state: TransferState
    done: int = 0
    total: int = 0
    failed: int = 0
    rate: float = 0.0
    speed: float = 0.0
    created: float = 0.0
    next_try: float = 0.0
    reason: Message = NO_MESSAGE
    advice: Message = NO_MESSAGE
    note: Message = NO_MESSAGE
    needs_secret: bool = False
    is_ahead: bool = False


@frozen
class TransferObject:
    """One object of a job: the path or UID it goes by, what became of it ("" nothing yet), and why."""

    name: str
    outcome: str
    reason: str = ""


@frozen
class Outgoing:
    """What the user wants to send: whole studies, whole series, or the instances that hold certain frames."""

    title: str
    study_instance_uids: tuple[str, ...] = ()
    series: tuple[tuple[str, str], ...] = ()  # (Study Instance UID, Series Instance UID)
    refs: tuple[FrameRef, ...] = ()
    number_of_instances: int = 0


@frozen
class RoutingLine:
    """One rule of auto-routing, as ``network.routing`` applies it."""

    name: str
    to: tuple[str, ...]
    keys: tuple[tuple[str, str], ...] = ()
    calling_ae_titles: tuple[str, ...] = ()
    enabled: bool = True
