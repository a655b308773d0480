"""Who comes in over HTTP."""

from __future__ import annotations

from base64 import b64encode

import pytest

from viewer.network.dicomweb.origin.gate import Gate
from viewer.network.dicomweb.origin.http_message import RefusalError


def basic(pair: str) -> str:
    return "Basic " + b64encode(pair.encode()).decode()


def status(gate: Gate, **headers: str) -> int:
    named = {"host": "127.0.0.1:8042"} | {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        gate.check(named, "127.0.0.1")
    except RefusalError as error:
        return error.status
    return 200


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:8042", 200),
        ("[::1]:8042", 200),
        ("localhost:1", 200),
        ("LOCALHOST", 200),
        ("10.0.0.5", 200),
        ("pacs.example:8042", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example", 421),
        ("", 421),
        ("[::1", 421),
        ("127.0.0.1@evil.example", 421),
    ],
)
def test_hosts(host: str, expected: int) -> None:
    assert status(Gate(hosts=frozenset(("pacs.example",))), host=host) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"origin": "http://127.0.0.1:8042"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec_fetch_site": "same-origin"}, 200),
        ({"sec_fetch_site": "none"}, 200),
        ({"sec_fetch_site": "cross-site"}, 403),
    ],
)
def test_other_sites(headers: dict[str, str], expected: int) -> None:
    assert status(Gate(), **headers) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", 401),
        ("Bearer t0ken", 200),
        ("bearer   t0ken", 200),
        ("Bearer t0ken2", 401),
        ("Bearer ", 401),
        ("t0ken", 401),
        (basic("reader:s:cret"), 200),
        (basic("reader:"), 401),
        (basic("READER:s:cret"), 401),
        (basic("nobody:"), 401),
        (basic("müller:pässwört"), 200),
        ("Basic", 401),
        ("Basic ====", 401),
        ("Basic /w==", 401),
        ("Negotiate x", 401),
    ],
)
def test_secrets(value: str, expected: int) -> None:
    gate = Gate("t0ken", {"reader": "s:cret", "müller": "pässwört"})
    assert status(gate, authorization=value) == expected


def test_secrets_are_not_shown() -> None:
    assert "cret" not in repr(Gate("secret-token", {"reader": "secret"}))


def test_an_empty_password_is_no_open_door() -> None:
    assert status(Gate(users={"reader": ""}), authorization=basic("other:")) == 401
