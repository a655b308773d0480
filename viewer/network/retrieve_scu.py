"""Retrieve as user (PS3.4 C.4.2, C.4.3): C-GET and C-MOVE with progress and cancel; what is missing is asked for again.

A peer's counts are not believed: what arrived is compared with what an IMAGE level query said there is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace

from viewer.dicom.transfer_syntaxes import EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN
from viewer.model.frozen import frozen
from viewer.model.messages import message
from viewer.model.nodes import RemoteNode
from viewer.network.association import Association
from viewer.network.association_pdu import MAXIMUM_CONTEXTS, Role
from viewer.network.command_set import HAS_DATA_SET, CommandField, CommandSet
from viewer.network.dimse_message import Context, DataConsumer, DimseMessage, cancel_request
from viewer.network.errors import CancelledError, NetworkError, ProtocolError
from viewer.network.identifier import SYNTAXES, Identifier, Value, encode_identifier, text_of
from viewer.network.instance_store import InstanceStore, ReceivedInstance
from viewer.network.query_scu import FIND, GET, MOVE, UNIQUE_KEYS, Level, Query, Root, find_on, unique_keys
from viewer.network.requestor import Caller, Proposal, open_association
from viewer.network.status import CANCELLED, CANNOT_UNDERSTAND, SUCCESS, is_pending, is_warning
from viewer.network.storage_scp import answer_store, receive_instance

_LAST_WORD = 10.0  # seconds that a peer has to stop once it was asked to
BATCH = 500  # SOP Instance UIDs in one request
MEDIUM, HIGH, LOW = 0, 1, 2  # Priority (0000,0700), PS3.7 E.1
_ROOT = "1.2.840.10008.1.2."
# Original syntaxes that are asked for one by one, so that the peer need not convert; most frequent first.
_ORIGINALS = tuple(
    _ROOT + end
    for end in (
        "4.70", "4.90", "4.80", "5", "4.91", "4.50", "4.51", "4.81", "4.201", "4.202", "4.203", "4.57", "4.102", "4.103",
        "4.100", "4.101", "4.107", "4.108", "4.110", "4.112", "4.111", "8.1", "1.99", "2",
    )
)  # fmt: skip
_UNCOMPRESSED = (EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN)
_IMAGES = "1.2.840.10008.5.1.4.1.1."
# When the peer does not tell the SOP Classes: what nearly every archive holds.
COMMON_CLASSES = tuple(
    _IMAGES + end
    for end in (
        "1", "1.1", "1.1.1", "1.2", "1.2.1", "1.3", "1.3.1", "2", "2.1", "3.1", "4", "4.1", "4.2", "4.3", "6.1", "7", "7.1", "7.2",
        "7.3", "7.4", "9.1.1", "9.1.2", "9.1.3", "11.1", "11.2", "12.1", "12.1.1", "12.2", "12.2.1", "13.1.1", "13.1.2", "13.1.3",
        "20", "30", "66", "66.1", "66.3", "66.4", "66.5", "77.1.1", "77.1.1.1", "77.1.2", "77.1.4", "77.1.4.1", "77.1.5.1",
        "77.1.5.2", "77.1.5.4", "77.1.6", "88.11", "88.22", "88.33", "88.34", "88.40", "88.50", "88.59", "88.65", "88.67",
        "104.1", "104.2", "104.3", "128", "130", "481.1", "481.2", "481.3", "481.4", "481.5", "481.6", "481.7", "481.8", "481.9",
    )
)  # fmt: skip


@frozen
class SubOperations:
    """What the peer says of its sub-operations (PS3.7 9.1.3.1); None where it does not."""

    remaining: int | None = None
    completed: int | None = None
    failed: int | None = None
    warning: int | None = None


@frozen
class RetrieveResult:
    """`received`: what is stored now; `refused`: how many we refused; `missing`: announced and not here, as UIDs.

    `broke_off`: the association was gone before the peer had said its last word.
    """

    status: int
    operations: SubOperations
    received: tuple[ReceivedInstance, ...] = ()
    refused: int = 0
    missing: tuple[str, ...] = ()
    broke_off: bool = False

    @property
    def is_complete(self) -> bool:
        """Everything is here, or where it was to be moved, by the peer's word and by our own count."""
        good = self.status == SUCCESS or (is_warning(self.status) and not self.operations.failed)
        return good and not self.refused and not self.missing and not self.operations.failed


