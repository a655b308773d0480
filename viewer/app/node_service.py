"""The node without a window: listener, send jobs, routing, audit trail, over the user's library. Qt-free."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING

from viewer.app.archive_list import FILE_NAME as ARCHIVES
from viewer.app.archive_list import ArchiveList
from viewer.app.audit_repository import FILE_NAME as AUDIT
from viewer.app.audit_repository import read_repository
from viewer.app.commitment_jobs import CommitmentJobs
from viewer.app.delivery import Delivery, Receiver
from viewer.app.fetch_jobs import FetchJobs
from viewer.app.fetch_run import FetchEnd, FetchNews, FetchRunner
from viewer.app.folder_lock import FolderLock
from viewer.app.library_source import LibrarySource, narrowing_of
from viewer.app.node_audit import NodeAudit
from viewer.app.node_list import NodeList
from viewer.app.node_messages import Committed
from viewer.app.node_settings import NodePlaces as NodePlaces
from viewer.app.node_settings import NodeSettings as NodeSettings
from viewer.app.presence import living
from viewer.app.queue_watch import QueueWatch
from viewer.app.queued_orders import COMMITMENTS, FETCHES, QUEUE, SENDS
from viewer.app.secret_store import SecretStore, identity_of
from viewer.app.send_jobs import ObjectProgress, SendJobs
from viewer.app.stray_indexer import StrayIndexer
from viewer.app.web_sessions import WebSessions
from viewer.app.web_tasks import WebTasks
from viewer.dicom.header import read_header
from viewer.library.commitment_store import CommitmentStore
from viewer.library.fetch_store import Fetch, FetchStore
from viewer.library.job_store import Job, JobStore
from viewer.library.job_wishes import JobWishes, Wish
from viewer.library.library import Library
from viewer.library.peer_rows import LibraryFailedError
from viewer.library.report_store import StoredReports
from viewer.model.errors import NegatoscopeError
from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.model.nodes import RemoteNode, RetrieveWay
from viewer.model.web_archives import WebArchive
from viewer.network.audit import AuditTrail
from viewer.network.commitment import CommitmentReports, CommitmentResult, Reference, request_commitment
from viewer.network.commitment_scp import CommitmentService
from viewer.network.errors import ConnectError, NoContextError
from viewer.network.identifier import Identifier
from viewer.network.instance_store import InstanceStore, ReceivedInstance
from viewer.network.listener import Listener, Refusal, Service
from viewer.network.query_retrieve_scp import QueryRetrieveService
from viewer.network.query_scu import Query, find
from viewer.network.requestor import Caller
from viewer.network.retrieve_scu import LOW, RetrieveResult, SubOperations, Target, get, move_here
from viewer.network.routing import RoutingRule, destinations, read_rules
from viewer.network.storage_scp import StorageService
from viewer.network.trace import Trace, no_trace
from viewer.network.user_identity import UserCheck
from viewer.network.verification import VerificationService

if TYPE_CHECKING:
    from viewer.app.web_server import WebServer, WebSettings

_PAUSE = 1.0  # seconds between two attempts to write the index on the disk again


@frozen
class NodeEvents:
    """Who is told, on threads of the node."""

    received: Callable[[ReceivedInstance], None] = lambda instance: None
    job_changed: Callable[[Job], None] = lambda job: None
    fetch_changed: Callable[[Fetch, FetchEnd | None], None] = lambda fetch, end: None
    fetching: Callable[[Fetch, FetchNews], None] = lambda fetch, news: None
    commitment: Callable[[Committed], None] = lambda commitment: None
    object_done: Callable[[ObjectProgress], None] = lambda progress: None
    refused: Callable[[Refusal], None] = lambda refusal: None
    trace: Trace = no_trace


class NodeService:
    """Everything of one node. `secrets` has passwords; `users` checks callers; `repository` gets the audit trail, too
    (that of the settings without one). Raises NegatoscopeError, OSError.

    Sending works from construction to `close`; listening between `listen` and `stop_listening`.
    """

    def __init__(
        self,
        places: NodePlaces,
        ae_title: str,
        *,
        events: NodeEvents | None = None,
        secrets: SecretStore | None = None,
        users: UserCheck | None = None,
        audit_key: bytes = b"",
        repository: RemoteNode | None = None,
    ) -> None:
        self._places, self._secrets, self._users = places, secrets or SecretStore(), users
        self._events = events or NodeEvents()
        self.ae_title = ae_title
        watched = {} if repository is not None else {places.config / AUDIT: self._take_repository}
        repository = repository or read_repository(places.config)
        with ExitStack() as opened:  # what was opened is closed again when something after it cannot be
            self._lock = opened.enter_context(closing(FolderLock(places.received)))
            self.library = opened.enter_context(closing(Library(places.library)))
            if not self.library.peer_rows.is_durable:
                raise LibraryFailedError(self.library.notice, path=str(places.library))
            self._source = LibrarySource(self.library)
            trail = AuditTrail(places.data, audit_key)
            self._audit = opened.enter_context(closing(NodeAudit(trail, ae_title, repository, self._events.trace)))
            self._store = opened.enter_context(closing(JobStore(places.data / QUEUE)))
            kept = opened.enter_context(closing(CommitmentStore(places.data / QUEUE)))
            self.commitments = CommitmentJobs(kept, self._store, self.commit_at, self._events.commitment)
            self._promised = opened.enter_context(closing(StoredReports(places.data / QUEUE)))
            self.files = InstanceStore(places.received, self)
            self.files.sweep()
            self.web_sessions = WebSessions(self._secrets, self._events.trace)
            delivery = Delivery(self.caller, self.web_sessions.open)
            self.jobs = SendJobs(self._store, delivery, changed=self._on_job, done=self._on_object, current=self.current)
            opened.callback(self.jobs.close)
            self._fetch_store = opened.enter_context(closing(FetchStore(places.data / QUEUE)))
            wishes = opened.enter_context(closing(JobWishes(places.data / QUEUE)))
            self._opened = opened.pop_all()
        self._reports = CommitmentReports(self.commitments.take)
        self._commitment: CommitmentService | None = None
        self._listener: Listener | None = None
        self._web: WebServer | None = None
        self._rules: tuple[RoutingRule, ...] = ()
        self._peers: tuple[RemoteNode, ...] = ()
        self._reopening, self._look_again = threading.Lock(), 0.0
        self._strays = StrayIndexer(places.received, lambda: self.library, self._store)
        runner = FetchRunner(self, WebTasks(self.web_sessions))
        alive = living(places.data)
        self._fetch_store.forget_ahead(alive)
        self.fetches = FetchJobs(
            self._fetch_store,
            runner,
            changed=self._events.fetch_changed,
            progressed=self._events.fetching,
            living=alive,
        )
        self.commitments.begin()
        self._watch = QueueWatch(wishes, self._grant, {**watched, places.rules: self._take_rules})

    # -- the listener

    @property
    def port(self) -> int:
        """Where it listens, 0 when it does not."""
        return self._listener.port if self._listener is not None else 0

    @property
    def associations(self) -> int:
        return self._listener.associations if self._listener is not None else 0

    def listen(self, settings: NodeSettings) -> int:
        """Begin to listen, anew when it did. Returns the port. Raises NegatoscopeError, OSError."""
        self.stop_listening()
        self.ae_title, self._peers = settings.entity.ae_title, settings.peers
        self._rules = read_rules(self._places.rules)
        caller = Caller(self.ae_title, trace=self._events.trace)
        services: list[Service] = [VerificationService()]
        self.files.durable = settings.durable
        if settings.storage:
            services.append(StorageService(self.files, private=settings.private))
        if settings.query:
            services.append(QueryRetrieveService(self._source, self.peer, self.ae_title, caller, report=self._audit.served))
        holdings = self._source if settings.commitment else None
        self._commitment = CommitmentService(holdings, self.peer, caller, reports=self._reports, store=self._promised)
        services.append(self._commitment)
        self._listener = Listener(
            settings.entity,
            services,
            trace=self._events.trace,
            users=self._users,
            refused=self._on_refused,
            admitted=self._audit.admitted,
        )
        self._audit.listening(f"listening on port {self._listener.port}")
        self._strays.begin()
        self.fetches.hasten()
        return self._listener.port

    def serve_web(self, settings: WebSettings, *, storing: bool = False) -> int:
        """Give the library to others over DICOMweb, until `close`; `storing` lets them add to it. Returns the port.

        Raises NegatoscopeError.
        """
        from viewer.app.web_server import WebServer  # what draws pictures, too: only where it is wanted

        self._web = WebServer(
            self.library,
            settings,
            store=self.files if storing else None,
            report=self._audit.served,
            trace=self._events.trace,
        )
        self._audit.listening(f"DICOMweb listening on port {self._web.port}")
        return self._web.port

    def read_rules(self) -> None:
        """The user changed the routing rules. Raises RoutingRuleError."""
        self._rules = read_rules(self._places.rules)

    def _take_rules(self) -> None:
        """Somebody else wrote their file. Rules that cannot be read leave those before."""
        try:
            if self._listener is not None:
                self.read_rules()
        except NegatoscopeError as error:
            self._events.trace(f"the routing rules cannot be used: {error.reason}")

    def _take_repository(self) -> None:
        """The same of the audit trail's settings."""
        try:
            self._audit.send_to(read_repository(self._places.config))
        except NegatoscopeError as error:
            self._events.trace(f"the settings of the audit trail cannot be used: {error.reason}")

    def stop_listening(self) -> None:
        """Stop, and break off what is open."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
            self._audit.listening("not listening")
        if self._commitment is not None:
            self._commitment.close()
            self._commitment = None

    def close(self) -> None:
        """End all of it; what was not sent goes out at the next start."""
        self._strays.stop()
        self._watch.close()
        self.fetches.close()
        self.commitments.close()
        self.stop_listening()
        if self._web is not None:
            self._web.close()
        self._strays.close()
        self._opened.close()

    # -- jobs

    def change_job(self, job: int, action: str) -> None:
        """Of a send. Raises KeyError for an action that is none."""
        self.jobs.act(job, action)
        if action == "forget":
            self.commitments.forget_job(job)

    def _grant(self, wish: Wish) -> None:
        """Of a program beside us."""
        if wish.kind == SENDS:
            self.change_job(int(wish.key), wish.action)
        elif wish.kind == FETCHES:
            self.fetches.act(wish.key, wish.action)
        elif wish.kind == COMMITMENTS:
            self.commitments.go_on(wish.key)

    def current(self, receiver: Receiver) -> Receiver:
        """As the lists have it now, by its name; as it is when they do not have it any more."""
        found = self._receiver(receiver.name) if receiver.name else None
        return found if found is not None and isinstance(found, type(receiver)) else receiver

    # -- peers

    def caller(self, node: RemoteNode) -> Caller:
        """We, as `node` wants to see us. Raises MissingSecretError."""
        return Caller(self.ae_title, trace=self._events.trace, identity=identity_of(node, self._secrets.get))

    def peer(self, ae_title: str) -> RemoteNode | None:
        """The node of an AE title: where moves and reports go."""
        known = next((node for node in self._peers if node.ae_title == ae_title), None)
        if known is not None:
            return known
        nodes = self._nodes()
        return nodes.with_title(ae_title) if nodes is not None else None

    def _nodes(self) -> NodeList | None:
        try:
            return NodeList(self._places.node_list)
        except NegatoscopeError as error:
            self._events.trace(f"the list of nodes cannot be used: {error.reason}")
            return None

    def commit_at(
        self,
        node: RemoteNode,
        references: Sequence[Reference],
        seconds: float,
        transaction_uid: str = "",
        stop: Callable[[], bool] | None = None,
    ) -> CommitmentResult:
        """Have `node` answer for objects; its report may come to our listener. Raises NetworkError."""
        reports = self._reports if self._listener is not None else CommitmentReports(self.commitments.take)
        caller = replace(self.caller(node), stop=stop)
        return request_commitment(
            node,
            references,
            caller,
            seconds=seconds,
            reports=reports,
            stay=None if self._listener is not None else seconds,
            transaction_uid=transaction_uid,
        )

    # -- asking others

    def ask(self, node: RemoteNode, query: Query, stop: Callable[[], bool]) -> Iterator[Identifier]:
        """C-FIND; answers as they arrive. Raises NetworkError."""
        return find(node, query, replace(self.caller(node), stop=stop))

    def retrieve(
        self,
        node: RemoteNode,
        target: Target,
        stop: Callable[[], bool],
        progress: Callable[[SubOperations, int], None],
        *,
        is_urgent: bool = True,
    ) -> RetrieveResult:
        """Fetch what the library does not have yet, by C-GET, or by C-MOVE to ourselves where the node wants that or knows no
        C-GET; then we must listen. Raises NetworkError.
        """
        caller = replace(self.caller(node), stop=stop)
        target = target if is_urgent else replace(target, priority=LOW)
        if node.retrieve is RetrieveWay.GET:
            have = frozenset(row["SOPInstanceUID"] for row in self.library.peer_rows.instances(narrowing_of(target.keys)))
            try:
                return get(node, target, self.files, caller, have=have, progress=progress)
            except NoContextError:
                if self._listener is None:
                    raise
        if self._listener is None:
            raise ConnectError(
                message("{node} can only send to us, and we do not listen.", node=str(node)),
                advice=message("Switch the listener on, and have the node's administrator enter our AE title, address and port."),
            )
        return move_here(node, target, self.ae_title, caller, self._here, progress)

    def _here(self, sop_instance_uids: Sequence[str]) -> Collection[str]:
        return self.library.peer_rows.files(sop_instance_uids).keys()

    # -- what arrives

    def commit(self, instance: ReceivedInstance) -> None:
        """Of ``InstanceSink``: before the peer gets its success, the object is routed and in the index.

        Routed first: a kill in between leaves an object that the peer sends again, not one that was never forwarded.
        """
        self._stay_on_disk()
        is_stray = instance.is_known and self._store.is_unrouted(instance.path)
        if self._rules and (is_stray or not self.library.peer_rows.sop_class(instance.sop_instance_uid)):
            self._forward(instance)
        if is_stray:
            self._store.mark_routed(instance.path)
        self._source.commit(instance)
        if not self.library.peer_rows.is_durable:  # the disk is full: nothing is acknowledged that is known in memory alone
            raise LibraryFailedError(self.library.notice)
        self._audit.received(instance)
        self._events.received(instance)

    def _stay_on_disk(self) -> None:
        """Open the index on the disk again after the library went on in memory. Raises LibraryFailedError while that fails."""
        if self.library.peer_rows.is_durable:
            return
        with self._reopening:
            if not self.library.peer_rows.is_durable and time.monotonic() > self._look_again:
                self._look_again = time.monotonic() + _PAUSE
                library = Library(self._places.library)
                self._opened.callback(library.close)  # like the other, which some peer may still be reading
                if library.peer_rows.is_durable:
                    self.library = library
                    self._source.use(library)
        if not self.library.peer_rows.is_durable:
            raise LibraryFailedError(self.library.notice)

    def _forward(self, instance: ReceivedInstance) -> None:
        for name, rule in destinations(self._rules, instance):
            receiver = self._receiver(name)
            if receiver is None:
                self._events.trace(f"rule {rule}: there is no node named {name}")
            elif isinstance(receiver, WebArchive) or receiver.ae_title != instance.calling_ae_title:
                self.jobs.forward(receiver, instance.path, f"rule {rule}")  # never back to where it came from

    def _receiver(self, name: str) -> Receiver | None:
        """The node or archive of a name."""
        nodes = self._nodes()
        node = nodes.named(name) if nodes is not None else None
        if node is not None:
            return node
        try:
            return ArchiveList(self._places.config / ARCHIVES).named(name)
        except NegatoscopeError as error:
            self._events.trace(f"the list of archives cannot be used: {error.reason}")
            return None

    def _on_refused(self, refusal: Refusal) -> None:
        self._audit.refused(refusal)
        self._events.refused(refusal)

    def _on_job(self, job: Job) -> None:
        self._events.job_changed(job)
        self.commitments.job_changed(job)

    def _on_object(self, receiver: Receiver, progress: ObjectProgress) -> None:
        try:
            study = read_header(progress.path).code(0x0020000D)
        except NegatoscopeError:
            study = ""
        self._audit.sent(receiver, study, progress)
        self._events.object_done(progress)
