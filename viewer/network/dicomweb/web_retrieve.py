"""Retrieve over WADO-RS: whole studies in one request, streamed into the instance store; after a cut only what is missing.

The archive is not believed: only what was asked for is kept, and at the end what arrived is compared with what QIDO-RS said there
is. A request for each instance is many times slower than one for the study, so it is the last resort.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from viewer.model.frozen import frozen
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.network.dicomweb.media_types import DICOM, MULTIPART, OCTETS, MediaType, boundary_of, parse_media_type
from viewer.network.dicomweb.multipart import MultipartReader, Part
from viewer.network.dicomweb.part10_stream import Part10Stream, was_unasked
from viewer.network.dicomweb.qido import WebQuery, search
from viewer.network.dicomweb.resources import is_uid
from viewer.network.dicomweb.wado import WebTarget, metadata
from viewer.network.dicomweb.web_errors import WebError, not_dicom
from viewer.network.dicomweb.web_session import Answer, WebSession
from viewer.network.errors import CancelledError, NetworkError, ProtocolError, RefusedError
from viewer.network.identifier import Value, text_of
from viewer.network.instance_store import InstanceStore, ReceivedInstance
from viewer.network.query_scu import Level
from viewer.network.status import CANNOT_UNDERSTAND, OUT_OF_RESOURCES

_EVERY_SYNTAX = f'{MULTIPART}; type="{DICOM}"; transfer-syntax=*'
_ANY_SYNTAX = f'{MULTIPART}; type="{DICOM}"'


@frozen
class RefusedInstance:
    """An instance that arrived and was not kept, or that the archive did not give."""

    sop_instance_uid: str
    reason: Message


@frozen
class WebRetrieveResult:
    """`missing`: announced and not here, as UIDs; `held`: how many were here before; `reason`: why it is not complete.

    `is_certain`: the archive told before what there is, so that completeness was compared, not believed.
    """

    received: tuple[ReceivedInstance, ...] = ()
    refused: tuple[RefusedInstance, ...] = ()
    missing: tuple[str, ...] = ()
    held: int = 0
    reason: Message = NO_MESSAGE
    is_certain: bool = True
    requests: int = 0

    @property
    def is_complete(self) -> bool:
        return not self.refused and not self.missing and not self.reason


@frozen
class WebProgress:
    """`total` None where the archive does not say how many there are."""

    received: int
    total: int | None
    size: int


Progress = Callable[[WebProgress], None]
Held = Callable[[str], bool]


def retrieve(
    session: WebSession,
    target: WebTarget,
    store: InstanceStore,
    *,
    held: Held = lambda uid: False,
    progress: Progress = lambda progress: None,
) -> WebRetrieveResult:
    """Fetch `target` into `store`. `held` says of a SOP Instance UID that it need not come again.

    Raises NetworkError when nothing could be asked, CancelledError when stopped before the first instance.
    """
    job = _Job(session, target, store, progress)
    expected = list_instances(session, target)
    if expected is None:
        return job.run_blindly()
    return job.run(expected, held)


def list_instances(session: WebSession, target: WebTarget) -> dict[str, str] | None:
    """SOP Instance UID: Series Instance UID, of all there is; None where the archive does not say. Raises NetworkError."""
    if target.instance:
        return {target.instance: target.series}
    keys: dict[str, Value] = {"StudyInstanceUID": target.study, "SeriesInstanceUID": target.series}
    try:
        rows = list(search(session, WebQuery(Level.IMAGE, keys, page=1000)))
        if not rows or not all(text_of(row, "SeriesInstanceUID") or target.series for row in rows):
            rows = [dict(row) for row in metadata(session, target)]
    except WebError as error:
        if error.status not in (400, 404, 405, 406, 501):
            raise
        session.caller.trace(f"the archive does not list its instances: {error.reason}")
        return None
    found = {text_of(row, "SOPInstanceUID"): text_of(row, "SeriesInstanceUID") or target.series for row in rows}
    found.pop("", None)
    if not all(is_uid(uid) and is_uid(series) for uid, series in found.items()):
        session.caller.trace("the archive lists instances by names that are no UIDs")
        return None
    return found or None


@dataclass
class _Received:
    """What has arrived, in the order it did. Used under the job's lock."""

    instances: dict[str, ReceivedInstance] = field(default_factory=dict)
    refused: dict[str, Message] = field(default_factory=dict)
    size: int = 0
    unasked: int = 0
    requests: int = 0


