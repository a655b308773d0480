"""What people type into the search box, as fields of a `StudyFilter`.

Understood beside plain text: a modality in capitals ("CT"), a date or a span of dates ("12.03.2020", "2020-03", "2019..2020"), and
a field by name ("id:S21570", "name:doe", "acc:77", "date:2020", "mod:mr").
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import replace

from viewer.model.requests import StudyFilter

_IMAGES = "CT MR CR DX MG US XA RF NM PT IVUS OCT IO PX ES GM SM OP OPT XC"
_OTHERS = "ECG EPS HD SR DOC KO PR SEG REG RTIMAGE RTDOSE RTSTRUCT RTPLAN"
MODALITIES = (*_IMAGES.split(), *_OTHERS.split())
_SPOKEN = {"MRI": "MR", "PET": "PT"}
_FIELDS: dict[str, Callable[[StudyFilter, str], StudyFilter]] = {
    "id": lambda query, value: replace(query, patient_id=value),
    "name": lambda query, value: replace(query, patient_name=value),
    "acc": lambda query, value: replace(query, accession_number=value),
    "mod": lambda query, value: replace(query, modality=_SPOKEN.get(value.upper(), value.upper())),
}
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?")
_DAY_FIRST = re.compile(r"(?:(\d{1,2})\.)?(\d{1,2})\.(\d{4})")
_MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def understood(text: str, base: StudyFilter, *, day_first: bool = True) -> StudyFilter:
    """`base` with what `text` asks for. `day_first`: how the user's language reads 3/4/2020."""
    words: list[str] = []
    query = base
    for word in text.split():
        narrowed = _narrowed(word, query, day_first=day_first)
        if narrowed is None:
            words.append(word)
        else:
            query = narrowed
    return replace(query, text=" ".join(words))


def _narrowed(word: str, query: StudyFilter, *, day_first: bool) -> StudyFilter | None:
    """`query` narrowed by a word that names a field; None for plain text."""
    name, colon, value = word.partition(":")
    field = name.casefold()
    if colon and value and field in _FIELDS:
        return _FIELDS[field](query, value)
    if colon and value and field == "date":
        span = date_span(value, day_first=day_first)
        return replace(query, study_date_from=span[0], study_date_to=span[1]) if span else None
    if word.isupper() and (word in MODALITIES or word in _SPOKEN):
        return replace(query, modality=_SPOKEN.get(word, word))
    if _is_surely_a_date(word):
        span = date_span(word, day_first=day_first)
        return replace(query, study_date_from=span[0], study_date_to=span[1]) if span else None
    return None


def _is_surely_a_date(word: str) -> bool:
    """Digits alone may be an ID."""
    return ".." in word or (word[:1].isdigit() and not word.isdigit())


def date_span(text: str, *, day_first: bool = True) -> tuple[str, str] | None:
    """First and last day of a day, month, year or "from..to", as DA values ("" is open); None when it is no date.

    >>> date_span("2020-02")
    ('20200201', '20200229')
    """
    if ".." in text:
        first, last = text.split("..", 1)
        begin = date_span(first, day_first=day_first) if first else ("", "")
        end = date_span(last, day_first=day_first) if last else ("", "")
        return (begin[0], end[1]) if begin and end and (first or last) else None
    numbers = _numbers(text.strip(), day_first=day_first)
    return _days(*numbers) if numbers else None


def _numbers(text: str, *, day_first: bool) -> tuple[int, int, int] | None:
    """(year, month, day), month and day 0 where they are not said."""
    if len(text) == 8 and text.isascii() and text.isdigit():
        return int(text[:4]), int(text[4:6]), int(text[6:])
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        return int(found[1]), int(found[2] or 0), int(found[3] or 0)
    found = _DAY_FIRST.fullmatch(text)
    if found:
        return int(found[3]), int(found[2]), int(found[1] or 0)
    found = _MONTH_FIRST.fullmatch(text)
    if found:
        day, month = (int(found[1]), int(found[2])) if day_first else (int(found[2]), int(found[1]))
        return int(found[3]), month, day
    return None


def _days(year: int, month: int, day: int) -> tuple[str, str] | None:
    if not 1 <= year <= 9999 or month > 12:
        return None
    if not month:
        return f"{year:04}0101", f"{year:04}1231"
    last = calendar.monthrange(year, month)[1]
    if day > last:
        return None
    return f"{year:04}{month:02}{day or 1:02}", f"{year:04}{month:02}{day or last:02}"
