"""The audit trail in the real window: what is put on screen is written down, and the dialog keeps settings and checks the chain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.library_desk import write
from viewer.app.bootstrap import Program
from viewer.ui.dialogs.audit import AuditDialog


@pytest.fixture(autouse=True)
def english(program: Program) -> None:
    program.language.use("en")


def trail(program: Program) -> Path:
    return program.folders.data / "audit.jsonl"


def events(program: Program) -> list[tuple[str, dict[str, int]]]:
    """Those of the window; the node writes of its own."""
    path = trail(program)
    found = [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []
    return [(one["event"], one["studies"]) for one in found if one["event"] in ("INSTANCES_ACCESSED", "IMPORT", "EXPORT")]


def opened(program: Program, qtbot: QtBot) -> AuditDialog:
    """The dialog, filled."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # one that was closed is gone
    program.registry.run("network.audit", program.workspace)
    dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, AuditDialog) and one.isVisible())
    qtbot.waitUntil(dialog.save.isEnabled, timeout=20_000)
    return dialog


def test_what_is_shown_and_taken_in_is_written_down(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    for number in (1, 2):
        write(tmp_path / "in" / str(number), SOPInstanceUID=f"1.2.3.{number}", InstanceNumber=number)
    program.window.open_paths([str(tmp_path / "in")])
    qtbot.waitUntil(lambda: program.workspace.layout.active.frame is not None, timeout=20_000)
    qtbot.waitUntil(lambda: len(events(program)) == 2, timeout=20_000)
    assert sorted(name for name, _ in events(program)) == ["IMPORT", "INSTANCES_ACCESSED"]
    assert dict(events(program))["IMPORT"] == {"1.2.3": 2}
    assert set(dict(events(program))["INSTANCES_ACCESSED"]) == {"1.2.3"}


def test_settings_are_shown_kept_and_hold_at_once(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(program, qtbot)
    assert (dialog.viewing.isChecked(), dialog.address.text()) == (True, "")
    dialog.viewing.setChecked(False)
    dialog.address.setText(" arr.example:6514 ")
    dialog.authorities.set_text("/etc/hospital.pem")
    dialog.save.click()
    qtbot.waitUntil(lambda: not shiboken6.isValid(dialog) or not dialog.isVisible(), timeout=20_000)
    document = json.loads((program.folders.config / "audit.json").read_text())
    assert document == {"viewing": False, "address": "arr.example:6514", "ca_file": "/etc/hospital.pem"}
    write(tmp_path / "in" / "a")
    program.window.open_paths([str(tmp_path / "in")])
    qtbot.waitUntil(lambda: program.workspace.layout.active.frame is not None, timeout=20_000)
    program.engine.audit.close()
    assert events(program) == []
    again = opened(program, qtbot)
    assert (again.viewing.isChecked(), again.address.text()) == (False, "arr.example:6514")
    assert again.authorities.text() == "/etc/hospital.pem"
    again.reject()


def test_settings_that_cannot_be_kept_are_said(program: Program, qtbot: QtBot) -> None:
    (program.folders.config / "audit.json").write_text("no json")
    dialog = opened(program, qtbot)
    assert "cannot be read" in dialog.said.text()
    (program.folders.config / "audit.new").mkdir()
    dialog.save.click()
    qtbot.waitUntil(lambda: "cannot be written" in dialog.said.text(), timeout=20_000)
    assert dialog.isVisible()
    (program.folders.config / "audit.new").rmdir()
    dialog.save.click()
    qtbot.waitUntil(lambda: not shiboken6.isValid(dialog) or not dialog.isVisible(), timeout=20_000)


def test_the_chain_is_checked_line_by_line(program: Program, qtbot: QtBot) -> None:
    program.engine.audit.exported({"1.2.3": 1}, "picture")
    program.engine.audit.exported({"1.2.4": 1}, "picture")
    qtbot.waitUntil(lambda: len(events(program)) == 2, timeout=20_000)
    dialog = opened(program, qtbot)
    dialog.check.click()
    qtbot.waitUntil(lambda: dialog.said.text().startswith("All lines are as they were written: "), timeout=20_000)
    text = trail(program).read_text()
    trail(program).write_text(text.replace("1.2.4", "1.2.5"))
    (number,) = [n for n, line in enumerate(text.splitlines(), 1) if "1.2.4" in line]
    dialog.check.click()
    qtbot.waitUntil(lambda: dialog.said.text().startswith(f"audit.jsonl:{number}: "), timeout=20_000)
    program.language.use("ru")
    qtbot.waitUntil(lambda: dialog.windowTitle() == "Журнал аудита", timeout=20_000)
    dialog.check.click()
    dialog.check.click()  # it says that it stops, or the check was over already
    qtbot.waitUntil(lambda: "Остановлено" in dialog.said.text() or f"audit.jsonl:{number}: " in dialog.said.text(), timeout=20_000)
    qtbot.waitUntil(lambda: dialog.check.text() == "Проверить журнал", timeout=20_000)
    dialog.check.click()
    dialog.reject()  # before the answer
    qtbot.waitUntil(lambda: not shiboken6.isValid(dialog) or not dialog.isVisible(), timeout=20_000)