class _Job:
    def __init__(self, session: WebSession, target: WebTarget, store: InstanceStore, progress: Progress) -> None:
        self._session, self._target, self._store, self._progress = session, target, store, progress
        self._lock = threading.Lock()
        self._got = _Received()
        self._wanted: frozenset[str] | None = None
        self._accept = _EVERY_SYNTAX
        self._total: int | None = None

    # -- the course of it

    def run_blindly(self) -> WebRetrieveResult:
        """Without knowing what there is: the end of the answer is believed."""
        reason = NO_MESSAGE
        try:
            self._request(self._target)
        except NetworkError as error:
            if not self._got.instances:
                raise
            reason = error.reason
        return self._result((), 0, reason, is_certain=False)

    def run(self, expected: dict[str, str], held: Held) -> WebRetrieveResult:
        """Round after round until all is here, or a round brought nothing new."""
        here = frozenset(uid for uid in expected if held(uid))
        self._wanted = frozenset(expected) - here
        self._total = len(self._wanted)
        failures = 0
        reason = NO_MESSAGE
        caller = self._session.caller
        while missing := self._missing(expected):
            before = len(self._got.instances)
            error = self._round(requests_for(missing, expected, self._target))
            reason = error.reason if error is not None else NO_MESSAGE
            if isinstance(error, CancelledError):
                break
            failures = 0 if len(self._got.instances) > before else failures + 1
            if failures and (error is None or not error.may_pass or failures >= caller.policy.attempts):
                break
            if failures and not caller.wait(caller.policy.pause(failures)):
                break
        if reason and not self._got.instances and not here and isinstance(error, NetworkError):
            raise error
        return self._result(tuple(self._missing(expected)), len(here), reason, is_certain=True)

    def _missing(self, expected: Iterable[str]) -> list[str]:
        """In the order of the archive's list."""
        with self._lock:
            still_open = (self._wanted or frozenset()) - self._got.instances.keys() - self._got.refused.keys()
        return [uid for uid in expected if uid in still_open]

    def _result(self, missing: tuple[str, ...], held: int, reason: Message, *, is_certain: bool) -> WebRetrieveResult:
        if missing and not reason:
            reason = message("{count} instances did not arrive.", count=len(missing))
        got = self._got
        return WebRetrieveResult(
            tuple(got.instances.values()),
            tuple(RefusedInstance(uid, why) for uid, why in got.refused.items() if uid not in got.instances),
            missing,
            held,
            reason if missing or not is_certain else NO_MESSAGE,
            is_certain,
            got.requests,
        )

    def _round(self, targets: Sequence[WebTarget]) -> NetworkError | None:
        """Ask for all of `targets`, some at once. Returns the first error that was not about one instance alone."""
        if len(targets) == 1:
            return self._ask(targets[0])
        count = min(self._session.archive.connections, len(targets))
        over = threading.Event()

        def ask(one: WebTarget) -> NetworkError | None:
            if over.is_set():
                return None
            error = self._ask(one)
            if error is not None:
                over.set()
            return error

        with ThreadPoolExecutor(count, thread_name_prefix="wado") as pool:
            errors = [error for error in pool.map(ask, targets) if error is not None]
        return errors[0] if errors else None

    def _ask(self, target: WebTarget) -> NetworkError | None:
        try:
            self._request(target)
        except WebError as error:
            if target.instance and error.status in (400, 403, 404, 406, 410, 500):
                self._refuse(target.instance, error.reason)  # this one alone; the others may come
                return None
            return error
        except NetworkError as error:
            return error
        return None

    def _refuse(self, uid: str, reason: Message) -> None:
        with self._lock:
            self._got.refused[uid] = reason

    # -- one request

    def _request(self, target: WebTarget) -> None:
        with self._lock:
            self._got.requests += 1
        accept = self._accept
        try:
            answer = self._session.get(target.path, accept)
        except WebError as error:
            if error.status not in (400, 406, 415) or accept != _EVERY_SYNTAX:
                raise
            answer = self._session.get(target.path, _ANY_SYNTAX)
            self._accept = _ANY_SYNTAX  # an archive of before 2018 does not know the star
        with answer:
            self._take_answer(answer, target)

    def _take_answer(self, answer: Answer, target: WebTarget) -> None:
        kind = answer.media_type
        if kind.name == DICOM:
            self._take(answer.pieces(), target)
            return
        if kind.name != MULTIPART:
            raise not_dicom(kind.name)
        for part in MultipartReader(answer.pieces(), boundary_of(kind), self._session.caller.limits).parts():
            name = _type_of(part).name
            if name not in (DICOM, OCTETS):
                raise not_dicom(name)
            self._take(_exactly(part), target)

    def _take(self, pieces: Iterator[bytes] | Iterator[memoryview], target: WebTarget) -> None:
        """Keep one instance. Raises what ends the whole answer: the network, the disk, an archive that sends anything."""
        stream = Part10Stream(self._store, lambda instance: self._is_wanted(instance, target))
        try:
            instance = stream.take(pieces)
        except RefusedError as error:
            self._not_kept(stream, error)
            for _ in pieces:
                pass
            return
        with self._lock:
            self._got.instances[instance.sop_instance_uid] = instance
            self._got.refused.pop(instance.sop_instance_uid, None)
            self._got.size += stream.size
            state = WebProgress(len(self._got.instances), self._total, self._got.size)
        self._progress(state)

    def _is_wanted(self, instance: ReceivedInstance, target: WebTarget) -> bool:
        found = (instance.study_instance_uid, instance.series_instance_uid, instance.sop_instance_uid)
        asked = (target.study, target.series, target.instance)
        if any(uid and other not in ("", uid) for uid, other in zip(asked, found, strict=True)):
            return False  # what says nothing of its study contradicts nothing: there are such objects
        with self._lock:
            if instance.sop_instance_uid in self._got.instances:
                return False
        return self._wanted is None or instance.sop_instance_uid in self._wanted

    def _not_kept(self, stream: Part10Stream, error: RefusedError) -> None:
        if error.status == OUT_OF_RESOURCES:
            raise error
        uid = stream.sop_instance_uid
        with self._lock:
            is_known = uid in self._got.instances
            if was_unasked(error) and not is_known:
                self._got.unasked += 1
            elif not is_known and uid and (self._wanted is None or uid in self._wanted):
                self._got.refused[uid] = error.reason
            elif not is_known:
                self._got.unasked += 1
            is_too_much = self._got.unasked > self._session.caller.limits.unasked
        self._session.caller.trace(f"an instance was not kept: {error.reason}")
        if is_too_much:
            raise ProtocolError(message("The archive sends what nobody asked for."))


def requests_for(missing: Sequence[str], expected: dict[str, str], target: WebTarget) -> list[WebTarget]:
    """The fewest requests that bring what is missing and nothing else: the whole, whole series, else single instances."""
    if len(missing) == len(expected):
        return [target]
    wanted = set(missing)
    series: dict[str, list[str]] = {}
    for uid, one in expected.items():
        series.setdefault(one, []).append(uid)
    targets: list[WebTarget] = []
    for one, uids in series.items():
        open_here = [uid for uid in uids if uid in wanted]
        if len(open_here) == len(uids):
            targets.append(WebTarget(target.study, one))
        else:
            targets.extend(WebTarget(target.study, one, uid) for uid in open_here)
    return targets


def _type_of(part: Part) -> MediaType:
    return parse_media_type(part.content_type or DICOM)


def _exactly(part: Part) -> Iterator[memoryview]:
    """The data of a part; RefusedError at its end when it is not as long as its head said."""
    yield from part.pieces()
    if not part.is_as_announced:
        raise RefusedError(message("A part of the answer is not as long as it says."), status=CANNOT_UNDERSTAND)
