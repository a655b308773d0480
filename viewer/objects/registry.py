"""Who reads which kind of object without a picture: one handler for each family of SOP Classes.

A handler is a module-level `ObjectHandler` named in the entry-point group ``viewer.objects``; those that come with the program are
registered the same way (pyproject.toml), so that a plug-in can do all that they can.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint, entry_points

from viewer.dicom.whole_header import WholeHeader, read_whole_header
from viewer.model.document import Document
from viewer.model.errors import BrokenFileError
from viewer.model.frozen import frozen
from viewer.model.messages import message

log = logging.getLogger(__name__)

GROUP = "viewer.objects"


@frozen
class ObjectHandler:
    """`read` makes the text of one object; it runs on a worker thread and may raise NegatoscopeErrors."""

    name: str
    sop_class_uids: frozenset[str]
    read: Callable[[WholeHeader], Document]


class ObjectRegistry:
    """Handlers by SOP Class UID. A handler that raises what it must not is taken out, and its object has no text."""

    def __init__(self, handlers: Iterable[ObjectHandler] = ()) -> None:
        self._by_class: dict[str, ObjectHandler] = {}
        for handler in handlers:
            self.register(handler)

    def register(self, handler: ObjectHandler) -> None:
        """Add a handler. Raises ValueError when a SOP Class has one already."""
        for uid in handler.sop_class_uids:
            if uid in self._by_class:
                raise ValueError(f"{uid} is read by {self._by_class[uid].name} and {handler.name}")
        self._by_class.update(dict.fromkeys(handler.sop_class_uids, handler))

    def handles(self, sop_class_uid: str) -> bool:
        return sop_class_uid in self._by_class

    def read(self, path: str, sop_class_uid: str) -> Document:
        """The text of the object in the file at `path`.

        Raises KeyError when nobody handles the class, NotDicomError, BrokenFileError, MissingFileError or TooLargeError.
        """
        handler = self._by_class[sop_class_uid]
        header = read_whole_header(path)
        try:
            return handler.read(header)
        except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
            log.exception("the object handler %s failed", handler.name)
            raise BrokenFileError(message("This object is built in a way that cannot be read."), path=path) from error


def installed(found: Iterable[EntryPoint] | None = None) -> ObjectRegistry:
    """All handlers there are. One that cannot be loaded is left out and logged."""
    registry = ObjectRegistry()
    for entry in entry_points(group=GROUP) if found is None else found:
        try:
            registry.register(entry.load())
        except Exception:
            log.exception("the object handler %s is left out", entry.name)
    return registry
