"""Reads the text of objects without a picture in the background."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING

from viewer.model.document import Document
from viewer.model.errors import MissingFileError, NegatoscopeError, Problem
from viewer.model.hierarchy import FrameRef
from viewer.model.messages import message

if TYPE_CHECKING:
    from viewer.objects.registry import ObjectRegistry


class DocumentReader:
    """One thread, begun with the first request; implements `workspace.services.Documents`.

    `registry` is called when the first object without a picture is met.
    """

    def __init__(self, registry: Callable[[], ObjectRegistry], locate: Callable[[FrameRef], str | None]) -> None:
        self._make_registry = registry
        self._locate = locate
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="document reader")

    @cached_property
    def _registry(self) -> ObjectRegistry:
        return self._make_registry()

    def handles(self, sop_class_uid: str) -> bool:
        return self._registry.handles(sop_class_uid)

    def request(self, ref: FrameRef, sop_class_uid: str, done: Callable[[Document | Problem], None]) -> None:
        """Read soon; `done` runs on the reading thread. It is never called after `close`."""
        self._thread.submit(lambda: done(self._read(ref, sop_class_uid)))

    def _read(self, ref: FrameRef, sop_class_uid: str) -> Document | Problem:
        try:
            path = self._locate(ref)
            if path is None:
                raise MissingFileError(message("The file of this object is not known any more."))
            return self._registry.read(path, sop_class_uid)
        except NegatoscopeError as error:
            return error.problem()

    def close(self) -> None:
        """Drop what waits and end the thread; a reading under way is waited for."""
        self._thread.shutdown(wait=True, cancel_futures=True)
