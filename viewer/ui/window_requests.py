"""What commands ask of the window: choose files, show a dialog, hide a panel (``workspace.services.Window``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from viewer.model.messages import message
from viewer.ui.i18n import tr
from viewer.ui.resources import resources

if TYPE_CHECKING:
    from viewer.model.remote import Outgoing
    from viewer.ui.main_window import MainWindow
    from viewer.ui.network.panel import NetworkPage
    from viewer.workspace.network_services import Network

_OF_NETWORK = ("nodes", "routing", "association_log", "audit")


class WindowRequests:
    """Dialogs are made when first asked for, open without blocking, and are one of a kind."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._dialogs: dict[str, QDialog] = {}
        self._hidden_for_reading: list[QWidget] = []
        self._was_maximised = False
        self._makers: dict[str, Callable[[], QDialog]] = {
            "about": self._about,
            "details": self._details,
            "guide": self._guide,
            "keys": self._keys,
            "preferences": self._preferences,
            "presets": self._presets,
            "nodes": self._nodes,
            "routing": self._routing,
            "association_log": self._association_log,
            "audit": self._audit,
        }
        self.network_page: NetworkPage | None = None  # set once the window has time for it

    # Opening

    def choose_files(self) -> None:
        self._choose(QFileDialog.FileMode.ExistingFiles, tr("Open files"))

    def choose_folder(self) -> None:
        self._choose(QFileDialog.FileMode.Directory, tr("Open folder"))

    def _choose(self, mode: QFileDialog.FileMode, title: str) -> None:
        from viewer.ui.file_chooser import dress

        window = self._window
        dialog = QFileDialog(window, title, window.around.preferences.value.last_folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        if mode is QFileDialog.FileMode.Directory:
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dress(dialog, window.around.theme)
        dialog.filesSelected.connect(lambda paths: self._chosen(list(paths), dialog.directory().absolutePath()))
        dialog.open()

    def _chosen(self, paths: list[str], folder: str) -> None:
        self._window.around.preferences.change(last_folder=folder)
        self._window.open_paths(paths)

    def open_sample(self) -> None:
        sample = resources() / "sample"
        if sample.is_dir():
            self._window.open_paths([str(sample)])
        else:
            self._window.workspace.notify(message("The sample study is not installed."), warning=True)

    # Dialogs

    def show_dialog(self, name: str) -> None:
        if name == "palette":
            self._palette()
            return
        if name in _OF_NETWORK and self._window.workspace.network is None:
            return
        shown = self._dialogs.get(name)
        if shown is None:
            shown = self._makers[name]()
            shown.destroyed.connect(lambda _=None: self._dialogs.pop(name, None))
            self._dialogs[name] = shown
            shown.open()
        shown.raise_()
        shown.activateWindow()

    def _palette(self) -> None:
        from viewer.ui.command_palette import CommandPalette

        around = self._window.around
        CommandPalette(around.registry, self._window.workspace, around.theme, self._window).open_over(self._window)

    def _about(self) -> QDialog:
        from viewer.ui.dialogs.about import AboutDialog

        return AboutDialog(self._window.around.theme, self._window)

    def _details(self) -> QDialog:
        from viewer.ui.dialogs.details import DetailsDialog

        return DetailsDialog(self._window.workspace, self._window.around.theme, self._window)

    def _guide(self) -> QDialog:
        from viewer.ui.dialogs.guide import GuideDialog

        return GuideDialog(self._window.around.language.code, self._window.around.theme, self._window)

    def _keys(self) -> QDialog:
        from viewer.ui.dialogs.key_sheet import KeySheetDialog

        return KeySheetDialog(
            self._window.around.registry, self._window.around.preferences, self._window.around.theme, self._window
        )

    def _preferences(self) -> QDialog:
        from viewer.ui.dialogs.preferences import PreferencesDialog

        return PreferencesDialog(self._window.around.preferences, self._window.around.theme, self._window)

    def _presets(self) -> QDialog:
        from viewer.ui.dialogs.presets import PresetsDialog

        return PresetsDialog(self._window.around.preferences, self._window.workspace, self._window.around.theme, self._window)

    # The network

    @property
    def _network(self) -> Network:
        network = self._window.workspace.network
        assert network is not None  # what needs it is not offered before
        return network

    def _nodes(self) -> QDialog:
        from viewer.ui.network.nodes_dialog import NodesDialog

        return NodesDialog(self._network, self._window.around.theme, self._window)

    def _routing(self) -> QDialog:
        from viewer.ui.network.rules_dialog import RulesDialog

        return RulesDialog(self._network, self._window.around.theme, self._window)

    def _association_log(self) -> QDialog:
        from viewer.ui.network.log_dialog import LogDialog

        return LogDialog(self._network.log, self._window.around.theme, self._window)

    def _audit(self) -> QDialog:
        from viewer.ui.dialogs.audit import AuditDialog

        audit = self._window.workspace.audit
        assert audit is not None  # it comes with the network
        return AuditDialog(audit, self._window.around.theme, self._window)

    def ask_to_send(self, what: Outgoing, node: str = "") -> None:
        if self._window.workspace.network is None:
            return
        from viewer.ui.network.send_dialog import SendDialog

        dialog = SendDialog(what, self._network, self._window.around.theme, self._window, node=node)
        dialog.nodes.clicked.connect(lambda: self.show_dialog("nodes"))
        dialog.open()

    def search_network(self, keys: Mapping[str, str]) -> None:
        self.focus_panel("network")
        if self.network_page is not None:
            self.network_page.make().search_for(keys)

    def _focus_network(self, part: str) -> None:
        inspector = self._window.inspector
        page = self.network_page
        if page is None:
            return
        if inspector.isHidden():
            self.toggle_panel("inspector")
        inspector.content.show_page(page)  # type: ignore[attr-defined]  # the inspector is there, or the page were not
        page.show_part(part)

    def ask_password(self, name: str, answer: Callable[[str | None], None]) -> None:
        """Ask for an archive's password; `answer` is called once."""
        from viewer.ui.dialogs.password import PasswordDialog

        PasswordDialog(name, answer, self._window.around.theme, self._window).open()

    # Panels

    def _panel(self, name: str) -> QWidget | None:
        return {"browser": self._window.browser, "inspector": self._window.inspector}.get(name)

    def toggle_panel(self, name: str) -> None:
        panel = self._panel(name)
        if panel is not None:
            if self.is_full_screen():
                self.toggle_full_screen()
            panel.setVisible(panel.isHidden())
            if panel.isHidden():
                self._window.grid.focus_active()

    def is_panel_visible(self, name: str) -> bool:
        panel = self._panel(name)
        return panel is not None and not panel.isHidden()

    def focus_next_pane(self) -> None:
        window = self._window
        panes: list[QWidget] = [window.grid]
        panes += [panel for panel in (window.inspector, window.browser) if panel.isVisible()]
        focused = window.focusWidget()
        now = next((i for i, pane in enumerate(panes) if focused is not None and pane.isAncestorOf(focused)), -1)
        _focus_inside(panes[(now + 1) % len(panes)])

    def focus_panel(self, name: str) -> None:
        if name in ("network", "transfers"):
            self._focus_network("transfers" if name == "transfers" else "search")
            return
        panel = self._panel(name)
        if panel is None:
            self._window.grid.focus_active()
            return
        if panel.isHidden():
            self.toggle_panel(name)
        _focus_inside(panel)

    # Reading mode

    def toggle_full_screen(self) -> None:
        if self.is_full_screen():
            self.leave_full_screen()
            return
        window = self._window
        parts: list[QWidget] = [window.head, window.browser, window.inspector, window.statusBar()]
        self._hidden_for_reading = [part for part in parts if not part.isHidden()]
        for part in self._hidden_for_reading:
            part.hide()
        self._was_maximised = window.isMaximized()
        window.showFullScreen()
        window.grid.focus_active()
        window.workspace.notify(message("Reading mode: F11 brings the panels back"))

    def leave_full_screen(self) -> None:
        """Back to the window with its panels; nothing when it is not full screen."""
        if not self.is_full_screen():
            return
        if self._was_maximised:
            self._window.showMaximized()
        else:
            self._window.showNormal()
        for part in self._hidden_for_reading:
            part.show()

    def is_full_screen(self) -> bool:
        return self._window.isFullScreen()

    def close_window(self) -> None:
        self._window.close()

    # Preferences

    def preference(self, name: str) -> object:
        return getattr(self._window.around.preferences.value, name)

    def set_preference(self, name: str, value: object) -> None:
        self._window.around.preferences.change(**{name: value})


def _focus_inside(pane: QWidget) -> None:
    """Give the keyboard to the first widget of a pane that takes it."""
    candidates = [pane, *(child for child in pane.findChildren(QObject) if isinstance(child, QWidget))]
    for widget in candidates:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled():
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            return
