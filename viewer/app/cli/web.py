"""``negatoscope web``: the library as a DICOMweb archive, until it is stopped. On loopback and for reading, unless told."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from viewer.app.cli.get import plain_instance
from viewer.app.cli.network_options import add_tls_options, complain, tls_of, trace_of
from viewer.app.library_source import LibrarySource
from viewer.app.paths import folders
from viewer.app.secret_store import SecretStore, ask
from viewer.app.web_login import TOKEN_VARIABLE
from viewer.app.web_server import WebServer, WebSettings, check_settings
from viewer.library.library import Library
from viewer.model.errors import NegatoscopeError
from viewer.network.dicomweb.origin.gate import Gate
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


def add_gate_options(parser: argparse.ArgumentParser, prefix: str = "") -> None:
    """Who may come in."""
    parser.add_argument(
        f"--{prefix}require-token", action="store_true", help=f"who shows a token, from {TOKEN_VARIABLE}, the key store, or you"
    )
    parser.add_argument(
        f"--{prefix}require-user", action="append", default=[], metavar="NAME", help="who shows name and password; repeatable"
    )
    parser.add_argument(f"--{prefix}anonymous", action="store_true", help="let everybody in, also from other machines")
    parser.add_argument(
        f"--{prefix}host", action="append", default=[], metavar="NAME", help="a name under which this machine is called; repeatable"
    )


def run(arguments: argparse.Namespace) -> int:
    """0 after it was stopped, 2 when it cannot listen."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    library: Library | None = None
    try:
        settings = settings_of(arguments)
        folder = arguments.folder / "library" if arguments.folder else folders().data
        library = Library(folder)
        printer = _Printer(arguments.json)
        store = _store(arguments, library) if arguments.store else None
        server = WebServer(library, settings, store=store, received=printer.received, trace=trace_of(arguments.verbose))
    except (NegatoscopeError, OSError) as error:
        if library is not None:
            library.close()
        if isinstance(error, NegatoscopeError):
            complain(error)
        else:
            print(f"negatoscope: {error.filename or arguments.folder}: {error.strerror}", file=sys.stderr)
        return 2
    printer.listening(settings, server.port)
    stopped.wait()
    server.close()
    library.close()
    return 0


def _store(arguments: argparse.Namespace, library: Library) -> InstanceStore:
    """Beside what other processes receive, not among it. Raises OSError."""
    root = arguments.folder or folders().data
    store = InstanceStore(root / "received-web", LibrarySource(library))
    store.sweep()
    return store


def settings_of(arguments: argparse.Namespace) -> WebSettings:
    """Raises OpenServerError."""
    place = WebPlace(arguments.port, arguments.interface, tls_of(arguments))
    settings = WebSettings(place, gate_of(arguments), arguments.anonymous)
    check_settings(settings)
    return settings


def gate_of(arguments: argparse.Namespace, prefix: str = "") -> Gate:
    """Secrets come from the environment or the key store; those that are nowhere are asked for now."""
    store = SecretStore()
    token = ""
    if getattr(arguments, f"{prefix}require_token"):
        token = os.environ.get(TOKEN_VARIABLE) or store.get("web token") or ask("Token for callers: ")
    names = getattr(arguments, f"{prefix}require_user")
    users = {name: store.get(f"web user {name}") or ask(f"Password for callers named {name}: ") for name in names}
    return Gate(token, users, frozenset(name.lower() for name in getattr(arguments, f"{prefix}host")))


class _Printer:
    """Lines on the standard output, from any thread."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._lock = threading.Lock()

    def listening(self, settings: WebSettings, port: int) -> None:
        place = settings.place
        scheme = "http" if place.tls is None else "https"
        host = f"[{place.interface}]" if ":" in place.interface else place.interface or "0.0.0.0"
        url = f"{scheme}://{host}:{port}/{place.root}"
        self._print({"event": "listening", "url": url, "port": port}, f"DICOMweb at {url}")

    def received(self, instance: ReceivedInstance) -> None:
        self._print({"event": "received", **plain_instance(instance)}, f"received {instance.path}")

    def _print(self, event: dict[str, object], text: str) -> None:
        with self._lock:
            print(json.dumps(event) if self._as_json else text, flush=True)
