"""From what a DICOMDIR names to files that are there: inside its folder only, however the disc writes their names."""

from __future__ import annotations

import os

from viewer.dicom.dicomdir import Reference, read_references
from viewer.model.errors import NegatoscopeError, Problem, ProblemKind
from viewer.model.frozen import frozen
from viewer.model.messages import message

_MAX_DEPTH = 32


@frozen
class Media:
    """What a DICOMDIR leads to. `is_sound`: it could be read, and all it names is there."""

    files: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_sound: bool = False


def read_media(path: str) -> Media:
    """Read the DICOMDIR at `path` and find its files."""
    try:
        references = read_references(path)
    except NegatoscopeError as error:
        return Media(problems=(Problem(path, error.kind, error.reason, error.advice),))
    except OSError as error:
        reason = message("The file cannot be read: {reason}.", reason=error.strerror or type(error).__name__)
        return Media(problems=(Problem(path, ProblemKind.MISSING_FILE, reason),))
    if not references:
        return Media(problems=(Problem(path, ProblemKind.NO_PICTURE, message("This DICOMDIR names no file.")),))
    folder = _Folder(os.path.dirname(os.path.realpath(path)))
    files: dict[str, None] = {}
    problems = []
    for reference in references:
        found = folder.find(reference)
        if isinstance(found, str):
            files[found] = None
        else:
            problems.append(found)
    if not files and all(one.kind is ProblemKind.MISSING_FILE for one in problems):
        reason = message("None of the {number} files that this DICOMDIR names is there.", number=len(problems))
        problems = [Problem(path, ProblemKind.MISSING_FILE, reason)]
    return Media(tuple(files), tuple(problems), not problems)


class _Folder:
    """The folder of a DICOMDIR; listings are kept, a disc is slow."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._names: dict[str, dict[str, str]] = {}

    def find(self, reference: Reference) -> str | Problem:
        """The path of a Referenced File ID, or why there is none."""
        shown = os.path.join(self._root, *[part.replace("\0", "") for part in reference])
        if len(reference) > _MAX_DEPTH or not all(_is_plain_name(part) for part in reference):
            return _outside(shown)
        at = self._root
        for part in reference:
            name = self._name_in(at, part)
            if name is None:
                return Problem(shown, ProblemKind.MISSING_FILE, message("The DICOMDIR names this file, but it is not there."))
            at = os.path.join(at, name)
        if os.path.islink(at) or not _is_within(os.path.realpath(at), self._root):
            return _outside(shown)
        return at

    def _name_in(self, folder: str, part: str) -> str | None:
        """What `part` is called in `folder`: exact, else in other case, with a version number ";1" or an ending dot (ISO 9660)."""
        names = self._names.get(folder)
        if names is None:
            names = self._names[folder] = _listing(folder)
        return names.get(part) or names.get(_bare(part))


def _listing(folder: str) -> dict[str, str]:
    try:
        found = os.listdir(folder)
    except OSError:
        return {}
    return {_bare(name): name for name in found} | {name: name for name in found}


def _bare(name: str) -> str:
    return name.casefold().partition(";")[0].rstrip(".")


def _is_plain_name(part: str) -> bool:
    return part not in (".", "..") and not any(char in part for char in "/\\:\0")


def _is_within(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _outside(path: str) -> Problem:
    return Problem(path, ProblemKind.BROKEN, message("The DICOMDIR names a file outside its folder; that is refused."))
