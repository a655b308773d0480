"""The audit trail: every line that was edited, dropped, put in or moved is named, 20 of 20."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from pathlib import Path
from xml.etree import ElementTree

import pytest

from viewer.network import audit
from viewer.network.audit import (
    FILE_NAME,
    AuditEvent,
    AuditRecord,
    AuditTrail,
    Outcome,
    TrailCheck,
    check_trail,
    number_of,
    trail_files,
    trail_lines,
    verify,
)
from viewer.network.audit_message import to_xml


def fill(folder: Path, count: int = 30, key: bytes = b"") -> list[bytes]:
    trail = AuditTrail(folder, key)
    events = list(AuditEvent)
    for number in range(count):
        trail.append(
            AuditRecord(
                events[number % len(events)],
                local_title="NEGATOSCOPE",
                peer_title=f"PEER{number}",
                peer_address="10.0.0.5",
                studies={f"1.2.{number}": number + 1},
            )
        )
    return (folder / FILE_NAME).read_bytes().splitlines(keepends=True)


def put(folder: Path, lines: list[bytes]) -> list[int]:
    """Write the trail anew, and say which lines are named."""
    (folder / FILE_NAME).write_bytes(b"".join(lines))
    return [fault.line for fault in verify(folder)]


def test_a_sound_trail_has_no_faults(tmp_path: Path) -> None:
    assert verify(tmp_path) == ()
    fill(tmp_path, 12)
    fill(tmp_path, 13)
    assert verify(tmp_path) == ()
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o077 == 0


def test_twenty_edits_are_named(tmp_path: Path) -> None:
    lines = fill(tmp_path)
    rng = random.Random(1)
    for place in rng.sample(range(30), 20):
        changed = list(lines)
        document = json.loads(changed[place])
        document["peer_title"] = "SOMEBODY"
        changed[place] = json.dumps(document, separators=(",", ":")).encode() + b"\n"
        assert place + 1 in put(tmp_path, changed), place
        byte = bytearray(lines[place])
        byte[rng.randrange(len(byte) - 1)] ^= 1
        assert place + 1 in put(tmp_path, [*lines[:place], bytes(byte), *lines[place + 1 :]]), place


def test_twenty_drops_are_named(tmp_path: Path) -> None:
    lines = fill(tmp_path)
    for place in [*random.Random(2).sample(range(29), 19), 29]:  # the last one too
        faults = put(tmp_path, lines[:place] + lines[place + 1 :])
        assert faults == [place + 1], place
    assert put(tmp_path, []) == [1]
    assert put(tmp_path, lines) == []


def test_moving_and_repeating_is_named(tmp_path: Path) -> None:
    lines = fill(tmp_path)
    assert 6 in put(tmp_path, [*lines[:5], lines[4], *lines[5:]])
    assert put(tmp_path, [*lines[:5], lines[6], lines[5], *lines[7:]])


def test_a_rehashed_line_is_named_without_the_key(tmp_path: Path) -> None:
    """Who edits a line and makes its hash right has broken the next one; with a key he cannot make it right at all."""
    from viewer.network.audit import _digest

    lines = fill(tmp_path)
    document = json.loads(lines[9])
    document["peer_title"] = "SOMEBODY"
    document["hash"] = _digest(document, b"")
    assert put(tmp_path, [*lines[:9], json.dumps(document).encode() + b"\n", *lines[10:]]) == [11]
    keyed = tmp_path / "keyed"
    fill(keyed, 5, b"key")
    assert verify(keyed, b"key") == ()
    assert [fault.line for fault in verify(keyed, b"another")] == [1, 2, 3, 4, 5]
    fill(keyed, 2)
    assert [fault.line for fault in verify(keyed, b"key")] == [6, 7]  # nobody goes on without the key
    fill(tmp_path / "late", 2)
    fill(tmp_path / "late", 2, b"key")
    assert verify(tmp_path / "late", b"key") == ()


def test_a_head_that_lags_behind_or_is_gone(tmp_path: Path) -> None:
    """kill -9 between a line and the head: the next line follows the last one all the same."""
    fill(tmp_path, 5)
    head = tmp_path / f"{FILE_NAME}.head"
    old = head.read_bytes()
    fill(tmp_path, 2)
    for content in (old, b"", b"nonsense"):
        head.write_bytes(content)
        fill(tmp_path, 1)
        assert verify(tmp_path) == ()
    with (tmp_path / FILE_NAME).open("ab") as stream:
        stream.write(b'{"number":11,"ti')
    fill(tmp_path, 2)
    assert [fault.line for fault in verify(tmp_path)] == [11]


def test_a_large_file_is_put_aside_and_the_chain_goes_on(tmp_path: Path) -> None:
    for number in range(60):
        AuditTrail(tmp_path, largest=3000).append(AuditRecord(AuditEvent.QUERY, peer_title=f"PEER{number}"))
    files = trail_files(tmp_path)
    assert len(files) > 3
    assert all(path.stat().st_size < 3500 for path in files if path.exists())
    assert [number_of(line) for line in trail_lines(tmp_path)] == list(range(1, 61))
    assert [number_of(line) for line in trail_lines(tmp_path, after=47)] == list(range(48, 61))
    assert verify(tmp_path) == ()
    for head in (b"", b'{"number": 60, "hash": "old", "size": 9}'):  # killed before the head was written
        (tmp_path / f"{FILE_NAME}.head").write_bytes(head)
        AuditTrail(tmp_path, largest=1).append(AuditRecord(AuditEvent.QUERY))
        assert not (tmp_path / FILE_NAME).exists()
        AuditTrail(tmp_path, largest=1).append(AuditRecord(AuditEvent.QUERY))
        assert verify(tmp_path) == ()
    lines = files[1].read_bytes().splitlines(keepends=True)
    files[1].write_bytes(b"".join(lines[:2] + lines[3:]))
    assert [(fault.file, fault.line) for fault in verify(tmp_path)] == [(files[1].name, 3)]
    files[1].write_bytes(b"".join(lines))
    files[2].rename(tmp_path / "taken away")
    (fault,) = verify(tmp_path)
    assert (fault.file, fault.line) == (files[3].name, 1)


def test_a_trail_that_is_written_on_while_it_is_checked_is_whole(tmp_path: Path) -> None:
    """Lines that come meanwhile, and the putting aside of the file they go to."""
    fill(tmp_path, 600)
    asked: list[int] = []

    def goes_on(done: int, total: int) -> bool:
        if not asked:
            fill(tmp_path, 3)
            AuditTrail(tmp_path, largest=1).append(AuditRecord(AuditEvent.QUERY))
            fill(tmp_path, 2)
        asked.append(done)
        assert done <= total
        return True

    assert check_trail(tmp_path, goes_on=goes_on) == TrailCheck(600, ())
    assert asked
    assert len(trail_files(tmp_path)) == 2
    assert verify(tmp_path) == ()
    lines = (tmp_path / FILE_NAME).read_bytes().splitlines(keepends=True)
    (tmp_path / FILE_NAME).write_bytes(lines[0])
    (fault,) = verify(tmp_path)
    assert "1 lines are missing at the end" in str(fault.reason)


def test_no_line_is_passed_over_when_the_file_is_put_aside_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at the folder and the reading of the file that grows."""
    trail = AuditTrail(tmp_path, largest=1_000_000)
    for _ in range(5):
        trail.append(AuditRecord(AuditEvent.QUERY))
    files = trail_files

    def look(folder: Path) -> list[Path]:
        found = files(folder)
        if len(found) == 1:
            (folder / FILE_NAME).rename(folder / "audit-0000000005.jsonl")
            trail.append(AuditRecord(AuditEvent.QUERY))
        return found

    monkeypatch.setattr(audit, "trail_files", look)
    seen = [number_of(line) for line in trail_lines(tmp_path)]
    seen += [number_of(line) for line in trail_lines(tmp_path, after=seen[-1])]
    assert seen == list(range(1, 7))


