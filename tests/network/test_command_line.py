"""The subcommands as a user runs them, each a process of its own, against a node of our own and DCMTK's programs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydicom import dcmread

from tests.network.conftest import Peer, StartPeer, free_port, run_tool, select_pause
from tests.network.objects import make_series
from tests.network.qr_archive import start_dcmqrscp
from viewer.app.paths import folders

pytestmark = pytest.mark.network_peers


def negatoscope(*arguments: object, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "viewer", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)


class Node:
    """``negatoscope node --json``, running."""

    def __init__(self, folder: Path, *options: object) -> None:
        command = [sys.executable, "-m", "viewer", "node", "--json", "--port", "0", "--folder", str(folder), *map(str, options)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.started = json.loads(self.process.stdout.readline())
        self.address = f"{self.started['ae_title']}@127.0.0.1:{self.started['port']}"

    def stop(self) -> tuple[int, list[dict[str, object]], str]:
        """(exit code, events, standard error)."""
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, [json.loads(line) for line in out.splitlines()], err


@pytest.fixture
def start_node(tmp_path: Path) -> Iterator[Callable[..., Node]]:
    nodes: list[Node] = []

    def start(*options: object) -> Node:
        nodes.append(Node(tmp_path / f"node{len(nodes)}", *options))
        return nodes[-1]

    yield start
    for node in nodes:
        if node.process.poll() is None:
            node.stop()


def uids(paths: list[Path]) -> set[str]:
    return {str(dcmread(path).SOPInstanceUID) for path in paths}


def noted() -> list[str]:
    """The user's audit trail."""
    return (folders().data / "audit.jsonl").read_text().splitlines()


def test_the_whole_round(start_node: Callable[..., Node], storescp: Callable[..., Peer], tmp_path: Path) -> None:
    """echo, send, find, get and move against ``negatoscope node``."""
    peer = storescp()
    node = start_node("--peer", peer.node)
    objects = make_series(tmp_path / "objects", 5)
    study = str(dcmread(objects[0]).StudyInstanceUID)

    echo = negatoscope("echo", node.address, "--json")
    assert echo.returncode == 0, echo.stderr
    assert [step["step"] for step in json.loads(echo.stdout)["steps"]] == ["tcp", "association", "echo"]

    sent = negatoscope("send", "--to", node.address, tmp_path / "objects", "--json")
    assert sent.returncode == 0, sent.stderr
    document = json.loads(sent.stdout)
    assert document["counts"] == {"stored": 5}
    assert {row["status"] for row in document["objects"]} == {"0x0000"}

    found = negatoscope("find", "--from", node.address, "--level", "STUDY", "PatientName=peer*", "--json")
    assert found.returncode == 0, found.stderr
    (answer,) = json.loads(found.stdout)["answers"]
    assert (answer["study_instance_uid"], answer["number_of_study_related_instances"]) == (study, "5")
    assert answer["modalities_in_study"] == "CT"

    got = negatoscope("get", "--from", node.address, f"StudyInstanceUID={study}", "-o", tmp_path / "got", "--json")
    assert got.returncode == 0, got.stderr
    received = json.loads(got.stdout)["received"]
    assert {row["sop_instance_uid"] for row in received} == uids(objects)
    assert uids([Path(row["path"]) for row in received]) == uids(objects)

    gone = Path(received[2]["path"])
    gone.unlink()
    again = negatoscope("get", "--from", node.address, f"StudyInstanceUID={study}", "-o", tmp_path / "got", "--json")
    assert again.returncode == 0, again.stderr
    assert [row["path"] for row in json.loads(again.stdout)["received"]] == [str(gone)]

    moved = negatoscope("move", "--from", node.address, "--to", "STORESCP", "PatientID=P1", "--level", "PATIENT", "--json")
    assert moved.returncode == 0, moved.stderr
    assert json.loads(moved.stdout)["completed"] == 5
    assert uids(list(peer.folder.iterdir())) == uids(objects)
    (audited,) = {json.loads(line)["peer_title"] for line in noted()}
    assert audited == "NEGATOSCOPE"
    told = [(line["event"], line.get("studies", {}), line.get("detail", "")) for line in map(json.loads, noted())]
    assert told == [
        ("BEGIN_TRANSFERRING", {study: 0}, ""),
        ("INSTANCES_SENT", {study: 5}, ""),
        ("BEGIN_TRANSFERRING", {study: 0}, ""),
        ("INSTANCES_RECEIVED", {study: 5}, ""),
        ("BEGIN_TRANSFERRING", {study: 0}, ""),
        ("INSTANCES_RECEIVED", {study: 1}, ""),
        ("INSTANCES_SENT", {}, "move PATIENT to STORESCP"),
    ]

    code, events, errors = node.stop()
    assert code == 0
    assert [event["event"] for event in events] == ["received"] * 5
    assert errors == ""


