"""Dates as words."""

from __future__ import annotations

from datetime import date

import pytest

from viewer.network.date_words import expand_date, expand_dates

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", "20260301"),
        ("Yesterday", "20260228"),
        ("tomorrow", "20260302"),
        ("yesterday-today", "20260228-20260301"),
        ("-today", "-20260301"),
        ("today-", "20260301-"),
        ("20260101-today", "20260101-20260301"),
        ("week", "20260223-20260301"),
        ("month", "20260130-20260301"),
        ("year", "20250301-20260301"),
        ("2026-01-31", "20260131"),
        ("20260101-20260131", "20260101-20260131"),
        ("someday", "someday"),
        ("", ""),
    ],
)
def test_words(text: str, expected: str) -> None:
    assert expand_date(text, TODAY) == expected


def test_only_dates_are_expanded_in_sequences_too() -> None:
    keys = {
        "PatientName": "today",
        "StudyDate": "today",
        "ScheduledProcedureStepSequence": ({"ScheduledProcedureStepStartDate": "today"},),
    }
    assert expand_dates(keys, TODAY) == {
        "PatientName": "today",
        "StudyDate": "20260301",
        "ScheduledProcedureStepSequence": ({"ScheduledProcedureStepStartDate": "20260301"},),
    }
