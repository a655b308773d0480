"""Who may come in over HTTP: by user name and password, by a token, and never a web page of somebody else.

A page in the user's browser can send requests to loopback too. Such a request names another host (DNS rebinding) or says that it
comes from another site; both are refused, so an open server on loopback does not open the library to the web.
"""

from __future__ import annotations

import hmac
import ipaddress
from base64 import b64decode
from binascii import Error as BinasciiError
from collections.abc import Mapping
from dataclasses import field
from hashlib import sha256
from urllib.parse import urlsplit

from viewer.model.frozen import frozen
from viewer.network.dicomweb.origin.http_message import RefusalError


@frozen
class Gate:
    """`token` and `users` (name: password) let in who shows one of them; with neither everybody comes in.

    `hosts` are the names under which the server may be called, besides addresses and "localhost".
    """

    token: str = field(default="", repr=False)
    users: Mapping[str, str] = field(default_factory=dict, repr=False)
    hosts: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        return not self.token and not self.users

    def check(self, headers: Mapping[str, str], address: str) -> str:
        """Name of the user, "" where nobody is asked. Raises RefusalError."""
        host = _host(headers.get("host", ""))
        if not self._is_ours(host):
            raise RefusalError(421, "The server is not known under this name.")
        origin = headers.get("origin", "")
        if headers.get("sec-fetch-site", "") == "cross-site" or (origin and _host(urlsplit(origin).netloc) != host):
            raise RefusalError(403, "Requests from other web sites are not answered.")
        if self.is_open:
            return ""
        scheme, _, value = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.token and _same(value.strip(), self.token):
            return "token"
        if scheme.lower() == "basic" and self.users:
            name, password = _pair(value)
            known = self.users.get(name)
            if _same(password, known or "") and known is not None:
                return name
        raise RefusalError(401, "Show who you are.", {"WWW-Authenticate": self._challenge()})

    def _challenge(self) -> str:
        kinds = (['Basic realm="DICOMweb", charset="UTF-8"'] if self.users else []) + (["Bearer"] if self.token else [])
        return ", ".join(kinds)

    def _is_ours(self, host: str) -> bool:
        if host in self.hosts or host == "localhost":
            return True
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return False
        return True  # an address cannot be rebound to another one


def _host(authority: str) -> str:
    try:
        return (urlsplit(f"//{authority}").hostname or "").lower()
    except ValueError:
        return ""


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(sha256(given.encode()).digest(), sha256(expected.encode()).digest())


def _pair(value: str) -> tuple[str, str]:
    try:
        name, _, password = b64decode(value.strip(), validate=True).decode("utf-8").partition(":")
    except (BinasciiError, ValueError):
        return "", ""
    return name, password
