"""A fetch that is cut: what is missing comes again, nothing else, nothing twice; and what is asked for how."""

from __future__ import annotations

import json
import re
import socket
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import generate_uid

from tests.network.objects import make_ct, save
from tests.network.test_dicomweb_hostile import MULTIPART, kept
from tests.network.web_double import Asked, WebDouble
from viewer.model.web_archives import WebArchive
from viewer.network.dicomweb.wado import WebTarget
from viewer.network.dicomweb.web_retrieve import WebProgress, requests_for, retrieve
from viewer.network.dicomweb.web_session import WebCaller, WebSession
from viewer.network.errors import AbortedError
from viewer.network.instance_store import InstanceStore
from viewer.network.storage_scu import RetryPolicy

pytestmark = pytest.mark.network_peers

STUDY = generate_uid()
SERIES = [generate_uid() for _ in range(4)]
COUNT = 200


def session_with(double: WebDouble, attempts: int = 1) -> WebSession:
    policy = RetryPolicy(attempts=attempts, first=0.0)
    return WebSession(WebArchive(double.url), WebCaller(wait=lambda seconds: attempts > 1, policy=policy))


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """200 instances in four series."""
    folder = tmp_path_factory.mktemp("objects")
    return [
        save(make_ct(number, study=STUDY, series=SERIES[number * 4 // COUNT], size=8), folder / f"{number}")
        for number in range(COUNT)
    ]


class Cut:
    """Cuts the first answer of a study after so many bytes; then is right."""

    def __init__(self, share: float) -> None:
        self.share = share
        self.is_done = False

    def __call__(self, asked: Asked) -> bool:
        if self.is_done or not asked.path.endswith(STUDY):
            return False
        body = asked.double.multipart(list(asked.double.files.values()))
        size = int(len(body) * self.share)
        self.is_done = True
        asked.send(f"HTTP/1.1 200 OK\r\nContent-Type: {MULTIPART}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[:size])
        asked.sock.shutdown(socket.SHUT_RDWR)
        return True


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.24, 0.25, 0.4, 0.5, 0.77, 0.98, 0.9999])
def test_only_what_is_missing_comes_again(objects: list[Path], tmp_path: Path, share: float) -> None:
    store = InstanceStore(tmp_path / "store", durable=False)
    with WebDouble(objects, Cut(share)) as double, session_with(double, attempts=3) as session:
        result = retrieve(session, WebTarget(STUDY), store)
        again = double.retrieves[1:]
    assert result.is_complete
    assert kept(store) == set(double.files)
    assert len(list(store.folder.glob("??/*.dcm"))) == COUNT  # no second copies
    assert max(Counter(instance.sop_instance_uid for instance in result.received).values()) == 1
    if share == 0.001:
        assert [target.rpartition("/")[2] for target in again] == [STUDY]  # nothing was here: the whole study once more
        return
    served = [uid for target in again for uid in uids_of(target, double)]
    assert len(served) == len(set(served)) == COUNT - len(uids_before(result.received, served))
    assert sum("/instances/" in target for target in again) < COUNT / 4  # whole series where whole series are missing


def uids_of(target: str, double: WebDouble) -> list[str]:
    one = re.search(r"instances/([0-9.]+)$", target)
    if one:
        return [one[1]]
    series = target.rpartition("/")[2]
    return [row["00080018"]["Value"][0] for row in double.rows if row["0020000E"]["Value"][0] == series]


def uids_before(received: tuple[object, ...], again: list[str]) -> list[str]:
    """Those of the first answer, none of which was asked for again."""
    first = [instance.sop_instance_uid for instance in received if instance.sop_instance_uid not in set(again)]  # type: ignore[attr-defined]
    assert len(first) + len(again) == COUNT
    return first


def test_a_run_that_gives_up_and_one_that_goes_on(objects: list[Path], tmp_path: Path) -> None:
    """Two processes, in effect: the second has only the folder of the first."""
    calls = 0

    def wrong(asked: Asked) -> bool:
        nonlocal calls
        if asked.path.endswith("instances"):
            return False
        calls += 1
        if calls == 1:
            return Cut(0.3)(asked)
        asked.sock.shutdown(socket.SHUT_RDWR)
        return True

    folder = tmp_path / "store"
    with WebDouble(objects, wrong) as double, session_with(double) as session:
        first = retrieve(session, WebTarget(STUDY), InstanceStore(folder, durable=False))
    assert not first.is_complete
    assert 50 < len(first.received) < 62
    assert len(first.missing) == COUNT - len(first.received)
    assert "connection" in str(first.reason)
    store = InstanceStore(folder, durable=False)
    with WebDouble(objects) as double, session_with(double) as session:
        second = retrieve(session, WebTarget(STUDY), store, held=store.holds)
    assert second.is_complete
    assert second.held == len(first.received)
    assert len(second.received) == len(first.missing)
    assert kept(store) == set(double.files)


def test_progress_counts_up(objects: list[Path], tmp_path: Path) -> None:
    seen: list[WebProgress] = []
    with WebDouble(objects) as double, session_with(double) as session:
        retrieve(session, WebTarget(STUDY, SERIES[1]), InstanceStore(tmp_path / "store", durable=False), progress=seen.append)
    assert [one.received for one in seen] == list(range(1, 51))
    assert {one.total for one in seen} == {50}
    assert seen[-1].size == sum(path.stat().st_size for path in objects[50:100])


def test_stop(objects: list[Path], tmp_path: Path) -> None:
    """What is here when the user stops it stays, and is told."""
    store = InstanceStore(tmp_path / "store", durable=False)
    with WebDouble(objects, Slow()) as double, session_with(double) as session:
        seen: list[WebProgress] = []
        stopping = replace(session.caller, stop=lambda: len(seen) >= 10)
        with WebSession(session.archive, stopping) as impatient:
            result = retrieve(impatient, WebTarget(STUDY), store, progress=seen.append)
    assert not result.is_complete
    assert 10 <= len(result.received) < COUNT
    assert len(result.missing) == COUNT - len(result.received)
    assert len(kept(store)) == len(result.received)


class Slow:
    """Gives instance after instance, and waits for the caller to go away before the last."""

    def __call__(self, asked: Asked) -> bool:
        if asked.path.endswith("instances"):
            return False
        body = asked.double.multipart(list(asked.double.files.values()))
        asked.send(
            f"HTTP/1.1 200 OK\r\nContent-Type: {MULTIPART}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[: len(body) // 2]
        )
        asked.sock.settimeout(0.3)
        try:
            asked.sock.recv(1)
        except TimeoutError:
            pass
        return True


def test_an_archive_that_lists_nothing_is_believed_at_its_end(objects: list[Path], tmp_path: Path) -> None:
    def wrong(asked: Asked) -> bool:
        if asked.path.endswith(("instances", "metadata")):
            asked.reply(b"", status="501 Not Implemented")
            return True
        return False

    store = InstanceStore(tmp_path / "store", durable=False)
    with WebDouble(objects[:5], wrong) as double, session_with(double) as session:
        result = retrieve(session, WebTarget(STUDY), store)
    assert result.is_complete
    assert not result.is_certain
    assert len(kept(store)) == 5


def test_names_that_are_no_uids_lead_nowhere(objects: list[Path], tmp_path: Path) -> None:
    def wrong(asked: Asked) -> bool:
        if not asked.path.endswith("instances"):
            return False
        rows = [dict(row) for row in asked.double.rows]
        rows[1]["00080018"] = {"vr": "UI", "Value": ["../../../admin"]}
        asked.reply(json.dumps(rows).encode())
        return True

    store = InstanceStore(tmp_path / "store", durable=False)
    with WebDouble(objects[:3], wrong) as double, session_with(double) as session:
        result = retrieve(session, WebTarget(STUDY), store)
        assert not any("admin" in target for target in double.asked)
    assert (len(kept(store)), result.is_certain) == (3, False)


def test_one_instance_that_the_archive_lost_does_not_hold_up_the_others(objects: list[Path], tmp_path: Path) -> None:
    lost = str(dcmread(objects[7]).SOPInstanceUID)
    first = str(dcmread(objects[0]).SOPInstanceUID)

    def wrong(asked: Asked) -> bool:
        if lost in asked.path:
            asked.reply(b"", status="404 Not Found")
            return True
        return False

    store = InstanceStore(tmp_path / "store", durable=False)
    with WebDouble(objects[:10], wrong) as double, session_with(double) as session:
        result = retrieve(session, WebTarget(STUDY, SERIES[0]), store, held=lambda uid: uid == first)
    assert [one.sop_instance_uid for one in result.refused] == [lost]
    assert len(result.received) == 8


def test_nothing_at_all_is_an_error(objects: list[Path], tmp_path: Path) -> None:
    def wrong(asked: Asked) -> bool:
        asked.sock.shutdown(socket.SHUT_RDWR)
        return True

    with WebDouble(objects, wrong) as double, session_with(double) as session, pytest.raises(AbortedError):
        retrieve(session, WebTarget(STUDY), InstanceStore(tmp_path / "store"))


def test_which_requests_are_made() -> None:
    there = {"1.1": "1", "1.2": "1", "2.1": "2", "2.2": "2"}
    study = WebTarget("9")
    assert requests_for(list(there), there, study) == [study]
    assert requests_for(["2.1", "2.2"], there, study) == [WebTarget("9", "2")]
    assert requests_for(["1.2", "2.1", "2.2"], there, study) == [WebTarget("9", "1", "1.2"), WebTarget("9", "2")]
