"""How questions are put into URLs, and when a wider one is asked."""

from __future__ import annotations

import pytest

from viewer.network.dicomweb.qido import WebQuery, _path, _query_string, _wider
from viewer.network.dicomweb.wado import WebTarget, parse_target
from viewer.network.identifier import QueryKeyError, Value, parse_keys
from viewer.network.query_scu import Level


def asked(query: WebQuery) -> tuple[str, list[str]]:
    path = _path(query)
    text = _query_string(query, query.keys, path, query.offset)
    return path, [part for part in text.split("&") if not part.startswith(("includefield", "limit", "offset"))]


@pytest.mark.parametrize(
    ("level", "keys", "path", "parts"),
    [
        (Level.STUDY, {"PatientName": "DOE^J*"}, "studies", ["PatientName=DOE^J*"]),
        (Level.STUDY, {"PatientName": "DOE&limit=1#"}, "studies", ["PatientName=DOE%26limit=1%23"]),
        (Level.STUDY, {"PatientName": "MÜLLER"}, "studies", ["PatientName=M%C3%9CLLER"]),
        (Level.STUDY, {"StudyInstanceUID": "1.2\\1.3"}, "studies", ["StudyInstanceUID=1.2,1.3"]),
        (Level.STUDY, {"StudyDate": "20260101-", "PatientID": ""}, "studies", ["StudyDate=20260101-"]),
        (Level.SERIES, {"StudyInstanceUID": "1.2", "Modality": "CT"}, "studies/1.2/series", ["Modality=CT"]),
        (Level.SERIES, {"Modality": "CT"}, "series", ["Modality=CT"]),
        (Level.IMAGE, {"StudyInstanceUID": "1.2", "SeriesInstanceUID": "1.3"}, "studies/1.2/series/1.3/instances", []),
        (Level.IMAGE, {"SeriesInstanceUID": "1.3"}, "instances", ["SeriesInstanceUID=1.3"]),
        (Level.SERIES, {"StudyInstanceUID": "1.2\\1.4"}, "series", ["StudyInstanceUID=1.2,1.4"]),
        (Level.SERIES, {"StudyInstanceUID": "../x"}, "series", ["StudyInstanceUID=../x"]),
        (Level.SERIES, {"StudyInstanceUID": ".."}, "series", ["StudyInstanceUID=.."]),
    ],
)
def test_questions(level: Level, keys: dict[str, Value], path: str, parts: list[str]) -> None:
    assert asked(WebQuery(level, keys)) == (path, parts)


def test_keys_in_sequences() -> None:
    keys = parse_keys(["RequestAttributesSequence.ScheduledProcedureStepID=7", "00091001=x"])
    path, parts = asked(WebQuery(Level.SERIES, keys))
    assert path == "series"
    assert parts == ["RequestAttributesSequence.ScheduledProcedureStepID=7", "00091001=x"]


def test_pages_and_fields() -> None:
    query = WebQuery(Level.STUDY, {"PatientID": "1", "00091001": ""}, limit=7, offset=3, fuzzy=True, include=("Manufacturer",))
    text = _query_string(query, query.keys, "studies", 3)
    assert text.endswith("&fuzzymatching=true&limit=7&offset=3")
    fields = text.partition("includefield=")[2].partition("&")[0].split(",")
    assert {"PatientName", "00091001", "Manufacturer"} <= set(fields)
    assert "includefield=all" in _query_string(WebQuery(Level.STUDY, include=("all",)), {}, "studies", 0)


@pytest.mark.parametrize(
    ("key", "wider"),
    [
        ({"PatientName": "SYN STUDY*"}, {"PatientName": "SYN?STUDY*"}),
        ({"PatientName": "MÜLLER^JÜRGEN"}, {"PatientName": "M*LLER^J*RGEN"}),
        ({"PatientName": "ИВАНОВ"}, None),  # it would ask for everybody
        ({"PatientName": "DOE^JOHN"}, None),
        ({"StudyDate": "2026 01"}, None),
        ({"StudyInstanceUID": "1 2"}, None),
    ],
)
def test_wider_questions(key: dict[str, Value], wider: dict[str, Value] | None) -> None:
    assert _wider(WebQuery(Level.STUDY, key)) == wider


def test_patients_are_not_asked_for() -> None:
    with pytest.raises(QueryKeyError):
        _path(WebQuery(Level.PATIENT))


def test_targets() -> None:
    assert parse_target("1.2/1.3/1.4").path == "studies/1.2/series/1.3/instances/1.4"
    assert parse_target("1.2/").path == "studies/1.2"
    for text in ("", "1.2/1.3/1.4/1.5", "?x", "1.2//1.4", "1.2/../1.3", ".1", "1" * 129):
        with pytest.raises(QueryKeyError):
            parse_target(text)
    with pytest.raises(QueryKeyError):
        WebTarget("1.2", "", "1.4")
