"""Small pictures of series that DICOMweb archives hold, for the rows of the search that are on screen."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from viewer.app.desk.line import NodeLine
from viewer.app.desk.nodes import DeskNodes
from viewer.app.node_messages import SeriesPicture, WantPictures
from viewer.model.remote import RemoteEntity
from viewer.model.web_archives import WebArchive

Picture = NDArray[np.uint32]
Done = Callable[[str, Picture | None], None]


class DeskPictures:
    """Implements ``workspace.network_services.Pictures``."""

    def __init__(self, line: NodeLine, nodes: DeskNodes) -> None:
        self._line, self._nodes = line, nodes
        self._lock = threading.Lock()
        self._done: Done | None = None
        line.attend(SeriesPicture, self._on_picture)

    def has(self, source: str) -> bool:
        return isinstance(self._nodes.source(source), WebArchive)

    def want(self, source: str, series: Sequence[RemoteEntity], size: int, done: Done) -> None:
        archive = self._nodes.source(source)
        if not isinstance(archive, WebArchive):
            return
        with self._lock:
            self._done = done
        wishes = tuple((one.study_instance_uid, one.series_instance_uid, one.number_of_instances) for one in series)
        order = WantPictures(asdict(archive), wishes, size)
        give = self._line.order if wishes else self._line.order_if_running
        give(lambda process: process.give(order))

    def _on_picture(self, event: SeriesPicture) -> None:
        with self._lock:
            done = self._done
        if done is not None:
            picture = _picture(event)
            self._line.post(lambda: done(event.series_instance_uid, picture))


def _picture(event: SeriesPicture) -> Picture | None:
    """(rows, columns) of 0xffRRGGBB; None where there is none."""
    content = base64.b64decode(event.pixels)
    if not content or len(content) != event.rows * event.columns * 3:
        return None
    red, green, blue = np.frombuffer(content, np.uint8).reshape(event.rows, event.columns, 3).astype(np.uint32).transpose(2, 0, 1)
    return np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue
