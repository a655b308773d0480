"""The pictures beside the series that archives have: asked for when their rows are in sight, kept as pixmaps."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QTreeView

from viewer.model.remote import RemoteEntity
from viewer.ui.browser.thumbnail_shelf import pixmap_of
from viewer.ui.network.result_model import ResultModel
from viewer.workspace.network_services import Pictures

KEPT = 300
SIDE = 36  # at a text size of 100 %
_SOON_MS = 120  # after the last movement


class ResultPictures(QObject):
    """Looks which rows are in sight soon after they moved; what has left the sight is not asked for any more."""

    def __init__(self, source: Pictures, tree: QTreeView, model: ResultModel, pixels: Callable[[], int]) -> None:
        super().__init__(tree)
        self._source, self._tree, self._model, self._pixels = source, tree, model, pixels
        self._kept: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self.look)
        for moved in (tree.verticalScrollBar().valueChanged, tree.expanded, tree.collapsed, model.rowsInserted, model.modelReset):
            moved.connect(self._soon.start)

    def has(self, entity: RemoteEntity) -> bool:
        """There may be a picture of it: room is kept for it."""
        return bool(entity.series_instance_uid) and self._source.has(entity.source)

    def of(self, entity: RemoteEntity) -> QPixmap | None:
        found = self._kept.get(entity.series_instance_uid)
        if found is not None:
            self._kept.move_to_end(entity.series_instance_uid)
        return found

    def look(self) -> None:
        """Ask for what is in sight and not known, of one archive at a time, and for nothing else any more."""
        visible = [one for one in self._in_sight() if self.has(one)]
        wanted = [one for one in visible if one.series_instance_uid not in self._kept]
        if not visible or not self._tree.isVisible():
            return
        source = (wanted or visible)[0].source
        self._source.want(source, [one for one in wanted if one.source == source], self._pixels(), self._take)

    def _in_sight(self) -> list[RemoteEntity]:
        found: list[RemoteEntity] = []
        index = self._tree.indexAt(self._tree.viewport().rect().topLeft())
        bottom = self._tree.viewport().rect().bottom()
        while index.isValid() and self._tree.visualRect(index).top() <= bottom:
            entity = self._model.result(index).entity
            if entity is not None:
                found.append(entity)
            index = self._tree.indexBelow(index)
        return found

    def _take(self, series: str, picture: NDArray[np.uint32] | None) -> None:
        self._kept[series] = None if picture is None else pixmap_of(picture)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self._tree.viewport().update()
        if (
            any(self.has(one) and one.series_instance_uid not in self._kept for one in self._in_sight())
            and not self._soon.isActive()
        ):
            self._soon.start()  # of another archive

    def forget(self) -> None:
        """Another search: what gave no picture may give one now."""
        for series in [series for series, pixmap in self._kept.items() if pixmap is None]:
            del self._kept[series]

    def close(self) -> None:
        self._soon.stop()
