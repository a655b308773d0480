"""The context menu of a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from viewer.model.frozen import frozen
from viewer.model.hierarchy import Instance, Study
from viewer.model.messages import message
from viewer.model.remote import Outgoing
from viewer.model.requests import StudyFilter
from viewer.ui.browser.file_manager import place_of, show_in_file_manager
from viewer.ui.browser.model import display_set_of, study_of
from viewer.ui.browser.properties import PropertiesDialog
from viewer.ui.browser.row_texts import accessible_text, bare
from viewer.ui.browser.rows import DisplaySetRow, InstanceRow, Row, StudyRow
from viewer.ui.i18n import tr
from viewer.ui.theme import Theme
from viewer.workspace.commands.network import series_to_send, study_to_send
from viewer.workspace.workspace import Workspace


@frozen
class MenuDeeds:
    """What the panel does for the menu."""

    open: Callable[[Row], None]
    open_in_next: Callable[[Row], None]
    set_expanded: Callable[[Row, bool], None]
    is_expanded: Callable[[Row], bool]


class RowMenu:
    """Builds the menu of a row; each menu deletes itself when it closes."""

    def __init__(self, workspace: Workspace, theme: Theme, deeds: MenuDeeds, parent: QWidget) -> None:
        self._workspace = workspace
        self._theme = theme
        self._deeds = deeds
        self._parent = parent

    def build(self, row: Row, instance: Instance | None) -> QMenu:
        """`instance`: that of the row, or the first of a display set, where it is known."""
        menu = QMenu(self._parent)
        menu.aboutToHide.connect(menu.deleteLater)
        self._add_opening(menu, row)
        self._add_files(menu, row, instance)
        self._add_network(menu, row)
        self._add_study(menu, row)
        menu.addSeparator()
        self._add(menu, tr("Properties …"), "info", lambda: self._show_properties(row, instance))
        return menu

    def _add(self, menu: QMenu, text: str, icon: str, action: Callable[[], object]) -> QAction:
        made = QAction(text, menu)
        if icon:
            made.setIcon(self._theme.icon(icon))
        made.triggered.connect(lambda _=False: action())
        menu.addAction(made)
        return made

    def _add_opening(self, menu: QMenu, row: Row) -> None:
        deeds = self._deeds
        if isinstance(row, StudyRow | DisplaySetRow | InstanceRow):
            menu.setDefaultAction(self._add(menu, tr("Open"), "eye", lambda: deeds.open(row)))
            self._add(menu, tr("Open in the next viewport"), "arrow-right", lambda: deeds.open_in_next(row))
        if row.can_have_children:
            expanded = deeds.is_expanded(row)
            text = _unfold_text(row, expanded=expanded)
            self._add(menu, text, "chevron-up" if expanded else "chevron-down", lambda: deeds.set_expanded(row, not expanded))

    def _add_files(self, menu: QMenu, row: Row, instance: Instance | None) -> None:
        menu.addSeparator()
        if instance is not None:
            place, path = place_of(instance), instance.source or instance.path
            self._add(menu, tr("Show in file manager"), "folder-open", lambda: self._reveal(place))
            self._add(menu, tr("Copy path"), "copy", lambda: _copy(path))
        self._add(menu, tr("Copy text"), "clipboard-copy", lambda: _copy(bare(accessible_text(row))))

    def _add_network(self, menu: QMenu, row: Row) -> None:
        window, study, workspace = self._workspace.window, study_of(row), self._workspace
        what = _outgoing(workspace, row)
        if window is None or study is None or what is None or workspace.network is None:
            return
        menu.addSeparator()
        self._add(menu, tr("Send …"), "send", lambda: window.ask_to_send(what))
        nodes = workspace.network.nodes
        names = [*(one.name for one in nodes.nodes), *(one.name for one in nodes.archives)]
        if len(names) > 1:
            places = menu.addMenu(self._theme.icon("send"), tr("Send to"))
            for name in names:
                self._add(places, name.replace("&", "&&"), "", lambda name=name: window.ask_to_send(what, name))  # type: ignore[misc]
        patient = workspace.services.catalogue.patient(study.patient_key)
        patient_id = patient.patient_id if patient is not None else ""
        text = tr("Search for other studies of this patient")
        priors = self._add(menu, text, "history", lambda: window.search_network({"PatientID": patient_id}))
        priors.setEnabled(bool(patient_id))

    def _add_study(self, menu: QMenu, row: Row) -> None:
        study = study_of(row)
        if study is None:
            return
        uid, upkeep = study.study_instance_uid, self._workspace.upkeep
        menu.addSeparator()
        close = self._add(menu, tr("Close study"), "x", lambda: upkeep.close(uid))
        close.setEnabled(self._is_open(study))
        self._add(menu, tr("Look for missing files"), "refresh-cw", lambda: upkeep.refresh(uid))
        forget = self._add(menu, tr("Take out of the library"), "trash-2", lambda: upkeep.forget(uid))
        forget.setToolTip(tr("The files stay where they are"))

    def _is_open(self, study: Study) -> bool:
        """It is on screen, or among those that were opened in this run of the program."""
        uid, workspace = study.study_instance_uid, self._workspace
        shown = (viewport.display_set for viewport in workspace.layout.all_viewports)
        opened = workspace.services.catalogue.studies(study.patient_key, StudyFilter(opened_only=True))
        return any(one is not None and one.study_instance_uid == uid for one in (*shown, *opened))

    def _reveal(self, path: str) -> None:
        if not show_in_file_manager(path):
            self._workspace.notify(message("No file manager answers."), warning=True)

    def _show_properties(self, row: Row, instance: Instance | None) -> None:
        PropertiesDialog(row, instance, self._theme, self._parent.window()).open()


def _unfold_text(row: Row, *, expanded: bool) -> str:
    if display_set_of(row) is not None:
        return tr("Hide the images") if expanded else tr("List the images")
    return tr("Collapse") if expanded else tr("Expand")


def _outgoing(workspace: Workspace, row: Row) -> Outgoing | None:
    """What the row stands for when it is sent."""
    if isinstance(row, StudyRow):
        return study_to_send(workspace, row.key)
    display_set = display_set_of(row)
    if display_set is None:
        return None
    what = series_to_send(workspace, display_set)
    return replace(what, refs=(row.ref,), number_of_instances=1) if isinstance(row, InstanceRow) else what


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
