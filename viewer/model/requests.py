"""Requests and results that travel between the window and its background workers, as frozen values."""

from __future__ import annotations

from enum import IntEnum

from viewer.model.errors import Problem
from viewer.model.frozen import frozen
from viewer.model.hierarchy import FrameRef
from viewer.model.pixels import PixelFrame
from viewer.model.tasks import Progress


class Lane(IntEnum):
    """Who goes first (design, section 5). Smaller is sooner."""

    INTERACTION = 0
    THUMBNAIL = 1
    PREFETCH = 2
    BACKGROUND = 3


@frozen
class FrameResult:
    """The answer to a request: a frame, or the sentence that says why not."""

    ref: FrameRef
    generation: int
    frame: PixelFrame | None
    problem: Problem | None = None


@frozen
class StudyFilter:
    """What the search box and its fields ask of the library. Empty means any; `text` matches any field, any case, any script."""

    text: str = ""
    patient_name: str = ""
    patient_id: str = ""
    accession_number: str = ""
    study_date_from: str = ""
    study_date_to: str = ""
    modality: str = ""
    opened_only: bool = False  # only what this session opened


@frozen
class ScanUpdate:
    """What a scan says after each batch that reached the library. `studies` are the Study Instance UIDs that changed."""

    progress: Progress
    studies: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    files_read: int = 0
    first_study: str = ""  # study of the very first readable instance of this job
