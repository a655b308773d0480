"""Users, passwords and tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from viewer.network.association_pdu import UserIdentity
from viewer.network.user_identity import KnownUsers, by_name, by_password, by_token, is_valid_token

KEY = b"a shared key"
NOW = 1_800_000_000.0


def token(claims: object, key: bytes = KEY, algorithm: str = "HS256") -> str:
    def part(value: object) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    signed = part({"alg": algorithm, "typ": "JWT"}) + b"." + part(claims)
    signature = base64.urlsafe_b64encode(hmac.new(key, signed, hashlib.sha256).digest()).rstrip(b"=")
    return (signed + b"." + signature).decode()


@pytest.fixture
def users() -> KnownUsers:
    return KnownUsers({"anna": "secret", "guest": ""}.get, token_key=KEY, now=lambda: NOW)


def test_names_and_passwords(users: KnownUsers) -> None:
    assert users(by_password("anna", "secret"))
    assert users(by_name("guest"))
    for identity in (
        by_password("anna", "Secret"),
        by_password("anna", ""),
        by_name("anna"),
        by_password("bert", ""),
        by_name("bert"),
    ):
        assert not users(identity)
    assert not users(None)
    assert not users(UserIdentity(3, b"ticket"))
    assert not users(UserIdentity(4, b"<saml/>"))
    assert KnownUsers(lambda name: None, required=False)(None)
    assert not KnownUsers(lambda name: None, required=False)(by_name("anna"))


def test_tokens(users: KnownUsers) -> None:
    good = token({"sub": "anna", "exp": NOW + 600})
    assert users(by_token(good))
    assert not KnownUsers(lambda name: None)(by_token(good))
    head, body, signature = good.split(".")
    forged = f"{head}.{base64.urlsafe_b64encode(json.dumps({'exp': NOW + 9e9}).encode()).rstrip(b'=').decode()}.{signature}"
    unsigned = token({"exp": NOW + 600}, algorithm="none").rsplit(".", 1)[0] + "."
    for wrong in (
        forged,
        unsigned,
        token({"exp": NOW - 600}),
        token({"exp": NOW + 600, "nbf": NOW + 300}),
        token({"sub": "anna"}),
        token({"exp": "soon"}),
        token([1]),
        token({"exp": NOW + 600}, key=b"another"),
        token({"exp": NOW + 600}, algorithm="HS512"),
        f"{head}.{body}",
        "a.b.c",
        "...",
        "",
        "ä.ö.ü",
    ):
        assert not users(by_token(wrong)), wrong
    assert is_valid_token(good.encode(), KEY, NOW + 630)  # clocks differ


def test_secrets_are_not_printed() -> None:
    assert "secret" not in repr(by_password("anna", "secret"))
