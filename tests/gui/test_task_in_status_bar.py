"""Work that takes a while, in the status bar of the window."""

from __future__ import annotations

from tests.shell_desk import Shell
from viewer.model.messages import message
from viewer.model.requests import ScanUpdate
from viewer.model.tasks import Progress

TITLE = message("Copying tags")


def test_a_task_is_counted_and_cancelled_before_the_scan(shell: Shell) -> None:
    status, tasks = shell.window.status, shell.workspace.tasks
    shell.window.open_paths(["/data"])
    shell.table.scanner.updates[0](ScanUpdate(Progress(5, 9)))
    shell.settle()
    heard: list[str] = []
    task = tasks.begin(TITLE, lambda: heard.append("cancelled"))
    task.tell(1204, 1938)
    shell.settle()
    assert status._reading.text() == "Reading 5 of 9 files"
    shell.table.ring()
    assert status._reading.text() == "Copying tags: 1,204 of 1,938"
    assert (status._bar.value(), status._bar.maximum()) == (1204, 1938)
    status._cancel.click()
    assert (heard, shell.table.scanner.cancelled) == (["cancelled"], 0)
    task.end()
    assert status._reading.text() == "Reading 5 of 9 files"
    status._cancel.click()
    assert shell.table.scanner.cancelled == 1


def test_bytes_are_a_share_and_an_unknown_end_is_only_counted(shell: Shell) -> None:
    status, task = shell.window.status, shell.workspace.tasks.begin(TITLE)
    shell.table.ring()
    assert status._reading.text() == "Copying tags"
    assert status._bar.maximum() == 0  # it goes to and fro
    task.tell(12)
    status.follow()
    assert status._reading.text() == "Copying tags: 12"
    task.tell(3_000_000, 12_000_000)
    status.follow()
    assert status._reading.text() == "Copying tags: 25 %"
    task.end()
    assert status._reading.isHidden()


def test_what_cannot_be_cancelled_has_no_button_and_a_command_stops_the_rest(shell: Shell) -> None:
    registry, workspace = shell.registry, shell.workspace
    stop = registry["file.cancel"]
    assert not stop.enabled_when(workspace)
    fixed = workspace.tasks.begin(TITLE, can_cancel=False)
    shell.table.ring()
    assert shell.window.status._cancel.isHidden()
    assert stop.enabled_when(workspace)
    task = workspace.tasks.begin(TITLE)
    shell.table.ring()
    assert shell.window.status._cancel.isVisible()
    registry.run("file.cancel", workspace)
    assert (task.cancelled, fixed.cancelled) == (True, False)
    task.end()
    fixed.end()
