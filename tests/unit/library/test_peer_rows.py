"""The library's rows for other nodes: every page is what a walk over all of them gives there, and nothing holds a question up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from tests.library_desk import write
from viewer.library.library import Library
from viewer.library.page_marks import PageMarks
from viewer.library.peer_columns import TABLES, Entity
from viewer.library.peer_narrowing import Narrowing
from viewer.library.peer_rows import Attributes, LibraryFailedError, Question
from viewer.library.read_instance import FoundInstance, read_instance

COUNTS = {Entity.PATIENT: 6, Entity.STUDY: 12, Entity.SERIES: 30, Entity.INSTANCE: 60}
UIDS = {Entity.STUDY: "StudyInstanceUID", Entity.SERIES: "SeriesInstanceUID", Entity.INSTANCE: "SOPInstanceUID"}


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> list[FoundInstance]:
    """Six patients of two studies; study n has n % 4 + 1 series of two images, taken in from the last series to the first."""
    folder = tmp_path_factory.mktemp("objects")
    found = []
    for study in range(12):
        for series in reversed(range(study % 4 + 1)):
            for number in (1, 2):
                uid = f"1.2.{study}.{series}.{number}"
                path = write(
                    folder / f"{uid}.dcm", SOPInstanceUID=uid, StudyInstanceUID=f"1.2.{study}", StudyDate=f"202401{10 + study}",
                    Modality=("CT", "MR")[series % 2],
                    SeriesInstanceUID=f"1.2.{study}.{series}", PatientID=f"P{study // 2}", InstanceNumber=3 - number,
                    PatientName=f"Muster^{study // 2}", ReferringPhysicianName="Müller^Jörg" if study < 3 else "Roe^Sue",
                )  # fmt: skip
                found.append(read_instance(str(path)))
    return found


@pytest.fixture(params=["disk", "memory"])
def library(request: pytest.FixtureRequest, objects: list[FoundInstance], tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "library" if request.param == "disk" else None)
    library.add(objects)
    yield library
    library.close()


def walk(library: Library, question: Question) -> list[Attributes]:
    return list(library.peer_rows.found(question))


@pytest.mark.parametrize("entity", list(Entity))
@pytest.mark.parametrize("limit", [1, 7])
def test_a_page_is_that_part_of_the_walk(library: Library, entity: Entity, limit: int) -> None:
    question = Question(entity, name="all")
    rows = walk(library, question)
    assert len(rows) == COUNTS[entity]
    for offsets in (range(0, 70, limit), range(69, -1, -limit)):  # one after the other; from the last to the first
        for offset in offsets:
            assert library.peer_rows.page(question, offset, limit) == (rows[offset : offset + limit], offset + limit < len(rows))


@pytest.mark.parametrize("entity", list(Entity)[1:])
def test_what_is_compared_is_left_out_of_pages_too(library: Library, entity: Entity) -> None:
    compare = {UIDS[entity]: lambda uid: uid.endswith("1"), "NoAttributeOfTheTables": lambda value: False}
    rows = [row for row in walk(library, Question(entity)) if row[UIDS[entity]].endswith("1")]
    question = Question(entity, compare=compare, name="ones")
    assert walk(library, question) == rows
    assert 0 < len(rows) < COUNTS[entity]
    assert library.peer_rows.page(question, 1, 1) == (rows[1:2], len(rows) > 2)


def test_numbers_and_counts_are_compared_as_text(library: Library) -> None:
    question = Question(Entity.STUDY, compare={"NumberOfStudyRelatedSeries": lambda value: value == "4"})
    assert [row["StudyInstanceUID"] for row in walk(library, question)] == ["1.2.3", "1.2.7", "1.2.11"]


@pytest.mark.parametrize("entity", list(Entity))
def test_only_what_is_wanted(library: Library, entity: Entity) -> None:
    wanted = list(TABLES[entity].columns)[-2:]
    rows = walk(library, Question(entity, wanted=wanted))
    assert len(rows) == COUNTS[entity]
    assert {tuple(row) for row in rows} == {tuple(wanted)}
    assert rows == [{keyword: row[keyword] for keyword in wanted} for row in walk(library, Question(entity))]


@pytest.mark.parametrize("entity", list(Entity)[1:])
def test_going_on_after_a_page_misses_nothing_when_a_study_goes(library: Library, entity: Entity) -> None:
    question = Question(entity, name="all", wanted=(UIDS[entity],))
    rows = walk(library, question)
    first, _ = library.peer_rows.page(question, 0, 5)
    library.forget_study("1.2.0")
    second, _ = library.peer_rows.page(question, 5, 5)
    assert first + second == rows[:10]
    again, _ = library.peer_rows.page(question, 0, 5)  # who begins anew sees it as it is now, here and on the next page
    onward, _ = library.peer_rows.page(question, 5, 5)
    assert again + onward == walk(library, question)[:10]
    assert again != first


def test_a_referring_physician_is_found_by_words(library: Library) -> None:
    question = Question(Entity.STUDY, Narrowing(referring_physician="MULLER^J"))
    assert [row["StudyInstanceUID"] for row in walk(library, question)] == ["1.2.0", "1.2.1", "1.2.2"]
    assert walk(library, Question(Entity.STUDY, Narrowing(referring_physician="Muster^1"))) != []  # any word of the study


@pytest.mark.parametrize("many", [1, 3, 100])
def test_days_are_found_by_the_index_or_without_it(library: Library, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.library.peer_narrowing._MANY", many)

    def found(first: str, last: str) -> list[str]:
        question = Question(Entity.STUDY, Narrowing(study_date_from=first, study_date_to=last))
        return [row["StudyInstanceUID"] for row in walk(library, question)]

    assert found("20240112", "20240115") == ["1.2.2", "1.2.3", "1.2.4", "1.2.5"]
    assert found("20240120", "") == ["1.2.10", "1.2.11"]
    assert found("", "20240110") == ["1.2.0"]
    assert found("20250101", "") == []


@pytest.mark.parametrize("entity", list(Entity))
def test_answers_come_before_the_page_is_full(library: Library, entity: Entity, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken off as often as can be, the walk still gives every row, once, in order."""
    rows = walk(library, Question(entity))
    looked: list[bool] = []

    def look() -> bool:
        looked.append(True)
        return False

    monkeypatch.setattr("viewer.library.peer_rows._BURST", -1.0)
    monkeypatch.setattr("viewer.library.peer_rows._LOOK", 1)
    assert walk(library, Question(entity, is_stopped=look)) == rows
    assert len(looked) > len(rows)
    page, has_more = library.peer_rows.page(Question(entity, name="cut"), 2, 3)
    assert (page, has_more) == (rows[2:5], True)