def test_a_node_remembers_what_it_received(start_node: Callable[..., Node], tmp_path: Path) -> None:
    first = start_node()
    make_series(tmp_path / "objects", 3)
    assert negatoscope("send", "--to", first.address, tmp_path / "objects").returncode == 0
    assert first.stop()[0] == 0
    second = start_node("--folder", tmp_path / "node0")
    found = json.loads(negatoscope("find", "--from", second.address, "--json").stdout)
    assert [answer["number_of_study_related_instances"] for answer in found["answers"]] == ["3"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at /proc")
@pytest.mark.parametrize("command", ["node", "web"])
def test_one_that_was_suspended_can_be_stopped(command: str, tmp_path: Path) -> None:
    """The signal goes to any of its threads then."""
    words = [sys.executable, "-m", "viewer", command, "--json", "--port", "0", "--folder", str(tmp_path / "here")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())["port"]
            process.send_signal(signal.SIGSTOP)
            wait_until(lambda: Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T")
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGCONT)
            assert process.wait(20) == 0
        finally:
            process.kill()


def wait_until(condition: Callable[[], bool]) -> None:
    due = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < due
        select_pause()


def test_nodes_have_names(start_node: Callable[..., Node], tmp_path: Path) -> None:
    """Added, used by name wherever an address is taken, tested, exported, removed, imported."""
    node = start_node()
    (path,) = make_series(tmp_path / "objects", 1)
    nobody = f"NOBODY@127.0.0.1:{free_port()}"
    assert negatoscope("nodes", "add", "Main archive", node.address, "--retrieve", "move").returncode == 0
    assert negatoscope("nodes", "add", "gone", nobody).returncode == 0
    assert negatoscope("echo", "main ARCHIVE").returncode == 0
    assert negatoscope("send", "--to", "Main archive", path).returncode == 0
    assert json.loads(negatoscope("find", "--from", "Main archive", "--json").stdout)["node"] == node.address
    tested = negatoscope("nodes", "test", "--json")
    assert tested.returncode == 1
    assert {row["name"]: row["passed"] for row in json.loads(tested.stdout)["nodes"]} == {"Main archive": True, "gone": False}
    listed = json.loads(negatoscope("nodes", "list", "--json").stdout)["nodes"]
    assert [(row["name"], row["retrieve"]) for row in listed] == [("gone", "get"), ("Main archive", "move")]
    assert negatoscope("nodes", "export", tmp_path / "list.json").returncode == 0
    assert negatoscope("nodes", "remove", "gone", "Main archive").returncode == 0
    unknown = negatoscope("echo", "Main archive")
    assert unknown.returncode == 2
    assert "neither AE@HOST:PORT nor the name of a node" in unknown.stderr
    assert negatoscope("nodes", "import", tmp_path / "list.json").stdout == "2 taken, 0 left as they were\n"
    assert negatoscope("nodes", "test", "Main archive").returncode == 0
    assert negatoscope("nodes", "remove", "unknown").returncode == 1
    ours = negatoscope("nodes", "ours", "--ae-title", "READER", "--interface", "10.0.0.7").stdout
    assert "AE title: READER\n" in ours
    assert "Address: 10.0.0.7\nPort: 11112\n" in ours


def test_move_to_ourselves(start_peer: StartPeer, tmp_path: Path) -> None:
    port = free_port()
    archive = start_dcmqrscp(start_peer, tmp_path / "archive", {"WORKSTATION": port})
    objects = make_series(tmp_path / "objects", 4, StudyTime="1200", StudyID="1", AccessionNumber="A", SeriesNumber=1)
    assert negatoscope("send", "--to", archive.node, *objects).returncode == 0
    study = dcmread(objects[0]).StudyInstanceUID
    moved = negatoscope(
        "move", "--from", archive.node, "--ae-title", "WORKSTATION", "--port", port, "-o", tmp_path / "here",
        f"StudyInstanceUID={study}", "--json",
    )  # fmt: skip
    assert moved.returncode == 0, moved.stderr
    assert {row["sop_instance_uid"] for row in json.loads(moved.stdout)["received"]} == uids(objects)


def test_what_fails_says_so_and_exits_1(start_node: Callable[..., Node], tmp_path: Path) -> None:
    node = start_node("--caller", "FRIEND")
    (path,) = make_series(tmp_path / "objects", 1)
    text = tmp_path / "notes.txt"
    text.write_text("no image")
    refused = negatoscope("echo", node.address)
    assert refused.returncode == 1
    assert "does not know our AE title" in refused.stdout
    assert negatoscope("echo", node.address, "--ae-title", "FRIEND").returncode == 0
    sent = negatoscope("send", "--to", node.address, "--ae-title", "FRIEND", path, text)
    assert sent.returncode == 1
    assert "notes.txt: This is a text file, not DICOM." in sent.stderr
    assert negatoscope("send", "--to", node.address, "--ae-title", "FRIEND", path).returncode == 0
    found = negatoscope("find", "--from", f"X@127.0.0.1:{free_port()}", "--json")
    assert found.returncode == 1
    assert not json.loads(found.stdout)["complete"]
    nothing = negatoscope("get", "--from", node.address, "--ae-title", "FRIEND", "PatientName=NOBODY", "-o", tmp_path / "got")
    assert nothing.returncode == 1
    assert "nothing that matches" in nothing.stderr


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["echo", "nonsense"], "AE@HOST:PORT"),
        (["echo", "AN_AE_TITLE_TOO_LONG@h:1"], "not an AE title"),
        (["find", "--from", "A@h:104", "Nonsense=1"], "not an attribute"),
        (["get", "--from", "A@h:104", "-o", "/dev/null/x"], "Not a directory"),
        (["node", "--port", "99999"], "not a port"),
    ],
)
def test_what_cannot_begin_exits_2(arguments: list[str], text: str) -> None:
    done = negatoscope(*arguments)
    assert done.returncode == 2, done.stdout
    assert text in done.stderr
    assert "Traceback" not in done.stderr


