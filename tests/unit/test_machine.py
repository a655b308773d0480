"""A program that is missing skips a test, and fails it where everything has to be there."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

import pytest

from tests.machine import REQUIRED, tool

NOWHERE = "a-program-nobody-has"


def test_missing_program_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REQUIRED, raising=False)
    with pytest.raises(pytest.skip.Exception, match=NOWHERE):
        tool(NOWHERE)


def test_missing_program_fails_where_everything_has_to_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REQUIRED, "1")
    with pytest.raises(pytest.fail.Exception, match=NOWHERE):
        tool(NOWHERE)


@pytest.mark.skipif(sys.platform == "win32", reason="programs there have endings")
def test_program_is_found_outside_this_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = tmp_path / "python"
    wanted.write_text("#!/bin/sh\n")
    wanted.chmod(0o755)
    own = sysconfig.get_path("scripts")
    monkeypatch.setenv("PATH", f"{own}:{tmp_path}")
    assert Path(own, "python").exists()
    assert tool("python") == str(wanted)
