"""Login at an OpenID provider in the user's browser: authorisation code with PKCE, answered on loopback (RFC 6749, 7636, 8252).

The access token is shown to the archive as it is; who the user is, is the archive's affair, so the ID token is not looked at.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from urllib.parse import urlencode, urlsplit

from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.model.nodes import NodeAddressError, TlsFiles
from viewer.model.web_archives import OidcClient, WebArchive
from viewer.network.dicomweb.authorization import SecretError, by_token
from viewer.network.dicomweb.http_exchange import Body
from viewer.network.dicomweb.loopback_answer import LoopbackAnswer
from viewer.network.dicomweb.media_types import JSON
from viewer.network.dicomweb.web_errors import WebError
from viewer.network.dicomweb.web_session import WebCaller, WebSession
from viewer.network.errors import CancelledError, NetworkError, ProtocolError, StalledError

LOGIN_SECONDS = 300.0
_EARLY = 30.0  # seconds before its end a token counts as over
_LARGEST = 1024 * 1024
_LOOK = 0.1  # seconds
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class LoginError(NetworkError):
    """The user was not logged in."""


@frozen
class _Tokens:
    access: str
    ends: float  # monotonic


class LoginState:
    """What a login brought, for all who share it; `lock` is held by the one who logs in."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.tokens: _Tokens | None = None
        self.refresh = ""


