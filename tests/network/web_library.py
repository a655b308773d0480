"""Our DICOMweb server over a library in memory, for a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.network.turnstile import Turnstile
from viewer.app.library_source import LibrarySource
from viewer.app.web_server import WebServer, WebSettings
from viewer.library.library import Library
from viewer.library.read_instance import read_instance
from viewer.model.web_archives import WebArchive
from viewer.network.dicomweb.authorization import by_password
from viewer.network.dicomweb.origin.gate import Gate
from viewer.network.dicomweb.origin.web_listener import WebPlace
from viewer.network.dicomweb.web_session import WebCaller, WebSession
from viewer.network.instance_store import InstanceStore, ReceivedInstance
from viewer.network.query_retrieve_scp import Served
from viewer.network.storage_scu import RetryPolicy


@dataclass
class Running:
    """`url` is the root of the service."""

    server: WebServer
    library: Library
    url: str
    lines: list[str] = field(default_factory=list)
    served: list[Served] = field(default_factory=list)
    received: list[ReceivedInstance] = field(default_factory=list)
    store: InstanceStore | None = None

    def add(self, paths: Sequence[Path]) -> None:
        self.library.add([read_instance(str(path)) for path in paths])

    def session(self, user: str = "", password: str = "", **fields: object) -> WebSession:
        archive = WebArchive(self.url, wado_uri=f"{self.url}/wado", **fields)  # type: ignore[arg-type]
        once = RetryPolicy(attempts=1)
        return WebSession(archive, WebCaller(by_password(user, password), policy=once) if user else WebCaller(policy=once))


StartServer = Callable[..., Running]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[StartServer]:
    """``serve(paths, store=True, gate=Gate(...), turnstile=Turnstile(), **fields of WebPlace)``."""
    running: list[Running] = []

    def start(
        paths: Sequence[Path] = (),
        *,
        store: bool = False,
        gate: Gate | None = None,
        turnstile: Turnstile | None = None,
        **place: object,
    ) -> Running:
        library = Library(None)
        lines: list[str] = []
        served: list[Served] = []
        received: list[ReceivedInstance] = turnstile.received if turnstile else []
        keeps = InstanceStore(tmp_path / f"web-store{len(running)}", LibrarySource(library), durable=False) if store else None
        server = WebServer(
            library,
            WebSettings(WebPlace(port=0, **place), gate or Gate()),  # type: ignore[arg-type]
            store=keeps,
            received=turnstile.passed if turnstile else received.append,
            report=served.append,
            trace=lines.append,
        )
        scheme = "https" if place.get("tls") else "http"
        one = Running(server, library, f"{scheme}://127.0.0.1:{server.port}/dicom-web", lines, served, received, keeps)
        one.add(paths)
        running.append(one)
        return one

    yield start
    for one in running:
        one.server.close()
        one.library.close()