def test_threads_and_processes_write_one_chain(tmp_path: Path) -> None:
    program = "import sys\nfrom pathlib import Path\nfrom tests.unit.network.test_audit import fill\nfill(Path(sys.argv[1]), 25)\n"
    command = [sys.executable, "-c", program, str(tmp_path)]
    processes = [subprocess.Popen(command, cwd=Path(__file__).parents[3]) for _ in range(2)]
    trail = AuditTrail(tmp_path)

    def work() -> None:
        for _ in range(20):
            trail.append(AuditRecord(AuditEvent.QUERY))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait(30) for process in processes] == [0, 0]
    assert verify(tmp_path) == ()
    assert len((tmp_path / FILE_NAME).read_bytes().splitlines()) == 110


@pytest.mark.parametrize("event", list(AuditEvent))
def test_every_event_as_a_message(tmp_path: Path, event: AuditEvent) -> None:
    AuditTrail(tmp_path).append(
        AuditRecord(event, Outcome.MINOR_FAILURE, "US", "PEER", "10.0.0.5", studies={"1.2.3": 7}, sop_class_uid="1.2.840")
    )
    root = ElementTree.fromstring(to_xml((tmp_path / FILE_NAME).read_bytes(), "negatoscope@host"))
    assert [child.tag for child in root] == [
        "EventIdentification", "ActiveParticipant", "ActiveParticipant", "AuditSourceIdentification",
        "ParticipantObjectIdentification",
    ]  # fmt: skip
    identification = root[0]
    assert identification.attrib["EventOutcomeIndicator"] == "4"
    assert identification[0].attrib == {"csd-code": event.value[0], "codeSystemName": "DCM", "originalText": event.value[1]}
    assert [one.attrib["UserIsRequestor"] for one in root[1:3]] == ["false", "true"]
    assert root[2].attrib["NetworkAccessPointID"] == "10.0.0.5"
    assert root[4].attrib["ParticipantObjectID"] == "1.2.3"