Progress = Callable[[SubOperations, int], None]  # the peer's counts, and how many instances are stored here


@frozen
class Target:
    """What to retrieve: the unique keys of one entity, or of several instances of one series (UIDs joined by backslashes).

    `priority`: what the peer is asked for, which few peers heed.
    """

    level: Level
    keys: Mapping[str, str]
    root: Root = Root.STUDY
    priority: int = MEDIUM

    def identifier(self) -> dict[str, Value]:
        wanted = UNIQUE_KEYS[self.level] + (("PatientID",) if self.root is Root.PATIENT else ())
        found: dict[str, Value] = {"QueryRetrieveLevel": self.level.value}
        for key in wanted:
            if self.keys.get(key):
                found[key] = self.keys[key]
        return found

    def covers(self, instance: ReceivedInstance) -> bool:
        """False for an instance that was not asked for."""
        found = {
            "StudyInstanceUID": instance.study_instance_uid,
            "SeriesInstanceUID": instance.series_instance_uid,
            "SOPInstanceUID": instance.sop_instance_uid,
        }
        return all(uid in self.keys[key].split("\\") for key, uid in found.items() if self.keys.get(key))


def list_instances(node: RemoteNode, target: Target, caller: Caller) -> tuple[Identifier, ...]:
    """Every instance the peer says `target` has, found level by level over one association. Raises NetworkError."""
    association = open_association(node, Proposal(((FIND[target.root], SYNTAXES),)), caller)
    try:
        rows: list[Identifier] = [dict(target.keys)]
        for level in _levels_below(target):
            rows = [
                {**unique_keys(level, row), **answer}
                for row in rows
                for answer in find_on(association, Query(level, dict(unique_keys(level, row)), target.root), node.character_set)
            ]
        association.release()
        return tuple(row for row in rows if text_of(row, "SOPInstanceUID"))
    finally:
        association.abort()


def _levels_below(target: Target) -> tuple[Level, ...]:
    order = (Level.PATIENT, Level.STUDY, Level.SERIES, Level.IMAGE)
    place = order.index(target.level)
    return order[place + 1 :] if target.level is not Level.IMAGE else (Level.IMAGE,)


# C-GET


def get(
    node: RemoteNode,
    target: Target,
    store: InstanceStore,
    caller: Caller,
    *,
    have: frozenset[str] = frozenset(),
    progress: Progress = lambda operations, stored: None,
) -> RetrieveResult:
    """Fetch `target` into `store` over associations of our own. `have`: SOP Instance UIDs that need not come again.

    Raises NetworkError when nothing could be asked; CancelledError when stopped before the first answer.
    """
    expected = _expected(node, target, caller)
    job = _GetJob(node, target.root, store, caller, progress)
    if expected is None:
        return job.run([target], COMMON_CLASSES)
    wanted = [row for row in expected if text_of(row, "SOPInstanceUID") not in have]
    if not wanted:
        return RetrieveResult(SUCCESS, SubOperations())
    whole = len(wanted) == len(expected)
    result = job.run([target] if whole else batches(wanted, target), _classes(wanted))
    missing = job.missing(wanted)
    if missing and result.status != CANCELLED:
        result = job.run(batches(missing, target), _classes(missing))
        missing = job.missing(wanted)
    uids = tuple(text_of(row, "SOPInstanceUID") for row in missing)
    if not uids and result.status != CANCELLED:
        result = replace(result, status=SUCCESS, operations=replace(result.operations, failed=0))
    return replace(result, missing=uids)


def _expected(node: RemoteNode, target: Target, caller: Caller) -> tuple[Identifier, ...] | None:
    """What there is to fetch; None when the peer cannot be asked."""
    try:
        return list_instances(node, target, caller) or None
    except CancelledError:
        raise
    except NetworkError as error:
        caller.trace(f"the peer does not list its instances: {error.reason}")
        return None


def _classes(rows: Iterable[Identifier]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(text_of(row, "SOPClassUID") for row in rows))
    return COMMON_CLASSES if not found or "" in found else found


