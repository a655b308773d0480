"""``negatoscope web``: the library as a DICOMweb archive, until it is stopped. On loopback and for reading, unless told."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

from viewer.app.cli.gate_options import add_gate_options, gate_of
from viewer.app.cli.get import plain_instance
from viewer.app.cli.network_options import add_tls_options, complain, tls_of, trace_of
from viewer.app.cli.stop_signals import StopSignals
from viewer.app.folder_lock import FolderLock
from viewer.app.library_source import LibrarySource
from viewer.app.node_audit import NodeAudit
from viewer.app.paths import folders
from viewer.app.secret_store import SecretStore, audit_key
from viewer.app.web_server import WebServer, WebSettings, check_settings
from viewer.library.library import Library
from viewer.model.errors import NegatoscopeError
from viewer.network.audit import AuditTrail
from viewer.network.dicomweb.origin.web_listener import WebPlace
from viewer.network.instance_store import InstanceStore, ReceivedInstance


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8042, help="port to listen on (8042); 0 takes a free one")
    parser.add_argument("--interface", default="127.0.0.1", metavar="ADDRESS", help='address to listen on (127.0.0.1; "" for all)')
    parser.add_argument("--folder", type=Path, metavar="FOLDER", help="a library of its own below this folder (the user's)")
    parser.add_argument("--store", action="store_true", help="also take objects (STOW-RS)")
    add_gate_options(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object a line for each event")
    parser.add_argument("--verbose", action="store_true", help="print what happens on the network to the standard error")
    add_tls_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 after it was stopped, 2 when it cannot listen."""
    with StopSignals() as stop, ExitStack() as stack:
        try:
            settings = settings_of(arguments)
            printer = _Printer(arguments.json)
            server = _start(arguments, settings, printer, stack)
        except (NegatoscopeError, OSError) as error:
            if isinstance(error, NegatoscopeError):
                complain(error)
            else:
                print(f"negatoscope: {error.filename or arguments.folder}: {error.strerror}", file=sys.stderr)
            return 2
        printer.listening(settings.url(server.port), server.port)
        stop.wait()
    return 0


def _start(arguments: argparse.Namespace, settings: WebSettings, printer: _Printer, stack: ExitStack) -> WebServer:
    """What `stack` closes in the end, the server first. Raises NegatoscopeError, OSError."""
    folder = arguments.folder / "library" if arguments.folder else folders().data
    library = Library(folder)
    stack.callback(library.close)
    audit = NodeAudit(AuditTrail(folder, audit_key(SecretStore())), "DICOMWEB")
    stack.callback(audit.close)

    def received(instance: ReceivedInstance) -> None:
        audit.received(instance)
        printer.received(instance)

    store = None
    if arguments.store:  # beside what other processes receive, not among it
        place = (arguments.folder or folders().data) / "received-web"
        stack.callback(FolderLock(place).close)
        store = InstanceStore(place, LibrarySource(library))
        store.sweep()
    server = WebServer(library, settings, store=store, received=received, report=audit.served, trace=trace_of(arguments.verbose))
    stack.callback(server.close)
    return server


def settings_of(arguments: argparse.Namespace) -> WebSettings:
    """Raises OpenServerError."""
    place = WebPlace(arguments.port, arguments.interface, tls_of(arguments))
    settings = WebSettings(place, gate_of(arguments), arguments.anonymous)
    check_settings(settings)
    return settings


class _Printer:
    """Lines on the standard output, from any thread."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._lock = threading.Lock()

    def listening(self, url: str, port: int) -> None:
        self._print({"event": "listening", "url": url, "port": port}, f"DICOMweb at {url}")

    def received(self, instance: ReceivedInstance) -> None:
        self._print({"event": "received", **plain_instance(instance)}, f"received {instance.path}")

    def _print(self, event: dict[str, object], text: str) -> None:
        with self._lock:
            print(json.dumps(event) if self._as_json else text, flush=True)
