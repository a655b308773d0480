"""``qido``, ``wado``, ``stow``, ``web``, ``archives`` and ``node --web-port`` as a user runs them."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydicom import dcmread

from tests.network.conftest import free_port
from tests.network.objects import make_series
from viewer.app.main import main
from viewer.app.paths import folders

pytestmark = pytest.mark.network_peers


def negatoscope(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "viewer", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env=os.environ | environment, stdin=subprocess.DEVNULL
    )


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """A subcommand in this process: starting Python for each takes longer than what it does."""

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        code = main(list(map(str, arguments)))
        out, err = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, code, out, err)

    return run


class Service:
    """A subcommand that listens, with ``--json``."""

    def __init__(self, name: str, event: str, *options: object, **environment: str) -> None:
        command = [sys.executable, "-m", "viewer", name, "--json", *map(str, options)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | environment
        )
        assert self.process.stdout is not None
        started: dict[str, str] = {}
        while started.get("event") != event:
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read() if self.process.stderr else ""
            started = json.loads(line)
        self.url = started["url"]

    def stop(self) -> tuple[int, str, str]:
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err


@pytest.fixture
def start() -> Iterator[Callable[..., Service]]:
    services: list[Service] = []

    def begin(*arguments: object, **environment: str) -> Service:
        services.append(Service(*arguments, **environment))  # type: ignore[arg-type]
        return services[-1]

    yield begin
    for service in services:
        if service.process.poll() is None:
            service.stop()


def test_the_whole_round(
    start: Callable[..., Service], command: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """A server that takes objects and asks who comes; stored, found, fetched, fetched again."""
    objects = make_series(tmp_path / "objects", 4, size=16)
    study = str(dcmread(objects[0]).StudyInstanceUID)
    secret = {"NEGATOSCOPE_WEB_TOKEN": "the-token-of-the-test"}
    web = start("web", "listening", "--port", 0, "--folder", tmp_path / "served", "--store", "--require-token", **secret)
    assert command("archives", "add", "ward", web.url, "--token").returncode == 0
    assert command("archives", "test", **secret).stdout == "ward: passed\n"

    stored = command("stow", "ward", tmp_path / "objects", "--json", **secret)
    assert stored.returncode == 0, stored.stderr
    assert json.loads(stored.stdout)["counts"] == {"stored": 4}

    sent = command("send", "--to", "Ward", tmp_path / "objects", "--json", **secret)  # by the name, as to a node
    assert sent.returncode == 0, sent.stderr
    assert (json.loads(sent.stdout)["counts"], json.loads(sent.stdout)["node"]) == ({"stored": 4}, web.url)

    found = command("qido", "WARD", "studies", "PatientName=peer*", "StudyDate=20260101-", "--json", **secret)
    assert found.returncode == 0, found.stderr
    (answer,) = json.loads(found.stdout)["answers"]
    assert (answer["study_instance_uid"], answer["number_of_study_related_instances"]) == (study, "4")
    assert len(json.loads(command("qido", "ward", "instances", "--json", **secret).stdout)["answers"]) == 4
    shown = command("qido", "ward", **secret)
    assert "PatientName: Peer^Test" in shown.stdout

    fetched = negatoscope("wado", "ward", study, "-o", tmp_path / "got", **secret)
    assert fetched.returncode == 0, fetched.stderr
    paths = [Path(line) for line in fetched.stdout.splitlines()]
    assert {str(dcmread(path).SOPInstanceUID) for path in paths} == {str(dcmread(path).SOPInstanceUID) for path in objects}
    trail = [json.loads(line) for line in (folders().data / "audit.jsonl").read_text().splitlines()]
    transfers = [(line["event"], line["studies"][study], line["peer_is_source"]) for line in trail if "studies" in line]
    assert transfers == [
        *(("BEGIN_TRANSFERRING", 0, False), ("INSTANCES_SENT", 4, False)) * 2,
        ("BEGIN_TRANSFERRING", 0, True),
        ("INSTANCES_RECEIVED", 4, True),
    ]
    assert {line["peer_address"] for line in trail} == {"127.0.0.1"}
    paths[1].unlink()
    again = json.loads(command("wado", "ward", study, "-o", tmp_path / "got", "--json", **secret).stdout)
    assert (len(again["received"]), again["held"], again["complete"], again["compared"]) == (1, 3, True, True)

    series, instance = str(dcmread(objects[0]).SeriesInstanceUID), str(dcmread(objects[0]).SOPInstanceUID)
    picture = tmp_path / "picture.png"
    assert command("wado", "ward", f"{study}/{series}/{instance}", "--rendered", "-o", picture, **secret).returncode == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    document = json.loads(command("wado", "ward", study, "--metadata", **secret).stdout)
    assert {row["rows"] for row in document["instances"]} == {"16"}

    refused = command("qido", "ward", NEGATOSCOPE_WEB_TOKEN="wrong")
    assert refused.returncode == 1
    assert "wants to know who asks" in refused.stderr
    code, out, errors = web.stop()
    assert (code, errors) == (0, "")
    assert [json.loads(line)["event"] for line in out.splitlines()] == ["received"] * 8
    trail = "".join(path.read_text() for path in (tmp_path / "served" / "library").glob("audit*"))
    assert '"INSTANCES_SENT"' in trail
    assert study in trail
    assert "the-token-of-the-test" not in trail + found.stdout + fetched.stdout


def test_a_node_serves_its_library_too(
    start: Callable[..., Service], command: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    objects = make_series(tmp_path / "objects", 2, size=16)
    port = free_port()
    node = start("node", "serving", "--port", port, "--folder", tmp_path / "node", "--web-port", 0)
    assert command("send", "--to", f"NEGATOSCOPE@127.0.0.1:{port}", *objects).returncode == 0
    found = json.loads(command("qido", node.url, "instances", "--json").stdout)
    assert len(found["answers"]) == 2
    assert command("stow", node.url, objects[0]).returncode == 1
    assert node.stop()[0] == 0


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["qido", "nonsense"], "neither an address nor the name"),
        (["qido", "ftp://host/x"], "neither an address nor the name"),
        (["qido", "http://me:secret@host/x"], "holds no user name"),
        (["qido", "http://host/x", "Nonsense=1"], "not an attribute"),
        (["wado", "http://host/x", "a/b/c/d", "-o", "x"], "names no study"),
        (["wado", "http://host/x", "1.2.3"], "say where the files go"),
        (["wado", "http://host/x", "1.2.3", "-o", "/dev/null/x"], "Not a directory"),
        (["qido", "http://host/x", "--user", "a"], "not known"),
        (["stow", "http://host/x", "x", "--token"], "not known"),
        (["send", "--to", "http://host/x#y", "x"], "not an address"),
        (["send", "--to", "nobody", "x"], "neither AE@HOST:PORT nor the name"),
        (["archives", "add", "x", "http://host/x#y"], "not an address"),
        (["archives", "test", "nobody"], "no archive named"),
    ],
)
def test_what_cannot_begin_exits_2(
    arguments: list[str], text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert text in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("options", "text"), [(["--port", "0", "--interface", "0.0.0.0"], "whole library"), (["--port", "99999"], "listened on")]
)
def test_a_server_that_cannot_begin_exits_2(options: list[str], text: str) -> None:
    done = negatoscope("web", *options)
    assert done.returncode == 2, done.stdout
    assert text in done.stderr
    assert "Traceback" not in done.stderr


def test_what_fails_says_so_and_exits_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (path,) = make_series(tmp_path / "objects", 1, size=8)
    nobody = f"http://127.0.0.1:{free_port()}/dicom-web"
    fetching, storing = ["wado", nobody, "1.2.3", "-o", tmp_path / "got"], ["stow", nobody, path]
    for arguments in (["qido", nobody], fetching, storing):
        assert main([*map(str, arguments), "--attempts", "1"]) == 1
        assert "Connection refused" in capsys.readouterr().err
    assert main(["qido", nobody, "--json", "--attempts", "1"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["complete"], document["answers"]) == (False, [])