def batches(rows: Sequence[Identifier], target: Target) -> list[Target]:
    """Requests for single instances, series by series, at most `BATCH` in each."""
    series: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        key = (text_of(row, "PatientID"), text_of(row, "StudyInstanceUID"), text_of(row, "SeriesInstanceUID"))
        series.setdefault(key, []).append(text_of(row, "SOPInstanceUID"))
    targets = []
    for (patient, study, one), uids in series.items():
        keys = {"PatientID": patient, "StudyInstanceUID": study, "SeriesInstanceUID": one}
        for start in range(0, len(uids), BATCH):
            joined = "\\".join(uids[start : start + BATCH])
            targets.append(replace(target, level=Level.IMAGE, keys={**keys, "SOPInstanceUID": joined}))
    return targets


def get_contexts(root: Root, classes: Sequence[str], offered: Sequence[str] = ()) -> Proposal:
    """The request itself, and for each class as many original transfer syntaxes as 128 contexts allow.

    `offered`: the compressed syntaxes that may be proposed; empty is all of them.
    """
    originals = tuple(uid for uid in _ORIGINALS if not offered or uid in offered)
    classes = classes[: MAXIMUM_CONTEXTS - 1]
    contexts: list[tuple[str, tuple[str, ...]]] = [(GET[root], SYNTAXES)]
    room = (MAXIMUM_CONTEXTS - 1) // len(classes)
    for uid in classes:
        if room == 1:
            contexts.append((uid, _UNCOMPRESSED + originals))
            continue
        contexts.append((uid, _UNCOMPRESSED))
        contexts.extend((uid, (syntax,)) for syntax in originals[: room - 1])
    return Proposal(contexts, roles=dict.fromkeys(classes, Role(scu=False, scp=True)))


class _GetJob:
    def __init__(self, node: RemoteNode, root: Root, store: InstanceStore, caller: Caller, progress: Progress) -> None:
        self._node, self._root, self._store, self._caller, self._progress = node, root, store, caller, progress
        self._received: dict[str, ReceivedInstance] = {}
        self._refused: set[str] = set()

    def missing(self, wanted: Iterable[Identifier]) -> list[Identifier]:
        return [row for row in wanted if text_of(row, "SOPInstanceUID") not in self._received]

    def run(self, targets: Sequence[Target], classes: Sequence[str]) -> RetrieveResult:
        """Ask for all `targets` over one association; stops at a cancel."""
        status, operations, broke_off = SUCCESS, SubOperations(), False
        association = open_association(self._node, get_contexts(self._root, classes, self._node.transfer_syntaxes), self._caller)
        try:
            for target in targets:
                one, operations = self._get(association, target)
                status = max(status, one)
                if one == CANCELLED:
                    break
            association.release()
        except CancelledError:
            raise
        except NetworkError as error:
            if not self._received:
                raise
            self._caller.trace(f"the retrieve broke off: {error.reason}")
            status, broke_off = CANNOT_UNDERSTAND, True
        finally:
            association.abort()
        refused = len(self._refused - set(self._received))
        return RetrieveResult(status, operations, tuple(self._received.values()), refused, broke_off=broke_off)

    def _get(self, association: Association, target: Target) -> tuple[int, SubOperations]:
        context = association.context(GET[self._root])
        command = CommandSet(
            CommandField.C_GET_RQ,
            affected_sop_class_uid=context.abstract_syntax,
            message_id=association.next_message_id(),
            priority=target.priority,
            command_data_set_type=HAS_DATA_SET,
        )
        association.send(context, command, encode_identifier(target.identifier(), context.transfer_syntax))
        association.trace(f"C-GET {target.level}")

        def choose(context: Context, command: CommandSet) -> DataConsumer | None:
            if command.command_field != CommandField.C_STORE_RQ:
                return None
            return receive_instance(association, self._store, context, command, target.covers)

        def store(request: DimseMessage) -> None:
            status = answer_store(association, request, self._keep)
            if status != SUCCESS:
                self._refused.add(request.command.affected_sop_instance_uid or "")

        def tell(operations: SubOperations) -> None:
            self._progress(operations, len(self._received))

        return _follow(association, context, command, tell, self._node.timeouts.response, choose, store)

    def _keep(self, instance: ReceivedInstance) -> None:
        self._received[instance.sop_instance_uid] = instance


# C-MOVE


