"""The multipart reader: whatever the pieces are, the parts are the same; and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viewer.network.dicomweb.multipart import MultipartReader, multipart_end, part_head
from viewer.network.dicomweb.web_limits import WebLimits
from viewer.network.errors import ProtocolError
from viewer.network.limits import Limits

Parts = list[tuple[dict[str, str], bytes]]
BOUNDARY = b"b0undary"
# Data that look like delimiters, nearly.
CONTENTS = [b"\r\n--b0undar", b"", b"\r", b"--b0undary", b"x\r\n-", bytes(range(256)) * 3]


def written(contents: list[bytes], *, before: bytes = b"", after: bytes = b"") -> bytes:
    out = bytearray(before)
    for place, content in enumerate(contents):
        out += part_head("b0undary", "application/dicom", len(content), is_first=not place) + content
    return bytes(out + multipart_end("b0undary") + after)


def parts_of(pieces: list[bytes], limits: WebLimits | None = None) -> Parts:
    reader = MultipartReader(iter(pieces), BOUNDARY, limits or WebLimits())
    return [(dict(part.headers), part.read(1 << 30)) for part in reader.parts()]


@pytest.mark.parametrize("before", [b"", b"\r\n", b"a preamble\r\n", b"\r\n\r\n"])
def test_split_at_every_byte(before: bytes) -> None:
    message = written(CONTENTS, before=before, after=b"an epilogue")
    whole = parts_of([message])
    assert [content for _, content in whole] == CONTENTS
    for at in range(len(message)):
        assert parts_of([message[:at], message[at:]]) == whole


def test_byte_by_byte() -> None:
    message = written(CONTENTS)
    assert [content for _, content in parts_of([message[at : at + 1] for at in range(len(message))])] == CONTENTS


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=80) | st.sampled_from(CONTENTS), max_size=5), st.lists(st.integers(1, 30), max_size=60))
def test_any_contents_in_any_pieces(contents: list[bytes], sizes: list[int]) -> None:
    contents = [content for content in contents if b"\r\n--b0undary" not in b"\r\n" + content]
    if not contents:
        return
    message = written(contents)
    pieces, at = [], 0
    for size in (*sizes, len(message)):
        pieces.append(message[at : at + size])
        at += size
    assert [content for _, content in parts_of(pieces)] == contents


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 400), st.integers(0, 60))
def test_damage_is_an_error_or_parts_never_anything_else(junk: bytes, at: int, cut: int) -> None:
    message = bytearray(written(CONTENTS))
    message[at : at + cut] = junk
    try:
        parts_of([bytes(message)])
    except ProtocolError:
        pass


def test_every_cut_is_noticed() -> None:
    message = written(CONTENTS)
    for at in range(len(message) - 2):
        with pytest.raises(ProtocolError):
            parts_of([message[:at]])


def test_parts_that_are_not_read_are_passed_over() -> None:
    reader = MultipartReader(iter([written(CONTENTS)]), BOUNDARY)
    assert sum(1 for _ in reader.parts()) == len(CONTENTS)


def test_headers_are_told() -> None:
    raw = b"--b0undary \t\r\nContent-TYPE: application/dicom;x=1\r\nContent-Length:  5\r\n\r\nabcde\r\n--b0undary--"
    ((headers, content),) = parts_of([raw])
    assert headers == {"content-type": "application/dicom;x=1", "content-length": "5"}
    assert content == b"abcde"


def test_a_part_without_headers() -> None:
    assert parts_of([b"--b0undary\r\n\r\nabc\r\n--b0undary--\r\n"]) == [({}, b"abc")]


@pytest.mark.parametrize(("says", "is_true"), [(b"5", True), (b"4", False), (b"6", False), (b"-5", False), (b"5, 5", False)])
def test_a_length_that_lies_is_told(says: bytes, is_true: bool) -> None:
    raw = b"--b0undary\r\nContent-Length: " + says + b"\r\n\r\nabcde\r\n--b0undary--"
    for part in MultipartReader(iter([raw]), BOUNDARY).parts():
        assert part.read(10) == b"abcde"
        assert part.is_as_announced is is_true


def endless(start: bytes, then: bytes) -> Iterator[bytes]:
    yield start
    while True:
        yield then


SMALL = WebLimits(largest_part_head=1000, part_headers=5, parts=20, dicom=replace(Limits(), largest_object=5000))


@pytest.mark.parametrize(
    ("start", "then"),
    [
        (b"", b"no boundary ever "),
        (b"--b0undary\r\n", b"X-Header: "),
        (b"--b0undary\r\n", b"A: b\r\n"),
        (b"--b0undary\r\nA: b\r\n\r\n", bytes(100)),
        (b"", b"--b0undary\r\n\r\n\r\n"),
        (b"--b0undary", b" " * 100),
    ],
)
def test_nothing_is_endless(start: bytes, then: bytes) -> None:
    reader = MultipartReader(endless(start, then), BOUNDARY, SMALL)
    with pytest.raises(ProtocolError):
        sum(len(piece) for part in reader.parts() for piece in part.pieces())


@pytest.mark.parametrize("head", [b"no colon", b": no name", b"A: 1\r\na: 2"])
def test_malformed_heads(head: bytes) -> None:
    with pytest.raises(ProtocolError):
        parts_of([b"--b0undary\r\n" + head + b"\r\n\r\nx\r\n--b0undary--"])


def test_a_part_over_the_limit_of_its_reader() -> None:
    (part, *_) = MultipartReader(iter([written([bytes(1000)])]), BOUNDARY).parts()
    assert part.headers["content-length"] == "1000"
    for part in MultipartReader(iter([written([bytes(1000)])]), BOUNDARY).parts():
        with pytest.raises(ProtocolError):
            part.read(999)
