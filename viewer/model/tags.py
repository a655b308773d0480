"""The tags of a file as they are shown: elements, sequences and items, by node or by path."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from viewer.model.frozen import frozen
from viewer.model.messages import Message

ITEM_TAG = 0xFFFEE000
UNDEFINED_LENGTH = -1
ROOT = -1

# Where an element is: its tag, or the tags of the sequences around it and the numbers of their items (from 0) before it:
# (0x00400275, 0, 0x00400007) is the first item's Scheduled Procedure Step Description.
TagPath = tuple[int, ...]


class ValueKind(StrEnum):
    """How a value is shown."""

    EMPTY = "empty"
    TEXT = "text"
    NUMBERS = "numbers"
    NAME = "name"
    DATE = "date"
    TIME = "time"
    DATE_TIME = "date_time"
    AGE = "age"
    UID = "uid"
    BINARY = "binary"
    SEQUENCE = "sequence"
    ITEM = "item"


@frozen
class TagElement:
    """One row. A sequence item is one too, with `ITEM_TAG`.

    `value` is the value on one line as DICOM writes it, values apart by backslashes, at most some hundred characters, control
    characters made visible; empty for binary values. `meaning` is what a UID or a coded entry stands for. `length` and `offset`
    are in bytes, `offset` that of the value in the file (in the inflated data set where that is deflated).
    """

    tag: int
    vr: str
    keyword: str
    name: str
    kind: ValueKind
    value: str
    meaning: str = ""
    unit: str = ""
    length: int = 0
    offset: int = 0
    number_of_items: int = 0  # of a sequence; of encapsulated pixel data: its fragments
    is_shortened: bool = False  # the whole value is longer than `value`
    private_creator: str = ""
    written_vr: str = ""  # the VR in the file where `vr` is the dictionary's, "" where they agree

    @property
    def is_private(self) -> bool:
        return bool(self.tag >> 16 & 1)


@frozen
class TagFacts:
    """What the file is."""

    path: str
    file_size: int
    sop_class_uid: str = ""
    sop_class_name: str = ""
    transfer_syntax_uid: str = ""
    transfer_syntax_name: str = ""


class TagTree(Protocol):
    """All elements of one file; never changes. Nodes are numbers from 0 in the order of the file; `ROOT` holds the top level."""

    @property
    def facts(self) -> TagFacts: ...

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What is odd about the file, or was left out; empty when all is well."""

    def __len__(self) -> int: ...

    def children(self, node: int) -> Sequence[int]:
        """Items of a sequence, elements of an item or of `ROOT`."""

    def number_of_children(self, node: int) -> int: ...

    def child(self, node: int, row: int) -> int: ...

    def parent(self, node: int) -> int: ...

    def tag(self, node: int) -> int: ...

    def row(self, node: int) -> int:
        """Position among its parent's children."""

    def element(self, node: int) -> TagElement: ...

    def path(self, node: int) -> TagPath: ...

    def find(self, path: TagPath) -> int | None:
        """The node at `path`, or None."""

    def has_same_shape(self, other: TagTree) -> bool:
        """True when every node of one has the same tag and parent in the other."""

    def raw(self, node: int) -> bytes:
        """The first bytes of the value, at most some KiB; empty for pixel data and sequences."""


@frozen
class WholeValue:
    """A value as it stands in the file. `text` is empty for what is not text or numbers; `raw` may be cut (`is_cut`)."""

    element: TagElement
    raw: bytes
    text: str = ""
    is_cut: bool = False


def tag_text(tag: int) -> str:
    """ "0010,0020"."""
    return f"{tag >> 16:04X},{tag & 0xFFFF:04X}"


def path_text(path: TagPath) -> str:
    """ "(0040,0275)[1].(0040,0007)"; items are counted from 1, as people do."""
    parts: list[str] = []
    for place, part in enumerate(path):
        parts.append(f"[{part + 1}]" if place % 2 else f"{'.' if place else ''}({tag_text(part)})")
    return "".join(parts)
