"""DICOMweb archives: their address, how the user shows who he is, and how they are secured (PS3.18)."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from urllib.parse import urlsplit

from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.model.nodes import NodeAddressError, NodeTimeouts, TlsFiles


class WebAccess(StrEnum):
    """How the user shows who he is. Passwords and tokens are never kept here."""

    NONE = "none"
    BASIC = "basic"
    BEARER = "bearer"
    OIDC = "oidc"


@frozen
class OidcClient:
    """What an OpenID provider knows of us: a public client without a secret, the code secured by PKCE (RFC 8252, RFC 7636)."""

    issuer: str
    client_id: str
    scope: str = "openid"


@frozen
class WebArchive:
    """The root of a DICOMweb service, for example ``https://pacs.example/dicom-web``.

    `wado_uri` is the address of its WADO-URI service where it has one. `connections`: how many requests run at once.
    """

    url: str
    name: str = ""
    tls: TlsFiles = field(default_factory=TlsFiles)
    access: WebAccess = WebAccess.NONE
    user_name: str = ""
    oidc: OidcClient | None = None
    timeouts: NodeTimeouts = field(default_factory=NodeTimeouts)
    wado_uri: str = ""
    connections: int = 4

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", checked_url(self.url))
        if self.wado_uri:
            object.__setattr__(self, "wado_uri", checked_url(self.wado_uri))
        if self.access is WebAccess.OIDC and self.oidc is None:
            raise NodeAddressError(message("A login by OpenID needs the address of the provider and our client ID."))
        if not 1 <= self.connections <= 16:
            raise NodeAddressError(message("{count} connections are not between 1 and 16.", count=self.connections))

    def __str__(self) -> str:
        return self.url

    @property
    def is_secure(self) -> bool:
        return self.url.startswith("https://")


def is_web_address(text: str) -> bool:
    """True for what is meant as a URL."""
    return text.strip().lower().startswith(("http://", "https://"))


def checked_url(text: str) -> str:
    """`text` without a slash at its end, when it is an address that can be asked. Raises NodeAddressError.

    User and password do not belong into an address: it is shown, logged and kept.
    """
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        is_sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_sound, parts = False, urlsplit("")
    if not is_sound or len(url) > 2000 or not url.isprintable() or any(sign in url for sign in ' \\<>"#'):
        raise NodeAddressError(
            message("{text} is not an address of a DICOMweb archive.", text=repr(text[:200])),
            advice=message("Write it as https://HOST/PATH, for example https://pacs.example/dicom-web."),
        )
    if parts.username is not None or parts.query:
        raise NodeAddressError(
            message("The address of a DICOMweb archive holds no user name, password or question mark."),
            advice=message("Give the user name by itself; the password is asked for."),
        )
    return url
