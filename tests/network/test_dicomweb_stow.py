"""STOW-RS: archives that take less than they are given, say little, or stop listening; and files that change under way."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import ExplicitVRLittleEndian, RLELossless

from tests.network.objects import make_ct, save
from tests.network.web_library import StartServer, serve
from viewer.model.nodes import NodeTimeouts
from viewer.model.web_archives import WebArchive
from viewer.network.dicomweb import stow as stow_module
from viewer.network.dicomweb.stow import results_of, stow
from viewer.network.dicomweb.web_limits import WebLimits
from viewer.network.dicomweb.web_session import WebCaller, WebSession
from viewer.network.storage_item import StorageItem, read_item
from viewer.network.storage_scu import Outcome, RetryPolicy, SendResult

pytestmark = pytest.mark.network_peers
__all__ = ["serve"]


class StowArchive:
    """Takes one request a connection. `answer(number, body)` gives (status line, JSON document or bytes); None cuts."""

    def __init__(self, answer: Callable[[int, bytes], tuple[str, object] | None], *, reads: int | None = None) -> None:
        self._answer, self._reads = answer, reads
        self.requests: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/dicom-web"
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def __enter__(self) -> StowArchive:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)

    def _run(self) -> None:
        while True:
            try:
                sock, _ = self._socket.accept()
            except OSError:
                return
            with sock:
                try:
                    self._serve(sock)
                except OSError:
                    pass

    def _serve(self, sock: socket.socket) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            data += sock.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", head.lower())[1])  # type: ignore[index]
        wanted = length if self._reads is None else min(length, self._reads)
        while len(body) < wanted:
            more = sock.recv(65536)
            if not more:
                return
            body += more
        self.requests.append(body)
        answer = self._answer(len(self.requests), body)
        if answer is None:
            return
        status, document = answer
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        kind = "application/dicom+json" if not isinstance(document, bytes) else "text/html"
        head_lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(content)}", "Connection: close")
        sock.sendall("\r\n".join((*head_lines, "", "")).encode() + content)
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(65536):
            pass


def session_with(url: str, attempts: int = 1) -> WebSession:
    policy = RetryPolicy(attempts=attempts, first=0.0)
    archive = WebArchive(url, timeouts=NodeTimeouts(response=30.0))
    return WebSession(archive, WebCaller(wait=lambda seconds: True, policy=policy, limits=WebLimits(idle_seconds=30.0)))


def uids_in(body: bytes) -> list[str]:
    """SOP Instance UIDs of the heads in a request."""
    return [found.rstrip(b"\0").decode() for found in re.findall(rb"(?s)\x02\0\x03\0UI..([0-9.]+\0?)", body)]


def took(body: bytes, failed: dict[str, int] | None = None) -> dict[str, object]:
    """The answer to a request: all stored but `failed`."""
    failed = failed or {}
    stored = [{"00081155": {"vr": "UI", "Value": [uid]}} for uid in uids_in(body) if uid not in failed]
    bad = [
        {"00081155": {"vr": "UI", "Value": [uid]}, "00081197": {"vr": "US", "Value": [status]}} for uid, status in failed.items()
    ]
    return {"00081199": {"vr": "SQ", "Value": stored}, "00081198": {"vr": "SQ", "Value": bad}}


@pytest.fixture
def items(tmp_path: Path) -> list[StorageItem]:
    """Eight objects of one size: made UIDs differ in length now and then, and batches are cut by bytes."""
    same = {"study": "1.2.3", "series": "1.2.3.4"}
    objects = (make_ct(number, uid=f"1.2.3.4.{number}", size=32, **same) for number in range(1, 9))
    return [read_item(str(save(instance, tmp_path / f"{instance.InstanceNumber:04}.dcm"))) for instance in objects]


def outcomes(results: list[object]) -> list[str]:
    return [result.outcome.value for result in results]  # type: ignore[attr-defined]


def test_each_object_has_its_own_answer(items: list[StorageItem]) -> None:
    failed = {items[2].sop_instance_uid: 0xA900, items[5].sop_instance_uid: 0x0122}
    with StowArchive(lambda number, body: ("202 Accepted", took(body, failed))) as archive, session_with(archive.url) as session:
        results = stow(session, items)
    assert outcomes(results) == ["stored", "stored", "failed", "stored", "stored", "failed", "stored", "stored"]
    assert (results[2].status, results[5].status) == (0xA900, 0x0122)
    assert uids_in(archive.requests[0]) == [item.sop_instance_uid for item in items]


def test_only_what_may_pass_is_sent_again(items: list[StorageItem]) -> None:
    full, wrong = items[1].sop_instance_uid, items[4].sop_instance_uid

    def answer(number: int, body: bytes) -> tuple[str, object]:
        return "202 Accepted", took(body, {full: 0xA700, wrong: 0xC000} if number == 1 else {})

    with StowArchive(answer) as archive, session_with(archive.url, attempts=3) as session:
        results = stow(session, items)
    assert [uids_in(body) for body in archive.requests[1:]] == [[full]]
    assert outcomes(results).count("failed") == 1
    assert results[4].status == 0xC000


def test_too_large_is_tried_with_less(items: list[StorageItem]) -> None:
    def answer(number: int, body: bytes) -> tuple[str, object]:
        return ("200 OK", took(body)) if len(uids_in(body)) <= 2 else ("413 Too Large", b"")

    with StowArchive(answer) as archive, session_with(archive.url) as session:
        results = stow(session, items)
    assert outcomes(results) == ["stored"] * 8
    assert [len(uids_in(body)) for body in archive.requests] == [8, 4, 2, 2, 2, 2]


def test_one_that_is_too_large_alone_fails_alone(items: list[StorageItem]) -> None:
    big = items[3].sop_instance_uid

    def answer(number: int, body: bytes) -> tuple[str, object]:
        return ("413 Too Large", b"") if big in uids_in(body) else ("200 OK", took(body))

    with StowArchive(answer) as archive, session_with(archive.url) as session:
        results = stow(session, items)
    assert outcomes(results) == ["stored"] * 3 + ["failed"] + ["stored"] * 4
    assert "too large" in str(results[3].reason)


@pytest.mark.parametrize(
    ("status", "document", "says"),
    [
        ("200 OK", {}, "did not say"),
        ("200 OK", b"<html>stored, trust me", "web page"),
        ("409 Conflict", b"", "stored none"),
        ("401 Unauthorized", b"", "who asks"),
        ("403 Forbidden", b"", "does not allow"),
        ("302 Found", b"", "refused"),
        ("500 Oops", b"", "failed"),
    ],
)
def test_what_is_no_answer_is_no_success(items: list[StorageItem], status: str, document: object, says: str) -> None:
    with StowArchive(lambda number, body: (status, document)) as archive, session_with(archive.url) as session:
        results = stow(session, items)
    assert outcomes(results) == ["failed"] * 8
    assert says in str(results[0].reason)
    assert len(archive.requests) == 1


def test_an_archive_that_answers_before_it_has_heard_all(tmp_path: Path) -> None:
    """It refuses after the first bytes; we stop sending and read why."""
    paths = [save(make_ct(number, size=1024), tmp_path / f"{number}") for number in range(12)]
    with StowArchive(lambda number, body: ("403 Forbidden", b""), reads=1000) as archive, session_with(archive.url) as session:
        results = stow(session, [read_item(str(path)) for path in paths])
    assert outcomes(results) == ["failed"] * 12
    assert "does not allow" in str(results[0].reason)


def test_a_cut_is_sent_again(items: list[StorageItem]) -> None:
    def answer(number: int, body: bytes) -> tuple[str, object] | None:
        return None if number < 3 else ("200 OK", took(body))

    with StowArchive(answer) as archive, session_with(archive.url, attempts=3) as session:
        assert outcomes(stow(session, items)) == ["stored"] * 8
    assert len(archive.requests) == 3


def test_a_file_that_changes_while_it_is_sent(items: list[StorageItem], monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut short between the batch's beginning and its turn: it fails, the others are stored."""
    original = stow_module._data_set

    def cutting(ready: object) -> object:
        path = Path(ready.item.path)  # type: ignore[attr-defined]
        if path.name == "0003.dcm":
            path.write_bytes(path.read_bytes()[:900])
        return original(ready)  # type: ignore[arg-type]

    monkeypatch.setattr(stow_module, "_data_set", cutting)
    with StowArchive(lambda number, body: ("200 OK", took(body))) as archive, session_with(archive.url) as session:
        results = stow(session, items)
    assert outcomes(results) == ["stored"] * 2 + ["failed"] + ["stored"] * 5
    assert "changed while" in str(results[2].reason)


