"""Requests and replies of the origin server, free of sockets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from urllib.parse import parse_qsl, unquote, urlsplit

from viewer.model.frozen import frozen
from viewer.network.dicomweb.media_types import DICOM_JSON, MULTIPART, MediaType, parse_accept

_MOST_KEYS = 200


def _never() -> bool:
    return False


@frozen
class WebRequest:
    """`path` decoded and split; `query` in the order it came; header names in lower case; `body` is read once.

    `is_gone` says, quickly, that nobody waits for the reply any more.
    """

    method: str
    path: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: Iterator[bytes]
    address: str = ""
    user: str = ""
    root: str = ""  # scheme, host and prefix, as the caller knows them
    is_gone: Callable[[], bool] = _never

    def value(self, name: str) -> str:
        """The first value of a key of the query, "" when it is absent."""
        return next((value for key, value in self.query if key == name), "")

    @property
    def accept(self) -> tuple[MediaType, ...]:
        """What the caller takes, most wanted first; a key of the query goes before the header (PS3.18 8.7.4)."""
        return parse_accept(self.value("accept") or self.headers.get("accept", "") or "*/*")


@frozen
class WebReply:
    """`body` bytes, or pieces whose size nobody knows before."""

    status: int
    content_type: str = ""
    body: bytes | Iterator[bytes] = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusalError(Exception):
    """Answered with a status and one line of plain text that says why; never with what was asked."""

    def __init__(self, status: int, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, reason)
        self.status, self.reason = status, reason
        self.headers = dict(headers or {})

    def reply(self) -> WebReply:
        return WebReply(self.status, "text/plain; charset=utf-8", f"{self.reason}\n".encode(), self.headers)


def chosen_type(accept: Sequence[MediaType], *offered: str) -> str:
    """Which of `offered` is wanted most; of a multipart answer it is the type of the parts. Raises RefusalError 406."""
    for kind in accept:
        name = kind.parameters.get("type", "*/*") if kind.name in (MULTIPART, "multipart/*") else kind.name
        for one in offered:
            if name in (one, "*/*", f"{one.partition('/')[0]}/*"):
                return one
    raise RefusalError(406, f"This is given as {' or '.join(offered)}.")


def json_reply(document: object, headers: Mapping[str, str] | None = None, *, status: int = 200) -> WebReply:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return WebReply(status, DICOM_JSON, body, headers or {})


def split_target(target: bytes) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """(path, query) of a request target. Raises RefusalError, ValueError."""
    text = target.decode("ascii")
    if not text.startswith("/"):
        parts = urlsplit(text)
        text = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    path, _, query = text.partition("?")
    segments = tuple(unquote(part, errors="strict") for part in path.split("/") if part)
    if any(part in (".", "..") or not part.isprintable() for part in segments):
        raise RefusalError(400, "The path is malformed.")
    keys = parse_qsl(query.replace("+", "%2B"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_KEYS)
    return segments, tuple(keys)
