"""What the administrator of an archive has to enter for us: AE title, addresses, port, as text to copy."""

from __future__ import annotations

import socket

from viewer.model.messages import Message, message
from viewer.model.nodes import ApplicationEntity

_PROBE = ("192.0.2.1", 9)  # TEST-NET-1 (RFC 5737): a datagram socket sends nothing when it connects


def own_addresses(entity: ApplicationEntity) -> tuple[str, ...]:
    """Where peers reach us: the interface we listen on, else the addresses of this machine."""
    if entity.interface:
        return (entity.interface,)
    found: dict[str, None] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_PROBE)
            found[str(probe.getsockname()[0])] = None
        except OSError:
            pass  # no network at all
    try:
        rows = socket.getaddrinfo(socket.gethostname(), None, proto=socket.IPPROTO_TCP)
    except OSError:
        rows = []
    for *_, address in rows:
        found[str(address[0]).partition("%")[0]] = None
    return tuple(address for address in found if not address.startswith(("127.", "fe80:")) and address != "::1") or tuple(found)


def for_the_administrator(entity: ApplicationEntity) -> tuple[tuple[Message, str], ...]:
    """(what, value) lines."""
    lines = [
        (message("AE title"), entity.ae_title),
        (message("Host name"), socket.gethostname()),
        (message("Address"), ", ".join(own_addresses(entity))),
        (message("Port"), str(entity.port)),
        (message("Secured with TLS"), "TLS 1.2, 1.3" if entity.tls is not None else "-"),
    ]
    return tuple(lines)