def move(
    node: RemoteNode,
    target: Target,
    destination: str,
    caller: Caller,
    progress: Callable[[SubOperations], None] = lambda operations: None,
) -> RetrieveResult:
    """Have `node` send `target` to the AE title `destination`, which it must know. Raises NetworkError."""
    association = open_association(node, Proposal(((MOVE[target.root], SYNTAXES),)), caller)
    try:
        context = association.context(MOVE[target.root])
        command = CommandSet(
            CommandField.C_MOVE_RQ,
            affected_sop_class_uid=context.abstract_syntax,
            message_id=association.next_message_id(),
            priority=target.priority,
            move_destination=destination,
            command_data_set_type=HAS_DATA_SET,
        )
        association.send(context, command, encode_identifier(target.identifier(), context.transfer_syntax))
        association.trace(f"C-MOVE {target.level} to {destination}")
        status, operations = _follow(association, context, command, progress, node.timeouts.move)
        association.release()
        return RetrieveResult(status, operations)
    finally:
        association.abort()


def move_here(
    node: RemoteNode,
    target: Target,
    destination: str,
    caller: Caller,
    here: Callable[[Sequence[str]], Container[str]],
    progress: Progress = lambda operations, stored: None,
) -> RetrieveResult:
    """Have `node` send to our own AE title `destination` what is not here yet of `target`, and count what came.

    `here` says which SOP Instance UIDs are stored. Asked twice for what is missing; the second time for the whole when the peer
    took no list of UIDs. Raises NetworkError.
    """
    expected = _expected(node, target, caller)
    if expected is None:
        return move(node, target, destination, caller, lambda operations: progress(operations, operations.completed or 0))
    missing = _missing(expected, here)
    wanted = len(missing)
    result = RetrieveResult(SUCCESS, SubOperations())
    whole = wanted == len(expected)
    for _ in range(2):
        for one in [target] if whole else batches(missing, target):
            stored = wanted - len(missing)
            result = move(node, one, destination, caller, _counted(progress, stored))
            missing = _missing(missing, here)
            if result.status == CANCELLED or not missing:
                break
        if result.status == CANCELLED or not missing:
            break
        whole = not whole
    uids = tuple(text_of(row, "SOPInstanceUID") for row in missing)
    operations = replace(result.operations, completed=wanted - len(uids))
    if not uids and result.status != CANCELLED:
        return RetrieveResult(SUCCESS, replace(operations, failed=0))
    return RetrieveResult(result.status, operations, missing=uids)


def _missing(rows: Sequence[Identifier], here: Callable[[Sequence[str]], Container[str]]) -> list[Identifier]:
    stored = here([text_of(row, "SOPInstanceUID") for row in rows])
    return [row for row in rows if text_of(row, "SOPInstanceUID") not in stored]


def _counted(progress: Progress, before: int) -> Callable[[SubOperations], None]:
    return lambda operations: progress(operations, before + (operations.completed or 0))


def _follow(
    association: Association,
    context: Context,
    command: CommandSet,
    progress: Callable[[SubOperations], None],
    seconds: float,
    choose: Callable[[Context, CommandSet], DataConsumer | None] | None = None,
    store: Callable[[DimseMessage], None] | None = None,
) -> tuple[int, SubOperations]:
    """Read until the final response. A stop by the user becomes a C-CANCEL; a peer that goes on all the same is soon left."""
    operations = SubOperations()
    due = float("inf")
    while True:
        if time.monotonic() > due:
            association.abort()
            return CANCELLED, operations
        try:
            answer = association.receive(choose, min(seconds, due - time.monotonic()))
        except CancelledError:
            association.stop_when(None)
            association.send(context, cancel_request(command.message_id or 0))
            due = time.monotonic() + _LAST_WORD
            continue
        if answer is None:
            raise ProtocolError(message("The peer released the association instead of answering."))
        if store is not None and answer.command.command_field == CommandField.C_STORE_RQ:
            store(answer)
            progress(operations)
            continue
        if answer.command.message_id_being_responded_to != command.message_id or not answer.command.is_response:
            association.abort()
            raise ProtocolError(message("The peer answered something else than was asked."))
        operations = _operations(answer.command)
        progress(operations)
        status = answer.command.status if answer.command.status is not None else CANNOT_UNDERSTAND
        if not is_pending(status):
            return status, operations


def _operations(command: CommandSet) -> SubOperations:
    return SubOperations(
        command.number_of_remaining_suboperations,
        command.number_of_completed_suboperations,
        command.number_of_failed_suboperations,
        command.number_of_warning_suboperations,
    )
