"""The main window: menus and toolbar above, browser and inspector at the sides, the viewports between, the status line below."""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QMenuBar, QVBoxLayout, QWidget

from viewer.model.frozen import frozen
from viewer.model.signals import SignalInstance
from viewer.ui.actions import CommandActions
from viewer.ui.app_icon import app_icon
from viewer.ui.canvas.grid import ViewportGrid
from viewer.ui.i18n import Language, tr
from viewer.ui.look_memory import restore_look, restore_room, save_look, save_room
from viewer.ui.menus import Menus
from viewer.ui.notice_bar import NoticeBar
from viewer.ui.shortcuts import Shortcuts
from viewer.ui.side_panel import SidePanel
from viewer.ui.status_bar import StatusBar
from viewer.ui.theme import Theme
from viewer.ui.toolbar import ToolBar
from viewer.ui.window_requests import WindowRequests
from viewer.workspace.commands.registry import CommandRegistry
from viewer.workspace.key_bindings import bindings_from
from viewer.workspace.preferences import PreferenceHolder, Preferences
from viewer.workspace.workspace import Workspace

BROWSER_WIDTH = 288
INSPECTOR_WIDTH = 336
NARROW = 1000
PANELS_SHARE = 0.5  # of the window, for both together
FIRST_SIZE = (1440, 900)
PREPARE_MS = 50
REFRESH_MS = 60


@frozen
class Surroundings:
    """What the window needs beside the workspace."""

    registry: CommandRegistry
    theme: Theme
    language: Language
    preferences: PreferenceHolder
    state: QSettings


