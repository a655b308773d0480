"""The context menu of a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from viewer.model.hierarchy import Instance
from viewer.model.messages import message
from viewer.ui.browser.file_manager import place_of, show_in_file_manager
from viewer.ui.browser.model import display_set_of, study_of
from viewer.ui.browser.properties import PropertiesDialog
from viewer.ui.browser.row_texts import accessible_text, bare
from viewer.ui.browser.rows import DisplaySetRow, InstanceRow, Row, StudyRow
from viewer.ui.i18n import tr
from viewer.ui.theme import Theme
from viewer.workspace.study_upkeep import StudyUpkeep
from viewer.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
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
        self._upkeep = StudyUpkeep(workspace)

    def build(self, row: Row, instance: Instance | None) -> QMenu:
        """`instance`: that of the row, or the first of a display set, where it is known."""
        menu = QMenu(self._parent)
        menu.aboutToHide.connect(menu.deleteLater)
        self._add_opening(menu, row)
        self._add_files(menu, row, instance)
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

    def _add_study(self, menu: QMenu, row: Row) -> None:
        study = study_of(row)
        if study is None:
            return
        uid = study.study_instance_uid
        menu.addSeparator()
        close = self._add(menu, tr("Close study"), "x", lambda: self._workspace.opening.close_study(uid))
        close.setEnabled(self._is_on_screen(uid))
        self._add(menu, tr("Look for missing files"), "refresh-cw", lambda: self._upkeep.refresh(uid))
        forget = self._add(menu, tr("Take out of the library"), "trash-2", lambda: self._upkeep.forget(uid))
        forget.setToolTip(tr("The files stay where they are"))

    def _is_on_screen(self, study_instance_uid: str) -> bool:
        shown = (viewport.display_set for viewport in self._workspace.layout.all_viewports)
        return any(one is not None and one.study_instance_uid == study_instance_uid for one in shown)

    def _reveal(self, path: str) -> None:
        if not show_in_file_manager(path):
            self._workspace.notify(message("No file manager answers."), warning=True)

    def _show_properties(self, row: Row, instance: Instance | None) -> None:
        PropertiesDialog(row, instance, self._theme, self._parent.window()).open()


def _unfold_text(row: Row, *, expanded: bool) -> str:
    if display_set_of(row) is not None:
        return tr("Hide the images") if expanded else tr("List the images")
    return tr("Collapse") if expanded else tr("Expand")


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
