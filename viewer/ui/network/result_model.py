"""What nodes answered, as patients, studies and series; how much of it is here already is kept up to date."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QByteArray, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel

from viewer.model.hierarchy import Patient
from viewer.model.remote import RemoteEntity, RemoteLevel
from viewer.model.text import plain
from viewer.ui.browser.row_texts import bare, joined, patient_title, study_date, study_title
from viewer.ui.display_set_mime import DISPLAY_SET_MIME
from viewer.ui.i18n import tr, tr_n
from viewer.workspace.services import Catalogue

RESULT = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


@dataclass(eq=False)
class Result:
    """One row. `entity` None: a patient, or a `note` in the place of rows that are to come."""

    patient: Patient | None = None
    entity: RemoteEntity | None = None
    note: str = ""
    here: int = 0
    fetched: bool = False

    @property
    def is_study(self) -> bool:
        return self.entity is not None and self.entity.level is RemoteLevel.STUDY

    @cached_property
    def order(self) -> tuple[str, float]:
        """Among its siblings: studies by date and time, series by number. Reading it out of the answer takes a while."""
        if self.entity is None:
            return "", float("inf")
        if self.is_study:
            return self.entity.text("StudyDate") + self.entity.text("StudyTime"), 0.0
        number = self.entity.series().series_number
        return "", float("inf") if number is None else number

    @property
    def key(self) -> str:
        """For a drag: which entity of which source."""
        one = self.entity
        return f"remote\n{one.source}\n{one.study_instance_uid}\n{one.series_instance_uid}" if one is not None else ""

    @property
    def is_all_here(self) -> bool:
        return self.entity is not None and self.here > 0 and self.here >= self.entity.number_of_instances > 0

    def presence(self) -> str:
        """How much of it is in the library."""
        if self.entity is None or not self.here:
            return ""
        total = self.entity.number_of_instances
        if total > self.here:
            return tr("{here} of {total} here", here=self.here, total=total)
        if not total:  # the node does not say how much there is
            return tr("{here} here", here=self.here)
        return tr("here")

    def title(self) -> str:
        if self.patient is not None:
            return patient_title(self.patient)
        if self.entity is None:
            return self.note
        if self.is_study:
            return study_title(self.entity.study())
        series = self.entity.series()
        described = plain(series.series_description or series.protocol_name, 200).strip()
        return described or tr("Series {number}", number=series.series_number if series.series_number is not None else "?")

    def when(self) -> str:
        return study_date(self.entity.study()) if self.entity is not None and self.is_study else ""

    def line(self, *, with_source: bool = False) -> str:
        """The second line."""
        if self.patient is not None:
            one = self.patient
            identity = tr("ID {value}", value=plain(one.patient_id, 64)) if one.patient_id else ""
            return joined(plain(one.patient_sex, 16), identity)
        if self.entity is None:
            return ""
        count = self.entity.number_of_instances
        images = tr_n("%n object(s)", count) if count else ""
        if self.is_study:
            study = self.entity.study()
            modalities = " ".join(plain(one, 16) for one in study.modalities_in_study)
            series = tr_n("%n series", study.number_of_series) if study.number_of_series else ""
            return joined(modalities, series, images, plain(self.entity.source, 40) if with_source else "")
        return joined(plain(self.entity.series().modality, 16), images)

    def text(self) -> str:
        """The whole row, for a screen reader and the clipboard."""
        return bare(", ".join(part for part in (self.title(), self.when(), self.line(), self.presence()) if part))


class ResultModel(QStandardItemModel):
    """Filled by `add_studies` and `add_series`; `follow` looks again at what is here."""

    def __init__(self, catalogue: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._patients: dict[str, QStandardItem] = {}
        self._studies: dict[tuple[str, str], QStandardItem] = {}

    @property
    def number_of_studies(self) -> int:
        return len(self._studies)

    @property
    def number_of_sources(self) -> int:
        return len({source for source, _uid in self._studies})

    def empty(self) -> None:
        self.clear()
        self._patients.clear()
        self._studies.clear()

    def result(self, index: Index) -> Result:
        found = index.data(RESULT)
        return found if isinstance(found, Result) else Result()

    def add_studies(self, entities: Iterable[RemoteEntity]) -> None:
        """Answers at the level of studies; each once a source."""
        for entity in entities:
            key = (entity.source, entity.study_instance_uid)
            if not entity.study_instance_uid or key in self._studies:
                continue
            patient = entity.patient()
            parent = self._patients.get(patient.patient_key)
            if parent is None:
                parent = _item(Result(patient=patient, fetched=True))
                self._patients[patient.patient_key] = parent
                self.appendRow(parent)
            item = _item(Result(entity=entity))
            item.appendRow(_item(Result(note=tr("Asking …"))))
            self._studies[key] = item
            parent.insertRow(_place_of_study(parent, item), [item])  # in a list: else the row would end with its Python half
            self._look(item, {})

    def add_series(self, source: str, study_instance_uid: str, entities: Sequence[RemoteEntity]) -> None:
        item = self._studies.get((source, study_instance_uid))
        if item is None:
            return
        here = self._series_here(study_instance_uid)
        fresh = sorted((Result(entity=entity) for entity in entities), key=lambda one: one.order)
        self._drop_notes(item)
        orders = [_result(item.child(row)).order for row in range(item.rowCount())]
        for one in fresh:
            one.here = here.get(one.entity.series_instance_uid, 0) if one.entity is not None else 0
            place = bisect_right(orders, one.order)
            orders.insert(place, one.order)
            item.insertRow(place, [_item(one)])

    def say(self, source: str, study_instance_uid: str, note: str) -> None:
        """In the place of series that did not come; "" when there are none to come."""
        item = self._studies.get((source, study_instance_uid))
        if item is None:
            return
        self._drop_notes(item)
        if note:
            item.appendRow(_item(Result(note=note)))

    def _drop_notes(self, item: QStandardItem) -> None:
        for row in reversed(range(item.rowCount())):
            if _result(item.child(row)).entity is None:
                item.removeRow(row)

    # What is here

    def follow(self, studies: frozenset[str] | None = None) -> None:
        """Look again how much of these studies is in the library; of all when None."""
        for (_source, uid), item in self._studies.items():
            if studies is None or uid in studies:
                has_series = item.rowCount() > 0 and _result(item.child(0)).entity is not None
                series = self._series_here(uid) if has_series else {}
                self._look(item, series)
                for row in range(item.rowCount() if has_series else 0):
                    self._look(item.child(row), series)

    def _look(self, item: QStandardItem, series: Mapping[str, int]) -> None:
        result = _result(item)
        here = self._here(result.entity, series)
        if here != result.here:
            result.here = here
            item.emitDataChanged()

    def _series_here(self, study_instance_uid: str) -> dict[str, int]:
        """Instances of each series of a study in the library: asked once, not for each row."""
        return {one.series_instance_uid: one.number_of_instances for one in self._catalogue.series(study_instance_uid)}

    def _here(self, entity: RemoteEntity | None, series: Mapping[str, int]) -> int:
        if entity is None:
            return 0
        if entity.level is RemoteLevel.STUDY:
            study = self._catalogue.study(entity.study_instance_uid)
            return study.number_of_instances if study is not None else 0
        return series.get(entity.series_instance_uid, 0)

    # What Qt asks

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsDragEnabled if self.result(index).entity is not None else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.result(index).title()
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.result(index).text()
        return super().data(index, role)

    def mimeTypes(self) -> list[str]:
        return [DISPLAY_SET_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        if indexes:
            data.setData(DISPLAY_SET_MIME, QByteArray(self.result(indexes[0]).key.encode()))
        return data


def _item(result: Result) -> QStandardItem:
    item = QStandardItem()
    item.setEditable(False)
    item.setData(result, RESULT)
    return item


def _result(item: QStandardItem) -> Result:
    found = item.data(RESULT)
    return found if isinstance(found, Result) else Result()


def _place_of_study(parent: QStandardItem, item: QStandardItem) -> int:
    """Before the first that is older."""
    order, low, high = _result(item).order, 0, parent.rowCount()
    while low < high:
        middle = (low + high) // 2
        if _result(parent.child(middle)).order < order:
            high = middle
        else:
            low = middle + 1
    return low
