"""Small pictures of series that an archive holds, for the rows that are on screen, fetched a few at a time."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from viewer.app.node_messages import SeriesPicture
from viewer.app.web_sessions import WebSessions
from viewer.dicom.codestream import jpeg_header
from viewer.model.errors import NegatoscopeError
from viewer.model.web_archives import WebArchive
from viewer.network.dicomweb.series_picture import SeriesPictures
from viewer.network.dicomweb.wado import WebTarget
from viewer.network.dicomweb.web_session import WebSession

WORKERS = 2
LARGEST_SIDE = 4096  # of a picture that is unpacked
Wish = tuple[str, str, int]  # Study and Series Instance UID, number of instances


class RemotePictures:
    """A new list of wishes replaces the one before. `tell` gets each picture, or that there is none. Close it in the end."""

    def __init__(self, sessions: WebSessions, tell: Callable[[SeriesPicture], None]) -> None:
        self._sessions, self._tell = sessions, tell
        self._wake = threading.Condition()
        self._archive: WebArchive | None = None
        self._wishes: list[Wish] = []
        self._size = 0
        self._under_way: set[str] = set()
        self._closing = False
        self._threads: list[threading.Thread] = []
        self._open: dict[WebArchive, tuple[WebSession, SeriesPictures]] = {}

    def want(self, archive: WebArchive, wishes: Sequence[Wish], size: int) -> None:
        """These are in sight, from top to bottom; `size` in pixels."""
        with self._wake:
            self._archive, self._size = archive, size
            self._wishes = [one for one in wishes if one[1] not in self._under_way]
            while self._wishes and len(self._threads) < WORKERS:
                thread = threading.Thread(target=self._run, name="remote-picture", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._wake.notify_all()

    def close(self) -> None:
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        for thread in self._threads:
            thread.join()
        for session, _ in self._open.values():
            session.close()

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._closing or self._wishes)
                if self._closing or self._archive is None:
                    return
                archive, size, wish = self._archive, self._size, self._wishes.pop(0)
                self._under_way.add(wish[1])
            try:
                self._tell(self._fetched(archive, wish, size))
            finally:
                with self._wake:
                    self._under_way.discard(wish[1])

    def _fetched(self, archive: WebArchive, wish: Wish, size: int) -> SeriesPicture:
        study, series, count = wish
        try:
            packed = self._pictures_of(archive).jpeg(WebTarget(study, series), count, size)
            picture = small_picture(packed, size) if packed else None
        except NegatoscopeError:
            picture = None
        if picture is None:
            return SeriesPicture(series)
        rows, columns = picture.shape[:2]
        return SeriesPicture(series, rows, columns, base64.b64encode(picture.tobytes()).decode())

    def _pictures_of(self, archive: WebArchive) -> SeriesPictures:
        """Raises MissingSecretError, SecretError."""
        with self._wake:
            if archive not in self._open:
                session = self._sessions.open(archive, lambda: self._closing)
                self._open[archive] = (session, SeriesPictures(session))
            return self._open[archive][1]


def small_picture(packed: bytes, size: int) -> NDArray[np.uint8] | None:
    """A JPEG as (rows, columns, 3), at most `size` wide and high, shrunk by taking means.

    None for what is none, or unreasonably large.
    """
    header = jpeg_header(packed)
    if header is None or not 0 < header.rows <= LARGEST_SIDE or not 0 < header.columns <= LARGEST_SIDE:
        return None
    import imagecodecs  # 50 ms, for those who see such pictures

    try:
        pixels = np.asarray(imagecodecs.jpeg8_decode(packed), np.uint8)
    except Exception:  # whatever a stranger's picture provokes: there is none then
        return None
    colours = np.repeat(pixels[..., None], 3, axis=2) if pixels.ndim == 2 else pixels[..., :3]
    step = max(-(-max(colours.shape[:2]) // size), 1)
    rows, columns = colours.shape[0] // step, colours.shape[1] // step
    if not rows or not columns:  # narrower than a step
        return np.ascontiguousarray(colours[::step, ::step])
    parts = colours[: rows * step, : columns * step].reshape(rows, step, columns, step, 3)
    return np.ascontiguousarray(parts.mean(axis=(1, 3), dtype=np.float32) + 0.5, np.uint8)
