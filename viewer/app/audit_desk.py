"""Joins the audit trail to the window: notes what is put on screen, answers the dialog. Files are read on threads of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial

from viewer.app.audit_repository import read_settings, write_settings
from viewer.app.paths import Folders
from viewer.app.viewing_audit import ViewingAudit
from viewer.model.audit import AuditReport, AuditSettings
from viewer.model.errors import NegatoscopeError
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.workspace.task_list import Task
from viewer.workspace.viewport import ViewportState
from viewer.workspace.workspace import Workspace

_FILE_NAME = "audit.jsonl"
_MOST_FAULTS = 100  # that are shown


class AuditDesk:
    """Implements ``workspace.audit_services.Audit``."""

    def __init__(
        self, folders: Folders, workspace: Workspace, audit: ViewingAudit, post: Callable[[Callable[[], None]], None]
    ) -> None:
        self._folders, self._audit, self._post = folders, audit, post
        self._tasks = workspace.tasks
        self._watched = workspace.layout.all_viewports
        for viewport in self._watched:
            viewport.display_set_changed.connect(partial(self._shown, viewport))
            self._shown(viewport)
        audit.begin()

    def _shown(self, viewport: ViewportState) -> None:
        shown = viewport.display_set
        if shown is not None:
            self._audit.opened(shown.study_instance_uid, shown.number_of_instances)

    @property
    def place(self) -> str:
        return str(self._folders.data / _FILE_NAME)

    def settings(self, answer: Callable[[AuditSettings, Message], None]) -> None:
        def work() -> None:
            try:
                found, said = read_settings(self._folders.config), NO_MESSAGE
            except NegatoscopeError as error:
                found, said = AuditSettings(), error.reason
            self._post(lambda: answer(found, said))

        _aside(work)

    def change(self, settings: AuditSettings, answer: Callable[[Message], None]) -> None:
        def work() -> None:
            said = NO_MESSAGE
            try:
                write_settings(self._folders.config, settings)
            except NegatoscopeError as error:
                said = error.reason
            self._post(lambda: answer(said))

        _aside(work)

    def exported(self, studies: Mapping[str, int], what: str) -> None:
        self._audit.exported(studies, what)

    def verify(self, answer: Callable[[AuditReport], None]) -> Task:
        def work(task: Task) -> AuditReport:
            def goes_on(done: int, total: int) -> bool:
                task.tell(done, total)
                return not task.cancelled

            return check(self._folders, goes_on)

        return self._tasks.aside(message("Checking the audit trail"), work, answer)


def check(folders: Folders, goes_on: Callable[[int, int], bool] = lambda done, total: True) -> AuditReport:
    """Every line of the trail; `goes_on(done, total)` counts bytes and may break it off."""
    from viewer.app.secret_store import SecretStore, audit_key
    from viewer.network.audit import check_trail

    key = audit_key(SecretStore())
    try:
        found = check_trail(folders.data, key, goes_on)
    except OSError as error:
        return AuditReport(failure=error.strerror or type(error).__name__, has_key=bool(key))
    if not found.is_whole:
        return AuditReport(is_stopped=True)
    faults = tuple((one.file, one.line, one.reason) for one in found.faults[:_MOST_FAULTS])
    return AuditReport(found.lines, faults, has_key=bool(key))


def _aside(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="audit-desk", daemon=True).start()
