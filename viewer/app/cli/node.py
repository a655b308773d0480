"""``negatoscope node``: everything that listens and sends without a window, until it is stopped.

Verification, Storage, Query/Retrieve and Storage Commitment over the user's library, routing rules, queued jobs, audit trail.
"""

from __future__ import annotations

import argparse
import json
import queue
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.app.cli.gate_options import add_gate_options, gate_of
from viewer.app.cli.get import plain_instance
from viewer.app.cli.network_options import add_tls_options, complain, tls_of, trace_of
from viewer.app.cli.stop_signals import StopSignals
from viewer.app.node_child import run_child, standard_pipes
from viewer.app.node_service import NodeEvents, NodeService
from viewer.app.node_settings import NodePlaces, NodeSettings
from viewer.app.paths import folders
from viewer.app.secret_store import SecretStore, ask, audit_key
from viewer.app.send_jobs import ObjectProgress
from viewer.library.fetch_store import Fetch
from viewer.library.job_store import Job
from viewer.model.errors import NegatoscopeError
from viewer.model.nodes import ApplicationEntity, KnownCaller, RemoteNode, TlsFiles, checked_ae_title, parse_node
from viewer.network.audit_syslog import repository_of
from viewer.network.instance_store import ReceivedInstance
from viewer.network.listener import Refusal
from viewer.network.user_identity import KnownUsers

