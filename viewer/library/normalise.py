"""Text made comparable: any case, any script, with or without accents, in any order of words."""

from __future__ import annotations

import re
import unicodedata

from viewer.model.text import split_date

_SEPARATORS = re.compile(r"[\W_]+", re.UNICODE)


def normalised(text: str) -> str:
    """`text` without case, accents and width forms: what is stored in search columns and what a query is turned into."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if unicodedata.category(char) != "Mn")
    return unicodedata.normalize("NFKC", bare).casefold()


def words(text: str) -> list[str]:
    """The words of `text`, normalised."""
    return [word for word in _SEPARATORS.split(normalised(text)) if word]


def name_words(name: str) -> list[str]:
    """The words of the first group of a PN that has any, sorted: equal for two spellings of one name."""
    for group in name.split("="):
        found = words(group)
        if found:
            return sorted(found)
    return []


def name_text(name: str) -> str:
    """A PN as search text: the words of all its groups, and each group of a script without spaces also run together."""
    found: list[str] = []
    for group in name.split("="):
        parts = words(group)
        found.extend(parts)
        if len(parts) > 1 and not "".join(parts).isascii():
            found.append("".join(parts))
    return " ".join(found)


def date_text(date: str) -> str:
    """A DA value as search text: as DICOM, ISO and German or Russian readers write it."""
    found = split_date(date)
    if found is None:
        return normalised(date)
    year, month, day = f"{found[0]:04}", f"{found[1]:02}", f"{found[2]:02}"
    return f"{year}{month}{day} {year}-{month}-{day} {day}.{month}.{year}"