def test_a_file_that_is_gone(items: list[StorageItem]) -> None:
    Path(items[0].path).unlink()
    with StowArchive(lambda number, body: ("200 OK", took(body))) as archive, session_with(archive.url) as session:
        results = stow(session, items)
    assert outcomes(results) == ["failed"] + ["stored"] * 7


def test_stop_before_anything(items: list[StorageItem]) -> None:
    with StowArchive(lambda number, body: ("200 OK", took(body))) as archive:
        caller = WebCaller(stop=lambda: True)
        with WebSession(WebArchive(archive.url), caller) as session:
            results = stow(session, items)
    assert {(result.outcome, result.was_stopped) for result in results} == {(Outcome.SKIPPED, True)}


def test_warnings_and_what_is_not_mentioned(items: list[StorageItem]) -> None:
    first, second, third = (item.sop_instance_uid for item in items[:3])
    answer = {
        "ReferencedSOPSequence": (
            {"ReferencedSOPInstanceUID": first, "WarningReason": str(0xB000)},
            {"ReferencedSOPInstanceUID": second, "WarningReason": "nonsense"},
        ),
        "FailedSOPSequence": ({"ReferencedSOPInstanceUID": second},),
    }
    results = results_of(items[:3], answer)
    assert outcomes(list(results)) == ["warning", "failed", "failed"]
    assert results[1].status == 0x0110
    assert third


