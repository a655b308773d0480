"""Login at an OpenID provider made here: code with PKCE, answered on loopback; tokens that end; providers that cheat."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.network.objects import make_series
from tests.network.web_double import Asked, WebDouble
from viewer.model.nodes import TlsFiles
from viewer.model.web_archives import OidcClient, WebAccess, WebArchive
from viewer.network.dicomweb.oidc import LoginError, LoginState, OidcLogin
from viewer.network.dicomweb.qido import WebQuery, search
from viewer.network.dicomweb.web_session import WebCaller, WebSession
from viewer.network.errors import CancelledError, NetworkError
from viewer.network.query_scu import Level

pytestmark = pytest.mark.network_peers


class Provider:
    """Checks what RFC 6749 and RFC 7636 want checked. `lies` replaces what its discovery document says."""

    def __init__(self) -> None:
        self.lies: dict[str, str] = {}
        self.seconds = 300
        self.codes: dict[str, dict[str, str]] = {}
        self.given: list[str] = []
        self.refresh = "refresh-0"
        self.problems: list[str] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                if self.path == "/realm/.well-known/openid-configuration":
                    self._json(200, provider.document())
                    return
                keys = {key: value[0] for key, value in parse_qs(urlsplit(self.path).query).items()}
                code = f"code-{len(provider.codes)}"
                provider.codes[code] = keys
                self.send_response(302)
                self.send_header("Location", f"{keys['redirect_uri']}?code={code}&state={keys['state']}")
                self.end_headers()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._json(*provider.token({key: value[0] for key, value in parse_qs(body).items()}))

            def _json(self, status: int, document: object) -> None:
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}/realm"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self._thread.start()

    def document(self) -> dict[str, str]:
        base = {
            "authorization_endpoint": f"{self.issuer}/auth?tenant=1",
            "token_endpoint": f"{self.issuer}/token",
            "issuer": self.issuer,
        }
        return base | self.lies

    def token(self, keys: dict[str, str]) -> tuple[int, dict[str, object]]:
        if keys.get("client_id") != "negatoscope":
            return 401, {"error": "invalid_client"}
        if keys["grant_type"] == "refresh_token":
            if keys["refresh_token"] != self.refresh:
                return 400, {"error": "invalid_grant"}
        else:
            asked = self.codes.pop(keys["code"], {})
            digest = base64.urlsafe_b64encode(hashlib.sha256(keys["code_verifier"].encode()).digest()).rstrip(b"=").decode()
            if asked.get("code_challenge") != digest or asked.get("redirect_uri") != keys["redirect_uri"]:
                self.problems.append("PKCE")
                return 400, {"error": "invalid_grant"}
        self.given.append(f"token-{len(self.given)}")
        self.refresh = f"refresh-{len(self.given)}"
        return 200, {
            "access_token": self.given[-1], "token_type": "Bearer", "expires_in": self.seconds, "refresh_token": self.refresh,
        }  # fmt: skip

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join(10)


@pytest.fixture
def provider() -> Iterator[Provider]:
    one = Provider()
    yield one
    one.close()


class Browser:
    """Opens pages as a browser does, redirects and all; `answers` is what the last page said."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.answers: list[bytes] = []
        self._threads: list[threading.Thread] = []

    def __call__(self, url: str) -> None:
        self.opened.append(url)
        thread = threading.Thread(target=self._open, args=(url,))
        self._threads.append(thread)
        thread.start()

    def _open(self, url: str) -> None:
        with urllib.request.urlopen(url, timeout=10) as answer:
            self.answers.append(answer.read())

    def join(self) -> None:
        for thread in self._threads:
            thread.join(10)


def login_of(provider: Provider, browser: Callable[[str], object], **options: object) -> OidcLogin:
    return OidcLogin(OidcClient(provider.issuer, "negatoscope"), TlsFiles(), browser, **options)  # type: ignore[arg-type]


def test_login_in_the_browser(provider: Provider) -> None:
    browser, kept = Browser(), []
    login = login_of(provider, browser, keep=kept.append)
    assert login.header() == "Bearer token-0"
    assert login.header() == "Bearer token-0"  # no second login
    browser.join()
    assert len(browser.opened) == 1
    assert b"close this page" in browser.answers[0]
    assert kept == ["refresh-1"]
    assert provider.problems == []
    keys = parse_qs(urlsplit(browser.opened[0]).query)
    assert keys["code_challenge_method"] == ["S256"]
    assert urlsplit(keys["redirect_uri"][0]).hostname == "127.0.0.1"
    assert (keys["response_type"], keys["scope"], keys["tenant"]) == (["code"], ["openid"], ["1"])


def test_many_threads_one_login(provider: Provider) -> None:
    browser = Browser()
    login = login_of(provider, browser)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(login.header())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    browser.join()
    assert found == ["Bearer token-0"] * 8
    assert len(browser.opened) == 1


def test_a_kept_token_needs_no_browser(provider: Provider) -> None:
    login = login_of(provider, pytest.fail, refresh_token="refresh-0")
    assert login.header() == "Bearer token-0"
    assert login.renew()
    assert login.header() == "Bearer token-1"


