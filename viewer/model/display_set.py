"""What opens in a viewport."""

from __future__ import annotations

from enum import StrEnum

from viewer.model.frozen import frozen
from viewer.model.hierarchy import FrameRef
from viewer.model.messages import NO_MESSAGE, Message


class DisplaySetKind(StrEnum):
    """IMAGE opens as a stack of frames; the others are tiles that say what they are."""

    IMAGE = "image"
    VIDEO = "video"
    DOCUMENT = "document"


@frozen
class DisplaySet:
    """Ordered frames that make one stack, or one document, and why it was split off its series.

    `key` is stable while a scan adds files: it is made of the series' UID and the values it was split by, never of a count.
    """

    key: str
    kind: DisplaySetKind
    study_instance_uid: str
    series_instance_uid: str
    modality: str
    frames: tuple[FrameRef, ...]
    series_number: int | None = None
    series_description: str = ""
    label: str = ""  # title of the tile: series description, protocol, or the object's name
    split_reason: Message = NO_MESSAGE  # "b = 1000", "other orientation" ...; empty when the series is whole
    sop_class_uid: str = ""
    sop_class_name: str = ""
    rows: int = 0
    columns: int = 0
    series_date: str = ""
    series_time: str = ""
    number_of_instances: int = 0
    is_scout: bool = False
    notes: tuple[Message, ...] = ()  # "2 slices are missing" ...: what a badge says of the stack

    @property
    def is_one_multi_frame(self) -> bool:
        """All frames are of one object."""
        frames = self.frames
        return len(frames) > 1 and all(ref.sop_instance_uid == frames[0].sop_instance_uid for ref in (frames[1], frames[-1]))

    def index_of(self, ref: FrameRef) -> int:
        """Position of `ref`, or -1."""
        try:
            return self.frames.index(ref)
        except ValueError:
            return -1
