"""The DICOMweb server over the user's library: put together, opened, closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from viewer.app.library_source import LibrarySource
from viewer.app.web_pictures import WebPictures
from viewer.library.library import Library
from viewer.model.errors import NegatoscopeError
from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.network.dicomweb.origin.gate import Gate
from viewer.network.dicomweb.origin.store_service import StoreService
from viewer.network.dicomweb.origin.web_listener import WebListener, WebPlace
from viewer.network.dicomweb.origin.web_service import WebService, WebServices
from viewer.network.instance_store import InstanceStore, ReceivedInstance
from viewer.network.query_retrieve_scp import Report
from viewer.network.trace import Trace, no_trace

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class OpenServerError(NegatoscopeError):
    """A server that would give the library to the whole network."""


@frozen
class WebSettings:
    """Where it listens, who may come in. `anonymous` lets everybody in, also from other machines."""

    place: WebPlace = field(default_factory=WebPlace)
    gate: Gate = field(default_factory=Gate)
    anonymous: bool = False

    def url(self, port: int) -> str:
        """Where others find it when it listens on `port`."""
        interface = self.place.interface
        host = f"[{interface}]" if ":" in interface else interface or "0.0.0.0"
        return f"{'http' if self.place.tls is None else 'https'}://{host}:{port}/{self.place.root}"


class WebServer:
    """Serves from construction to `close`. With a `store` objects can be stored; `received` is told of each.

    Raises OpenServerError, ConnectError, TlsError.
    """

    def __init__(
        self,
        library: Library,
        settings: WebSettings,
        *,
        store: InstanceStore | None = None,
        received: Callable[[ReceivedInstance], None] = lambda instance: None,
        report: Report = lambda served: None,
        trace: Trace = no_trace,
    ) -> None:
        check_settings(settings)
        self._pictures = WebPictures()
        storing = StoreService(store, received) if store is not None else None
        services = WebServices(LibrarySource(library), self._pictures, storing, self._pictures.decode, report, trace)
        try:
            self._listener = WebListener(settings.place, WebService(services), settings.gate, trace=trace)
        except BaseException:
            self._pictures.close()
            raise

    @property
    def port(self) -> int:
        return self._listener.port

    def close(self) -> None:
        self._listener.close()
        self._pictures.close()


def check_settings(settings: WebSettings) -> None:
    """Raises OpenServerError for a server that other machines can reach and that asks nobody who he is."""
    if settings.place.interface not in _LOOPBACK and settings.gate.is_open and not settings.anonymous:
        raise OpenServerError(
            message("Other machines could read the whole library: nothing says who may come in."),
            advice=message("Set a token or a user, or let everybody in with --anonymous."),
        )
