"""Store as user agent: STOW-RS, streamed from the files, with an answer for each instance (PS3.18 10.5).

Objects go as they are; an archive that refuses a transfer syntax says so for that object. Nothing is held in memory.
"""

from __future__ import annotations

import os
import uuid
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

from viewer.model.frozen import frozen
from viewer.model.messages import Message, message
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
from viewer.network.status import is_success, is_warning, may_pass, meaning
from viewer.network.storage_item import StorageItem
from viewer.network.storage_scu import Outcome, Report, SendResult

BATCH_BYTES, BATCH_COUNT = 50 * MIB, 100  # what is on its way when the program dies goes out once more
_BLOCK = 256 * 1024
_PROCESSING_FAILURE = 0x0110


@frozen
class _Ready:
    """An object and how long its data set is."""

    item: StorageItem
    size: int

    @property
    def head(self) -> bytes:
        item = self.item
        return file_head(ReceivedInstance(item.sop_class_uid, item.sop_instance_uid, item.transfer_syntax_uid))


class _FileChangedError(OSError):
    """A file is no longer as long as it was when its batch was begun."""

    def __init__(self, item: StorageItem) -> None:
        super().__init__()
        self.item = item


def stow(
    session: WebSession, items: Sequence[StorageItem], *, study: str = "", report: Report = lambda result: None
) -> list[SendResult]:
    """Store `items`; results in their order. `study` lets the archive refuse what belongs to another one.

    What may pass is sent again as the policy of the session's caller says; `report` gets each result once it is final, before the
    next request goes out. Never raises for what the network does.
    """
    return _Job(session, f"studies/{study}" if study else "studies", report).run(items)


class _Job:
    def __init__(self, session: WebSession, path: str, report: Report) -> None:
        self._session, self._path, self._report = session, path, report
        self._results: dict[int, SendResult] = {}
        self._most_bytes = BATCH_BYTES

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
                yield from self._send(batch)
            except _FileChangedError as error:
                yield SendResult(error.item, Outcome.FAILED, reason=message("The file was changed while it was being sent."))
                waiting.extendleft(ready for ready in reversed(batch) if ready.item is not error.item)
            except CancelledError as error:
                for ready in (*batch, *waiting):
                    yield SendResult(ready.item, Outcome.SKIPPED, reason=error.reason, was_stopped=True)
                return
            except WebError as error:
                yield from self._refused(error, batch, waiting)
            except NetworkError as error:
                for ready in (*batch, *waiting):  # the archive is away for all of them
                    yield SendResult(ready.item, Outcome.FAILED, reason=error.reason, may_pass=error.may_pass)
                return

    def _next_batch(self, waiting: deque[_Ready]) -> list[_Ready]:
        batch = [waiting.popleft()]
        size = batch[0].size
        while waiting and len(batch) < BATCH_COUNT and size + waiting[0].size <= self._most_bytes:
            size += waiting[0].size
            batch.append(waiting.popleft())
        return batch

    def _refused(self, error: WebError, batch: list[_Ready], waiting: deque[_Ready]) -> Iterator[SendResult]:
        """The whole batch was: too large is tried with less at a time."""
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
        yield from results_of([ready.item for ready in batch], rows[0] if rows else {})


def _data_set(ready: _Ready) -> Iterator[bytes]:
    """Raises _FileChangedError."""
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
            result = SendResult(item, Outcome.FAILED, status, reason=meaning(status), may_pass=may_pass(status))
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