CODED = {"csd-code", "codeSystemName", "originalText"}
# Of each element: attributes it must have, attributes it may have, and its children in order with how many there may be.
SCHEMA: dict[str, tuple[set[str], set[str], tuple[tuple[str, int, int], ...]]] = {
    "AuditMessage": (
        set(), set(),
        (
            ("EventIdentification", 1, 1), ("ActiveParticipant", 1, 99), ("AuditSourceIdentification", 1, 1),
            ("ParticipantObjectIdentification", 0, 99),
        ),
    ),
    "EventIdentification": (
        {"EventDateTime", "EventOutcomeIndicator"}, {"EventActionCode"},
        (("EventID", 1, 1), ("EventTypeCode", 0, 99), ("EventOutcomeDescription", 0, 1)),
    ),
    "ActiveParticipant": (
        {"UserID", "UserIsRequestor"},
        {"AlternativeUserID", "UserName", "NetworkAccessPointID", "NetworkAccessPointTypeCode"},
        (("RoleIDCode", 0, 99),),
    ),
    "AuditSourceIdentification": ({"AuditSourceID"}, {"AuditEnterpriseSiteID"}, ()),
    "ParticipantObjectIdentification": (
        {"ParticipantObjectID"}, {"ParticipantObjectTypeCode", "ParticipantObjectTypeCodeRole"},
        (("ParticipantObjectIDTypeCode", 1, 1), ("ParticipantObjectName", 1, 1), ("ParticipantObjectDescription", 0, 99)),
    ),
    "ParticipantObjectDescription": (set(), set(), (("SOPClass", 0, 99),)),
    "SOPClass": ({"NumberOfInstances"}, {"UID"}, ()),
    **{name: (CODED, {"displayName"}, ()) for name in ("EventID", "EventTypeCode", "RoleIDCode", "ParticipantObjectIDTypeCode")},
    **{name: (set(), set(), ()) for name in ("EventOutcomeDescription", "ParticipantObjectName")},
}  # fmt: skip


def assert_valid(element: ElementTree.Element) -> None:
    """By the schema of PS3.15 A.5.1, as far as these messages use it."""
    must, may, children = SCHEMA[element.tag]
    assert must <= element.attrib.keys() <= must | may, (element.tag, element.attrib)
    names = [child.tag for child in element]
    for name, least, most in children:
        assert least <= names.count(name) <= most, (element.tag, name)
    order = [name for name, _, _ in children]
    assert names == sorted(names, key=order.index), (element.tag, names)
    assert element.attrib.get("NetworkAccessPointTypeCode") in (None, "1", "2")
    for child in element:
        assert_valid(child)


@pytest.mark.parametrize("event", list(AuditEvent))
def test_messages_are_valid(tmp_path: Path, event: AuditEvent) -> None:
    records = (
        AuditRecord(event),
        AuditRecord(event, studies={"1.2.3": 0}, peer_title="PEER", peer_address="pacs.example", user="anna", detail="a <rule>"),
        AuditRecord(event, Outcome.SERIOUS_FAILURE, "US", "PEER", "::1", False, {"1.2.3": 7, "1.2.4": 1}, sop_class_uid="1.2.840"),
    )
    trail = AuditTrail(tmp_path)
    for record in records:
        trail.append(record)
    found = [ElementTree.fromstring(to_xml(line, "negatoscope@host")) for line in trail_lines(tmp_path)]
    for root in found:
        assert_valid(root)
    access = [one.attrib.get("NetworkAccessPointTypeCode") for root in found[1:] for one in root.iter("ActiveParticipant")]
    assert [one for one in access if one] == ["1", "2"]


def test_the_command_names_the_line(tmp_path: Path) -> None:
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "viewer", "audit", str(tmp_path), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    lines = fill(tmp_path, 4)
    assert run().returncode == 0
    assert run("--xml").stdout.count("<AuditMessage>") == 4
    (tmp_path / FILE_NAME).write_bytes(b"".join(lines[:2] + lines[3:]))
    named = run("--json")
    assert named.returncode == 1
    assert json.loads(named.stdout)["faults"] == [{"file": FILE_NAME, "line": 3, "reason": "1 lines are missing before this one."}]
