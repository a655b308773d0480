"""Search as user agent: QIDO-RS for studies, series and instances, page by page (PS3.18 10.6).

Answers are compared with the keys here too. Some archives ignore keys they do not know, and some do not decode the escapes of a
URL: what need not be escaped is not, and where nothing was found with escapes, a wider question is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from urllib.parse import quote

from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.network.dicomweb.json_model import read_document
from viewer.network.dicomweb.media_types import DICOM_JSON, JSON
from viewer.network.dicomweb.resources import is_uid
from viewer.network.dicomweb.web_session import WebSession
from viewer.network.errors import CancelledError, ProtocolError
from viewer.network.identifier import Identifier, QueryKeyError, Value, fits, tag_of, text_of, vr_of
from viewer.network.query_scu import RETURN_KEYS, UNIQUE_KEYS, Level

PAGE = 200
_ACCEPT = DICOM_JSON  # alone: Orthanc does not know lists
# Never escaped: what RFC 3986 lets stand in a query, and "^", which Orthanc would not find otherwise.
_PLAIN = "*?^,-./:=@!$'()_~"
_WILDCARDS_IN = frozenset(("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UT"))
_PLURAL = {Level.STUDY: "studies", Level.SERIES: "series", Level.IMAGE: "instances"}


@frozen
class WebQuery:
    """What to ask for. `keys` as for C-FIND, keys without a value are asked back; `limit` 0 is none, `offset` skips answers.

    `include` "all", or keywords to ask back besides those that every archive gives. `page`: how many answers to ask for at a time.
    """

    level: Level
    keys: Mapping[str, Value] = field(default_factory=dict)
    limit: int = 0
    offset: int = 0
    fuzzy: bool = False
    include: tuple[str, ...] = ()
    page: int = PAGE


def search(session: WebSession, query: WebQuery) -> Iterator[Identifier]:
    """Answers that fit, one by one; the next page is asked for when it is needed. Raises NetworkError, QueryKeyError."""
    path = _path(query)
    found = False
    for answer in _pages(session, path, query, dict(query.keys)):
        found = True
        yield answer
    wider = _wider(query) if not found and not query.offset else None
    if wider is not None:
        yield from _pages(session, path, query, wider)


def _path(query: WebQuery) -> str:
    """The resource: below its study and series where they are named (PS3.18 table 10.6.1-1)."""
    if query.level not in _PLURAL:
        raise QueryKeyError(
            message("A DICOMweb archive is not asked for patients."),
            advice=message("Ask for studies; patient name and ID are keys of a study."),
        )
    parts: list[str] = []
    for level, keyword in ((Level.STUDY, "StudyInstanceUID"), (Level.SERIES, "SeriesInstanceUID")):
        uid = text_of(query.keys, keyword)
        if level is query.level or not is_uid(uid):
            break
        parts += [_PLURAL[level], uid]
    return "/".join((*parts, _PLURAL[query.level]))


def _pages(session: WebSession, path: str, query: WebQuery, keys: Mapping[str, Value]) -> Iterator[Identifier]:
    offset, given = query.offset, 0
    seen: set[str] = set()
    unique = UNIQUE_KEYS[query.level][-1]
    while True:
        rows = _page(session, path, query, keys, offset)
        new = [row for row in rows if text_of(row, unique) not in seen]
        seen.update(text_of(row, unique) for row in new)
        for row in new:
            if not text_of(row, unique) or not fits(query.keys, row, strictly=not query.fuzzy):
                continue
            yield row
            given += 1
            if given == query.limit:
                return
        # An archive may give less than was asked for and have more; one that ignores the offset brings nothing new.
        if not new or (offset == query.offset and len(rows) > query.page):
            return
        offset += len(rows)
        if len(seen) > session.caller.limits.answers:
            raise ProtocolError(message("The archive gives answers without end."))


def _page(session: WebSession, path: str, query: WebQuery, keys: Mapping[str, Value], offset: int) -> list[dict[str, Value]]:
    if session.caller.stop is not None and session.caller.stop():
        raise CancelledError(message("Stopped."))
    with session.get(path, _ACCEPT, query=_query_string(query, keys, path, offset)) as answer:
        if answer.status == 204:
            return []
        body = answer.read(session.caller.limits.largest_document)
        if body.strip():
            answer.expect(DICOM_JSON, JSON)
        return read_document(body)


def _query_string(query: WebQuery, keys: Mapping[str, Value], path: str, offset: int) -> str:
    named = path.split("/")
    parts = [f"{name}={_escaped(value)}" for name, value in _flat(keys) if value and value not in named]
    wanted = "all" if "all" in query.include else ",".join(dict.fromkeys((*_asked_back(query), *query.include)))
    if wanted:
        parts.append(f"includefield={wanted}")
    if query.fuzzy:
        parts.append("fuzzymatching=true")
    page = min(query.page, query.limit) if query.limit else query.page
    return "&".join((*parts, f"limit={page}", f"offset={offset}"))


def _flat(keys: Mapping[str, Value], prefix: str = "") -> Iterator[tuple[str, str]]:
    """(attribute, value); attributes inside a sequence with dots (PS3.18 8.3.4.1)."""
    for keyword, value in keys.items():
        if isinstance(value, str):
            yield prefix + keyword, value.replace("\\", ",") if vr_of(keyword) == "UI" else value
        elif value:
            yield from _flat(value[0], f"{prefix}{keyword}.")


def _asked_back(query: WebQuery) -> list[str]:
    """Attributes to include: those of the level and those without a value, by tag where there is no keyword."""
    wanted = (*RETURN_KEYS[query.level], *(keyword for keyword, value in query.keys.items() if not value))
    return [keyword if not keyword[0].isdigit() else f"{tag_of(keyword):08X}" for keyword in wanted]


def _escaped(value: str) -> str:
    return quote(value, safe=_PLAIN)


def _wider(query: WebQuery) -> dict[str, Value] | None:
    """Keys with a wildcard in place of what had to be escaped; None when that would change nothing, or leave hardly anything."""
    wider: dict[str, Value] = {}
    changed = False
    for keyword, value in query.keys.items():
        wider[keyword] = value
        if not isinstance(value, str) or _escaped(value) == value or vr_of(keyword) not in _WILDCARDS_IN:
            continue
        # Beyond ASCII "*": what one letter is to us may be two, or none, to the archive.
        text = "".join(sign if _escaped(sign) == sign else "?" if sign.isascii() else "*" for sign in value)
        if len(text.strip("*?^")) < 2:
            return None
        wider[keyword], changed = text, True
    return wider if changed else None
