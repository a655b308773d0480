"""Search as provider: QIDO-RS over whatever the composition root hands in as source (PS3.18 10.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from viewer.model.messages import message
from viewer.network.dicomweb.json_model import to_json
from viewer.network.dicomweb.origin.http_message import RefusalError, WebReply, WebRequest, json_reply
from viewer.network.dicomweb.origin.web_listener import ServerLimits
from viewer.network.errors import AbortedError
from viewer.network.identifier import Identifier, QueryKeyError, Value, parse_keys, text_of, vr_of
from viewer.network.query_retrieve_scp import QueryRequest, QuerySource
from viewer.network.query_scu import UNIQUE_KEYS, Level, Root

_OPTIONS = frozenset(("limit", "offset", "includefield", "fuzzymatching", "emptyvaluematching", "multiplevaluematching", "accept"))
_PLURAL = {Level.STUDY: "studies", Level.SERIES: "series", Level.IMAGE: "instances"}
_MORE = '299 negatoscope "There are more results."'
_LITERAL = '299 negatoscope "The fuzzymatching parameter is not supported. Only literal matching has been performed."'


class SearchSource(QuerySource, Protocol):
    """Who knows what is here, and finds a page wherever it is."""

    def page(self, request: QueryRequest, offset: int, limit: int) -> tuple[Sequence[Identifier], bool]:
        """Entities that match the keys, with all attributes, from number `offset` on; True: there are more."""


def search(source: SearchSource, request: WebRequest, level: Level, named: Mapping[str, str], limits: ServerLimits) -> WebReply:
    """Entities of `level` that match the keys of the query and are below those `named` in the path.

    Raises RefusalError, and AbortedError soon after the caller has hung up.
    """
    query = QueryRequest(Root.STUDY, level, {**_keys(request), **named}, request.user, is_stopped=request.is_gone)
    limit, offset = _number(request, "limit", limits.answers), _number(request, "offset", 0)
    limit = min(limit, limits.answers)
    found, has_more = source.page(query, offset, limit)
    if request.is_gone():  # then there may be more
        raise AbortedError(message("The peer closed the connection."))
    rows = [to_json(_attributes(one, level, request.root)) for one in found]
    warnings = ([_MORE] if has_more else []) + ([_LITERAL] if request.value("fuzzymatching") == "true" else [])
    headers = {"Warning": ", ".join(warnings)} if warnings else {}
    return json_reply(rows, headers) if rows else WebReply(204, headers=headers)


def _keys(request: WebRequest) -> dict[str, Value]:
    """Keys as C-FIND has them: lists of UIDs with backslashes (PS3.18 8.3.4.1). A key that is none is refused."""
    texts = []
    for name, value in request.query:
        if name.lower() in _OPTIONS:
            continue
        is_list = (
            vr_of(name.split(".")[-1]) == "UI" if name.isidentifier() else name.upper() in ("0020000D", "0020000E", "00080018")
        )
        texts.append(f"{name}={value.replace(',', chr(92)) if is_list else value}")
    try:
        return parse_keys(texts)
    except QueryKeyError as error:
        raise RefusalError(400, str(error.reason)) from error


def _number(request: WebRequest, name: str, otherwise: int) -> int:
    text = request.value(name)
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RefusalError(400, f"{name} is no number.")
    return int(text)


def _attributes(found: Identifier, level: Level, root: str) -> dict[str, Value]:
    """All that is known of it, and where it is to be had."""
    path = [root]
    for one in (Level.STUDY, Level.SERIES, Level.IMAGE):
        path += [_PLURAL[one], text_of(found, UNIQUE_KEYS[one][-1])]
        if one is level:
            break
    return {
        **found,
        "SpecificCharacterSet": "ISO_IR 192",
        "InstanceAvailability": "ONLINE",
        "RetrieveURL": "/".join(path),
    }