if TYPE_CHECKING:
    from viewer.app.web_server import WebSettings


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ae-title", default="NEGATOSCOPE", metavar="TITLE", help="our AE title (NEGATOSCOPE)")
    parser.add_argument("--port", type=int, default=11112, help="port to listen on (11112); 0 takes a free one")
    parser.add_argument("--interface", default="127.0.0.1", metavar="ADDRESS", help='address to listen on (127.0.0.1; "" for all)')
    parser.add_argument("--folder", type=Path, metavar="FOLDER", help="received objects, with a library of their own (the user's)")
    parser.add_argument(
        "--caller", action="append", default=[], metavar="TITLE[@ADDRESS]", help="who may call (anybody); repeatable"
    )
    parser.add_argument(
        "--peer", action="append", default=[], metavar="AE@HOST:PORT", help="known besides the list of nodes; repeatable"
    )
    parser.add_argument("--any-called-title", action="store_true", help="answer to every called AE title")
    parser.add_argument(
        "--require-user", action="append", default=[], metavar="NAME", help="who may call, by user name and password; repeatable"
    )
    for service in ("storage", "query", "commitment"):
        parser.add_argument(f"--no-{service}", action="store_true", help=f"do not offer {service}")
    parser.add_argument(
        "--web-port", type=int, metavar="P", help="also give the library over DICOMweb, on this port; 0 takes a free one"
    )
    parser.add_argument("--web-store", action="store_true", help="and take objects over it (STOW-RS)")
    add_gate_options(parser, "web-")
    parser.add_argument("--private", action="store_true", help="also take private SOP classes and transfer syntaxes")
    parser.add_argument("--no-fsync", action="store_true", help="faster; a power failure may lose what was acknowledged")
    parser.add_argument(
        "--audit-to", default="", metavar="HOST[:PORT]", help="send the audit trail there as syslog over TLS, trusting --tls-ca"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line for each event")
    parser.add_argument("--verbose", action="store_true", help="print what happens on the network to the standard error")
    parser.add_argument("--pipe", action="store_true", help=argparse.SUPPRESS)  # as the child of a window
    add_tls_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 after it was stopped, 2 when it cannot listen or store."""
    if arguments.pipe:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the window, whose end is ours
        return run_child(_places(None), arguments.ae_title, *standard_pipes())
    with StopSignals() as stop:
        return _serve(arguments, stop)


def _serve(arguments: argparse.Namespace, stop: StopSignals) -> int:
    service: NodeService | None = None
    try:
        settings = _settings(arguments)
        printer = _Printer(arguments)
        store = SecretStore()
        service = NodeService(
            _places(arguments.folder),
            settings.entity.ae_title,
            events=printer.events(),
            secrets=store,
            users=_users(arguments.require_user, store),
            audit_key=audit_key(store),
            repository=_repository(arguments),
        )
        web = _web_settings(arguments)
        port = service.listen(settings)
        web_port = service.serve_web(web, storing=arguments.web_store) if web is not None else None
    except (NegatoscopeError, OSError) as error:
        _complain(error, arguments)
        if service is not None:
            service.close()
        return 2
    printer.listening(settings.entity, port)
    if web is not None and web_port is not None:
        printer.serving(web.url(web_port), web_port)
    stop.wait()
    service.close()
    printer.close()
    return 0


def _complain(error: NegatoscopeError | OSError, arguments: argparse.Namespace) -> None:
    if isinstance(error, NegatoscopeError):
        complain(error)
    else:
        print(f"negatoscope: {error.filename or arguments.folder}: {error.strerror}", file=sys.stderr)


def _settings(arguments: argparse.Namespace) -> NodeSettings:
    entity = ApplicationEntity(
        arguments.ae_title,
        arguments.port,
        arguments.interface,
        tls_of(arguments),
        tuple(_caller(text) for text in arguments.caller),
        require_called_title=not arguments.any_called_title,
    )
    return NodeSettings(
        entity,
        storage=not arguments.no_storage,
        query=not arguments.no_query,
        commitment=not arguments.no_commitment,
        private=arguments.private,
        durable=not arguments.no_fsync,
        peers=tuple(map(parse_node, arguments.peer)),
    )


def _web_settings(arguments: argparse.Namespace) -> WebSettings | None:
    if arguments.web_port is None:
        return None
    from viewer.app.web_server import WebSettings  # what draws pictures, too: only where it is wanted
    from viewer.network.dicomweb.origin.web_listener import WebPlace

    place = WebPlace(arguments.web_port, arguments.interface, tls_of(arguments))
    return WebSettings(place, gate_of(arguments, "web_"), arguments.web_anonymous)


def _repository(arguments: argparse.Namespace) -> RemoteNode | None:
    if not arguments.audit_to:
        return None
    files = TlsFiles(arguments.tls_ca, arguments.tls_certificate, arguments.tls_key)
    return repository_of(arguments.audit_to, files)


def _places(folder: Path | None) -> NodePlaces:
    own = folders()
    if folder is None:
        return NodePlaces(own.data / "received", own.data, own.config, own.data)
    return NodePlaces(folder, folder / "library", own.config, folder / "library")


def _caller(text: str) -> KnownCaller:
    title, _, address = text.partition("@")
    return KnownCaller(checked_ae_title(title), address)


def _users(names: list[str], store: SecretStore) -> KnownUsers | None:
    """Passwords from the key store; those it does not have are asked for now."""
    if not names:
        return None
    passwords = {name: store.get(f"user {name}") or ask(f"Password for callers named {name}: ") for name in names}
    return KnownUsers(lambda name: passwords.get(name) or None)


class _Printer:
    """Lines on the standard output, printed by one thread: who reads them slowly holds no association up."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._as_json = arguments.json
        self._trace = trace_of(arguments.verbose)
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Print what is left, unless nobody reads it."""
        self._lines.put(None)
        self._thread.join(5)

    def _run(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                print(line, flush=True)
            except OSError:
                return

    def events(self) -> NodeEvents:
        return NodeEvents(
            received=self._received,
            job_changed=self._job,
            fetch_changed=lambda fetch, end: self._fetch(fetch),
            object_done=self._object,
            refused=self._refused,
            trace=self._trace,
        )

    def listening(self, entity: ApplicationEntity, port: int) -> None:
        title, interface = entity.ae_title, entity.interface
        self._print(
            {"event": "listening", "ae_title": title, "interface": interface, "port": port}, f"{title} listens on port {port}"
        )

    def serving(self, url: str, port: int) -> None:
        self._print({"event": "serving", "url": url, "port": port}, f"DICOMweb at {url}")

    def _received(self, instance: ReceivedInstance) -> None:
        note = " (other content under a known UID, kept apart)" if instance.copy else ""
        self._print({"event": "received", **plain_instance(instance)}, f"received {instance.path}{note}")

    def _job(self, job: Job) -> None:
        plain = {key: value for key, value in asdict(job).items() if key not in ("node", "said")}
        self._print({"event": "job", **plain}, f"job {job.id}: {job.state.value}, {job.done} of {job.total} {job.reason}".rstrip())

    def _fetch(self, fetch: Fetch) -> None:
        event = {"event": "fetch", "id": fetch.id, "state": fetch.state.value, "done": fetch.here, "total": fetch.total}
        self._print(event, f"fetch {fetch.id}: {fetch.state.value}, {fetch.here} of {fetch.total}")

    def _object(self, progress: ObjectProgress) -> None:
        self._print({"event": "object", **asdict(progress)}, f"job {progress.job}: {progress.path}: {progress.outcome}")

    def _refused(self, refusal: Refusal) -> None:
        self._print(
            {"event": "refused", **asdict(refusal)}, f"{refusal.calling_ae_title} at {refusal.address} not let in: {refusal.reason}"
        )

    def _print(self, event: dict[str, object], text: str) -> None:
        self._lines.put(json.dumps(event) if self._as_json else text)
