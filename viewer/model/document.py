"""The text of an object that has no picture."""

from __future__ import annotations

from viewer.model.frozen import frozen
from viewer.model.messages import NO_MESSAGE, Message


@frozen
class DocumentLine:
    """One paragraph, or one fact.

    `label` is what the text is about, in the file's words or (a Message) in ours; `level` is how deep it lies, 0 at the top.
    """

    text: str | Message = ""
    label: str | Message = ""
    level: int = 0


@frozen
class Document:
    """What a viewport shows of an object without a picture. `notes`: what is missing from it here, and why."""

    title: str
    lines: tuple[DocumentLine, ...] = ()
    notes: tuple[Message, ...] = ()
    message_title: Message = NO_MESSAGE  # used where the file has no title