class OidcLogin:
    """An ``Authorization``. Thread-safe; the browser is opened once, however many threads wait for the token.

    `open_page` shows a page to the user; False says that there is no browser. `refresh_token` is one that was kept earlier; `keep`
    is given each new one. `state` is shared by logins of the same user at the same place. `caller.stop` ends the waiting.
    """

    def __init__(
        self,
        client: OidcClient,
        tls: TlsFiles,
        open_page: Callable[[str], object],
        *,
        refresh_token: str = "",
        keep: Callable[[str], object] = lambda token: None,
        caller: WebCaller | None = None,
        seconds: float = LOGIN_SECONDS,
        state: LoginState | None = None,
    ) -> None:
        self._client, self._tls, self._open_page, self._keep = client, tls, open_page, keep
        self._caller = caller or WebCaller()
        self._seconds = seconds
        self._state = state or LoginState()
        self._state.refresh = self._state.refresh or refresh_token
        self._shown = ""  # the token that the archive saw last

    def header(self) -> str:
        """Raises LoginError, and what the network raises."""
        with self._alone():
            tokens = self._state.tokens
            if tokens is None or tokens.ends <= time.monotonic():
                tokens = self._state.tokens = self._fetch()
            self._shown = tokens.access
            return by_token(tokens.access).header()

    def renew(self) -> bool:
        """Another token after the archive refused one. Raises as `header` does."""
        with self._alone():
            if self._state.tokens is None or self._state.tokens.access == self._shown:
                self._state.tokens = self._fetch()  # else another thread has fetched one meanwhile
            return self._state.tokens.access != self._shown

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While one logs in the others wait, and can be stopped. Raises CancelledError."""
        while not self._state.lock.acquire(timeout=_LOOK):
            if self._caller.stop is not None and self._caller.stop():
                raise CancelledError(message("Stopped."))
        try:
            yield
        finally:
            self._state.lock.release()

    def _fetch(self) -> _Tokens:
        provider = self._discovered()
        token = self._text(provider, "token_endpoint")
        if self._state.refresh:
            try:
                return self._asked(token, {"grant_type": "refresh_token", "refresh_token": self._state.refresh})
            except (WebError, SecretError, LoginError):
                self._state.refresh = ""  # it is over, or was taken back: the user logs in again
        return self._logged_in(self._text(provider, "authorization_endpoint"), token)

    def _discovered(self) -> Mapping[str, object]:
        """What the provider says of itself (OpenID Connect Discovery 4)."""
        issuer = self._client.issuer.rstrip("/")
        _check_secure(issuer)
        with self._session(issuer) as session, session.get(".well-known/openid-configuration", JSON) as answer:
            found = _object(answer.read(_LARGEST))
        if str(found.get("issuer", "")).rstrip("/") != issuer:
            raise LoginError(message("The OpenID provider calls itself by another name; it is not trusted."))
        return found

    def _session(self, url: str) -> WebSession:
        try:
            archive = WebArchive(url, tls=self._tls)
        except NodeAddressError as error:
            raise LoginError(error.reason) from error
        return WebSession(archive, WebCaller(limits=self._caller.limits, stop=self._caller.stop))

    @staticmethod
    def _text(provider: Mapping[str, object], name: str) -> str:
        value = provider.get(name)
        if not isinstance(value, str):
            raise LoginError(message("The OpenID provider does not offer this kind of login."))
        _check_secure(value)
        return value

    def _logged_in(self, authorization_url: str, token_url: str) -> _Tokens:
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        with LoopbackAnswer() as answer:
            query = urlencode(
                {
                    "response_type": "code",
                    "client_id": self._client.client_id,
                    "redirect_uri": answer.url,
                    "scope": self._client.scope,
                    "state": state,
                    "code_challenge": _unpadded(sha256(verifier.encode()).digest()),
                    "code_challenge_method": "S256",
                }
            )
            self._show(f"{authorization_url}{'&' if '?' in authorization_url else '?'}{query}")
            given = self._answered(answer, state)
            if "error" in given or not given.get("code"):
                raise LoginError(message("The login was refused or broken off."))
            if given.get("iss", self._client.issuer).rstrip("/") != self._client.issuer.rstrip("/"):
                raise LoginError(message("The OpenID provider calls itself by another name; it is not trusted."))
            return self._asked(
                token_url,
                {
                    "grant_type": "authorization_code",
                    "code": given["code"],
                    "redirect_uri": answer.url,
                    "code_verifier": verifier,
                },
            )

    def _show(self, url: str) -> None:
        """Raises LoginError."""
        self._caller.trace(f"waits for a login in the browser at {urlsplit(url).netloc}")
        if self._open_page(url) is False:
            raise LoginError(
                message("No browser could be opened for the login."),
                advice=message("Choose a browser for this system, then try again."),
            )

    def _answered(self, answer: LoopbackAnswer, state: str) -> Mapping[str, str]:
        """What the browser came back with. Raises LoginError, CancelledError."""
        try:
            return answer.wait(self._seconds, self._caller.stop, lambda keys: hmac.compare_digest(keys.get("state", ""), state))
        except StalledError as error:  # tried again by itself it would open one page after the other
            raise LoginError(error.reason, advice=message("Try again, and log in on the page that the browser shows.")) from error

    def _asked(self, url: str, keys: Mapping[str, str]) -> _Tokens:
        content = urlencode({**keys, "client_id": self._client.client_id}).encode()
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": JSON}
        with self._session(url) as session, session.post(url, headers, Body(len(content), lambda: iter((content,)))) as answer:
            found = _object(answer.read(_LARGEST))
        access, kind = found.get("access_token"), str(found.get("token_type", ""))
        if not isinstance(access, str) or not access or kind.lower() != "bearer":
            raise LoginError(message("The OpenID provider gave no token that can be used."))
        seconds = found.get("expires_in", 300)
        lasts = float(seconds) if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) else 300.0
        refresh = found.get("refresh_token")
        if isinstance(refresh, str) and refresh:
            self._state.refresh = refresh
            self._keep(refresh)
        return _Tokens(access, time.monotonic() + max(lasts - _EARLY, 1.0))


def _check_secure(url: str) -> None:
    """Tokens go over TLS, or stay on this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in _LOOPBACK):
        raise LoginError(message("The OpenID provider is not secured by TLS; no login is sent to it."))


def _object(raw: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(message("The archive's answer is no sound JSON.")) from error
    if not isinstance(found, dict):
        raise ProtocolError(message("The archive's answer is no sound JSON."))
    return found


def _unpadded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
