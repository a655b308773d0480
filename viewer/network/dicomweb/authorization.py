"""How the user is shown to an archive: user name and password, or a bearer token (RFC 7617, RFC 6750)."""

from __future__ import annotations

from base64 import b64encode

from viewer.model.messages import message
from viewer.network.errors import NetworkError


class SecretError(NetworkError):
    """A password or token that cannot be sent."""


class FixedAuthorization:
    """The same header each time."""

    def __init__(self, value: str) -> None:
        if not value.isascii() or not value.isprintable():
            raise SecretError(message("The token has signs that no token has."))
        self._value = value

    def __repr__(self) -> str:
        return "FixedAuthorization(...)"

    def header(self) -> str:
        return self._value

    def renew(self) -> bool:
        return False


def by_password(user_name: str, password: str) -> FixedAuthorization:
    """Basic. Raises SecretError."""
    if ":" in user_name:
        raise SecretError(message("A user name with a colon cannot be sent."))
    return FixedAuthorization(f"Basic {b64encode(f'{user_name}:{password}'.encode()).decode()}")


def by_token(token: str) -> FixedAuthorization:
    """Bearer. Raises SecretError."""
    return FixedAuthorization(f"Bearer {token.strip()}")
