"""The resources of the origin server: which part of the program answers which path (PS3.18 table 10.1-1)."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import field

from viewer.dicom.decode import decode
from viewer.model.errors import NegatoscopeError
from viewer.model.frozen import frozen
from viewer.network.dicomweb.media_types import DICOM
from viewer.network.dicomweb.origin import retrieve_service as retrieve
from viewer.network.dicomweb.origin.http_message import RefusalError, WebReply, WebRequest
from viewer.network.dicomweb.origin.search_service import SearchSource, search
from viewer.network.dicomweb.origin.store_service import StoreService
from viewer.network.dicomweb.origin.web_listener import DEFAULT_SERVER_LIMITS, ServerLimits
from viewer.network.dicomweb.resources import is_uid
from viewer.network.errors import AbortedError, ProtocolError
from viewer.network.query_retrieve_scp import MOST_INSTANCES, QueryRequest, Report, Served
from viewer.network.query_scu import UNIQUE_KEYS, Level, Root
from viewer.network.reencode import Decode
from viewer.network.storage_item import StorageItem
from viewer.network.trace import Trace, no_trace

_QUIET = 60.0  # seconds
_MOST_TOLD = 10_000
_LEVELS = {"studies": Level.STUDY, "series": Level.SERIES, "instances": Level.IMAGE}


@frozen
class WebServices:
    """What the server offers. Without `store` nothing can be stored; without `pictures` nothing is rendered."""

    source: SearchSource
    pictures: retrieve.Pictures | None = None
    store: StoreService | None = None
    decode_frame: Decode = decode
    report: Report = lambda served: None
    trace: Trace = no_trace
    limits: ServerLimits = DEFAULT_SERVER_LIMITS


@frozen
class _Resource:
    """A path: the entities it names, the level it ends at, and what follows. `is_list`: it ends with a collection."""

    named: dict[str, str] = field(default_factory=dict)
    level: Level | None = None
    is_list: bool = False
    rest: tuple[str, ...] = ()


class WebService:
    """Thread-safe: called from the threads of connections."""

    def __init__(self, services: WebServices) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._told: dict[tuple[str, str, str], float] = {}

    def __call__(self, request: WebRequest) -> WebReply:
        """Raises RefusalError."""
        try:
            return self._routed(request)
        except ProtocolError as error:
            raise RefusalError(400, str(error.reason)) from error
        except NegatoscopeError as error:
            self._services.trace(f"a request failed: {type(error).__name__}")
            raise RefusalError(500, str(error.reason)) from error

    def _routed(self, request: WebRequest) -> WebReply:
        if request.method == "POST":
            return self._stored(request)
        if request.method != "GET":
            raise RefusalError(405, "This is not offered.", {"Allow": "GET, HEAD, POST" if self._services.store else "GET, HEAD"})
        if request.path in (("wado",), ()) and request.value("requestType") == "WADO":
            return self._wado_uri(request)
        resource = _resource(request.path)
        if resource.is_list and resource.level is not None:
            return self._searched(request, resource, resource.level)
        return self._retrieved(request, resource)

    # -- search

    def _searched(self, request: WebRequest, resource: _Resource, level: Level) -> WebReply:
        query = QueryRequest(Root.STUDY, level, resource.named, request.user or "DICOMweb")
        try:
            reply = search(self._services.source, request, level, resource.named, self._services.limits)
        except AbortedError:
            self._services.trace(f"QIDO {level} from {request.address}: nobody waits for the answer")
            self._services.report(Served("find", query, request.address))
            raise
        self._services.trace(f"QIDO {level} from {request.address}: HTTP {reply.status}")
        self._services.report(Served("find", query, request.address))
        return reply

    # -- retrieve

    def _retrieved(self, request: WebRequest, resource: _Resource) -> WebReply:
        if resource.level is None:
            raise RefusalError(404, "There is no such resource.")
        items = self._items(request, resource)
        if not resource.rest:
            return retrieve.instances(items, request, self._services.decode_frame, self._finished(request, resource))
        if resource.rest == ("metadata",):
            reply = retrieve.metadata(items, request)
        elif resource.level is Level.IMAGE:
            reply = self._of_instance(request, items[0], resource.rest)
        else:
            raise RefusalError(404, "This is given for instances only.")
        self._looked_at(request, resource, items[0])
        return reply

    def _of_instance(self, request: WebRequest, item: StorageItem, rest: tuple[str, ...]) -> WebReply:
        services = self._services
        match rest:
            case ("frames", numbers):
                return retrieve.frames(item, numbers, request, services.decode_frame)
            case ("rendered",) if services.pictures is not None:
                return retrieve.rendered(item, 1, request, services.pictures)
            case ("frames", number, "rendered") if services.pictures is not None and number.isdigit() and len(number) < 9:
                return retrieve.rendered(item, int(number), request, services.pictures)
            case ("bulkdata",):
                return retrieve.bulk_data(item, request)
        raise RefusalError(404, "There is no such resource.")

    def _items(self, request: WebRequest, resource: _Resource) -> Sequence[StorageItem]:
        """The objects of a path, all below what it names. Raises RefusalError."""
        query = QueryRequest(Root.STUDY, resource.level or Level.STUDY, resource.named, request.user)
        items = self._services.source.instances(query)
        if not len(items):
            raise RefusalError(404, "This is not here.")
        if len(items) > MOST_INSTANCES:
            raise RefusalError(413, "These are too many objects at a time.")
        return items

    def _finished(self, request: WebRequest, resource: _Resource) -> retrieve.Finished:
        level = resource.level or Level.STUDY

        def finished(sent: list[StorageItem]) -> None:
            studies = Counter(item.study_instance_uid for item in sent)
            query = QueryRequest(Root.STUDY, level, resource.named, request.user or "DICOMweb")
            self._services.trace(f"WADO {level} to {request.address}: {len(sent)} sent")
            self._services.report(Served("get", query, request.address, len(sent), dict(studies)))

        return finished

    def _looked_at(self, request: WebRequest, resource: _Resource, item: StorageItem) -> None:
        """Somebody reads parts of a study, frame by frame perhaps: told once a minute."""
        key, now = (request.address, request.user, item.study_instance_uid), time.monotonic()
        with self._lock:
            is_news = now - self._told.get(key, -_QUIET) >= _QUIET
            if len(self._told) > _MOST_TOLD:
                self._told.clear()
            if is_news:
                self._told[key] = now
        if is_news:
            self._finished(request, resource)([item])

    def _wado_uri(self, request: WebRequest) -> WebReply:
        """PS3.18 9: one object, as a file or as a picture."""
        names = {"StudyInstanceUID": "studyUID", "SeriesInstanceUID": "seriesUID", "SOPInstanceUID": "objectUID"}
        named = {keyword: request.value(name) for keyword, name in names.items()}
        if not all(map(is_uid, named.values())):
            raise RefusalError(400, "studyUID, seriesUID and objectUID are needed.")
        resource = _Resource(named, Level.IMAGE)
        (item, *_) = self._items(request, resource)
        kind = request.value("contentType") or retrieve.PICTURES[0]
        if kind == DICOM:
            syntax = request.value("transferSyntax") or "*"
            asked = (("accept", f"{DICOM}; transfer-syntax={syntax}"),)
            as_file = WebRequest("GET", request.path, asked, {}, request.body, request.address, request.user, request.root)
            return retrieve.instances([item], as_file, self._services.decode_frame, self._finished(request, resource))
        if kind not in retrieve.PICTURES or self._services.pictures is None:
            raise RefusalError(406, "This is given as application/dicom, image/jpeg or image/png.")
        number = request.value("frameNumber") or "1"
        if not (number.isascii() and number.isdigit() and len(number) < 9):
            raise RefusalError(400, "frameNumber is no number.")
        self._looked_at(request, resource, item)
        return retrieve.picture_reply(item, retrieve.PictureWish(int(number), kind), self._services.pictures)

    # -- store

    def _stored(self, request: WebRequest) -> WebReply:
        if self._services.store is None:
            raise RefusalError(405, "Nothing can be stored here.", {"Allow": "GET, HEAD"})
        resource = _resource(request.path)
        is_whole = request.path == ("studies",) or (resource.level is Level.STUDY and not resource.is_list and not resource.rest)
        if not is_whole:
            raise RefusalError(404, "Objects are stored at /studies.")
        return self._services.store.serve(request, resource.named.get("StudyInstanceUID", ""))


def _resource(path: tuple[str, ...]) -> _Resource:
    """Read a path. Raises RefusalError for what is no UID."""
    named: dict[str, str] = {}
    level: Level | None = None
    at = 0
    while at < len(path) and path[at] in _LEVELS and (level is None or _LEVELS[path[at]] is not level):
        level = _LEVELS[path[at]]
        if at + 1 == len(path):
            return _Resource(named, level, is_list=True)
        if not is_uid(path[at + 1]):
            raise RefusalError(400, "The path holds something that is no UID.")
        named[UNIQUE_KEYS[level][-1]] = path[at + 1]
        at += 2
    is_sound = level is None or set(named) == set(UNIQUE_KEYS[level])
    if not is_sound or not path:
        raise RefusalError(404, "There is no such resource.")
    return _Resource(named, level, rest=path[at:])
