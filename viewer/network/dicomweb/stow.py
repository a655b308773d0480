"""Store as user agent: STOW-RS, streamed from the files, with an answer for each instance (PS3.18 10.5).

Objects go as they are. One whose transfer syntax the archive refuses goes once more, without loss in Explicit VR Little Endian, and
its result says so; such objects alone are held in memory, one at a time.
"""

from __future__ import annotations

import os
import uuid
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

from viewer.dicom.decode import decode
from viewer.dicom.transfer_syntaxes import EXPLICIT_VR_LITTLE_ENDIAN
from viewer.model.errors import NegatoscopeError
from viewer.model.frozen import frozen
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.network.dicomweb.http_exchange import Body
from viewer.network.dicomweb.json_model import read_document
from viewer.network.dicomweb.media_types import DICOM, DICOM_JSON, JSON, MULTIPART
from viewer.network.dicomweb.multipart import multipart_end, part_head
from viewer.network.dicomweb.web_errors import WebError
from viewer.network.dicomweb.web_session import WebSession
from viewer.network.errors import CancelledError, NetworkError
from viewer.network.identifier import Identifier, text_of
from viewer.network.instance_store import ReceivedInstance, file_head
from viewer.network.limits import MIB
from viewer.network.reencode import Decode, reencoded
from viewer.network.status import is_success, is_warning, may_pass, meaning
from viewer.network.storage_item import StorageItem
from viewer.network.storage_scu import Outcome, Report, SendResult, other_form

BATCH_BYTES, BATCH_COUNT = 50 * MIB, 100  # what is on its way when the program dies goes out once more
_BLOCK = 256 * 1024
_PROCESSING_FAILURE = 0x0110


SYNTAX_REFUSED = 0xC122  # of a transfer syntax (PS3.18 table I.2-2)
_PERHAPS_SYNTAX = (409, 415)  # HTTP statuses of a whole request that may be about it


@frozen
class _Ready:
    """An object and how long its data set is. `refused`: as it is the archive did not take it, and why.

    `data`: the data set in Explicit VR Little Endian, b"" for that of the file.
    """

    item: StorageItem
    size: int
    refused: SendResult | None = None
    data: bytes = b""

    @property
    def syntax(self) -> str:
        return EXPLICIT_VR_LITTLE_ENDIAN if self.data else self.item.transfer_syntax_uid

    @property
    def head(self) -> bytes:
        item = self.item
        return file_head(ReceivedInstance(item.sop_class_uid, item.sop_instance_uid, self.syntax))

    @property
    def kind(self) -> tuple[str, str]:
        """What an archive takes or not."""
        return self.item.sop_class_uid, self.item.transfer_syntax_uid

    @property
    def has_other_form(self) -> bool:
        return self.refused is None and self.item.transfer_syntax_uid != EXPLICIT_VR_LITTLE_ENDIAN


class _FileChangedError(OSError):
    """A file is no longer as long as it was when its batch was begun."""

    def __init__(self, item: StorageItem) -> None:
        super().__init__()
        self.item = item


class _NotEncodedError(Exception):
    """It cannot be re-encoded, or that would be in vain."""

    def __init__(self, result: SendResult) -> None:
        super().__init__()
        self.result = result


def stow(
    session: WebSession,
    items: Sequence[StorageItem],
    *,
    study: str = "",
    report: Report = lambda result: None,
    decode_frame: Decode = decode,
) -> list[SendResult]:
    """Store `items`; results in their order. `study` lets the archive refuse what belongs to another one.

    What may pass is sent again as the policy of the session's caller says; `report` gets each result once it is final, before the
    next request goes out. Never raises for what the network does.
    """
    return _Job(session, f"studies/{study}" if study else "studies", report, decode_frame).run(items)


