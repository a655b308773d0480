"""Application Entities of the network: the local one, the remote ones, and how they are written and secured (PS3.8, PS3.15)."""

from __future__ import annotations

import re
from dataclasses import field
from enum import StrEnum

from viewer.model.errors import NegatoscopeError
from viewer.model.frozen import frozen
from viewer.model.messages import message

DEFAULT_PORT = 104  # the registered port of DICOM
_ADDRESS = re.compile(r"(?P<title>[^@]*)@(?P<host>\[[^\]]+\]|[^:\[\]]+)(?::(?P<port>[0-9]{1,5}))?")


class NodeAddressError(NegatoscopeError):
    """An AE title, host or port that cannot be one."""


class RetrieveWay(StrEnum):
    """How instances are fetched from a node."""

    GET = "get"
    MOVE = "move"


class IdentityWay(StrEnum):
    """How the user shows who he is (PS3.7 D.3.3.7). Passwords and tokens are never kept here."""

    NONE = "none"
    NAME = "name"
    PASSWORD = "password"
    TOKEN = "token"


@frozen
class TlsFiles:
    """Paths of PEM files, and whether the peer is checked. `insecure` gives up both checks; the window shows it in red.

    `ca_file` "" trusts the system's authorities; `certificate_file` and `key_file` are shown to the peer when it asks.
    """

    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""
    check_host: bool = True
    insecure: bool = False


@frozen
class KnownCaller:
    """Who may call: an AE title, and the address it must call from ("" any)."""

    ae_title: str
    address: str = ""


@frozen
class ApplicationEntity:
    """The local Application Entity. It listens on loopback unless told otherwise.

    `callers` empty lets anybody call who knows the title; `require_called_title` rejects those who do not.
    """

    ae_title: str = "NEGATOSCOPE"
    port: int = 11112
    interface: str = "127.0.0.1"
    tls: TlsFiles | None = None
    callers: tuple[KnownCaller, ...] = ()
    require_called_title: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "ae_title", checked_ae_title(self.ae_title))
        if not 0 <= self.port < 65536:
            raise NodeAddressError(message("{port} is not a port; ports are 1 to 65535.", port=self.port))


@frozen
class NodeTimeouts:
    """Seconds: to connect, to agree on an association, for an answer, for the next sub-operation of a C-MOVE."""

    connect: float = 5.0
    association: float = 10.0
    response: float = 60.0
    move: float = 600.0


@frozen
class RemoteNode:
    """A remote Application Entity and how it wants to be spoken to.

    `transfer_syntaxes`: those it may be offered besides uncompressed ones; empty offers whatever an object is written in.
    """

    ae_title: str
    host: str
    port: int = DEFAULT_PORT
    name: str = ""
    tls: TlsFiles | None = None
    retrieve: RetrieveWay = RetrieveWay.GET
    character_set: str = "ISO_IR 192"
    maximum_pdu: int = 131072
    timeouts: NodeTimeouts = field(default_factory=NodeTimeouts)
    transfer_syntaxes: tuple[str, ...] = ()
    identity: IdentityWay = IdentityWay.NONE
    user_name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "ae_title", checked_ae_title(self.ae_title))
        if not 0 < self.port < 65536:
            raise NodeAddressError(message("{port} is not a port; ports are 1 to 65535.", port=self.port))

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.ae_title}@{host}:{self.port}"


def checked_ae_title(text: str) -> str:
    """`text` without its outer spaces, when it can be an AE title (PS3.5 6.2: 1 to 16 characters, no backslash, no controls)."""
    title = text.strip(" ")
    if not title or len(title) > 16 or "\\" in title or not (title.isascii() and title.isprintable()):
        raise NodeAddressError(
            message("{text} is not an AE title.", text=repr(text[:64])),
            advice=message("An AE title has 1 to 16 plain letters, digits or signs, and no backslash."),
        )
    return title


def parse_node(text: str, tls: TlsFiles | None = None) -> RemoteNode:
    """Read "AE@HOST:PORT" ("AE@[::1]:104" for IPv6; without a port it is 104). Raises NodeAddressError."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        raise NodeAddressError(
            message("{text} is not an address of a DICOM node.", text=repr(text[:200])),
            advice=message("Write it as AE@HOST:PORT, for example ARCHIVE@10.0.0.5:104."),
        )
    port = int(found["port"]) if found["port"] else DEFAULT_PORT
    return RemoteNode(found["title"], found["host"].strip("[]"), port, tls=tls)