def test_to_ourselves_the_bytes_arrive_as_they_are(serve: StartServer, items: list[StorageItem]) -> None:
    running = serve(store=True)
    with running.session() as session:
        results = stow(session, items)
    assert outcomes(results) == ["stored"] * 8
    for item, instance in zip(items, running.received, strict=True):
        sent = Path(item.path).read_bytes()[item.offset :]
        assert Path(instance.path).read_bytes().endswith(sent)
    with running.session() as session:  # the same again: known, not kept twice
        assert outcomes(stow(session, items)) == ["stored"] * 8
    assert running.store is not None
    assert len(list(running.store.folder.glob("??/*.dcm"))) == 8


# Archives that do not take every transfer syntax


@pytest.fixture
def compressed(tmp_path: Path) -> list[StorageItem]:
    """Four objects, the second and the fourth in RLE Lossless."""
    items = []
    for number in range(1, 5):
        dataset = make_ct(number, uid=f"1.2.3.5.{number}", study="1.2.3", series="1.2.3.5", size=32)
        if number % 2 == 0:
            dataset.compress(RLELossless, generate_instance_uid=False)
        items.append(read_item(str(save(dataset, tmp_path / f"{number}.dcm"))))
    return items


def syntaxes_in(body: bytes) -> list[str]:
    """Transfer Syntax UIDs of the heads in a request."""
    return [found.rstrip(b"\0").decode() for found in re.findall(rb"(?s)\x02\0\x10\0UI..([0-9.]+\0?)", body)]


def data_set_in(body: bytes) -> Dataset:
    """The one object of a request."""
    start = body.index(b"DICM") - 128
    return dcmread(BytesIO(body[start:]))