def test_no_patient_text_in_the_log(start_node: Callable[..., Node], tmp_path: Path) -> None:
    node = start_node("--verbose")
    make_series(tmp_path / "objects", 2, PatientName="Secret^Person", PatientID="SECRETID", AccessionNumber="SECRETACC")
    sent = negatoscope("send", "--to", node.address, tmp_path / "objects", "--verbose")
    found = negatoscope("find", "--from", node.address, "PatientName=SECRET*", "--verbose", "--json")
    assert json.loads(found.stdout)["answers"]
    _, _, errors = node.stop()
    log = sent.stderr + found.stderr + errors
    assert "association" in log
    assert "CT Image Storage" in log
    assert "secret" not in log.lower()
    for path in (tmp_path / "objects").iterdir():
        assert str(dcmread(path).SOPInstanceUID) not in log


def test_dcmtk_sends_to_a_node_and_the_port_is_loopback_only(start_node: Callable[..., Node], tmp_path: Path) -> None:
    node = start_node()
    make_series(tmp_path / "objects", 3)
    port = node.started["port"]
    done = run_tool("storescu", "-aec", "NEGATOSCOPE", "127.0.0.1", port, "+sd", tmp_path / "objects")
    assert done.returncode == 0, done.stderr
    with open("/proc/net/tcp", encoding="ascii") as table:
        listening = [line.split()[1] for line in table if line.split()[3] == "0A"]
    assert f"0100007F:{port:04X}" in listening
    assert f"00000000:{port:04X}" not in listening
    assert os.stat(tmp_path / "node0").st_mode & 0o077 == 0
