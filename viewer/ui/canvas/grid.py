"""The grid of viewports, from 1 × 1 to 4 × 4, and what stands in its place while nothing is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QStackedLayout, QWidget

from viewer.ui.canvas.empty_state import EmptyState
from viewer.ui.canvas.movement import Movement
from viewer.ui.display_set_mime import DISPLAY_SET_MIME
from viewer.ui.i18n import translated
from viewer.ui.theme import Theme
from viewer.workspace.commands.registry import CommandRegistry
from viewer.workspace.layout import MAX_COLUMNS, MAX_ROWS
from viewer.workspace.read_out import ReadOut
from viewer.workspace.viewport import ViewportState
from viewer.workspace.workspace import Workspace

if TYPE_CHECKING:
    from viewer.ui.canvas.viewport_widget import ViewportWidget

GAP = 2


def _no_recent() -> list[str]:
    return []


class ViewportGrid(QWidget):
    """Cells are made when first needed, so that an empty window starts without the drawing library.

    `read_out_changed` carries the line for the status bar: what lies under the cursor, "" beside the picture.
    `first_painted` comes when a viewport paints its first picture.
    """

    read_out_changed = Signal(str)
    first_painted = Signal()

    def __init__(
        self,
        workspace: Workspace,
        registry: CommandRegistry,
        theme: Theme,
        parent: QWidget | None = None,
        recent: Callable[[], list[str]] = _no_recent,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._registry = registry
        self._theme = theme
        self._cells: dict[ViewportState, ViewportWidget] = {}
        self._movement = Movement()
        self._read: ReadOut | None = None
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setAcceptDrops(True)  # of series while nothing is open; files are the window's, what is open takes its own
        self._recent = recent
        self._empty: EmptyState | None = None
        self._page = QWidget(self)
        self._places = QGridLayout(self._page)
        self._places.setContentsMargins(0, 0, 0, 0)
        self._places.setSpacing(GAP)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._page)
        workspace.layout.changed.connect(self._arrange)
        for viewport in workspace.layout.all_viewports:
            viewport.display_set_changed.connect(self._choose_page)
        workspace.closing.connect(self.dispose)
        theme.changed.connect(self.update)
        self._choose_page()

    @property
    def empty(self) -> EmptyState:
        """What is shown while nothing is open; made when first needed, for a window that opens with a picture never shows it."""
        if self._empty is None:
            self._empty = EmptyState(self._workspace, self._registry, self._theme, self._recent, self)
            self._stack.addWidget(self._empty)
        return self._empty

    @property
    def active_cell(self) -> ViewportWidget | None:
        """The widget of the active viewport, None while nothing was opened yet."""
        return self._cells.get(self._workspace.layout.active)

    def cell(self, viewport: ViewportState) -> ViewportWidget | None:
        """The widget that shows `viewport`, None while it was not needed."""
        return self._cells.get(viewport)

    def paint_now(self, timestamp: int) -> None:
        """Paint what a key press with this time stamp changed before the next one is taken."""
        self._workspace.services.hand_moves()
        for cell in self._cells.values():
            if cell.isVisible():
                cell.canvas.paint_now(timestamp)

    def focus_active(self) -> None:
        """Give the keyboard to the active viewport."""
        cell = self.active_cell
        if cell is not None:
            cell.canvas.setFocus()

    def dispose(self) -> None:
        """Let go of the workspace; the window closes."""
        layout = self._workspace.layout
        layout.changed.disconnect(self._arrange, missing_ok=True)
        for viewport in layout.all_viewports:
            viewport.display_set_changed.disconnect(self._choose_page, missing_ok=True)
        self._workspace.closing.disconnect(self.dispose, missing_ok=True)
        if self._empty is not None:
            self._empty.dispose()
        for cell in self._cells.values():
            cell.dispose()

    def _choose_page(self) -> None:
        """The empty state while nothing is open anywhere, else the cells."""
        opened = any(viewport.display_set is not None for viewport in self._workspace.layout.all_viewports)
        if opened and self._places.count() == 0:
            self._arrange()
        page = self._page if opened else self.empty
        if self._stack.currentWidget() is not page:
            focused = self.focusWidget()
            had_focus = focused is not None and self._empty is not None and self._empty.isAncestorOf(focused)
            if not opened:
                self.empty.fill_recent()
            self._stack.setCurrentWidget(page)
            if opened and (had_focus or self.window().focusWidget() is None):
                self.focus_active()

    def _arrange(self) -> None:
        """Put the cells of the layout into their places."""
        if not self._cells and not any(one.display_set is not None for one in self._workspace.layout.all_viewports):
            return
        layout = self._workspace.layout
        while self._places.count():
            self._places.takeAt(0)
        for place in range(MAX_ROWS):
            self._places.setRowStretch(place, 1 if place < layout.rows and not layout.maximised else 0)
        for place in range(MAX_COLUMNS):
            self._places.setColumnStretch(place, 1 if place < layout.columns and not layout.maximised else 0)
        shown = [layout.active] if layout.maximised else list(layout.viewports)
        for place, viewport in enumerate(shown):
            row, column = (0, 0) if layout.maximised else divmod(place, layout.columns)
            self._places.addWidget(self._cell_of(viewport), row, column)
        for viewport, cell in self._cells.items():
            cell.setVisible(viewport in shown)

    def _cell_of(self, viewport: ViewportState) -> ViewportWidget:
        cell = self._cells.get(viewport)
        if cell is None:
            from viewer.ui.canvas.viewport_widget import ViewportWidget  # not in the way of an empty window

            cell = ViewportWidget(self._workspace, self._registry, self._theme, viewport, self._movement, self._page)
            cell.pointer_read.connect(self._on_read)
            cell.canvas.first_painted.connect(self.first_painted)
            self._cells[viewport] = cell
        return cell

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._stack.currentWidget() is self._empty and event.mimeData().hasFormat(DISPLAY_SET_MIME):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """A series dropped on the empty window opens in the active viewport."""
        if not event.mimeData().hasFormat(DISPLAY_SET_MIME):
            event.ignore()
            return
        event.acceptProposedAction()
        key = bytes(event.mimeData().data(DISPLAY_SET_MIME).data()).decode()
        viewport = self._workspace.layout.active
        display_set = self._workspace.services.catalogue.display_set(key)
        if display_set is not None:
            self._workspace.opening.show(viewport, display_set)
        else:
            self._workspace.arrivals.dropped(key, viewport)

    def _on_read(self, found: ReadOut | None) -> None:
        self._read = found
        self.read_out_changed.emit(translated(found.line()) if found else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._theme.colours.window))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._on_read(self._read)