def refusing(*, as_http: str = "", document: object = b"") -> Callable[[int, bytes], tuple[str, object]]:
    """Takes what is uncompressed; of the rest it says so for each object, or refuses the request."""

    def answer(number: int, body: bytes) -> tuple[str, object]:
        bad = [uid for uid, syntax in zip(uids_in(body), syntaxes_in(body), strict=True) if syntax == RLELossless]
        if bad and as_http:
            return as_http, document
        return ("202 Accepted" if bad else "200 OK"), took(body, dict.fromkeys(bad, 0xC122))

    return answer


@pytest.mark.parametrize("as_http", ["", "415 Unsupported Media Type", "409 Conflict"])
def test_what_is_refused_for_its_syntax_goes_without_loss(compressed: list[StorageItem], as_http: str) -> None:
    """And says so. What needs no other form goes as it is."""
    told: list[SendResult] = []
    with StowArchive(refusing(as_http=as_http)) as archive, session_with(archive.url) as session:
        results = stow(session, compressed, report=told.append)
    assert outcomes(results) == ["stored"] * 4
    assert [result.sent_as for result in results] == [ExplicitVRLittleEndian] * 4
    assert [str(result.reason) for result in results[::2]] == ["Done."] * 2
    said = "Sent as Explicit VR Little Endian, without loss: RLE Lossless is not taken there."
    assert [str(result.reason) for result in results[1::2]] == [said] * 2
    assert len(told) == 4
    for item in compressed[1::2]:
        (body,) = [one for one in archive.requests if uids_in(one) == [item.sop_instance_uid]]
        sent, original = data_set_in(body), dcmread(item.path)
        assert sent.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
        assert np.array_equal(sent.pixel_array, original.pixel_array)
        assert "LossyImageCompression" not in sent


def test_what_is_known_to_be_refused_is_not_sent_twice(compressed: list[StorageItem], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stow_module, "BATCH_COUNT", 1)
    with StowArchive(refusing()) as archive, session_with(archive.url) as session:
        assert outcomes(stow(session, compressed)) == ["stored"] * 4
    first, second = (item.sop_instance_uid for item in compressed[1::2])
    asked = [(uids_in(body)[0], syntaxes_in(body)[0]) for body in archive.requests]
    assert asked.count((first, RLELossless)) == 1
    assert (second, RLELossless) not in asked


@pytest.mark.parametrize("status", ["409 Conflict", "415 Unsupported Media Type"])
def test_what_is_refused_in_any_form_is_tried_in_another_only_once(compressed: list[StorageItem], status: str) -> None:
    """It is not about the syntax then."""
    with StowArchive(lambda number, body: (status, b"")) as archive, session_with(archive.url) as session:
        results = stow(session, compressed)
    assert outcomes(results) == ["failed"] * 4
    re_encoded = [body for body in archive.requests if uids_in(body) == [compressed[1].sop_instance_uid]]
    assert len(re_encoded) == 1
    assert all(compressed[3].sop_instance_uid not in uids_in(body) for body in archive.requests[1:])


def test_a_video_is_never_re_encoded(compressed: list[StorageItem]) -> None:
    video = replace(compressed[1], transfer_syntax_uid="1.2.840.10008.1.2.4.102")

    def answer(number: int, body: bytes) -> tuple[str, object]:
        return "409 Conflict", took(body, dict.fromkeys(uids_in(body), 0xC122))

    with StowArchive(answer) as archive, session_with(archive.url) as session:
        (result,) = stow(session, [video])
    assert (result.outcome, result.status) == (Outcome.SKIPPED, 0xC122)
    assert "video is never re-encoded" in str(result.reason)
    assert len(archive.requests) == 1


def test_what_is_refused_uncompressed_too_is_said_as_it_was(compressed: list[StorageItem]) -> None:
    def answer(number: int, body: bytes) -> tuple[str, object]:
        return "409 Conflict", took(body, dict.fromkeys(uids_in(body), 0xC122))

    with StowArchive(answer) as archive, session_with(archive.url) as session:
        results = stow(session, compressed[:2])
    assert outcomes(results) == ["failed"] * 2
    assert {str(result.reason) for result in results} == {"The archive does not take this transfer syntax."}
    assert len(archive.requests) == 2