def test_a_kept_token_that_is_over_leads_to_the_browser(provider: Provider) -> None:
    browser = Browser()
    assert login_of(provider, browser, refresh_token="stolen-back").header() == "Bearer token-0"
    browser.join()
    assert len(browser.opened) == 1


def test_a_token_that_ends_is_replaced(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("viewer.network.dicomweb.oidc.time.monotonic", lambda: now[0])
    login = login_of(provider, pytest.fail, refresh_token="refresh-0")
    assert login.header() == "Bearer token-0"
    now[0] += 269
    assert login.header() == "Bearer token-0"
    now[0] += 2  # half a minute before its end
    assert login.header() == "Bearer token-1"


def test_an_archive_behind_a_login(provider: Provider, tmp_path: Path) -> None:
    """The archive refuses the first token; the second is fetched without asking the user, and the request goes out again."""

    def wrong(asked: Asked) -> bool:
        if asked.headers.get("authorization") != "Bearer token-1":
            asked.reply(b"", "text/plain", "401 Unauthorized")
            return True
        return False

    login = login_of(provider, pytest.fail, refresh_token="refresh-0")
    with WebDouble(make_series(tmp_path / "o", 1, size=8), wrong) as double:
        archive = WebArchive(double.url, access=WebAccess.OIDC, oidc=OidcClient(provider.issuer, "negatoscope"))
        with WebSession(archive, WebCaller(login)) as session:
            assert len(list(search(session, WebQuery(Level.STUDY)))) == 1


@pytest.mark.parametrize(
    ("lies", "says"),
    [
        ({"issuer": "https://other.example"}, "another name"),
        ({"token_endpoint": "http://login.example/token"}, "not secured"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "not secured"),
        ({"token_endpoint": ""}, "not secured"),
    ],
)
def test_a_provider_that_cheats(provider: Provider, lies: dict[str, str], says: str) -> None:
    provider.lies = lies
    with pytest.raises(LoginError, match=says):
        login_of(provider, pytest.fail).header()


def test_tokens_go_over_tls_or_stay_here() -> None:
    login = OidcLogin(OidcClient("http://login.example/realm", "negatoscope"), TlsFiles(), pytest.fail)
    with pytest.raises(LoginError, match="not secured"):
        login.header()


def redirected_to(url: str, keys: str) -> str:
    return f"{parse_qs(urlsplit(url).query)['redirect_uri'][0]}?{keys}"


def test_an_answer_that_is_not_ours_is_turned_away(provider: Provider) -> None:
    """Another page sends a code of its own to our port; the user's own answer counts."""
    statuses: list[int] = []
    browser = Browser()

    def open_page(url: str) -> None:
        def work() -> None:
            for keys in ("code=stolen&state=guessed", "code=stolen", ""):
                try:
                    urllib.request.urlopen(redirected_to(url, keys), timeout=10).close()
                except HTTPError as error:
                    statuses.append(error.code)
                    error.close()
            browser(url)

        thread = threading.Thread(target=work)
        browser._threads.append(thread)
        thread.start()

    assert login_of(provider, open_page).header() == "Bearer token-0"
    browser.join()
    assert statuses == [404, 404, 404]


def test_a_user_who_declines(provider: Provider) -> None:
    browser = Browser()

    def open_page(url: str) -> None:
        state = parse_qs(urlsplit(url).query)["state"][0]
        browser(redirected_to(url, f"error=access_denied&state={state}"))

    with pytest.raises(LoginError, match="refused or broken off"):
        login_of(provider, open_page).header()
    browser.join()


def test_nobody_logs_in(provider: Provider) -> None:
    with pytest.raises(LoginError, match="Nobody logged in"):
        login_of(provider, lambda url: None, seconds=0.3).header()
    with pytest.raises(CancelledError):
        login_of(provider, lambda url: None, caller=WebCaller(stop=lambda: bool(provider.codes) or True)).header()


def test_logins_that_share_what_they_bring(provider: Provider) -> None:
    """Search and sending log in once. Who waits while another logs in can be stopped."""
    browser, state = Browser(), LoginState()
    assert login_of(provider, browser, state=state).header() == "Bearer token-0"
    browser.join()
    other = login_of(provider, pytest.fail, state=state)
    assert other.header() == "Bearer token-0"
    assert other.renew()  # the archive did not take it: the refresh token brings another, for both
    assert login_of(provider, pytest.fail, state=state).header() == "Bearer token-1"
    with state.lock, pytest.raises(CancelledError):
        login_of(provider, pytest.fail, state=state, caller=WebCaller(stop=lambda: True)).header()


def test_without_a_browser(provider: Provider) -> None:
    with pytest.raises(LoginError, match="No browser could be opened"):
        login_of(provider, lambda url: False).header()


def test_a_client_that_the_provider_does_not_know(provider: Provider) -> None:
    browser = Browser()
    login = OidcLogin(OidcClient(provider.issuer, "unknown"), TlsFiles(), browser)
    with pytest.raises(NetworkError, match="401"):
        login.header()
    browser.join()
