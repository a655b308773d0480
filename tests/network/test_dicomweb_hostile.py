"""An archive with bad manners (R17): nothing that was not asked for is kept, nothing lasts for ever, and it is said why."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import generate_uid

from tests.network.objects import make_ct, make_series, save
from tests.network.web_double import BOUNDARY, Asked, WebDouble
from viewer.dicom.header import read_header
from viewer.model.nodes import NodeTimeouts
from viewer.model.web_archives import WebArchive
from viewer.network.dicomweb.qido import WebQuery, search
from viewer.network.dicomweb.wado import WebTarget, bulk_data, frames, rendered
from viewer.network.dicomweb.web_limits import WebLimits
from viewer.network.dicomweb.web_retrieve import WebRetrieveResult, retrieve
from viewer.network.dicomweb.web_session import WebCaller, WebSession
from viewer.network.errors import NetworkError
from viewer.network.instance_store import InstanceStore
from viewer.network.limits import Limits
from viewer.network.query_scu import Level
from viewer.network.storage_scu import RetryPolicy

pytestmark = pytest.mark.network_peers

LIMITS = WebLimits(
    idle_seconds=30.0, largest_document=300_000, largest_response=3_000_000, unasked=5, parts=50, answers=2000,
    largest_frame=100_000,
    dicom=replace(Limits(), largest_object=1_000_000, slowest_rate=1000),
)  # fmt: skip
MULTIPART = f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'


def session_with(double: WebDouble, attempts: int = 1, *, hasty: bool = False) -> WebSession:
    """`hasty`: does not wait long. Who never has to wait waits longer than a busy machine takes for what is done at once."""
    archive = WebArchive(double.url, timeouts=NodeTimeouts(response=0.6 if hasty else 30.0))
    limits = replace(LIMITS, idle_seconds=0.4) if hasty else LIMITS
    policy = RetryPolicy(attempts=attempts, first=0.0)
    return WebSession(archive, WebCaller(limits=limits, wait=lambda seconds: attempts > 1, policy=policy))


@pytest.fixture
def objects(tmp_path: Path) -> list[Path]:
    return make_series(tmp_path / "objects", 4, size=32)


@pytest.fixture
def foreign(tmp_path: Path) -> list[bytes]:
    """Sound instances of other studies."""
    return [save(make_ct(number, size=16), tmp_path / f"foreign{number}").read_bytes() for number in range(12)]


def study_of(paths: list[Path]) -> str:
    return str(dcmread(paths[0]).StudyInstanceUID)


def retrieving(wrong: Callable[[Asked], None]) -> Callable[[Asked], bool]:
    """Wrong at every retrieve, right at every search."""

    def answer(asked: Asked) -> bool:
        if asked.path.endswith("instances"):
            return False
        wrong(asked)
        return True

    return answer


def with_contents(
    make: Callable[[list[bytes]], list[bytes]], head: str = "Content-Type: application/dicom\r\n"
) -> Callable[[Asked], None]:
    return lambda asked: asked.reply(asked.double.multipart(make(list(asked.double.files.values())), head), MULTIPART)


def always(objects: list[Path], body: bytes, kind: str) -> WebDouble:
    """An archive with one answer to everything."""

    def answer(asked: Asked) -> bool:
        asked.reply(body, kind)
        return True

    return WebDouble(objects, answer)


def trickle(asked: Asked) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 1000:
        asked.send(bytes((byte,)))
        time.sleep(0.02)


def stall(asked: Asked) -> None:
    asked.send(f"HTTP/1.1 200 OK\r\nContent-Type: {MULTIPART}\r\nContent-Length: 100000\r\n\r\n--{BOUNDARY}\r\n".encode())
    silence(asked)


def silence(asked: Asked) -> None:
    """Until the other side leaves."""
    while asked.sock.recv(1000):
        pass


def endless_body(asked: Asked) -> None:
    asked.send(f"HTTP/1.1 200 OK\r\nContent-Type: {MULTIPART}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    piece = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    for _ in range(1000):
        asked.send(piece)


def large_head(asked: Asked) -> None:
    asked.send(b"HTTP/1.1 200 OK\r\n" + b"X-Filler: " + b"x" * 500_000)


def bad_chunks(asked: Asked) -> None:
    asked.send(f"HTTP/1.1 200 OK\r\nContent-Type: {MULTIPART}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".encode())


def cut_off(asked: Asked) -> None:
    body = asked.double.multipart(list(asked.double.files.values()))
    asked.send(f"HTTP/1.1 200 OK\r\nContent-Type: {MULTIPART}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[:300])
    asked.sock.shutdown(socket.SHUT_RDWR)


def reply(body: bytes, kind: str, status: str = "200 OK", extra: str = "") -> Callable[[Asked], None]:
    return lambda asked: asked.reply(body, kind, status, extra)


NOTHING = [
    ("web page", reply(b"<html>log in", "text/html"), "web page"),
    ("JSON instead of DICOM", reply(b"{}", "application/json"), "not asked for"),
    ("redirect to another host", reply(b"", "text/html", "302 Found", "Location: https://login.example/\r\n"), "another machine"),
    ("redirect to a file", reply(b"", "text/html", "302 Found", "Location: file:///etc/passwd\r\n"), "not safe"),
    ("redirect in a ring", lambda a: a.reply(b"", "text/plain", "302 Found", f"Location: {a.target}\r\n"), "without end"),
    ("no boundary", reply(b"", "multipart/related"), "separated"),
    ("endless boundary", reply(b"", f"multipart/related; boundary={'b' * 300}"), "separated"),
    ("two content types", reply(b"", 'multipart/related; boundary="a"; boundary="b"'), "malformed"),
    ("head of a part without end", reply(f"--{BOUNDARY}\r\nA: ".encode() + b"x" * 50_000, MULTIPART), "head of a part"),
    ("a hundred headers", with_contents(lambda c: c, "X: 1\r\n" + "".join(f"X{n}: 1\r\n" for n in range(100))), "head of a part"),
    ("preamble without end", reply(b"x" * 200_000, MULTIPART), "parts it speaks of"),
    ("packed", reply(b"\x1f\x8b", MULTIPART, extra="Content-Encoding: gzip\r\n"), "packed"),
    ("part that is a web page", with_contents(lambda c: c, "Content-Type: text/html\r\n"), "web page"),
    ("head without end", large_head, "no sound HTTP"),
    ("malformed chunks", bad_chunks, "no sound HTTP"),
    ("no HTTP at all", lambda a: a.send(b"\x02\0\0\0\0\xb8" + bytes(184)), "no sound HTTP"),
    ("silence", silence, "in time"),
    ("head that trickles", trickle, "in time"),
    ("body that stalls", stall, "in time"),
    ("body without end", endless_body, ""),
    ("cut in the first instance", cut_off, "closed the connection"),
    ("closed at once", lambda a: a.sock.shutdown(socket.SHUT_RDWR), "closed the connection"),
    ("unauthorized", reply(b"", "text/plain", "401 Unauthorized"), "who asks"),
    ("forbidden", reply(b"", "text/plain", "403 Forbidden"), "does not allow"),
    ("overloaded", reply(b"", "text/plain", "503 Service Unavailable"), "overloaded"),
    ("an HTTP status that is none", reply(b"", "text/plain", "299 Odd"), "not asked for"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "says"), [case[1:] for case in NOTHING], ids=[case[0] for case in NOTHING])
def test_nothing_is_kept(objects: list[Path], tmp_path: Path, wrong: Callable[[Asked], None], says: str) -> None:
    store = InstanceStore(tmp_path / "store")
    begun = time.monotonic()
    with WebDouble(objects, retrieving(wrong)) as double, session_with(double, hasty=says == "in time") as session:
        with pytest.raises(NetworkError) as caught:
            retrieve(session, WebTarget(study_of(objects)), store)
        assert says in str(caught.value)
        assert time.monotonic() - begun < 20
    assert kept(store) == set()


def kept(store: InstanceStore) -> set[str]:
    """UIDs of what is in the store; nothing half written may be there."""
    assert list((store.folder / "incoming").iterdir()) == []
    return {read_header(str(path)).code(0x00080018) for path in store.folder.glob("??/*.dcm")}


def fetch(objects: list[Path], wrong: Callable[[Asked], None], store: InstanceStore, attempts: int = 1) -> WebRetrieveResult:
    with WebDouble(objects, retrieving(wrong)) as double, session_with(double, attempts) as session:
        return retrieve(session, WebTarget(study_of(objects)), store)


def retagged(content: bytes, tag: bytes, uid: str) -> bytes:
    """With another UID of the same length in an element of the data set, not in the head."""
    at = content.index(tag, 132)
    length = int.from_bytes(content[at + 6 : at + 8], "little")
    return content[: at + 8] + uid.encode()[:length].ljust(length, b"0") + content[at + 8 + length :]


def test_other_studies_are_not_kept(objects: list[Path], foreign: list[bytes], tmp_path: Path) -> None:
    store = InstanceStore(tmp_path / "store")
    result = fetch(objects, with_contents(lambda right: [foreign[0], *right, foreign[1]]), store)
    assert result.is_complete
    assert kept(store) == {instance.sop_instance_uid for instance in result.received}
    assert len(result.received) == 4


def test_too_much_that_nobody_asked_for_ends_it(objects: list[Path], foreign: list[bytes], tmp_path: Path) -> None:
    store = InstanceStore(tmp_path / "store")
    with pytest.raises(NetworkError, match="nobody asked for"):
        fetch(objects, with_contents(lambda right: [*foreign, *right]), store)
    assert kept(store) == set()


def test_a_new_instance_of_the_study_that_was_not_listed_is_not_kept(objects: list[Path], tmp_path: Path) -> None:
    study = study_of(objects)
    more = save(make_ct(9, study=study, size=16), tmp_path / "more").read_bytes()
    store = InstanceStore(tmp_path / "store")
    result = fetch(objects, with_contents(lambda right: [*right, more]), store)
    assert result.is_complete
    assert len(kept(store)) == 4


def test_the_same_instance_twice_is_there_once(objects: list[Path], tmp_path: Path) -> None:
    store = InstanceStore(tmp_path / "store")
    other = make_ct(7, study=study_of(objects), uid=str(dcmread(objects[0]).SOPInstanceUID), size=16)
    changed = save(other, tmp_path / "changed").read_bytes()
    result = fetch(objects, with_contents(lambda right: [*right, *right, changed]), store)
    assert (len(result.received), result.refused, result.missing) == (4, (), ())
    assert len(list(store.folder.glob("??/*.dcm"))) == 4


def test_a_head_that_names_another_instance(objects: list[Path], tmp_path: Path) -> None:
    """What is announced in group 0002 is not what the data set says."""
    store = InstanceStore(tmp_path / "store")
    result = fetch(objects, with_contents(lambda right: [retagged(right[0], b"\x08\0\x18\0UI", generate_uid()), *right[1:]]), store)
    assert len(result.received) == 3
    assert "not the one that was announced" in str(result.refused[0].reason)
    assert len(kept(store)) == 3


@pytest.mark.parametrize("length", ["10", "999999", "-1", "1e3"])
def test_a_length_of_a_part_that_lies(objects: list[Path], tmp_path: Path, length: str) -> None:
    store = InstanceStore(tmp_path / "store")
    result = fetch(
        objects, with_contents(lambda right: right, f"Content-Type: application/dicom\r\nContent-Length: {length}\r\n"), store
    )
    assert (result.received, kept(store)) == ((), set())
    assert len(result.refused) == 4
    assert "not as long as it says" in str(result.refused[0].reason)


@pytest.mark.parametrize("junk", [b"", b"no DICOM", bytes(5000), bytes(128) + b"DICM", bytes(128) + b"DICM" + b"\xff" * 3000])
def test_junk_among_instances(objects: list[Path], tmp_path: Path, junk: bytes) -> None:
    store = InstanceStore(tmp_path / "store")
    result = fetch(objects, with_contents(lambda right: [junk, *right, junk]), store)
    assert len(result.received) == 4
    assert len(kept(store)) == 4


def test_an_instance_over_the_limit(objects: list[Path], tmp_path: Path) -> None:
    store = InstanceStore(tmp_path / "store")
    with pytest.raises(NetworkError, match="too large"):
        fetch(objects, with_contents(lambda right: [right[0] + bytes(2_000_000)]), store)
    assert kept(store) == set()


def test_what_is_truncated_and_called_whole_is_missed(objects: list[Path], tmp_path: Path) -> None:
    """An archive that leaves instances out, with all signs of success."""
    store = InstanceStore(tmp_path / "store")
    result = fetch(objects, with_contents(lambda right: right[:3]), store)
    assert not result.is_complete
    assert len(result.missing) == 1
    assert "did not arrive" in str(result.reason)


def test_an_archive_that_recovers(objects: list[Path], tmp_path: Path) -> None:
    answers = iter(("503 Busy", "429 Slow down", "500 Oops"))

    def wrong(asked: Asked) -> None:
        status = next(answers, None)
        if status is None:
            asked.double.right(asked)
        else:
            asked.reply(b"", "text/plain", status, "Retry-After: 0\r\n")

    result = fetch(objects, wrong, InstanceStore(tmp_path / "store"), attempts=5)
    assert result.is_complete
    assert len(result.received) == 4


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        (b"{]", "application/dicom+json", "no sound JSON"),
        (b"[" * 200_000, "application/dicom+json", "no sound JSON"),
        (b'[{"0020000D": 5}]', "application/dicom+json", "no DICOM JSON"),
        (b"[" + b" " * 400_000 + b"]", "application/dicom+json", "too large"),
        (b"<html>", "text/html", "web page"),
    ],
)
def test_answers_that_are_none(objects: list[Path], body: bytes, kind: str, says: str) -> None:
    with always(objects, body, kind) as double, session_with(double) as session, pytest.raises(NetworkError, match=says):
        list(search(session, WebQuery(Level.STUDY)))


def test_an_archive_that_ignores_pages(objects: list[Path]) -> None:
    def wrong(asked: Asked) -> bool:
        asked.reply(json.dumps(asked.double.rows).encode())
        return True

    with WebDouble(objects, wrong) as double, session_with(double) as session:
        found = list(search(session, WebQuery(Level.IMAGE, {"StudyInstanceUID": study_of(objects)}, page=2)))
        assert len(found) == 4
        assert len(double.asked) <= 2


def test_answers_without_end(objects: list[Path]) -> None:
    def wrong(asked: Asked) -> bool:
        rows = [{"0020000D": {"vr": "UI", "Value": [generate_uid()]}} for _ in range(500)]
        asked.reply(json.dumps(rows).encode())
        return True

    with WebDouble(objects, wrong) as double, session_with(double) as session, pytest.raises(NetworkError, match="without end"):
        list(search(session, WebQuery(Level.STUDY, page=500)))


def test_answers_that_do_not_match_are_left_out(objects: list[Path]) -> None:
    def wrong(asked: Asked) -> bool:
        names = ("DOE^JOHN", "DOE^JANE", "ROE^RICHARD")
        rows = [
            {"0020000D": {"vr": "UI", "Value": [f"1.{n}"]}, "00100010": {"vr": "PN", "Value": [{"Alphabetic": name}]}}
            for n, name in enumerate(names)
        ]
        asked.reply(json.dumps(rows if asked.key("offset") == "0" else []).encode())
        return True

    with WebDouble(objects, wrong) as double, session_with(double) as session:
        found = list(search(session, WebQuery(Level.STUDY, {"PatientName": "doe*"})))
    assert [row["PatientName"] for row in found] == ["DOE^JOHN", "DOE^JANE"]


def test_no_password_leaves_the_archive(objects: list[Path]) -> None:
    """Bulk data on another machine are not fetched: the password would go along."""
    with WebDouble(objects) as double, session_with(double) as session:
        with pytest.raises(NetworkError, match="another machine"):
            bulk_data(session, "http://127.0.0.2:1/bulk")
        with pytest.raises(NetworkError, match="is none"):
            bulk_data(session, "file://localhost/etc/passwd")


def test_pictures_and_frames_that_are_none(objects: list[Path]) -> None:
    row = dcmread(objects[0])
    target = WebTarget(str(row.StudyInstanceUID), str(row.SeriesInstanceUID), str(row.SOPInstanceUID))
    svg = always(objects, b"<svg>", "image/svg+xml")
    with svg as double, session_with(double) as session, pytest.raises(NetworkError, match="not asked for"):
        rendered(session, target)
    three = always(objects, WebDouble.multipart([b"x"] * 3), MULTIPART)
    with three as double, session_with(double) as session, pytest.raises(NetworkError, match="3 frames where 2"):
        frames(session, target, [1, 2])
    large = always(objects, bytes(200_000), "application/octet-stream")
    with large as double, session_with(double) as session, pytest.raises(NetworkError, match="too large"):
        frames(session, target, [1])
