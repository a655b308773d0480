"""The library as other nodes ask for it: patients, studies, series and instances as attributes, page by page (PS3.4 C.6).

Each page is a short question of its own: a peer that reads its answers slowly holds no transaction, and memory stays flat however
many instances there are. What no index knows is compared inside SQLite, value by value, each different value once.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from viewer.library.database import Database
from viewer.library.page_marks import PageMarks, Place
from viewer.library.peer_columns import TABLES, Entity
from viewer.library.peer_narrowing import Narrowing, condition_of, has_many_days
from viewer.library.query import Condition
from viewer.library.rows import Row, chunks, join_path, marks
from viewer.model.errors import NegatoscopeError
from viewer.model.frozen import frozen
from viewer.model.messages import message

PAGE = 500
_BURST = 0.1  # seconds after which what was found is given out, though the page is not full
_LOOK = 20_000  # steps of SQLite between two looks at the clock and for the peer's cancel: some milliseconds
_MOST_REMEMBERED = 50_000  # values of one attribute that were compared
Attributes = dict[str, str]
Compare = Callable[[str], bool]


class LibraryFailedError(NegatoscopeError):
    """The index could not answer."""


def _never() -> bool:
    return False


@frozen
class Question:
    """`compare`: by keyword, what is asked of a value that `narrowing` does not decide; unknown keywords ask nothing.

    `wanted`: keywords to answer with, None for all. `is_stopped` is asked every few milliseconds, on the thread that asks; what it
    raises comes out of the question. `name` is the same for questions with the same answers.
    """

    entity: Entity
    narrowing: Narrowing = field(default_factory=Narrowing)
    compare: Mapping[str, Compare] = field(default_factory=dict)
    wanted: Collection[str] | None = None
    is_stopped: Callable[[], bool] = _never
    name: str = ""

    @property
    def columns(self) -> dict[str, str]:
        """Those wanted."""
        known = TABLES[self.entity].columns
        return known if self.wanted is None else {keyword: known[keyword] for keyword in known if keyword in self.wanted}


class PeerRows:
    """All methods may be called from any thread and raise LibraryFailedError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._marks = PageMarks()

    @property
    def is_durable(self) -> bool:
        """False for an index in memory: one that could not be opened or written on the disk."""
        return self._database.path is not None

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._database.reading() as connection:
                yield connection
        except sqlite3.Error as error:
            raise LibraryFailedError(message("The library could not be asked.")) from error

    def found(self, question: Question) -> Iterator[Attributes]:
        """What fits, in the order of the rows, each as soon as it is found; ends early when the question is stopped."""
        columns = question.columns
        for row in self._rows(question, list(columns.values())):
            yield _attributes(columns, row[len(TABLES[question.entity].keys) :])

    def instances(self, narrowing: Narrowing) -> Iterator[Attributes]:
        """Of several contents under one SOP Instance UID the first alone: peers know no copies."""
        return self.found(Question(Entity.INSTANCE, narrowing))

    def page(self, question: Question, offset: int, limit: int) -> tuple[list[Attributes], bool]:
        """What fits, from number `offset` on, and whether there is more. Going on where a page ended looks at nothing twice."""
        at, place = self._marks.nearest(question.name, offset)
        tables = TABLES[question.entity]
        places = self._places(question, place, offset - at, limit + 1)
        has_more = len(places) > limit
        del places[limit:]
        if places:
            self._marks.put(question.name, offset + len(places), places[-1])
        columns = question.columns
        rows: dict[Place, Attributes] = {}
        with self._reading() as connection:
            for some in chunks(places):
                sql = (
                    f"SELECT {', '.join((*tables.keys, *columns.values()))} FROM {tables.joined('p. a.')}"
                    f" WHERE {tables.keys[-1]} IN ({marks(len(some))})"
                    f" AND {tables.keys[0]} IN ({marks(len(some))})"
                )
                for row in connection.execute(sql, ([one[-1] for one in some] + [one[0] for one in some])):
                    rows[tuple(row[: len(tables.keys)])] = _attributes(columns, row[len(tables.keys) :])
        return [rows[one] for one in places if one in rows], has_more

    def files(self, sop_instance_uids: Sequence[str]) -> dict[str, list[str]]:
        """Paths of the files that hold each instance, the oldest first; an instance that is not here is left out."""
        found: dict[str, list[str]] = {}
        with self._reading() as connection:
            for uids in chunks(sop_instance_uids):
                rows = connection.execute(
                    "SELECT i.sop_instance_uid, d.path, f.name FROM instances i JOIN files f ON f.instance = i.id"
                    " JOIN folders d ON d.id = f.folder"
                    f" WHERE i.copy = 0 AND i.sop_instance_uid IN ({marks(len(uids))}) ORDER BY f.id",
                    uids,
                )
                for uid, folder, name in rows:
                    found.setdefault(uid, []).append(join_path(folder, name))
        return found

    def sop_class(self, sop_instance_uid: str) -> str:
        """SOP Class UID of an instance, "" when it is not here."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT a.sop_class_uid FROM instances i JOIN alike a ON a.id = i.alike"
                " WHERE i.sop_instance_uid = ? AND i.copy = 0",
                (sop_instance_uid,),
            ).fetchone()
        return str(row[0]) if row is not None else ""

    def _rows(self, question: Question, columns: list[str]) -> Iterator[Row]:
        """Keys and `columns`; the connection is given back between bursts."""
        place: Place = ()
        while True:
            page, is_over = self._burst(question, columns, place, 0, PAGE)
            yield from page
            if is_over:
                return
            place = tuple(page[-1][: len(TABLES[question.entity].keys)])

    def _places(self, question: Question, place: Place, skip: int, limit: int) -> list[Place]:
        found: list[Place] = []
        while len(found) < limit:
            rows, is_over = self._burst(question, [], place, skip, limit - len(found))
            found += (tuple(row) for row in rows)
            if is_over:
                break
            place, skip = found[-1], 0
        return found

    def _burst(self, question: Question, columns: list[str], place: Place, skip: int, limit: int) -> tuple[list[Row], bool]:
        """Rows after `place`: all there are, `limit`, or, after a moment, what there is so far. True: there are no more."""
        with self._reading() as connection:
            by_date = not has_many_days(connection, question.narrowing)
        tables, condition = TABLES[question.entity], condition_of(question.narrowing, question.entity, by_date=by_date)
        compared = {keyword: compare for keyword, compare in question.compare.items() if keyword in tables.columns}
        for number, keyword in enumerate(compared):
            condition.add(f"fits_{number}({tables.columns[keyword]})")
        condition.add(tables.condition)
        _after(condition, tables.keys, place)
        sql = (
            f"SELECT {', '.join((*tables.keys, *columns))} FROM {tables.joined(f'{condition.sql} {columns}')}"
            f" WHERE {condition.sql} ORDER BY {', '.join(tables.keys)} LIMIT {limit} OFFSET {skip}"
        )
        rows: list[Row] = []
        with (
            self._reading() as connection,
            _comparing(connection, list(compared.values())),
            _watched(connection, rows, question.is_stopped) as watch,
        ):
            for row in connection.execute(sql, condition.values):
                rows.append(row)  # one by one: what is found before the question is broken off counts
        if watch.failure is not None:
            raise watch.failure
        return rows, watch.is_stopped or (not watch.is_cut and len(rows) < limit)


def _attributes(columns: Mapping[str, str], row: Row) -> Attributes:
    return {keyword: "" if value is None else str(value) for keyword, value in zip(columns, row, strict=True)}


def _after(condition: Condition, keys: tuple[str, ...], place: Place) -> None:
    """Rows that come after those up to `place`, in the order of all keys."""
    if not place:
        return
    condition.add(f"{keys[0]} {'>' if len(keys) == 1 else '>='} ?", place[0])
    if len(keys) == 2:
        condition.add(f"({keys[0]} > ? OR {keys[1]} > ?)", *place)
    elif len(keys) == 3:
        condition.add(f"({keys[0]} > ? OR {keys[1]} > ? OR ({keys[1]} = ? AND {keys[2]} > ?))", place[0], place[1], *place[1:])


@dataclass(slots=True)
class _Watch:
    """`is_cut`: the question was broken off; `failure`: because looking for a cancel raised this."""

    is_cut: bool = False
    is_stopped: bool = False
    failure: BaseException | None = None


@contextlib.contextmanager
def _watched(connection: sqlite3.Connection, rows: list[Row], is_stopped: Callable[[], bool]) -> Iterator[_Watch]:
    """Break the question off when it is stopped, or when it found something and takes long to find more."""
    watch, began = _Watch(), time.monotonic()

    def look() -> bool:
        try:
            watch.is_stopped = is_stopped()
        except BaseException as error:  # would be lost in SQLite
            watch.failure = error
        watch.is_cut = watch.is_stopped or watch.failure is not None or (bool(rows) and time.monotonic() - began > _BURST)
        return watch.is_cut

    connection.set_progress_handler(look, _LOOK)
    try:
        yield watch
    except sqlite3.OperationalError:
        if not watch.is_cut:
            raise
    finally:
        with contextlib.suppress(sqlite3.Error):  # the library was closed meanwhile
            connection.set_progress_handler(None, 0)


@contextlib.contextmanager
def _comparing(connection: sqlite3.Connection, compares: Sequence[Compare]) -> Iterator[None]:
    """Within, ``fits_0(value)`` and so on are known to SQLite."""
    for number, compare in enumerate(compares):
        connection.create_function(f"fits_{number}", 1, _remembering(compare), deterministic=True)
    try:
        yield
    finally:
        with contextlib.suppress(sqlite3.Error):
            for number in range(len(compares)):
                connection.create_function(f"fits_{number}", 1, None)


def _remembering(compare: Compare) -> Callable[[object], bool]:
    """`compare` of a column; values repeat."""
    known: dict[object, bool] = {}

    def fits(value: object) -> bool:
        found = known.get(value)
        if found is None:
            if len(known) >= _MOST_REMEMBERED:
                known.clear()
            found = known[value] = compare("" if value is None else str(value))
        return found

    return fits
