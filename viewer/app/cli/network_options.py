"""What the network subcommands share: addresses, TLS, our own title, and how results are printed."""

from __future__ import annotations

import argparse
import json
import re
import sys
import threading
from collections.abc import Mapping

from viewer.model.errors import NegatoscopeError
from viewer.model.nodes import NodeTimeouts, RemoteNode, TlsFiles, checked_ae_title, parse_node
from viewer.network.identifier import Identifier, Value
from viewer.network.requestor import Caller
from viewer.network.trace import AssociationTrace, Trace, no_trace


def add_caller_options(parser: argparse.ArgumentParser) -> None:
    """Options of every subcommand that calls a node."""
    parser.add_argument("--ae-title", default="NEGATOSCOPE", metavar="TITLE", help="our own AE title (NEGATOSCOPE)")
    parser.add_argument("--timeout", type=float, default=60.0, metavar="SECONDS", help="how long to wait for an answer (60)")
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


def node_of(text: str, arguments: argparse.Namespace) -> RemoteNode:
    """The node that is called. Raises NodeAddressError."""
    node = parse_node(text, tls_of(arguments))
    timeouts = NodeTimeouts(response=arguments.timeout, move=max(arguments.timeout, NodeTimeouts().move))
    return RemoteNode(node.ae_title, node.host, node.port, tls=node.tls, timeouts=timeouts)


def caller_of(arguments: argparse.Namespace) -> Caller:
    return Caller(checked_ae_title(arguments.ae_title), trace=trace_of(arguments.verbose))


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
