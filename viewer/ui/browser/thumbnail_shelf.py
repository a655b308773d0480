"""The thumbnails that the browser shows: asks for those in sight, keeps them as pixmaps."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.frozen import frozen

KEPT = 600
GROWN = 2.0  # a stack that grew this much since is worth another look

Picture = NDArray[np.uint32]


class ThumbnailSource(Protocol):
    """The loader of thumbnails. `done` runs on a worker thread; a new wish list replaces the one before."""

    def cached(self, key: str) -> Picture | None: ...

    def want(self, display_sets: Sequence[DisplaySet], size: int, done: Callable[[str, Picture | None], None]) -> None: ...


@frozen
class Thumbnail:
    """`pixmap` None: there is no picture to show. `frames`: of how many frames the stack was when it was asked for."""

    pixmap: QPixmap | None
    frames: int


class ThumbnailShelf(QObject):
    """Pixmaps by display set key, the latest used ones. Says `arrived` with the key."""

    arrived = Signal(str)

    def __init__(self, source: ThumbnailSource, post: Callable[[Callable[[], None]], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._post = post
        self._kept: OrderedDict[str, Thumbnail] = OrderedDict()
        self._asked: dict[str, int] = {}
        self._size = 0
        self._closed = False

    def of(self, key: str) -> Thumbnail | None:
        """What there is for a display set; None while it is not known yet."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def want(self, display_sets: Sequence[DisplaySet], size: int) -> None:
        """These are in sight, from top to bottom; `size` in physical pixels."""
        if size != self._size:
            self._kept.clear()
            self._asked.clear()
            self._size = size
        wanted = [one for one in display_sets if one.kind is not DisplaySetKind.DOCUMENT and self._is_worth_asking(one)]
        if {one.key for one in wanted} == set(self._asked):
            return
        self._asked = {one.key: len(one.frames) for one in wanted}
        self._source.want(wanted, size, partial(self._on_done, size))

    def _is_worth_asking(self, display_set: DisplaySet) -> bool:
        known = self._kept.get(display_set.key)
        return known is None or len(display_set.frames) >= GROWN * max(known.frames, 1)

    def _on_done(self, size: int, key: str, picture: Picture | None) -> None:
        """Called on a worker thread."""
        if not self._closed:
            self._post(partial(self._take, size, key, picture))

    def _take(self, size: int, key: str, picture: Picture | None) -> None:
        if self._closed or size != self._size:
            return
        frames = self._asked.pop(key, 1)
        self._kept[key] = Thumbnail(None if picture is None else pixmap_of(picture), frames)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.arrived.emit(key)

    def forget(self, key: str) -> None:
        """Its file is back: ask again."""
        self._kept.pop(key, None)

    def forget_bare(self) -> None:
        """Files may be there now that were not: ask again for all that gave no picture."""
        for key in [key for key, one in self._kept.items() if one.pixmap is None]:
            del self._kept[key]

    def close(self) -> None:
        """The window closes: nothing is asked for any more, what still arrives is dropped."""
        self._closed = True
        self._source.want((), max(self._size, 1), lambda key, picture: None)


def pixmap_of(picture: Picture) -> QPixmap:
    """(rows, columns) of 0xffRRGGBB as a pixmap of its own."""
    pixels = np.ascontiguousarray(picture, np.uint32)
    rows, columns = pixels.shape
    image = QImage(pixels.data, columns, rows, columns * 4, QImage.Format.Format_RGB32)
    return QPixmap.fromImage(image.copy())
