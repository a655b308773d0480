"""Reads the levels of whole slides in the background: a sparse one states the place of each of its tiles."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from viewer.dicom.sop_classes import WHOLE_SLIDES
from viewer.model.errors import MissingFileError, NegatoscopeError, Problem, ProblemKind
from viewer.model.hierarchy import FrameRef, Instance
from viewer.model.messages import message
from viewer.model.slide import Slide
from viewer.workspace.services import Catalogue

MOST_LEVELS = 40


class SlideReader:
    """One thread, begun with the first request; implements `workspace.services.Slides`."""

    def __init__(self, locate: Callable[[FrameRef], str | None], catalogue: Catalogue) -> None:
        self._locate = locate
        self._catalogue = catalogue
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="slide reader")

    def request(self, ref: FrameRef, done: Callable[[Slide | Problem | None], None]) -> None:
        """Read soon; `done` runs on the reading thread. It is never called after `close`."""
        self._thread.submit(lambda: done(self._read(ref)))

    def _read(self, ref: FrameRef) -> Slide | Problem | None:
        from viewer.dicom.slide_levels import read_slide

        try:
            path = self._locate(ref)
            if path is None:
                raise MissingFileError(message("The file of this image is not known any more."))
            others = [(one.first_frame, one.path) for one in self._siblings(ref)]
            return read_slide(ref, path, others)
        except NegatoscopeError as error:
            return error.problem()
        except Exception as error:  # whatever a stranger's file provokes is an answer about that file
            return Problem("", ProblemKind.BROKEN, message("This image cannot be shown ({fault}).", fault=type(error).__name__))

    def _siblings(self, ref: FrameRef) -> list[Instance]:
        own = self._catalogue.instance(ref)
        if own is None:
            return []
        found = self._catalogue.instances(own.series_instance_uid, 0, MOST_LEVELS)
        return [one for one in found if one.sop_class_uid in WHOLE_SLIDES and one.sop_instance_uid != ref.sop_instance_uid]

    def close(self) -> None:
        """Drop what waits and end the thread; a reading under way is waited for."""
        self._thread.shutdown(wait=True, cancel_futures=True)