class MainWindow(QMainWindow):
    """Puts the parts together. What commands ask of it is in ``window_requests``."""

    shown_first = Signal()
    closed = Signal()

    def __init__(self, workspace: Workspace, around: Surroundings) -> None:
        super().__init__()
        self.workspace = workspace
        self.around = around
        self._was_shown = False
        self._text_size = around.theme.text_size
        self.setObjectName("main_window")
        self.setWindowIcon(app_icon())
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(False)
        self.setAnimated(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        theme, registry = around.theme, around.registry
        if around.preferences.value.keys:
            registry.rebind(bindings_from(around.preferences.value.keys))
        around.preferences.changed.connect(self._on_preferences)
        self.actions_by_id = CommandActions(registry, workspace, theme, self)
        self.notices = NoticeBar(theme)
        self.grid = ViewportGrid(workspace, registry, theme, self, lambda: list(around.preferences.value.recent))
        self.grid.setMinimumSize(240, 200)  # its empty state would ask for more and keep the window from being small
        self.status = StatusBar(workspace, theme)
        self.requests = WindowRequests(self)
        workspace.window = self.requests
        self._build_head()
        self._build_centre()
        self._build_sides()
        self._connect()
        self._say_names()
        self.grid.setFocus()
        self._restore_geometry()
        restore_look(workspace.layout, around.state)
        restore_room(self.status, around.state)

    def _build_head(self) -> None:
        around = self.around
        self.head = QWidget()
        column = QVBoxLayout(self.head)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.menu_bar = QMenuBar()
        self.menus = Menus(
            self.menu_bar,
            around.registry,
            self.actions_by_id,
            lambda: around.preferences.value.recent,
            lambda path: self.workspace.opening.open_paths([path]),
        )
        menus = {
            "preset": self.menus.menu("Image/Window preset"),
            "layout": self.menus.menu("View/Layout"),
            "open": self.menus.open_menu,
        }
        self.toolbar = ToolBar(around.registry, self.actions_by_id, self.workspace, around.theme, menus)
        if sys.platform != "darwin":  # there a menu bar without a parent is the one at the top of the screen
            column.addWidget(self.menu_bar)
        column.addWidget(self.toolbar)
        self.setMenuWidget(self.head)

    def _build_centre(self) -> None:
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self.grid, 1)
        self.setCentralWidget(centre)
        foot = self.statusBar()
        foot.setSizeGripEnabled(False)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.status, 1)
        layout = foot.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)

    def _build_sides(self) -> None:
        """Room for the panels at the sides of the viewports, so that the pictures do not move when these are made."""
        px = self.around.theme.px
        self.browser = SidePanel("browser", px(BROWSER_WIDTH), px(180), self)
        self.inspector = SidePanel("inspector", px(INSPECTOR_WIDTH), px(220), self)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.browser)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.inspector)
        self.resizeDocks(
            [self.browser, self.inspector],
            [self.browser.preferred_width, self.inspector.preferred_width],
            Qt.Orientation.Horizontal,
        )

    def _on_preferences(self, before: Preferences) -> None:
        keys = self.around.preferences.value.keys
        if keys != before.keys:
            self.around.registry.rebind(bindings_from(keys))

    def _follow_text_size(self) -> None:
        """Panels grow and shrink with the text in them, as far as the pictures keep most of the window."""
        before, self._text_size = self._text_size, self.around.theme.text_size
        panels = [panel for panel in (self.browser, self.inspector) if not panel.isHidden()]
        if before == self._text_size or not panels:
            return
        widths = [panel.width() * self._text_size / before for panel in panels]
        shrink = min(self.width() * PANELS_SHARE / sum(widths), 1.0)
        self.resizeDocks(panels, [round(width * shrink) for width in widths], Qt.Orientation.Horizontal)

    def _connect(self) -> None:
        workspace = self.workspace
        self.grid.read_out_changed.connect(self.status.set_read_out)
        self.status.details_asked.connect(lambda: self.requests.show_dialog("details"))
        self.toolbar.search_asked.connect(lambda: self.requests.show_dialog("palette"))
        self.shortcuts = Shortcuts(self.around.registry, workspace, self._keyboard_in_canvas, self.focusWidget, self)
        self.shortcuts.repeatable_run.connect(self.grid.paint_now)
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.timeout.connect(self._refresh_actions)
        self._refreshed = 0.0
        self._prepare = QTimer(self)
        self._prepare.setSingleShot(True)
        self._prepare.timeout.connect(_prepare_canvas)
        for signal in self._state_signals():
            signal.connect(self._refresh_soon)
        self.around.preferences.changed.connect(self._refresh_soon)
        self.around.theme.changed.connect(self._follow_text_size)
        self.actions_by_id.refresh()

    def _state_signals(self) -> list[SignalInstance]:
        workspace = self.workspace
        signals = [workspace.scan_changed, workspace.tasks.changed, workspace.problems_changed, workspace.tools.changed]
        signals += [workspace.layout.changed, workspace.layout.active_changed]
        for viewport in workspace.layout.all_viewports:
            signals += [viewport.display_set_changed, viewport.frame_changed, viewport.data_changed]
            signals += [viewport.view_changed, viewport.cine_changed]
        return signals

    def _refresh_soon(self, *_: object) -> None:
        """What is enabled and checked, in the next turn of the event loop; not for every frame that is scrolled past."""
        if not self._refresh.isActive():
            since = (time.monotonic() - self._refreshed) * 1000
            self._refresh.start(0 if since > REFRESH_MS else REFRESH_MS)

    def _refresh_actions(self) -> None:
        self._refreshed = time.monotonic()
        self.actions_by_id.refresh()

    def open_paths(self, paths: Sequence[str]) -> None:
        """Open what was dropped or handed over, and come to the front."""
        self.workspace.opening.open_paths(list(paths))

    def _keyboard_in_canvas(self) -> bool:
        """The viewports have the keyboard, or nobody has."""
        focused = self.focusWidget()
        return focused is None or focused is self or focused is self.centralWidget() or self.grid.isAncestorOf(focused)

    # State between starts

    def _restore_geometry(self) -> None:
        geometry = self.around.state.value("geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            screen = self.screen().availableGeometry()
            self.resize(min(FIRST_SIZE[0], screen.width()), min(FIRST_SIZE[1], screen.height()))

    def _restore_docks(self) -> None:
        state = self.around.state.value("docks")
        if state is not None and self.restoreState(state):
            return
        self.inspector.setVisible(self.width() >= self.around.theme.px(NARROW))

    def save_state(self) -> None:
        """Remember size, place, panels and the grid."""
        self.requests.leave_full_screen()
        save_look(self.workspace.layout, self.around.state)
        save_room(self.status, self.around.state)
        self.around.state.setValue("geometry", self.saveGeometry())
        self.around.state.setValue("docks", self.saveState())
        self.around.state.sync()

    # Events

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        handle = self.windowHandle()
        if handle is not None and not self._was_shown:
            self._was_shown = True
            handle.installEventFilter(self.shortcuts)
            self._restore_docks()
            QTimer.singleShot(0, self.shown_first.emit)
            self._prepare.start(PREPARE_MS)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.save_state()
        self._refresh.stop()
        self._prepare.stop()
        super().closeEvent(event)
        self.hide()  # ending the threads and the node takes a second: nobody has to look at it
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no widget wanted (and those sent to widgets, not to the window)."""
        if event.key() == Qt.Key.Key_Escape and self.requests.is_full_screen():
            self.requests.toggle_full_screen()
        elif not self.shortcuts.press(event):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.open_paths(paths)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def retranslate(self) -> None:
        self.actions_by_id.retranslate()
        self.menus.retranslate()
        self._say_names()

    def _say_names(self) -> None:
        self.setWindowTitle("Negatoscope")
        self.grid.setAccessibleName(tr("Images"))
        self.browser.setWindowTitle(tr("Browser"))
        self.inspector.setWindowTitle(tr("Tags"))


def _prepare_canvas() -> None:
    """Import the drawing library once the window is up, so that the first picture does not wait for it."""
    importlib.import_module("viewer.ui.canvas.viewport_widget")


def dropped_paths(data: QMimeData) -> list[str]:
    """The files and folders in a drop, in order; links to elsewhere are left out."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile() and url.toLocalFile()]
