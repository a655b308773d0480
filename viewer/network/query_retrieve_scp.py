"""Query/Retrieve as provider (PS3.4 C): C-FIND, C-GET and C-MOVE over whatever the composition root hands in as source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace
from typing import Protocol

from viewer.dicom.decode import decode
from viewer.model.errors import NegatoscopeError
from viewer.model.frozen import frozen
from viewer.model.nodes import RemoteNode
from viewer.network.association import Association
from viewer.network.association_pdu import ProposedContext
from viewer.network.command_set import HAS_DATA_SET, NO_DATA_SET, CommandField, CommandSet
from viewer.network.dimse_message import Context, DataConsumer, DimseMessage
from viewer.network.errors import NetworkError
from viewer.network.identifier import SYNTAXES, UNICODE, Identifier, Value, decode_identifier, encode_identifier, fits, text_of
from viewer.network.query_scu import FIND, GET, MOVE, UNIQUE_KEYS, Level, Root
from viewer.network.reencode import Decode
from viewer.network.requestor import Caller, Proposal, open_association
from viewer.network.status import (
    CANCELLED,
    CANNOT_SEND,
    CANNOT_UNDERSTAND,
    DESTINATION_UNKNOWN,
    DOES_NOT_MATCH,
    OUT_OF_RESOURCES,
    PENDING,
    SOME_FAILED,
    SUCCESS,
    UNRECOGNIZED_OPERATION,
)
from viewer.network.storage_item import StorageItem, plan
from viewer.network.storage_scp import choose_syntax, is_storage_class
from viewer.network.storage_scu import Originator, Outcome, SendResult, send_item

MOST_ANSWERS = 10_000
MOST_INSTANCES = 100_000
_LOOKS = 64  # entities that do not match between two looks for a C-CANCEL
_ROOT_OF = {uid: root for table in (FIND, GET, MOVE) for root, uid in table.items()}
_CLASSES = {uid: operation for operation, table in (("find", FIND), ("get", GET), ("move", MOVE)) for uid in table.values()}


def _never() -> bool:
    return False


@frozen
class QueryRequest:
    """What a peer asks for. `keys` holds keys with values and, empty, those it wants back.

    `is_stopped` says, quickly, that the peer wants no more answers; for the thread that answers alone.
    """

    root: Root
    level: Level
    keys: Identifier
    calling_ae_title: str = ""
    is_stopped: Callable[[], bool] = field(default=_never, compare=False)


class QuerySource(Protocol):
    """Who knows what is here: the library. Called from threads of associations; may raise NegatoscopeError."""

    def find(self, request: QueryRequest) -> Iterator[Identifier]:
        """Entities of the level with the attributes of the keys, as far as they are known, unique keys included.

        May yield more than matches: the service compares each with the keys. An attribute that is absent is not compared.
        Ends early when the request is stopped, also while nothing matches.
        """

    def instances(self, request: QueryRequest) -> Sequence[StorageItem]:
        """The objects of the entities named by the unique keys of the level; none when nothing is named."""


@frozen
class Served:
    """What a peer asked for and got. `studies`: how many instances of each study went out; `destination`: of a C-MOVE."""

    operation: str
    request: QueryRequest
    address: str
    answers: int = 0
    studies: dict[str, int] = field(default_factory=dict)
    failed: int = 0
    destination: str = ""


FindNode = Callable[[str], "RemoteNode | None"]
Report = Callable[[Served], None]


class QueryRetrieveService:
    """`node` gives the address of a move destination, None for one that is not known; `ae_title` is ours.

    `report` is told of each request when it is over, from the thread of the association.
    """

    def __init__(
        self,
        source: QuerySource,
        node: FindNode,
        ae_title: str,
        caller: Caller,
        *,
        decode_frame: Decode = decode,
        report: Report = lambda served: None,
    ) -> None:
        self._source, self._node, self._ae_title, self._caller = source, node, ae_title, caller
        self._decode = decode_frame
        self._report = report

    def choose(self, context: ProposedContext, as_scp_of_peer: bool) -> str | None:
        if context.abstract_syntax in _CLASSES:
            return next((syntax for syntax in context.transfer_syntaxes if syntax in SYNTAXES), "")
        if as_scp_of_peer and is_storage_class(context.abstract_syntax, private=True):
            return choose_syntax(context.transfer_syntaxes, private=True)
        return None

    def extended(self, abstract_syntax: str, asked: bytes) -> bytes | None:
        """Relational queries and fuzzy matching of names are granted: both are what the source does anyway (PS3.4 C.5.1.1)."""
        if _CLASSES.get(abstract_syntax) == "find":
            return bytes(int(bool(flag) and place in (0, 2)) for place, flag in enumerate(asked[:5]))
        return asked[:1] if abstract_syntax in _CLASSES else None

    def consumer(self, association: Association, context: Context, command: CommandSet) -> DataConsumer | None:
        return None

    def serve(self, association: Association, request: DimseMessage) -> None:
        """Answer C-FIND, C-GET or C-MOVE."""
        operation = _CLASSES.get(request.context.abstract_syntax)
        talk = _Talk(association, request)
        expected = {"find": CommandField.C_FIND_RQ, "get": CommandField.C_GET_RQ, "move": CommandField.C_MOVE_RQ}
        if operation is None or request.command.command_field != expected[operation]:
            talk.answer(UNRECOGNIZED_OPERATION)
            return
        try:
            query = self._read(association, request)
        except (NegatoscopeError, ValueError):
            talk.answer(DOES_NOT_MATCH)
            return
        try:
            {"find": self._find, "get": self._get, "move": self._move}[operation](talk, query)
        except NetworkError:
            raise
        except NegatoscopeError as error:
            association.trace(f"the query failed: {type(error).__name__}")
            talk.answer(CANNOT_UNDERSTAND)
        finally:
            association.forget_cancel(talk.message_id)

    def _read(self, association: Association, request: DimseMessage) -> QueryRequest:
        context = request.context
        identifier = decode_identifier(request.data_set(), context.transfer_syntax)
        level = Level(text_of(identifier, "QueryRetrieveLevel"))
        root = _ROOT_OF[context.abstract_syntax]
        if root is Root.STUDY and level is Level.PATIENT:
            raise ValueError(level)
        query = QueryRequest(root, level, identifier, association.agreement.peer_title)
        granted = association.agreement.peer.extended.get(context.abstract_syntax, b"\0")[:1] != b"\0"
        if not granted and not _is_hierarchical(query):
            raise ValueError(level)
        return query

    # -- C-FIND

    def _find(self, talk: _Talk, query: QueryRequest) -> None:
        count = 0
        for looked_at, found in enumerate(self._source.find(replace(query, is_stopped=talk.is_cancelled))):
            is_answer = fits(query.keys, found, strictly=True)
            if (is_answer or not looked_at % _LOOKS) and talk.is_cancelled():
                break
            if not is_answer:
                continue
            if count >= MOST_ANSWERS:
                talk.answer(OUT_OF_RESOURCES)
                return
            talk.answer(PENDING, self._answer(query, found))
            count += 1
        if talk.is_cancelled():
            talk.answer(CANCELLED)
            return
        talk.answer(SUCCESS)
        talk.association.trace(f"C-FIND {query.level} from {query.calling_ae_title}: {count} answers")
        self._report(Served("find", query, talk.association.peer_address, count))

    def _answer(self, query: QueryRequest, found: Identifier) -> dict[str, Value]:
        """What was asked for; empty where it is not known (PS3.4 C.4.1.1.3.2)."""
        wanted = [*query.keys, *UNIQUE_KEYS[query.level][-1:]]
        answer = {keyword: found.get(keyword, "" if isinstance(query.keys.get(keyword, ""), str) else ()) for keyword in wanted}
        answer.pop("SpecificCharacterSet", None)
        answer["QueryRetrieveLevel"] = query.level.value
        answer["RetrieveAETitle"] = self._ae_title
        return answer

    # -- C-GET and C-MOVE

    def _get(self, talk: _Talk, query: QueryRequest) -> None:
        items = self._source.instances(query)
        if len(items) > MOST_INSTANCES:
            talk.answer(OUT_OF_RESOURCES)
            return
        tally = _Tally(len(items))
        for item in items:
            if talk.is_cancelled():
                talk.answer(CANCELLED, tally.failures(), tally)
                return
            tally.count(send_item(talk.association, item, decode_frame=self._decode))
            talk.answer(PENDING, None, tally)
        talk.answer(tally.final_status(), tally.failures(), tally.at_end())
        talk.association.trace(f"C-GET {query.level} from {query.calling_ae_title}: {tally.completed} of {len(items)} sent")
        self._report(Served("get", query, talk.association.peer_address, len(items), dict(tally.studies), tally.failed))

    def _move(self, talk: _Talk, query: QueryRequest) -> None:
        destination = self._node(talk.request.command.move_destination or "")
        if destination is None:
            talk.answer(DESTINATION_UNKNOWN)
            return
        items = self._source.instances(query)
        if len(items) > MOST_INSTANCES:
            talk.answer(OUT_OF_RESOURCES)
            return
        tally = _Tally(len(items))
        originator = Originator(query.calling_ae_title, talk.message_id)
        for batch, contexts in plan(tuple(items), destination.transfer_syntaxes):
            try:
                self._move_batch(talk, destination, Proposal(contexts), batch, originator, tally)
            except _CancelledByPeerError:
                talk.answer(CANCELLED, tally.failures(), tally)
                return
        talk.answer(tally.final_status(), tally.failures(), tally.at_end())
        talk.association.trace(f"C-MOVE {query.level} to {destination}: {tally.completed} of {len(items)} sent")
        self._report(
            Served(
                "move", query, talk.association.peer_address, len(items), dict(tally.studies), tally.failed, destination.ae_title
            )
        )

    def _move_batch(
        self,
        talk: _Talk,
        destination: RemoteNode,
        proposal: Proposal,
        batch: list[StorageItem],
        originator: Originator,
        tally: _Tally,
    ) -> None:
        open_items = list(reversed(batch))
        try:
            association = open_association(destination, proposal, self._caller)
        except NetworkError as error:
            association = None
            for item in batch:
                tally.count(SendResult(item, Outcome.FAILED, reason=error.reason))
        if association is None:
            return
        try:
            while open_items:
                if talk.is_cancelled():
                    raise _CancelledByPeerError
                item = open_items.pop()
                tally.count(self._sent(association, item, originator))
                if not association.is_open:
                    for rest in open_items:
                        tally.count(SendResult(rest, Outcome.FAILED))
                    return
                talk.answer(PENDING, None, tally)
            association.release()
        finally:
            association.abort()

    def _sent(self, association: Association, item: StorageItem, originator: Originator) -> SendResult:
        """Errors of the third party are a failed sub-operation, not the end of our talk with the peer who asked."""
        try:
            return send_item(association, item, decode_frame=self._decode, originator=originator)
        except NetworkError as error:
            association.abort()
            return SendResult(item, Outcome.FAILED, reason=error.reason)


class _CancelledByPeerError(Exception):
    pass


def _is_hierarchical(query: QueryRequest) -> bool:
    """Each level above names one entity (PS3.4 C.4.1.2.1)."""
    above = UNIQUE_KEYS[query.level][:-1]
    if query.root is Root.PATIENT and query.level is not Level.PATIENT:
        above = ("PatientID", *above)
    return all(text_of(query.keys, keyword) and not set(text_of(query.keys, keyword)) & set("*?\\") for keyword in above)


class _Tally:
    """Counts of sub-operations (PS3.7 9.1.3.1.6)."""

    def __init__(self, remaining: int) -> None:
        self.remaining, self.completed, self.failed, self.warning = remaining, 0, 0, 0
        self.studies: dict[str, int] = {}
        self._failed_uids: list[str] = []
        self._is_final = False

    def count(self, result: SendResult) -> None:
        self.remaining -= 1
        if result.outcome is Outcome.STORED:
            self.completed += 1
        elif result.outcome is Outcome.WARNING:
            self.warning += 1
        else:
            self.failed += 1
            self._failed_uids.append(result.item.sop_instance_uid)
            return
        uid = result.item.study_instance_uid
        self.studies[uid] = self.studies.get(uid, 0) + 1

    def final_status(self) -> int:
        if not self.failed:
            return SUCCESS
        return SOME_FAILED if self.completed or self.warning else CANNOT_SEND

    def failures(self) -> dict[str, Value] | None:
        return {"FailedSOPInstanceUIDList": "\\".join(self._failed_uids[:1000])} if self._failed_uids else None

    def at_end(self) -> _Tally:
        """The final response does not speak of what remains (PS3.7 9.1.3.1.6)."""
        self._is_final = True
        return self

    def remaining_or_none(self) -> int | None:
        return None if self._is_final else min(self.remaining, 0xFFFF)


class _Talk:
    """One request of a peer, and our answers to it."""

    def __init__(self, association: Association, request: DimseMessage) -> None:
        self.association, self.request = association, request
        self.message_id = request.command.message_id or 0

    def is_cancelled(self) -> bool:
        return self.association.is_cancelled(self.message_id)

    def answer(self, status: int, identifier: Identifier | None = None, tally: _Tally | None = None) -> None:
        command = self.request.command
        data = b""
        if identifier is not None:
            data = encode_identifier(identifier, self.request.context.transfer_syntax, UNICODE)
        self.association.send(
            self.request.context,
            CommandSet(
                command.command_field | 0x8000,
                affected_sop_class_uid=command.affected_sop_class_uid,
                message_id_being_responded_to=self.message_id,
                command_data_set_type=HAS_DATA_SET if data else NO_DATA_SET,
                status=status,
                number_of_remaining_suboperations=tally.remaining_or_none() if tally else None,
                number_of_completed_suboperations=min(tally.completed, 0xFFFF) if tally else None,
                number_of_failed_suboperations=min(tally.failed, 0xFFFF) if tally else None,
                number_of_warning_suboperations=min(tally.warning, 0xFFFF) if tally else None,
            ),
            data,
        )