class _Job:
    def __init__(self, session: WebSession, path: str, report: Report, decode_frame: Decode) -> None:
        self._session, self._path, self._report = session, path, report
        self._results: dict[int, SendResult] = {}
        self._most_bytes = BATCH_BYTES
        self._decode = decode_frame
        self._other_form: set[tuple[str, str]] = set()  # (class, syntax) of what the archive takes only re-encoded
        self._is_vain = False  # what was refused as a whole was refused re-encoded, too: it is not about the syntax

    def run(self, items: Sequence[StorageItem]) -> list[SendResult]:
        """Batch after batch; then again what failed and may pass."""
        caller = self._session.caller
        open_items = list(items)
        for attempt in range(1, caller.policy.attempts + 1):
            is_last = attempt == caller.policy.attempts
            again: list[SendResult] = []
            for result in self._once(open_items):
                self._results[id(result.item)] = result
                if result.may_pass and not is_last and not result.was_stopped:
                    again.append(result)
                else:
                    self._report(result)
            pause = max(caller.policy.pause(attempt), *(result.retry_after for result in again), 0.0)
            if not again or not caller.wait(pause):
                for result in again:
                    self._report(result)
                break
            open_items = [result.item for result in again]
        return [self._results[id(item)] for item in items]

    def _once(self, items: Sequence[StorageItem]) -> Iterator[SendResult]:
        waiting: deque[_Ready] = deque()
        for item in items:
            try:
                waiting.append(_Ready(item, os.stat(item.path).st_size - item.offset))
            except OSError as error:
                yield _unreadable(item, error)
        while waiting:
            batch = self._next_batch(waiting)
            try:
                yield from self._exchanged(batch, waiting)
            except _NotEncodedError as error:
                yield error.result
            except _FileChangedError as error:
                yield SendResult(error.item, Outcome.FAILED, reason=message("The file was changed while it was being sent."))
                waiting.extendleft(ready for ready in reversed(batch) if ready.item is not error.item)
            except NetworkError as error:
                yield from self._broken(error, batch, waiting)

    def _exchanged(self, batch: list[_Ready], waiting: deque[_Ready]) -> Iterator[SendResult]:
        """The answers to one request. What was refused for its transfer syntax waits to be sent in another."""
        again: list[_Ready] = []
        sent = self._encoded(batch)
        for ready, result in zip(sent, self._send(sent), strict=True):
            if result.status == SYNTAX_REFUSED and ready.has_other_form:
                again.append(replace(ready, refused=result))
                continue
            if result.is_done and ready.data:
                self._other_form.add(ready.kind)
            yield result
        waiting.extendleft(reversed(again))

    def _broken(self, error: NetworkError, batch: list[_Ready], waiting: deque[_Ready]) -> Iterator[SendResult]:
        """A request without an answer to its objects."""
        if isinstance(error, WebError):
            yield from self._refused(error, batch, waiting)
            return
        was_stopped = isinstance(error, CancelledError)
        for ready in (*batch, *waiting):  # stopped, or the archive is away: all of them
            outcome = Outcome.SKIPPED if was_stopped else Outcome.FAILED
            may_pass_later = error.may_pass and not was_stopped
            yield SendResult(ready.item, outcome, reason=error.reason, may_pass=may_pass_later, was_stopped=was_stopped)
        waiting.clear()

    def _next_batch(self, waiting: deque[_Ready]) -> list[_Ready]:
        """As many as fit; what is to be re-encoded goes alone."""
        batch = [waiting.popleft()]
        if self._wants_other_form(batch[0]):
            return batch
        size = batch[0].size
        while waiting and len(batch) < BATCH_COUNT and size + waiting[0].size <= self._most_bytes:
            if self._wants_other_form(waiting[0]):
                break
            size += waiting[0].size
            batch.append(waiting.popleft())
        return batch

    def _wants_other_form(self, ready: _Ready) -> bool:
        return ready.refused is not None or ready.kind in self._other_form

    def _encoded(self, batch: list[_Ready]) -> list[_Ready]:
        """The batch as it goes out. Raises _NotEncodedError."""
        first = batch[0]
        if not self._wants_other_form(first):
            return batch
        if first.refused is not None and first.refused.status is None and self._is_vain:
            raise _NotEncodedError(first.refused)
        try:
            data = reencoded(first.item, EXPLICIT_VR_LITTLE_ENDIAN, self._decode)
        except NegatoscopeError as error:
            status = first.refused.status if first.refused is not None else SYNTAX_REFUSED
            raise _NotEncodedError(SendResult(first.item, Outcome.SKIPPED, status, reason=error.reason)) from error
        refused = first.refused or SendResult(first.item, Outcome.FAILED, SYNTAX_REFUSED)
        return [replace(first, size=len(data), data=data, refused=refused)]

    def _in_other_form(self, error: WebError, batch: list[_Ready], waiting: deque[_Ready]) -> bool:
        """Whether some of a batch that was refused as a whole may be taken re-encoded. It, and the rest, wait then."""
        if error.status not in _PERHAPS_SYNTAX or self._is_vain:
            return False
        if self._wants_other_form(batch[0]):  # it was sent re-encoded, alone
            self._is_vain = not self._other_form
            return False
        if not any(ready.has_other_form for ready in batch):
            return False
        reason = _with_advice(error)
        others = [
            replace(ready, refused=SendResult(ready.item, Outcome.FAILED, reason=reason)) if ready.has_other_form else ready
            for ready in batch
        ]
        waiting.extendleft(reversed(others))
        return True

    def _refused(self, error: WebError, batch: list[_Ready], waiting: deque[_Ready]) -> Iterator[SendResult]:
        """The whole batch was: too large is tried with less at a time."""
        if self._in_other_form(error, batch, waiting):
            return
        if error.status == 413 and len(batch) > 1:
            self._most_bytes = max(1, sum(ready.size for ready in batch) // 2)
            waiting.extendleft(reversed(batch))
            return
        everywhere = error.status in (401, 403, 404, 405, 501)
        for ready in (*batch, *waiting) if everywhere else batch:
            yield SendResult(
                ready.item,
                Outcome.FAILED,
                reason=_with_advice(error),
                may_pass=error.may_pass,
                wants_user=error.status == 401,
                retry_after=error.retry_after,
            )
        if everywhere:
            waiting.clear()

    def _send(self, batch: list[_Ready]) -> Iterator[SendResult]:
        boundary = uuid.uuid4().hex
        heads = [
            part_head(boundary, DICOM, len(ready.head) + ready.size, is_first=not place) + ready.head
            for place, ready in enumerate(batch)
        ]
        end = multipart_end(boundary)
        size = sum(map(len, heads)) + sum(ready.size for ready in batch) + len(end)

        def pieces() -> Iterator[bytes]:
            for head, ready in zip(heads, batch, strict=True):
                yield head
                yield from _data_set(ready)
            yield end

        headers = {"content-type": f'{MULTIPART}; type="{DICOM}"; boundary={boundary}', "accept": DICOM_JSON}
        with self._session.post(self._path, headers, Body(size, pieces)) as answer:
            body = answer.read(self._session.caller.limits.largest_document)
            if body.strip():
                answer.expect(DICOM_JSON, JSON)
            rows = read_document(body)
        for ready, result in zip(batch, results_of([ready.item for ready in batch], rows[0] if rows else {}), strict=True):
            note = other_form(ready.item, ready.syntax) if result.outcome is Outcome.STORED else NO_MESSAGE
            yield replace(result, sent_as=ready.syntax, reason=note or result.reason)


def _data_set(ready: _Ready) -> Iterator[bytes]:
    """Raises _FileChangedError."""
    if ready.data:
        yield ready.data
        return
    left = ready.size
    try:
        with open(ready.item.path, "rb", buffering=0) as stream:
            stream.seek(ready.item.offset)
            while left and (block := stream.read(min(left, _BLOCK))):
                left -= len(block)
                yield block
            if left or stream.read(1):
                raise _FileChangedError(ready.item)
    except _FileChangedError:
        raise
    except OSError as error:
        raise _FileChangedError(ready.item) from error


def results_of(items: Sequence[StorageItem], answer: Identifier) -> list[SendResult]:
    """What the archive's answer says of each item (PS3.18 table I.2-1). One that is not named in it is not stored."""
    stored, failed = _rows(answer, "ReferencedSOPSequence"), _rows(answer, "FailedSOPSequence")
    results: list[SendResult] = []
    for item in items:
        uid = item.sop_instance_uid
        if uid in failed:
            status = _status(failed[uid], "FailureReason", _PROCESSING_FAILURE)
            why = message("The archive does not take this transfer syntax.") if status == SYNTAX_REFUSED else meaning(status)
            result = SendResult(item, Outcome.FAILED, status, reason=why, may_pass=may_pass(status))
        elif uid in stored:
            status = _status(stored[uid], "WarningReason", 0)
            outcome = Outcome.WARNING if is_warning(status) or not is_success(status) else Outcome.STORED
            result = SendResult(item, outcome, status, reason=meaning(status) if status else message("Done."))
        else:
            reason = message("The archive did not say what became of the object.")
            result = SendResult(item, Outcome.FAILED, reason=reason)
        results.append(replace(result, sent_as=item.transfer_syntax_uid))
    return results


def _rows(answer: Identifier, keyword: str) -> dict[str, Identifier]:
    items = answer.get(keyword, ())
    return {} if isinstance(items, str) else {text_of(row, "ReferencedSOPInstanceUID"): row for row in items}


def _status(row: Identifier, keyword: str, otherwise: int) -> int:
    text = text_of(row, keyword)
    return int(text) & 0xFFFF if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _with_advice(error: WebError) -> Message:
    if not error.advice:
        return error.reason
    return message("{reason} {advice}", reason=error.reason, advice=error.advice)


def _unreadable(item: StorageItem, error: OSError) -> SendResult:
    return SendResult(item, Outcome.FAILED, reason=message("The file cannot be read: {reason}.", reason=error.strerror or ""))
