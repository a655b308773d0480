"""Content-Type and Accept as they are and as they should not be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.network.dicomweb.media_types import boundary_of, parse_accept, parse_media_type
from viewer.network.errors import ProtocolError


@pytest.mark.parametrize(
    ("text", "name", "parameters"),
    [
        ("application/dicom", "application/dicom", {}),
        ("Multipart/Related; Boundary=abc", "multipart/related", {"boundary": "abc"}),
        (
            'multipart/related;type="application/dicom";boundary="a b"',
            "multipart/related",
            {"type": "application/dicom", "boundary": "a b"},
        ),
        ("multipart/related; boundary=----=_Part_1.2/3;", "multipart/related", {"boundary": "----=_Part_1.2/3"}),
        (r'text/plain; x="a\"b\\c"', "text/plain", {"x": 'a"b\\c'}),
        (" text/plain ; charset=utf-8 ", "text/plain", {"charset": "utf-8"}),
    ],
)
def test_read(text: str, name: str, parameters: dict[str, str]) -> None:
    found = parse_media_type(text)
    assert (found.name, dict(found.parameters)) == (name, parameters)


@pytest.mark.parametrize(
    "text", ["", "multipart", "a/b c", "a/b; x=1; X=2", 'a/b; x="open', "a/b,c/d", "a/b; =1", "a/b;x=1 y", "a/" + "b" * 5000]
)
def test_malformed(text: str) -> None:
    with pytest.raises(ProtocolError):
        parse_media_type(text)


@pytest.mark.parametrize(
    "text",
    [
        "multipart/related",
        'multipart/related; boundary=""',
        'multipart/related; boundary="ends with space "',
        f"multipart/related; boundary={'x' * 71}",
        'multipart/related; boundary="a\u00e9"',
        "application/dicom; boundary=abc",
        'multipart/related; boundary="a\r\nb"',
    ],
)
def test_no_boundary(text: str) -> None:
    with pytest.raises(ProtocolError):
        boundary_of(parse_media_type(text))


def test_accept_by_weight() -> None:
    found = parse_accept('a/b;q=0.2, multipart/related; type="x/y,z"; q=0.9, c/d, e/f;q=0, g/h;q=nonsense')
    assert [one.name for one in found] == ["c/d", "multipart/related", "a/b"]
    assert found[1].parameters["type"] == "x/y,z"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (parse_media_type, parse_accept):
        try:
            read(text)
        except ProtocolError:
            pass
