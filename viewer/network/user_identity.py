"""Who the user is: User Identity Negotiation shown to a peer, and checked when a peer shows one (PS3.7 D.3.3.7).

Passwords and tokens go over the wire as they are: without TLS anybody on the way can read them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from viewer.model.text import plain
from viewer.network.association_pdu import UserIdentity

USER_NAME, USER_NAME_AND_PASSWORD, KERBEROS, SAML, JSON_WEB_TOKEN = range(1, 6)
_LEEWAY = 60  # seconds that clocks may differ

UserCheck = Callable[["UserIdentity | None"], bool]


def by_name(name: str) -> UserIdentity:
    return UserIdentity(USER_NAME, name.encode(), wants_response=True)


def by_password(name: str, password: str) -> UserIdentity:
    return UserIdentity(USER_NAME_AND_PASSWORD, name.encode(), password.encode(), wants_response=True)


def by_token(token: str) -> UserIdentity:
    """`token`: a JSON Web Token (RFC 7519)."""
    return UserIdentity(JSON_WEB_TOKEN, token.encode(), wants_response=True)


class KnownUsers:
    """A `UserCheck`. `password` gives the password of a user, "" for one who needs none, None for a stranger.

    `token_key`: the key of tokens signed with HS256; without it no token is taken. `required`: nobody comes in unnamed.
    """

    def __init__(
        self,
        password: Callable[[str], str | None],
        *,
        token_key: bytes = b"",
        required: bool = True,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._password, self._token_key, self._required, self._now = password, token_key, required, now

    def __call__(self, identity: UserIdentity | None) -> bool:
        if identity is None:
            return not self._required
        if identity.kind in (USER_NAME, USER_NAME_AND_PASSWORD):
            return self._is_user(identity)
        if identity.kind == JSON_WEB_TOKEN and self._token_key:
            return is_valid_token(identity.primary, self._token_key, self._now())
        return False

    def _is_user(self, identity: UserIdentity) -> bool:
        expected = self._password(identity.primary.decode("utf-8", "replace"))
        given = identity.secondary if identity.kind == USER_NAME_AND_PASSWORD else b""
        is_same = hmac.compare_digest(_digest(given), _digest((expected or "").encode()))
        return expected is not None and is_same


def name_of_user(identity: UserIdentity | None) -> str:
    """Whom an identity names, for the audit trail: at most 64 printable characters; of a token its subject, unchecked."""
    if identity is None or identity.kind not in (USER_NAME, USER_NAME_AND_PASSWORD, JSON_WEB_TOKEN):
        return ""
    if identity.kind != JSON_WEB_TOKEN:
        return plain(identity.primary.decode("utf-8", "replace"), 64)
    try:
        return plain(str(_json(identity.primary.split(b".")[1]).get("sub", "")), 64)
    except (ValueError, IndexError, TypeError, binascii.Error):
        return ""


def _digest(secret: bytes) -> bytes:
    """Of the same length for all, so that comparing takes the same time."""
    return hashlib.sha256(secret).digest()


def is_valid_token(token: bytes, key: bytes, now: float) -> bool:
    """True for a token signed with HS256 and `key` whose time has come and is not over (RFC 7515, RFC 7519 4.1)."""
    try:
        head, body, signature = token.split(b".")
        expected = hmac.new(key, head + b"." + body, hashlib.sha256).digest()
        if _json(head).get("alg") != "HS256" or not hmac.compare_digest(expected, _bytes(signature)):
            return False
        claims = _json(body)
        begins, ends = float(claims.get("nbf", 0)), float(claims["exp"])
    except (ValueError, KeyError, TypeError, binascii.Error):
        return False
    return begins - _LEEWAY <= now < ends + _LEEWAY


def _bytes(part: bytes) -> bytes:
    return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))


def _json(part: bytes) -> dict[str, Any]:
    found = json.loads(_bytes(part))
    if not isinstance(found, dict):
        raise TypeError(type(found).__name__)
    return found
