"""The way to a URL: which host and port to connect to, whether a proxy stands between, and what is said to it."""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.model.web_archives import WebArchive
from viewer.network.errors import ConnectError, ProtocolError, TlsError
from viewer.network.tls import requestor_context, tls_error

_PORTS = {"http": 80, "https": 443}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@frozen
class Origin:
    """Scheme, host and port (RFC 9110 4.3.1)."""

    scheme: str
    host: str
    port: int

    @property
    def is_secure(self) -> bool:
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """As it stands in the header Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


@frozen
class Proxy:
    """An HTTP proxy. `credentials` is the value of Proxy-Authorization, "" for none."""

    host: str
    port: int
    credentials: str = ""


@frozen
class Route:
    """Where to connect for an origin."""

    origin: Origin
    proxy: Proxy | None = None


def origin_of(url: str) -> Origin:
    """Raises ProtocolError for a URL that is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ProtocolError(message("The archive names an address that is none."))
    return Origin(parts.scheme, parts.hostname, port or _PORTS[parts.scheme])


def find_route(url: str, archive: WebArchive) -> Route:
    """The system's proxy settings decide; loopback needs no proxy."""
    origin = origin_of(url)
    if origin.host in _LOOPBACK or proxy_bypass(f"{origin.host}:{origin.port}"):
        return Route(origin)
    setting = getproxies().get(origin.scheme, "")
    if not setting:
        return Route(origin)
    parts = urlsplit(setting if "://" in setting else f"http://{setting}")
    if parts.scheme != "http" or not parts.hostname:
        raise ConnectError(
            message("The proxy that is set for this system cannot be used."),
            advice=message("Only plain HTTP proxies are known; check the proxy settings."),
        )
    credentials = ""
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        credentials = f"Basic {b64encode(pair.encode()).decode()}"
    return Route(origin, Proxy(parts.hostname, parts.port or 3128, credentials))


def connect(route: Route, archive: WebArchive) -> socket.socket:
    """A TCP connection to the origin, or to the proxy on the way. Raises ConnectError."""
    host, port = (route.origin.host, route.origin.port) if route.proxy is None else (route.proxy.host, route.proxy.port)
    seconds = archive.timeouts.connect
    name = f"{host}:{port}"
    try:
        return socket.create_connection((host, port), timeout=seconds)
    except TimeoutError as error:
        reason = message("Nothing answered at {node} within {seconds} s.", node=name, seconds=seconds)
        raise ConnectError(reason, advice=message("Check the address, and whether a firewall is in the way.")) from error
    except socket.gaierror as error:
        raise ConnectError(message("The host name {host} is not known.", host=host)) from error
    except (OSError, UnicodeError) as error:
        reason = message("No connection to {node}: {reason}.", node=name, reason=getattr(error, "strerror", None) or "")
        raise ConnectError(reason, advice=message("Check the port, and whether the node is running.")) from error


def secure(sock: socket.socket, route: Route, archive: WebArchive) -> ssl.SSLSocket:
    """TLS over `sock`, the archive checked unless told otherwise (BCP 195). Raises TlsError, and closes `sock` then."""
    try:
        context = requestor_context(archive.tls)
        context.set_alpn_protocols(["http/1.1"])
        sock.settimeout(archive.timeouts.association)
        return context.wrap_socket(sock, server_hostname=route.origin.host)
    except (OSError, ValueError) as error:
        sock.close()
        raise tls_error(error, message("Check that the address begins rightly with https or http.")) from error
    except TlsError:
        sock.close()
        raise
