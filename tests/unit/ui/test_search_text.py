"""What is typed into the search box becomes fields of a filter."""

from __future__ import annotations

import pytest

from viewer.model.requests import StudyFilter
from viewer.ui.browser.search_text import date_span, understood

EVERYTHING = StudyFilter()


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("", StudyFilter()),
        ("doe  peter", StudyFilter(text="doe peter")),
        ("CT", StudyFilter(modality="CT")),
        ("doe MRI", StudyFilter(text="doe", modality="MR")),
        ("ct", StudyFilter(text="ct")),  # may begin a name
        ("id:S21570", StudyFilter(patient_id="S21570")),
        ("name:doe acc:77 mod:pet", StudyFilter(patient_name="doe", accession_number="77", modality="PT")),
        ("12.03.2020", StudyFilter(study_date_from="20200312", study_date_to="20200312")),
        ("2020-02 head", StudyFilter(text="head", study_date_from="20200201", study_date_to="20200229")),
        ("2019..2020-05", StudyFilter(study_date_from="20190101", study_date_to="20200531")),
        ("date:2020", StudyFilter(study_date_from="20200101", study_date_to="20201231")),
        ("20200312", StudyFilter(text="20200312")),  # may be an ID
        ("2020", StudyFilter(text="2020")),
        ("31.02.2020", StudyFilter(text="31.02.2020")),
        ("1.2.840.10008", StudyFilter(text="1.2.840.10008")),
        ("a..b", StudyFilter(text="a..b")),
        ("id:", StudyFilter(text="id:")),
        ("T2:flair", StudyFilter(text="T2:flair")),
    ],
)
def test_understood(typed: str, asked: StudyFilter) -> None:
    assert understood(typed, EVERYTHING) == asked


def test_words_narrow_what_the_filters_chose() -> None:
    base = StudyFilter(modality="US", study_date_from="20200101", opened_only=True)
    assert understood("doe", base) == StudyFilter(text="doe", modality="US", study_date_from="20200101", opened_only=True)
    assert understood("CT", base).modality == "CT"


@pytest.mark.parametrize(("day_first", "day"), [(True, "20200403"), (False, "20200304")])
def test_slashes_are_read_as_the_language_does(day_first: bool, day: str) -> None:
    assert date_span("3/4/2020", day_first=day_first) == (day, day)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("20200312", ("20200312", "20200312")),
        ("03.2020", ("20200301", "20200331")),
        ("..2019", ("", "20191231")),
        ("2019..", ("20190101", "")),
        ("..", None),
        ("2020-13", None),
        ("0000", None),
        ("2020-02-30", None),
        ("x..2020", None),
    ],
)
def test_date_span(text: str, span: tuple[str, str] | None) -> None:
    assert date_span(text) == span
