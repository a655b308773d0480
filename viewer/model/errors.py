"""What can be wrong with an input, in words a user can act on."""

from __future__ import annotations

from enum import StrEnum

from viewer.model.frozen import frozen
from viewer.model.messages import NO_MESSAGE, Message


class ProblemKind(StrEnum):
    """The groups of the "Details" list."""

    NOT_DICOM = "not_dicom"
    BROKEN = "broken"
    NO_PICTURE = "no_picture"
    MISSING_CODEC = "missing_codec"
    MISSING_FILE = "missing_file"
    TOO_LARGE = "too_large"
    LOCKED = "locked"


@frozen
class Problem:
    """One input that could not be used: which, what is wrong, what the user can do."""

    path: str
    kind: ProblemKind
    reason: Message
    advice: Message = NO_MESSAGE


class NegatoscopeError(Exception):
    """Base of the errors that are answers to bad input, never bugs. Carries the sentence to show."""

    kind = ProblemKind.BROKEN

    def __init__(self, reason: Message, *, path: str = "", advice: Message = NO_MESSAGE) -> None:
        super().__init__(reason, path, advice)
        self.reason = reason
        self.path = path
        self.advice = advice

    def __str__(self) -> str:
        advice = f" {self.advice}" if self.advice else ""
        return f"{self.reason}{advice}"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.reason, self.path, self.advice)

    def problem(self) -> Problem:
        return Problem(self.path, self.kind, self.reason, self.advice)


def _rebuild(cls: type[NegatoscopeError], reason: Message, path: str, advice: Message) -> NegatoscopeError:
    return cls(reason, path=path, advice=advice)


class NotDicomError(NegatoscopeError):
    """The content is not DICOM."""

    kind = ProblemKind.NOT_DICOM


class BrokenFileError(NegatoscopeError):
    """It is DICOM, but damaged or against the standard beyond what can be read."""

    kind = ProblemKind.BROKEN


class NoPictureError(NegatoscopeError):
    """A sound object that has no image frames (a report, a plan, a structure set ...)."""

    kind = ProblemKind.NO_PICTURE


class UnsupportedSyntaxError(NegatoscopeError):
    """The transfer syntax has no decoder here."""

    kind = ProblemKind.MISSING_CODEC


class DecodeError(NegatoscopeError):
    """The pixel data of one frame could not be decoded."""

    kind = ProblemKind.BROKEN


class TooLargeError(NegatoscopeError):
    """What the header asks for is over a limit; refused before allocating."""

    kind = ProblemKind.TOO_LARGE


class MissingFileError(NegatoscopeError):
    """The file is gone, or cannot be opened."""

    kind = ProblemKind.MISSING_FILE
