"""What the search box asks, as SQL: any case, any script, words in any order, wildcards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from viewer.library.normalise import normalised, words
from viewer.model.requests import StudyFilter

_UID = re.compile(r"[0-9]+(\.[0-9]+){3,}")
_WILDCARD = re.compile(r"[*?]")


@dataclass(slots=True)
class Condition:
    """Parts of a WHERE clause, joined by AND, and their parameters."""

    parts: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, part: str, *values: object) -> None:
        self.parts.append(part)
        self.values.extend(values)

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def sql(self) -> str:
        return " AND ".join(self.parts)


def of_studies(query: StudyFilter, session: int) -> Condition:
    """What `query` asks of a study ``s``."""
    condition = Condition()
    _text(condition, query.text)
    if query.accession_number.strip():
        _matches(condition, "s.accession_key", query.accession_number)
    if query.study_date_from.strip():
        condition.add("s.date_key >= ?", _digits(query.study_date_from))
    if query.study_date_to.strip():
        condition.add("s.date_key <= ? AND s.date_key <> ''", _digits(query.study_date_to).ljust(14, "9"))
    modalities = [one for one in re.split(r"[\s,;\\]+", query.modality.upper()) if one]
    if modalities:
        condition.add(
            "(" + " OR ".join("instr(s.modalities, ?) > 0" for _ in modalities) + ")", *(f"\\{one}\\" for one in modalities)
        )
    if query.opened_only:
        condition.add("s.id IN (SELECT study FROM opened WHERE session = ?)", session)
    return condition


def of_patients(query: StudyFilter, session: int) -> Condition:
    """What `query` asks of a patient ``p``: of the patient, and that one study fits."""
    condition = Condition()
    _name(condition, query.patient_name)
    if query.patient_id.strip():
        _matches(condition, "p.id_key", query.patient_id)
    studies = of_studies(query, session)
    if studies:
        condition.add(f"p.id IN (SELECT s.patient FROM studies s WHERE {studies.sql})", *studies.values)
    return condition


def _text(condition: Condition, text: str) -> None:
    typed = text.strip()
    if _UID.fullmatch(typed):
        condition.add(
            "(s.study_instance_uid = ? OR s.id IN (SELECT study FROM series WHERE series_instance_uid = ?)"
            " OR s.id IN (SELECT e.study FROM instances i JOIN series e ON e.id = i.series WHERE i.sop_instance_uid = ?))",
            typed, typed, typed,
        )  # fmt: skip
        return
    found = words(typed)
    if found:
        condition.add("s.id IN (SELECT rowid FROM words WHERE words MATCH ?)", prefixes(found))
    elif typed:
        condition.add("0")


def prefixes(found: list[str], column: str = "") -> str:
    """An FTS5 query: every word begins some word of the row."""
    query = " AND ".join(f'"{word}"*' for word in found)
    return f"{column} : ({query})" if column else query


def _name(condition: Condition, name: str) -> None:
    typed = name.strip()
    if not typed:
        return
    plain: list[str] = []
    wild: list[str] = []
    for part in re.split(r"[\s^=,;]+", typed):
        (wild if _WILDCARD.search(part.rstrip("*")) else plain).append(part.rstrip("*"))
    found = [word for part in plain for word in words(part)]
    if found:
        condition.add(
            "p.id IN (SELECT patient FROM studies WHERE id IN (SELECT rowid FROM words WHERE words MATCH ?))",
            prefixes(found, "name"),
        )
    for part in wild:
        condition.add("' ' || p.name_key || ' ' GLOB ?", f"* {_glob(part)}*")
    if not found and not wild and typed.strip("*"):
        condition.add("0")


def _matches(condition: Condition, column: str, typed: str) -> None:
    """`column` begins with what was typed; with * and ? it matches the pattern."""
    value = normalised(typed.strip())
    plain = value.rstrip("*")
    if _WILDCARD.search(plain):
        condition.add(f"{column} GLOB ?", _glob(value))
    elif plain:
        condition.add(f"{column} >= ? AND {column} < ?", plain, plain + "\U0010ffff")


def _glob(typed: str) -> str:
    """A pattern of DICOM (PS3.4 C.2.2.2.4) for SQLite's GLOB: * and ? mean the same, brackets nothing."""
    return normalised(typed).replace("[", "[[]")


def _digits(date: str) -> str:
    return "".join(char for char in date if char.isascii() and char.isdigit())[:8]
