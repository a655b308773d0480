"""Dates as words in query keys: today, yesterday, tomorrow, week, month, year, and ranges of them (PS3.4 C.2.2.2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from viewer.network.identifier import Value, vr_of

_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_SPANS = {"week": 6, "month": 30, "year": 365}  # the last so many days and today


def expand_dates(keys: Mapping[str, Value], today: date) -> dict[str, Value]:
    """`keys` with words in attributes of VR DA written as dates, in sequences too; other values stay as they are."""
    expanded: dict[str, Value] = {}
    for keyword, value in keys.items():
        if not isinstance(value, str):
            expanded[keyword] = tuple(expand_dates(item, today) for item in value)
        else:
            expanded[keyword] = expand_date(value, today) if vr_of(keyword) == "DA" else value
    return expanded


def expand_date(text: str, today: date) -> str:
    """ "today" to "20260131", "yesterday-today" and "week" to a range, "2026-01-31" to "20260131"; else as it is."""
    word = text.strip().lower()
    if word in _SPANS:
        return f"{_day(today, -_SPANS[word])}-{_day(today, 0)}"
    if len(word) == 10 and word[4] == word[7] == "-" and word.replace("-", "").isdigit():
        return word.replace("-", "")
    parts = [part.strip() for part in word.split("-")]
    if len(parts) <= 2 and any(part in _DAYS for part in parts):
        return "-".join(_day(today, _DAYS[part]) if part in _DAYS else part for part in parts)
    return text


def _day(today: date, offset: int) -> str:
    return (today + timedelta(days=offset)).strftime("%Y%m%d")
