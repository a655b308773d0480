"""What nodes answered, as rows: in order, and with few questions to the library however much it is."""

from __future__ import annotations

from random import Random

import pytest
from PySide6.QtGui import QStandardItem
from PySide6.QtWidgets import QApplication

from tests.hand_driven import SmallCatalogue
from viewer.model.hierarchy import Series, Study
from viewer.model.remote import RemoteEntity, RemoteLevel
from viewer.ui.network.result_model import RESULT, Result, ResultModel

STUDY = "1.2"


class Counting(SmallCatalogue):
    """Holds every third series, and counts how often it is asked for them."""

    asked = 0

    def study(self, study_instance_uid: str) -> Study | None:
        return Study(study_instance_uid, "P", number_of_instances=9)

    def series(self, study_instance_uid: str) -> tuple[Series, ...]:
        self.asked += 1
        return tuple(Series(f"1.2.{number}", STUDY, number_of_instances=7) for number in range(0, 300, 3))


@pytest.fixture
def catalogue() -> Counting:
    return Counting()


@pytest.fixture
def model(qapp: QApplication, catalogue: Counting) -> ResultModel:
    return ResultModel(catalogue)


def _study(uid: str, time: str, patient: str = "P") -> RemoteEntity:
    values = {"StudyInstanceUID": uid, "PatientID": patient, "StudyDate": "20240101", "StudyTime": time}
    return RemoteEntity("ARCHIVE", RemoteLevel.STUDY, values)


def _series(number: int, stated: str | None = None) -> RemoteEntity:
    values = {"StudyInstanceUID": STUDY, "SeriesInstanceUID": f"1.2.{number}", "NumberOfSeriesRelatedInstances": "7"}
    return RemoteEntity("ARCHIVE", RemoteLevel.SERIES, values | {"SeriesNumber": str(number) if stated is None else stated})


def _rows(item: QStandardItem) -> list[Result]:
    return [item.child(row).data(RESULT) for row in range(item.rowCount())]


def test_series_stand_by_number_in_whatever_order_and_parts_they_come(model: ResultModel, catalogue: Counting) -> None:
    model.add_studies([_study(STUDY, "120000")])
    numbers = list(range(300))
    Random(3).shuffle(numbers)
    model.add_series("ARCHIVE", STUDY, [_series(number) for number in numbers[:200]])
    model.add_series("ARCHIVE", STUDY, [_series(400, ""), *(_series(number) for number in numbers[200:])])
    found = _rows(model.item(0).child(0))
    assert [one.entity.series_instance_uid for one in found if one.entity] == [f"1.2.{number}" for number in [*range(300), 400]]
    assert [one.is_all_here for one in found] == [number % 3 == 0 for number in range(300)] + [False]
    assert catalogue.asked == 2, "once for each part, not for each row"
    model.follow()
    assert catalogue.asked == 3


def test_studies_of_a_patient_stand_newest_first_and_equal_ones_as_they_came(model: ResultModel) -> None:
    times = [f"{hour:02}0000" for hour in range(20)]
    Random(5).shuffle(times)
    model.add_studies(_study(f"2.{time}", time) for time in times)
    model.add_studies([_study("2.later", "100000"), _study("2.100000", "100000")])
    found = [one.entity.study_instance_uid for one in _rows(model.item(0)) if one.entity]
    expected = [f"2.{hour:02}0000" for hour in reversed(range(20))]
    expected.insert(expected.index("2.100000") + 1, "2.later")
    assert found == expected
