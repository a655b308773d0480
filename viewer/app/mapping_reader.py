"""Reads Real World Value Mapping objects that may speak of an image, in the background."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from viewer.library.library import Library
from viewer.model.luts import SeparateMaps
from viewer.model.pixels import FrameFacts

_log = logging.getLogger(__name__)
MOST_OBJECTS = 64


class MappingReader:
    """One thread, begun with the first request; implements `workspace.services.Mappings`."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mapping reader")

    def request(self, study_instance_uid: str, facts: FrameFacts, done: Callable[[SeparateMaps], None]) -> None:
        """Read soon; `done` runs on the reading thread. It is never called after `close`."""
        self._thread.submit(lambda: done(self._read(study_instance_uid, facts)))

    def _read(self, study_instance_uid: str, facts: FrameFacts) -> SeparateMaps:
        from viewer.dicom.separate_maps import REAL_WORLD_VALUE_MAPPING, read_separate_maps

        refs = self._library.of_the_same_patient(study_instance_uid, REAL_WORLD_VALUE_MAPPING, MOST_OBJECTS)
        paths = [path for path in map(self._library.locate, refs) if path is not None]
        try:
            return read_separate_maps(paths, is_signed=facts.is_signed, bits_stored=facts.bits_stored)
        except Exception:  # whatever a stranger's file provokes costs no more than the mapped values
            _log.exception("mapping objects could not be read")
            return SeparateMaps({})

    def close(self) -> None:
        """Drop what waits and end the thread; a reading under way is waited for."""
        self._thread.shutdown(wait=True, cancel_futures=True)
