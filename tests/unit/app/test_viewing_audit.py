"""What the user opens, takes in and exports stands in the audit trail: once, without names, and only while he wants it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.hand_driven import Table
from tests.library_desk import scan, write
from viewer.app.audit_desk import AuditDesk, check
from viewer.app.audit_repository import AuditRepositoryError, read_repository, read_settings, write_settings
from viewer.app.main import main
from viewer.app.paths import Folders, folders
from viewer.app.viewing_audit import AuditedLibrary, ViewingAudit
from viewer.model.audit import AuditReport, AuditSettings
from viewer.model.messages import Message
from viewer.network.audit import AuditEvent, AuditRecord, AuditTrail, verify
from viewer.network.audit_message import to_xml
from viewer.workspace.task_list import TaskList


@pytest.fixture
def places(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "config", tmp_path / "data", tmp_path / "cache")


def lines(places: Folders) -> list[dict[str, object]]:
    path = places.data / "audit.jsonl"
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def told(places: Folders) -> list[tuple[object, ...]]:
    return [(line["event"], line.get("studies", {}), line.get("detail", "")) for line in lines(places)]


def written(places: Folders) -> None:
    """Wait for the first line."""
    for _ in range(2000):
        if told(places):
            return
        threading.Event().wait(0.01)
    raise AssertionError("nothing was written")


@pytest.mark.parametrize("begins", [True, False])
def test_each_study_once_and_exports_each_time(places: Folders, begins: bool) -> None:
    audit = ViewingAudit(places)
    audit.opened("1.2.3", 20)
    if begins:
        audit.begin()
    audit.opened("1.2.4", 0)
    audit.opened("1.2.3", 20)
    audit.opened("", 3)
    audit.exported({"1.2.3": 1}, "picture")
    audit.exported({"1.2.3": 1}, "picture")
    audit.close()
    assert told(places) == [
        ("INSTANCES_ACCESSED", {"1.2.3": 20}, ""),
        ("INSTANCES_ACCESSED", {"1.2.4": 0}, ""),
        ("EXPORT", {"1.2.3": 1}, "picture"),
        ("EXPORT", {"1.2.3": 1}, "picture"),
    ]
    assert verify(places.data) == ()


def test_nothing_happened_nothing_is_written(places: Folders) -> None:
    audit = ViewingAudit(places)
    audit.begin()
    audit.close()
    ViewingAudit(places).close()
    assert not places.data.exists()


def test_what_is_opened_meanwhile_does_not_break_an_import_in_two(places: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.app.viewing_audit._QUIET", 60.0)
    audit = ViewingAudit(places)
    audit.begin()
    audit.imported({"1.2.3": 1})
    audit.opened("1.2.3", 1)
    written(places)
    audit.imported({"1.2.3": 1})
    audit.close()
    assert told(places) == [("INSTANCES_ACCESSED", {"1.2.3": 1}, ""), ("IMPORT", {"1.2.3": 2}, "file")]


def test_an_import_is_one_line_and_the_same_files_again_are_none(places: Folders, tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / "in" / f"{number}", SOPInstanceUID=f"1.2.3.{number}", PatientName="Secret^Name")
    write(tmp_path / "in" / "other", SOPInstanceUID="1.2.9.1", StudyInstanceUID="1.2.9")
    write(tmp_path / "own" / "sample", SOPInstanceUID="1.2.8.1", StudyInstanceUID="1.2.8")
    audit = ViewingAudit(places)
    audit.begin()
    library = AuditedLibrary(places.data, audit.imported, tmp_path / "own")
    scan(library, [tmp_path / "in", tmp_path / "own"], places.cache)
    scan(library, [tmp_path / "in"], places.cache)
    library.close()
    audit.close()
    assert told(places) == [("IMPORT", {"1.2.3": 3, "1.2.9": 1}, "file")]
    trail = (places.data / "audit.jsonl").read_text()
    assert "Secret" not in trail
    assert str(tmp_path) not in trail


def test_many_studies_are_several_lines(places: Folders) -> None:
    audit = ViewingAudit(places)
    audit.imported({f"1.2.{number}": 1 for number in range(1201)})
    audit.imported({"1.2.0": 4})
    audit.close()
    sizes = [len(studies) for _, studies, _ in told(places)]  # type: ignore[arg-type]
    assert sizes == [500, 500, 201]
    assert told(places)[0][1]["1.2.0"] == 5  # type: ignore[index]


def test_an_import_is_written_while_the_program_goes_on(places: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viewer.app.viewing_audit._QUIET", 0.01)
    written: list[object] = []
    monkeypatch.setattr("viewer.app.viewing_audit.write_notes", lambda _folders, notes: written.extend(notes))
    audit = ViewingAudit(places)
    audit.begin()
    audit.imported({"1.2.3": 1})
    while not written:
        audit.opened("1.2.4", 1)
    audit.close()
    assert {note.event for note in written} >= {"IMPORT"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ['{"viewing": false}', '{"viewing": false, "address": "arr.example"}'])
def test_who_does_not_want_it_has_nothing_written(places: Folders, text: str) -> None:
    places.config.mkdir(parents=True)
    (places.config / "audit.json").write_text(text)
    audit = ViewingAudit(places)
    audit.opened("1.2.3", 1)
    audit.close()
    assert lines(places) == []


def test_settings_that_cannot_be_read_switch_nothing_off(places: Folders) -> None:
    places.config.mkdir(parents=True)
    (places.config / "audit.json").write_text("{")
    audit = ViewingAudit(places)
    audit.opened("1.2.3", 1)
    audit.close()
    assert [line["event"] for line in lines(places)] == ["INSTANCES_ACCESSED"]


def test_a_trail_that_cannot_be_written_stops_nothing(places: Folders, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    places.data.write_text("a file where the folder should be")
    audit = ViewingAudit(places)
    audit.opened("1.2.3", 1)
    audit.close()
    assert "audit trail cannot be written" in caplog.text


def test_the_messages_say_who_and_where_to(places: Folders) -> None:
    """Roles of PS3.15 A.5.3.4, A.5.3.6 and A.5.3.7."""
    audit = ViewingAudit(places)
    audit.opened("1.2.3", 2)
    audit.imported({"1.2.4": 1})
    audit.exported({"1.2.5": 1}, "picture")
    audit.close()
    found = {}
    for line in (places.data / "audit.jsonl").read_bytes().splitlines():
        root = ElementTree.fromstring(to_xml(line, "negatoscope@here"))
        event = root.find("EventIdentification/EventID")
        assert event is not None
        roles = [one.attrib["csd-code"] for one in root.iter("RoleIDCode")]
        users = [one.attrib["UserID"] for one in root.findall("ActiveParticipant")]
        found[event.attrib["csd-code"]] = (roles, len(users), users[-1])
    assert found["110103"][:2] == (["110152"], 2)
    assert found["110107"] == (["110152", "110155"], 3, "file")
    assert found["110106"] == (["110153", "110154"], 3, "picture")


@pytest.mark.parametrize(("command", "name", "what"), [("render", "a.png", "picture"), ("pixels", "a.npy", "values")])
def test_subcommands_that_write_pictures_say_so(tmp_path: Path, command: str, name: str, what: str) -> None:
    file = write(tmp_path / "a.dcm")
    assert main([command, str(file), "-o", str(tmp_path / name)]) == 0
    assert told(folders()) == [("EXPORT", {"1.2.3": 1}, what)]
    assert main([command, str(file), "-o", str(tmp_path / "none" / name)]) == 2
    assert len(told(folders())) == 1


def test_settings_are_kept(places: Folders) -> None:
    assert read_settings(places.config) == AuditSettings()
    assert read_repository(places.config) is None
    for settings in (AuditSettings(False), AuditSettings(True, "arr.example:99", "/a.pem", "/b.pem", "/c.pem"), AuditSettings()):
        write_settings(places.config, settings)
        assert read_settings(places.config) == settings
    write_settings(places.config, AuditSettings(True, "arr.example:99", "/a.pem"))
    node = read_repository(places.config)
    assert node is not None
    assert node.tls is not None
    assert (node.host, node.port, node.tls.ca_file) == ("arr.example", 99, "/a.pem")


@pytest.mark.parametrize(
    "text",
    ["{}", "[]", '{"adress": "x"}', '{"address": ""}', '{"address": 5}', '{"viewing": 1}', '{"viewing": true, "x": 1}', "\xff"],
)
def test_settings_that_are_none(places: Folders, text: str) -> None:
    places.config.mkdir(parents=True)
    (places.config / "audit.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(AuditRepositoryError):
        read_settings(places.config)
    with pytest.raises(AuditRepositoryError):
        read_repository(places.config)


def test_a_check_of_everything(places: Folders) -> None:
    assert check(places) == AuditReport()
    audit = ViewingAudit(places)
    for number in range(5):
        audit.opened(f"1.2.{number}", 1)
    audit.close()
    assert check(places) == AuditReport(5)
    path = places.data / "audit.jsonl"
    written = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(written[:2] + written[3:]))
    report = check(places)
    assert [(file, line) for file, line, _ in report.faults] == [("audit.jsonl", 3)]
    assert not report.is_whole
    path.unlink()
    path.mkdir()
    assert check(places).failure


def test_what_the_window_is_answered(places: Folders) -> None:
    """Answers come by way of `post`, whatever the file is like."""

    answered = threading.Event()
    got: list[object] = []

    def post(function: Callable[[], None]) -> None:
        function()
        answered.set()

    class NoLayout:
        class layout:  # noqa: N801
            all_viewports = ()

        tasks: TaskList

    NoLayout.tasks = TaskList(replace(Table().workspace.services, post=post))
    audit = ViewingAudit(places)
    desk = AuditDesk(places, NoLayout, audit, post)  # type: ignore[arg-type]

    def ask(question: Callable[[], None]) -> object:
        answered.clear()
        question()
        assert answered.wait(20)
        return got.pop()

    def settings(found: AuditSettings, said: Message) -> None:
        got.append((found, str(said)))

    assert ask(lambda: desk.change(AuditSettings(False), got.append)) == Message("")
    assert ask(lambda: desk.settings(settings)) == (AuditSettings(False), "")
    (places.config / "audit.json").write_text("{")
    assert "cannot be read" in str(ask(lambda: desk.settings(settings)))
    (places.config / "audit.json").unlink()
    (places.config / "audit.new").mkdir()
    assert "cannot be written" in str(ask(lambda: desk.change(AuditSettings(False), got.append)))
    assert ask(lambda: desk.verify(got.append)) == AuditReport()
    assert desk.place == str(places.data / "audit.jsonl")
    audit.close()


def test_a_check_can_be_broken_off(places: Folders) -> None:
    trail = AuditTrail(places.data)
    for number in range(250):
        trail.append(AuditRecord(AuditEvent.EXPORT, studies={f"1.2.{number}": 1}))
    told: list[tuple[int, int]] = []
    assert check(places, lambda done, total: told.append((done, total)) or len(told) < 2).is_stopped  # type: ignore[func-returns-value]
    assert 0 < told[0][0] < told[1][0] < told[1][1] == (places.data / "audit.jsonl").stat().st_size
    report = check(places, lambda done, total: True)
    assert (report.is_whole, report.lines) == (True, 250)
    assert not check(places, lambda done, total: done < total).is_whole, "whoever stops at the end does not hear that all is well"
