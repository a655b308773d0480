"""The conformance statement is what the tables say now, and the listener does what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from viewer.dicom.sop_classes import storage_classes
from viewer.dicom.transfer_syntaxes import transfer_syntaxes
from viewer.network.association_pdu import ProposedContext
from viewer.network.instance_store import InstanceStore
from viewer.network.storage_scp import StorageService

REPOSITORY = Path(__file__).parents[3]
PROGRAM = REPOSITORY / "packaging" / "make_conformance.py"


def test_the_file_is_current() -> None:
    done = subprocess.run([sys.executable, PROGRAM, "--check"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_what_it_says_is_accepted_is_accepted(tmp_path: Path) -> None:
    text = (REPOSITORY / "resources" / "guide" / "conformance.md").read_text(encoding="utf-8")
    service = StorageService(InstanceStore(tmp_path))
    for uid, name in storage_classes():
        assert f"| {name} | {uid} |" in text
        assert service.choose(ProposedContext(1, uid, ("1.2.840.10008.1.2",)), False)
    for uid, name in transfer_syntaxes():
        assert f"| {uid} | {name} |" in text
        assert service.choose(ProposedContext(1, storage_classes()[0][0], (uid,)), False) == uid


@pytest.mark.parametrize(
    "section", ["Overview", "Associations", "Storage", "Query/Retrieve", "Network and security", "Character sets"]
)
def test_the_parts_of_ps3_2_are_there(section: str) -> None:
    text = (REPOSITORY / "resources" / "guide" / "conformance.md").read_text(encoding="utf-8")
    assert any(line.startswith("## ") and line.endswith(section) for line in text.splitlines())