def test_a_question_is_stopped_while_nothing_fits(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.library.peer_rows._LOOK", 1)
    asked: list[str] = []

    def never_fits(value: str) -> bool:
        asked.append(value)
        return False

    question = Question(Entity.INSTANCE, compare={"SOPInstanceUID": never_fits}, is_stopped=lambda: len(asked) >= 3)
    assert walk(library, question) == []
    assert len(asked) == 3
    assert len(walk(library, Question(Entity.STUDY))) == 12  # the next question is not disturbed


def test_why_it_was_stopped_comes_out(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.library.peer_rows._LOOK", 1)

    def fail() -> bool:
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        walk(library, Question(Entity.STUDY, is_stopped=fail))
    assert len(walk(library, Question(Entity.STUDY))) == 12


def test_half_a_walk_holds_nothing(library: Library) -> None:
    """A peer that reads slowly keeps nobody from writing."""
    rows = library.peer_rows.found(Question(Entity.INSTANCE))
    assert len(list(islice(rows, 3))) == 3
    library.forget_study("1.2.11")
    assert len(walk(library, Question(Entity.STUDY))) == 11


def test_a_closed_library_says_so(library: Library) -> None:
    library.close()
    with pytest.raises(LibraryFailedError):
        walk(library, Question(Entity.STUDY))


def test_a_comparison_remembers_values_and_not_more_of_them_than_it_may(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def fits(value: str) -> bool:
        asked.append(value)
        return True

    question = Question(Entity.INSTANCE, compare={"PatientID": fits})
    walk(library, question)
    assert sorted(asked) == [f"P{number}" for number in range(6)]
    monkeypatch.setattr("viewer.library.peer_rows._MOST_REMEMBERED", 1)
    assert len(walk(library, replace(question, compare={"SOPInstanceUID": fits}))) == 60


def test_marks_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.library.page_marks._MOST_QUESTIONS", 2)
    monkeypatch.setattr("viewer.library.page_marks._MOST_MARKS", 3)
    marks = PageMarks()
    for offset in (5, 10, 15, 20):
        marks.put("a", offset, (offset * 7,))
    assert marks.nearest("a", 9) == (0, ())
    assert marks.nearest("a", 19) == (15, (105,))
    marks.put("a", 15, (99,))
    assert marks.nearest("a", 15) == (15, (99,))
    marks.put("b", 5, (1,))
    marks.put("c", 5, (2,))
    assert marks.nearest("a", 20) == (0, ())
    assert marks.nearest("b", 6) == (5, (1,))
    assert marks.nearest("b", 0) == (0, ())
    assert marks.nearest("b", 6) == (0, ())
