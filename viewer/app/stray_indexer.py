"""Files of the folder of received objects that the index does not know, after a kill or a restored backup."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from viewer.library.job_store import JobStore
from viewer.library.library import Library
from viewer.library.read_instance import FoundInstance, read_instance
from viewer.model.errors import NegatoscopeError

_log = logging.getLogger(__name__)
_BATCH = 200


class StrayIndexer:
    """Puts them into the library in the background, once. `library` gives the one that is used now."""

    def __init__(self, folder: Path, library: Callable[[], Library], store: JobStore) -> None:
        self._folder, self._library, self._store = folder, library, store
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Not again when it has begun."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="index-received", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Soon."""
        self._closing.set()

    def close(self) -> None:
        """Stop, and wait for it."""
        self.stop()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            self._index_folders()
        except Exception as error:  # the index is locked or damaged: what comes is still refused or taken one by one
            _log.error("received objects could not be indexed: %s", type(error).__name__)

    def _index_folders(self) -> None:
        batch: list[FoundInstance] = []
        for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            known = self._library().known_files(str(folder))
            for path in sorted(folder.glob("*.dcm")):
                if self._closing.is_set():
                    return
                if path.name not in known:
                    try:
                        batch.append(read_instance(str(path)))
                    except NegatoscopeError:
                        continue
            if len(batch) >= _BATCH:
                self._add(batch)
                batch = []
        if batch:
            self._add(batch)

    def _add(self, batch: Sequence[FoundInstance]) -> None:
        """What a kill kept from the index was not routed either, and nobody was told of success: it is when it comes again."""
        self._store.mark_unrouted([found.instance.path for found in batch])
        self._library().add(batch)
