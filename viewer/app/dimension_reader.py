"""Reads what the frames of multi-frame images differ in, in the background: it takes a while where there are thousands."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from viewer.model.errors import NegatoscopeError, Problem, ProblemKind
from viewer.model.frame_place import Dimension
from viewer.model.hierarchy import FrameRef
from viewer.model.messages import Message, message

_log = logging.getLogger(__name__)
Places = tuple[tuple[Dimension, ...], ...]


class DimensionReader:
    """One thread, begun with the first request; implements `workspace.services.Dimensions`."""

    def __init__(self, locate: Callable[[FrameRef], str | None]) -> None:
        self._locate = locate
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="dimension reader")

    def request(self, ref: FrameRef, done: Callable[[Places | Problem], None]) -> None:
        """Read soon; `done` runs on the reading thread. It is never called after `close`."""
        self._thread.submit(lambda: done(self._read(ref)))

    def check(self, ref: FrameRef, sop_class_uid: str, modality: str, done: Callable[[tuple[Message, ...]], None]) -> None:
        """Let the study doctor look at the frames, soon; as `request`."""
        self._thread.submit(lambda: done(self._check(ref, sop_class_uid, modality)))

    def _check(self, ref: FrameRef, sop_class_uid: str, modality: str) -> tuple[Message, ...]:
        from viewer.library.series_check import notes_of_frames

        try:
            path = self._locate(ref)
            return notes_of_frames(path, sop_class_uid, modality) if path else ()
        except Exception:  # whatever a stranger's file provokes costs no more than the remark
            _log.exception("the frames could not be checked")
            return ()

    def _read(self, ref: FrameRef) -> Places | Problem:
        from viewer.dicom.image_file import open_image

        try:
            path = self._locate(ref)
            return open_image(path).dimensions() if path else ()
        except NegatoscopeError as error:
            return error.problem()
        except Exception as error:  # whatever a stranger's file provokes costs no more than the controls
            return Problem("", ProblemKind.BROKEN, message("This image cannot be shown ({fault}).", fault=type(error).__name__))

    def close(self) -> None:
        """Drop what waits and end the thread; a reading under way is waited for."""
        self._thread.shutdown(wait=True, cancel_futures=True)
