"""Display sets of the studies that were asked for, split once per change of a series."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from viewer.library.database import Database
from viewer.library.entities import images_of_series, series_with_rows
from viewer.library.index import Changes
from viewer.library.split_rules import split_series
from viewer.library.stored_display_sets import LONG, load, save
from viewer.model.display_set import DisplaySet

MAX_STUDIES = 64
MAX_FRAMES = 400_000  # kept for studies beyond the newest one
MOST_NEW = 4  # studies of one commit that are split at once: the window will ask for them


@dataclass(slots=True)
class _Split:
    """The display sets of one study."""

    by_series: dict[int, tuple[DisplaySet, ...]] = field(default_factory=dict)
    ordered: tuple[DisplaySet, ...] = ()
    by_key: dict[str, DisplaySet] = field(default_factory=dict)
    frames: int = 0


class DisplaySetCache:
    """Who commits also refreshes what is cached, on its own thread: the GUI thread never splits a long series again.

    `give_way` is called there between two studies.
    """

    def __init__(self, database: Database, give_way: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._give_way = give_way
        self._lock = threading.Lock()
        self._studies: OrderedDict[str, _Split] = OrderedDict()
        self._changes = 0

    def of_study(self, study_instance_uid: str) -> tuple[DisplaySet, ...]:
        """Raises sqlite3.Error."""
        return self._split(study_instance_uid).ordered

    def by_key(self, key: str) -> DisplaySet | None:
        """Raises sqlite3.Error."""
        return self._split(key.partition("/")[0]).by_key.get(key)

    def _split(self, uid: str) -> _Split:
        while True:
            with self._lock:
                known = self._studies.get(uid)
                if known is not None:
                    self._studies.move_to_end(uid)
                    return known
                before = self._changes
            with self._database.reading() as connection:
                split = _split_study(connection, uid, {})
            with self._lock:
                if before == self._changes or not split.ordered:
                    if split.ordered:
                        self._keep(uid, split)
                    return split

    def _keep(self, uid: str, split: _Split) -> None:
        self._studies[uid] = split
        self._studies.move_to_end(uid)
        total = sum(one.frames for one in self._studies.values())
        while len(self._studies) > 1 and (len(self._studies) > MAX_STUDIES or total > MAX_FRAMES):
            _, dropped = self._studies.popitem(last=False)
            total -= dropped.frames

    def refresh(self, study_uids: frozenset[str], changes: Changes) -> None:
        """Split again what changed of the studies that are kept, and split what is new. Raises sqlite3.Error."""
        with self._lock:
            self._changes += 1
            stale = {uid: split for uid, split in self._studies.items() if uid in study_uids}
        for uid, old in stale.items():
            self._give_way()
            good = {row: sets for row, sets in old.by_series.items() if row not in changes.series}
            with self._database.reading() as connection:
                split = _split_study(connection, uid, good)
            with self._lock:
                if split.ordered:
                    self._keep(uid, split)
                else:
                    self._studies.pop(uid, None)
        if len(study_uids) <= MOST_NEW:  # else hardly one of them is looked at soon
            for uid in study_uids - stale.keys():
                self._give_way()
                self._split(uid)

    def store(self, study_uids: Iterable[str]) -> None:
        """Keep the display sets of long series for the next start. Raises sqlite3.Error."""
        for uid in study_uids:
            with self._database.reading() as connection:
                rows = [row for row, series in series_with_rows(connection, uid) if series.number_of_instances >= LONG]
                rows = [row for row in rows if load(connection, row) is None]
            if not rows:
                continue
            with self._database.writing() as connection:  # while nobody, in no process, can add to it
                split = _split_study(connection, uid, {})
                for row in split.by_series.keys() & rows:
                    save(connection, row, split.by_series[row])

    def forget(self, study_uids: frozenset[str] | None = None) -> None:
        """Drop studies (all when not given) from memory."""
        with self._lock:
            self._changes += 1
            for uid in list(self._studies) if study_uids is None else study_uids:
                self._studies.pop(uid, None)


def _split_study(connection: sqlite3.Connection, uid: str, good: dict[int, tuple[DisplaySet, ...]]) -> _Split:
    """Split the series of a study; those in `good` are taken as they are."""
    split = _Split()
    for row, series in series_with_rows(connection, uid):
        sets = good.get(row)
        if sets is None and series.number_of_instances >= LONG:
            sets = load(connection, row)
        if sets is None:
            sets = split_series(series, images_of_series(connection, row, series.series_instance_uid, uid))
        split.by_series[row] = sets
    split.ordered = tuple([one for sets in split.by_series.values() for one in sets])
    split.by_key = {one.key: one for one in split.ordered}
    split.frames = sum(len(one.frames) for one in split.ordered)
    return split
