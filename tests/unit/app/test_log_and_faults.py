"""What is written down holds no patient data."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from viewer.app.crash import TraceFile
from viewer.app.fault_text import fault_text
from viewer.app.log_setup import FILE_NAME, start_log, stop_log

NAME = "DOE^JOHN"


def fail(path: str) -> None:
    try:
        raise ValueError(f"cannot read the name {NAME} in {path}")
    except ValueError as error:
        raise OSError(2, "No such file", path) from error


def test_fault_text_says_where_and_not_what() -> None:
    try:
        fail(f"/data/{NAME}/1.dcm")
    except OSError:
        text = fault_text(*sys.exc_info())  # type: ignore[arg-type]
    assert "FileNotFoundError (errno 2)" in text
    assert "after ValueError" in text
    assert "tests/unit/app/test_log_and_faults.py" in text
    assert " fail" in text
    assert NAME not in text
    assert str(Path(__file__).parents[3]) not in text


def test_log_is_private_one_line_per_event_and_without_names(tmp_path: Path) -> None:
    handler = start_log(tmp_path)
    try:
        log = logging.getLogger("viewer.test")
        log.warning("a\nforged line\x1b[31m")
        try:
            fail(f"/data/{NAME}")
        except OSError:
            log.exception("it failed")
        logging.getLogger("pydicom").error("Invalid value %s", NAME)
        logging.getLogger().error("Invalid value %s", NAME)
    finally:
        stop_log(handler)
    file = tmp_path / FILE_NAME
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) == 2
    assert NAME not in text
    assert "\x1b" not in text
    assert "FileNotFoundError" in text
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_native_crash_leaves_a_trace_that_is_offered_once(tmp_path: Path) -> None:
    crash = (
        "import sys, ctypes; from pathlib import Path; from viewer.app.crash import TraceFile\n"
        "TraceFile(Path(sys.argv[1])).open()\n"
        "def dies():\n    ctypes.string_at(0)\n"
        "dies()"
    )
    run = subprocess.run([sys.executable, "-c", crash, str(tmp_path)], capture_output=True, timeout=60, check=False)
    assert run.returncode != 0
    trace = TraceFile(tmp_path)
    text = trace.left_behind()
    assert "dies" in text
    assert trace.left_behind() == ""


def test_clean_end_leaves_no_trace_file(tmp_path: Path) -> None:
    import faulthandler

    was_on = faulthandler.is_enabled()
    trace = TraceFile(tmp_path)
    trace.open()
    assert list(tmp_path.glob("*.trace"))
    trace.close()
    assert not list(tmp_path.iterdir())
    if was_on:
        faulthandler.enable()


@pytest.mark.skipif(sys.platform == "win32", reason="no process ids to ask there")
def test_trace_of_a_running_program_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / f"crash-{os.getppid()}.trace").write_text("busy", encoding="utf-8")
    assert TraceFile(tmp_path).left_behind() == ""
    assert list(tmp_path.glob("*.trace"))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a Linux device")
def test_a_full_disk_costs_lines_of_the_log_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    handler = start_log(tmp_path)
    assert isinstance(handler, logging.FileHandler)
    handler.stream.close()
    handler.stream = open("/dev/full", "a", encoding="utf-8")  # noqa: SIM115 - the handler closes it
    try:
        logging.getLogger("viewer.test").error("the patient is %s", "DOE^JOHN")
    finally:
        stop_log(handler)
    assert capsys.readouterr() == ("", "")
