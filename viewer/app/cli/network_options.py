"""What the network subcommands share: addresses, TLS, our own title, and how results are printed."""

from __future__ import annotations

import argparse
import json
import re
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace

from viewer.app.node_list import FILE_NAME, NodeList
from viewer.app.paths import folders
from viewer.app.secret_store import SecretStore, ask, identity_of
from viewer.model.errors import NegatoscopeError
from viewer.model.messages import message
from viewer.model.nodes import IdentityWay, NodeAddressError, RemoteNode, TlsFiles, checked_ae_title, parse_node
from viewer.network.identifier import Identifier, Value
from viewer.network.requestor import Caller
from viewer.network.trace import AssociationTrace, Trace, no_trace


def add_caller_options(parser: argparse.ArgumentParser) -> None:
    """Options of every subcommand that calls a node."""
    parser.add_argument("--ae-title", default="NEGATOSCOPE", metavar="TITLE", help="our own AE title (NEGATOSCOPE)")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="how long to wait for an answer (60)")
    parser.add_argument("--user", metavar="NAME", help="user name to show to the node")
    parser.add_argument("--password", action="store_true", help="and the password, from the key store or asked for")
    parser.add_argument("--token", action="store_true", help="show a JSON Web Token, from the key store or asked for")
    add_tls_options(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--verbose", action="store_true", help="print what happens on the network to the standard error")


def add_tls_options(parser: argparse.ArgumentParser) -> None:
    """TLS of the node that is called, or of our listener."""
    parser.add_argument("--tls", action="store_true", help="use TLS (1.2 or newer)")
    parser.add_argument("--tls-ca", default="", metavar="PEM", help="authority that signed the peer's certificate")
    parser.add_argument("--tls-certificate", default="", metavar="PEM", help="our certificate")
    parser.add_argument("--tls-key", default="", metavar="PEM", help="key of our certificate")
    parser.add_argument("--tls-insecure", action="store_true", help="do not check the peer's certificate")


def tls_of(arguments: argparse.Namespace) -> TlsFiles | None:
    """TLS settings when any was given."""
    given = (arguments.tls_ca, arguments.tls_certificate, arguments.tls_key, arguments.tls_insecure)
    if not (arguments.tls or any(given)):
        return None
    return TlsFiles(arguments.tls_ca, arguments.tls_certificate, arguments.tls_key, insecure=arguments.tls_insecure)


def node_list() -> NodeList:
    """The user's list of nodes. Raises NodeListError."""
    return NodeList(folders().config / FILE_NAME)


def node_of(text: str, arguments: argparse.Namespace) -> RemoteNode:
    """The node that is called: AE@HOST:PORT, or a name of the list. Options go before what the list says.

    Raises NodeAddressError, NodeListError.
    """
    node = parse_node(text) if "@" in text else node_list().named(text)
    if node is None:
        raise NodeAddressError(
            message("{text} is neither AE@HOST:PORT nor the name of a node.", text=repr(text[:200])),
            advice=message("The list of nodes is shown by: negatoscope nodes list"),
        )
    tls = tls_of(arguments)
    if tls is not None:
        node = replace(node, tls=tls)
    if arguments.timeout is not None:
        timeouts = replace(node.timeouts, response=arguments.timeout, move=max(arguments.timeout, node.timeouts.move))
        node = replace(node, timeouts=timeouts)
    if arguments.user or arguments.token:
        node = replace(node, user_name=arguments.user or "", identity=_identity_way(arguments))
    return node


def _identity_way(arguments: argparse.Namespace) -> IdentityWay:
    if arguments.token:
        return IdentityWay.TOKEN
    return IdentityWay.PASSWORD if arguments.password else IdentityWay.NAME


def caller_of(arguments: argparse.Namespace, node: RemoteNode) -> Caller:
    """We, as `node` wants to see us."""
    title = checked_ae_title(arguments.ae_title)
    return Caller(title, trace=trace_of(arguments.verbose), identity=identity_of(node, SecretStore().get, ask))


def trace_of(verbose: bool) -> Trace:
    if not verbose:
        return no_trace
    trace = AssociationTrace()

    def to_stderr(line: str) -> None:
        trace(line)
        print(trace.text().splitlines()[-1], file=sys.stderr)

    return to_stderr


def wait(seconds: float) -> bool:
    """Pause between two attempts; Ctrl+C ends it as it ends everything."""
    threading.Event().wait(seconds)
    return True


def complain(error: NegatoscopeError) -> None:
    """One line on the standard error."""
    where = f"{error.path}: " if error.path else ""
    print(f"negatoscope: {where}{error}", file=sys.stderr)


def print_json(document: Mapping[str, object]) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=1))


def status_text(status: int | None) -> str | None:
    return None if status is None else f"0x{status:04X}"


def plain_identifier(identifier: Identifier) -> dict[str, object]:
    """For JSON: keywords in snake_case, values as DICOM writes them, sequences as lists."""
    return {snake_case(keyword): _plain(value) for keyword, value in identifier.items()}


def _plain(value: Value) -> object:
    return value if isinstance(value, str) else [plain_identifier(item) for item in value]


def snake_case(keyword: str) -> str:
    """``StudyInstanceUID`` becomes ``study_instance_uid``, ``SOPClassesInStudy`` ``sop_classes_in_study``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", keyword)
    return spaced.lower().replace("ui_ds", "uids")
