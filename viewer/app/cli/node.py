"""``negatoscope node``: listens as an Application Entity without a window: Verification, Storage, Query/Retrieve, until stopped."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from viewer.app.cli.get import plain_instance
from viewer.app.cli.network_options import add_tls_options, complain, tls_of, trace_of
from viewer.app.received_index import ReceivedIndex
from viewer.model.errors import NegatoscopeError
from viewer.model.nodes import ApplicationEntity, KnownCaller, RemoteNode, checked_ae_title, parse_node
from viewer.network.instance_store import InstanceStore, ReceivedInstance
from viewer.network.listener import Listener
from viewer.network.query_retrieve_scp import QueryRetrieveService
from viewer.network.requestor import Caller
from viewer.network.storage_scp import StorageService
from viewer.network.verification import VerificationService


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ae-title", default="NEGATOSCOPE", metavar="TITLE", help="our AE title (NEGATOSCOPE)")
    parser.add_argument("--port", type=int, default=11112, help="port to listen on (11112); 0 takes a free one")
    parser.add_argument("--interface", default="127.0.0.1", metavar="ADDRESS", help='address to listen on (127.0.0.1; "" for all)')
    parser.add_argument("--folder", type=Path, metavar="FOLDER", help="where received instances go (in the user's data folder)")
    parser.add_argument(
        "--caller", action="append", default=[], metavar="TITLE[@ADDRESS]", help="who may call (anybody); repeatable"
    )
    parser.add_argument("--peer", action="append", default=[], metavar="AE@HOST:PORT", help="destination of moves; repeatable")
    parser.add_argument("--any-called-title", action="store_true", help="answer to every called AE title")
    parser.add_argument("--private", action="store_true", help="also take private SOP classes and transfer syntaxes")
    parser.add_argument("--no-fsync", action="store_true", help="faster; a power failure may lose what was acknowledged")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line for each event")
    parser.add_argument("--verbose", action="store_true", help="print what happens on the network to the standard error")
    add_tls_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 after it was stopped, 2 when it cannot listen or store."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    events = _Events(arguments.json)
    try:
        listener = _start(arguments, events)
    except NegatoscopeError as error:
        complain(error)
        return 2
    except OSError as error:
        print(f"negatoscope: {error.filename or arguments.folder}: {error.strerror}", file=sys.stderr)
        return 2
    events.listening(arguments.ae_title, arguments.interface, listener.port)
    stopped.wait()
    listener.close()
    return 0


def _start(arguments: argparse.Namespace, events: _Events) -> Listener:
    entity = ApplicationEntity(
        arguments.ae_title,
        arguments.port,
        arguments.interface,
        tls_of(arguments),
        tuple(_caller(text) for text in arguments.caller),
        require_called_title=not arguments.any_called_title,
    )
    index = ReceivedIndex()
    store = InstanceStore(_folder(arguments), index, durable=not arguments.no_fsync)
    store.sweep()
    index.load(store.folder)
    trace = trace_of(arguments.verbose)
    services = (
        VerificationService(),
        StorageService(store, private=arguments.private, received=events.received),
        QueryRetrieveService(index, _peers(arguments.peer), entity.ae_title, Caller(entity.ae_title, trace=trace)),
    )
    return Listener(entity, services, trace=trace)


def _folder(arguments: argparse.Namespace) -> Path:
    if arguments.folder is not None:
        return Path(arguments.folder)
    from viewer.app.paths import folders

    return folders().data / "received"


def _caller(text: str) -> KnownCaller:
    title, _, address = text.partition("@")
    return KnownCaller(checked_ae_title(title), address)


def _peers(texts: list[str]) -> Callable[[str], RemoteNode | None]:
    nodes = {node.ae_title: node for node in map(parse_node, texts)}
    return nodes.get


class _Events:
    """Lines on the standard output, from any thread."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._lock = threading.Lock()

    def listening(self, title: str, interface: str, port: int) -> None:
        self._print(
            {"event": "listening", "ae_title": title, "interface": interface, "port": port}, f"{title} listens on port {port}"
        )

    def received(self, instance: ReceivedInstance) -> None:
        self._print({"event": "received", **plain_instance(instance)}, f"received {instance.path}")

    def _print(self, event: dict[str, object], text: str) -> None:
        with self._lock:
            print(json.dumps(event) if self._as_json else text, flush=True)
