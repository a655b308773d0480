"""The item model of the browser: pages of patients, everything below fetched when it is opened up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QByteArray, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from viewer.model.display_set import DisplaySet
from viewer.model.hierarchy import Patient, Study
from viewer.model.requests import StudyFilter
from viewer.ui.browser.marks import Marks
from viewer.ui.browser.row_texts import accessible_text, title_of
from viewer.ui.browser.rows import DisplaySetRow, InstanceRow, PatientRow, RootRow, Row, StudyRow, instance_refs
from viewer.ui.display_set_mime import DISPLAY_SET_MIME
from viewer.workspace.services import Catalogue

PAGE = 200
OVERLAP = 50  # of a page with the rows before it, once news may have changed their order
MOST_PATIENTS = 1000  # rows that news may add up to; the rest comes back by pages

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
_LISTED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable  # joined once: Qt asks for every row at each new layout
_CARRIED = _LISTED | Qt.ItemFlag.ItemIsDragEnabled
_CARRIERS = (DisplaySetRow, InstanceRow)


class BrowserModel(QAbstractItemModel):
    """One column. The catalogue is asked in `set_query`, `more`, `fetchMore`, `refresh` and `describe`, never in `data`."""

    def __init__(self, catalogue: Catalogue, marks: Marks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._marks = marks
        self._rows: dict[int, Row] = {}
        self._studies: dict[str, StudyRow] = {}
        self._patients: dict[str, PatientRow] = {}
        self.root = RootRow()
        self.query = StudyFilter(opened_only=True)
        self._has_news = False

    # What Qt asks

    def row_of(self, index: Index) -> Row:
        return self._rows.get(index.internalId(), self.root)  # that of an invalid one is 0, which is no row's

    def index_of(self, row: Row) -> QModelIndex:
        return QModelIndex() if row is self.root else self.createIndex(row.place, 0, row.number)

    def index(self, row: int, column: int, parent: Index = ROOT) -> QModelIndex:
        children = self.row_of(parent).children
        if column == 0 and 0 <= row < len(children):
            return self.createIndex(row, 0, children[row].number)
        return QModelIndex()

    def parent(self, index: Index = ROOT) -> Any:  # QObject has a method of this name too
        row = self.row_of(index)
        return self.index_of(row.parent) if row.parent is not None else QModelIndex()

    def rowCount(self, parent: Index = ROOT) -> int:
        return len(self.row_of(parent).children)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 1

    def hasChildren(self, parent: Index = ROOT) -> bool:
        row = self.row_of(parent)
        return bool(row.children) if row.fetched else row.can_have_children

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_of(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return title_of(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            marks, key = self._marks, row.key
            return accessible_text(row, on_screen=key in marks.on_screen, gone=key in marks.gone, received=key in marks.received)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return _CARRIED if type(self.row_of(index)) in _CARRIERS else _LISTED

    def mimeTypes(self) -> list[str]:
        return [DISPLAY_SET_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        display_set = display_set_of(self.row_of(indexes[0])) if indexes else None
        if display_set is not None:
            data.setData(DISPLAY_SET_MIME, QByteArray(display_set.key.encode()))
        return data

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    # Fetching

    def set_query(self, query: StudyFilter) -> None:
        """Show the first page of what `query` asks for."""
        self.beginResetModel()
        self.query = query
        self._rows.clear()
        self._studies.clear()
        self._patients.clear()
        self.root = RootRow(fetched=True, complete=False)
        self._has_news = False
        self.endResetModel()
        self.more()

    def more(self) -> bool:
        """Fetch the next page of patients. False when there is none."""
        if self.root.complete:
            return False
        fresh = self._next_page()
        self._insert(self.root, len(self.root.children), fresh)
        return bool(fresh)

    def _next_page(self) -> list[Row]:
        """The next patients that are not listed; none when all are.

        Rows that news put in may stand in another order than the catalogue's (times of one day): what the page after the rows that
        are here does not bring is looked for from the start.
        """
        count = len(self.root.children)
        starts = [count]
        if self._has_news:
            starts = [max(count - OVERLAP, 0), *range(0, count + PAGE, PAGE)]
        for start in starts:
            page = self._catalogue.patients(self.query, start, PAGE)
            fresh: list[Row] = [PatientRow(patient=one) for one in page if one.patient_key not in self._patients]
            if fresh:
                self.root.complete = not self._has_news and len(page) < PAGE
                return fresh
        self.root.complete = True
        return []

    def canFetchMore(self, parent: Index) -> bool:
        """Pages of patients come by `more`: a tree view would ask for all of them at once."""
        row = self.row_of(parent)
        return row is not self.root and not row.fetched and row.can_have_children

    def fetchMore(self, parent: Index) -> None:
        row = self.row_of(parent)
        if not row.fetched:
            row.fetched = True
            self._merge(row, self._children_of(row))

    def _children_of(self, row: Row) -> list[Row]:
        if isinstance(row, PatientRow):
            return [StudyRow(study=one) for one in self._catalogue.studies(row.key, self.query)]
        if isinstance(row, StudyRow):
            return [DisplaySetRow(display_set=one) for one in self._catalogue.display_sets(row.key)]
        if isinstance(row, DisplaySetRow) and row.can_have_children:
            return [InstanceRow(ref=ref, frame_index=place) for ref, place in instance_refs(row.display_set)]
        return []

    def describe(self, rows: Iterable[Row]) -> None:
        """Look up the instances among `rows` (those in sight) that were not yet."""
        for row in rows:
            if isinstance(row, InstanceRow) and row.instance is None:
                row.instance = self._catalogue.instance(row.ref)
                self._changed(row)

    # News

    def refresh(self, studies: Iterable[str]) -> None:
        """The catalogue has news of these studies: fetch their rows, and theirs only."""
        patients: dict[str, None] = {}
        changed: list[str] = []
        for uid in studies:
            known = self._studies.get(uid)
            if known is not None and known.parent is not None:
                patients[known.parent.key] = None
                changed.append(uid)
            study = self._catalogue.study(uid)
            if study is not None:
                patients[study.patient_key] = None
        for key in patients:
            self._refresh_patient(key)
        for uid in changed:
            row = self._studies.get(uid)
            if row is not None and row.fetched:
                self._merge(row, self._children_of(row))

    def _refresh_patient(self, key: str) -> None:
        row = self._patients.get(key)
        patient = self._catalogue.patient(key)
        studies = self._catalogue.studies(key, self.query) if patient is not None else ()
        if patient is None or not studies:
            if row is not None:
                self._remove(row)
            return
        if row is None:
            place = self._place_for(patient)
            if place == len(self.root.children) and not self.root.complete:
                return  # it comes with a later page
            row = PatientRow(patient=patient)
            self._has_news = True
            self._insert(self.root, place, [row])
        else:
            row.patient = patient
            self._changed(row)
            self._move(row, self._place_for(patient, but=row))
        if row.fetched:
            self._merge(row, [StudyRow(study=one) for one in studies])

    def trim(self, last: int) -> None:
        """Let go of patients far below number `last` when there are too many."""
        first = max(MOST_PATIENTS - PAGE, last + PAGE)
        if len(self.root.children) <= MOST_PATIENTS or first >= len(self.root.children):
            return
        self.beginRemoveRows(QModelIndex(), first, len(self.root.children) - 1)
        dropped, self.root.children[first:] = self.root.children[first:], []
        for row in dropped:
            self._forget(row)
        self.root.complete = False
        self.endRemoveRows()

    def _place_for(self, patient: Patient, but: Row | None = None) -> int:
        """Where a patient belongs: newest study first, after those of the same day. One that is there stays while it may."""
        others = [one.patient.latest_study_date for one in self._patient_rows() if one is not but]
        date = patient.latest_study_date
        if but is not None:
            here = but.place
            if (here == 0 or others[here - 1] >= date) and (here == len(others) or others[here] <= date):
                return here
        return next((place for place, other in enumerate(others) if other < date), len(others))

    def _patient_rows(self) -> list[PatientRow]:
        return [row for row in self.root.children if isinstance(row, PatientRow)]

    # Changing rows

    def _merge(self, parent: Row, fresh: Sequence[Row]) -> None:
        """Make the children of `parent` those of `fresh`; rows that stay keep what is below and beside them."""
        if not parent.children:
            self._insert(parent, 0, fresh)
            return
        wanted = {row.key for row in fresh}
        for row in [row for row in parent.children if row.key not in wanted]:
            self._remove(row)
        known = {row.key: row for row in parent.children}
        for place, row in enumerate(fresh):
            old = known.get(row.key)
            if old is None:
                self._insert(parent, place, [row])
            else:
                self._move(old, place)
                self._take_value(old, row)

    def _take_value(self, old: Row, new: Row) -> None:
        if isinstance(old, StudyRow) and isinstance(new, StudyRow):
            if old.study == new.study:
                return
            old.study = new.study
        elif isinstance(old, DisplaySetRow) and isinstance(new, DisplaySetRow):
            if old.display_set == new.display_set:
                return
            old.display_set = new.display_set
            if old.fetched:
                self._merge(old, self._children_of(old))
        elif isinstance(old, InstanceRow) and isinstance(new, InstanceRow):
            old.ref, old.frame_index = new.ref, new.frame_index
        self._changed(old)

    def _changed(self, row: Row) -> None:
        index = self.index_of(row)
        self.dataChanged.emit(index, index)

    def _insert(self, parent: Row, place: int, rows: Sequence[Row]) -> None:
        if not rows:
            return
        self.beginInsertRows(self.index_of(parent), place, place + len(rows) - 1)
        for row in rows:
            row.parent = parent
            self._rows[row.number] = row
            if isinstance(row, StudyRow):
                self._studies[row.key] = row
            elif isinstance(row, PatientRow):
                self._patients[row.key] = row
        parent.children[place:place] = rows
        _renumber(parent)
        self.endInsertRows()

    def _move(self, row: Row, place: int) -> None:
        """Move a row so that it stands at `place` among its siblings."""
        parent = row.parent
        if parent is None or row.place == place:
            return
        index = self.index_of(parent)
        self.beginMoveRows(index, row.place, row.place, index, place + 1 if place > row.place else place)
        parent.children.insert(place, parent.children.pop(row.place))
        _renumber(parent)
        self.endMoveRows()

    def _remove(self, row: Row) -> None:
        parent = row.parent
        if parent is None:
            return
        self.beginRemoveRows(self.index_of(parent), row.place, row.place)
        del parent.children[row.place]
        _renumber(parent)
        self._forget(row)
        self.endRemoveRows()

    def _forget(self, row: Row) -> None:
        self._rows.pop(row.number, None)
        if isinstance(row, StudyRow) and self._studies.get(row.key) is row:
            del self._studies[row.key]
        elif isinstance(row, PatientRow):
            self._patients.pop(row.key, None)
        for child in row.children:
            self._forget(child)

    # Finding

    def open_study(self, study_instance_uid: str) -> None:
        """Fetch the rows down to the series of a study, where its patient is listed."""
        study = self._catalogue.study(study_instance_uid)
        patient = self._patients.get(study.patient_key) if study is not None else None
        if patient is not None:
            self.fetchMore(self.index_of(patient))
        row = self._studies.get(study_instance_uid)
        if row is not None:
            self.fetchMore(self.index_of(row))

    def row_of_display_set(self, display_set: DisplaySet) -> Row | None:
        """Its row, where that was fetched."""
        study = self._studies.get(display_set.study_instance_uid)
        return next((row for row in study.children if row.key == display_set.key), None) if study is not None else None


def _renumber(parent: Row) -> None:
    for place, row in enumerate(parent.children):
        row.place = place


def display_set_of(row: Row) -> DisplaySet | None:
    """What opens by this row itself: a display set's or an instance's."""
    if isinstance(row, InstanceRow) and row.parent is not None:
        row = row.parent
    return row.display_set if isinstance(row, DisplaySetRow) else None


def study_of(row: Row) -> Study | None:
    """The study that the row is or lies in."""
    found: Row | None = row
    while found is not None and not isinstance(found, StudyRow):
        found = found.parent
    return found.study if found is not None else None
