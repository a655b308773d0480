"""The browser: search at the top, below it patients, studies and series, those on screen marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

from PySide6.QtCore import QEvent, QPoint, QTimer
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.hierarchy import Instance
from viewer.model.requests import StudyFilter
from viewer.ui.browser import metrics
from viewer.ui.browser.empty_list import EmptyList
from viewer.ui.browser.file_manager import place_of
from viewer.ui.browser.marks import Marks
from viewer.ui.browser.model import BrowserModel, display_set_of
from viewer.ui.browser.row_facts import tool_tip
from viewer.ui.browser.row_menu import MenuDeeds, RowMenu
from viewer.ui.browser.row_painter import RowPainter
from viewer.ui.browser.rows import DisplaySetRow, InstanceRow, Row, StudyRow
from viewer.ui.browser.search_row import SearchRow
from viewer.ui.browser.thumbnail_shelf import ThumbnailShelf, ThumbnailSource
from viewer.ui.browser.tree import BrowserTree
from viewer.ui.i18n import tr
from viewer.ui.theme import Theme
from viewer.workspace.file_presence import FilePresence
from viewer.workspace.opening import best_of
from viewer.workspace.viewport import ViewportState
from viewer.workspace.workspace import Workspace

NEWS_MS = 80
NEWS_WHILE_READING_MS = 250
NEWS_WHILE_MOVING_MS = 1500  # a picture that is scrolled or dragged waits for what the list does
AT_ONCE = 60  # studies refetched per turn of the event loop


class BrowserPanel(QWidget):
    """Follows the catalogue and the viewports of a workspace."""

    def __init__(
        self,
        workspace: Workspace,
        theme: Theme,
        thumbnails: ThumbnailSource,
        parent: QWidget | None = None,
        *,
        hand_is_moving: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._theme = theme
        self._hand_is_moving = hand_is_moving
        services = workspace.services
        self._news: dict[str, None] = {}
        self._news_since = 0.0
        self._shelf = ThumbnailShelf(thumbnails, services.post, self)
        self.marks = Marks()
        self.model = BrowserModel(services.catalogue, self.marks, self)
        painter = RowPainter(theme, self._shelf, self.marks)
        self.search = SearchRow(theme)
        self.tree = BrowserTree(self.model, painter, self.marks, theme)
        self.empty = EmptyList(workspace, theme)
        self._presence = FilePresence(services.post, self._on_presence)
        self._checked: set[str] = set()
        self._to_reveal = False
        deeds = MenuDeeds(self.open_row, self.open_in_next, self._set_expanded, self._is_expanded)
        self.menu = RowMenu(workspace, theme, deeds, self)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.tree)
        self._pages.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.search)
        column.addLayout(self._pages, 1)
        self.setFocusProxy(self.search.field)
        self._refetch = QTimer(self)
        self._refetch.setSingleShot(True)
        self._refetch.timeout.connect(self._take_news)
        self._connect()
        self.model.set_query(self.search.query)
        self._on_rows()
        self._mark_shown()
        self.retranslate()

    def _connect(self) -> None:
        workspace, model = self._workspace, self.model
        self.search.changed.connect(self._ask)
        self.search.left.connect(self._go_to_list)
        self.empty.clear_asked.connect(self.search.clear)
        self.empty.library_asked.connect(self.search.look_in_library)
        self.tree.opened.connect(self.open_row)
        self.tree.typed.connect(self.search.type)
        self.tree.sight_changed.connect(self._on_sight)
        self.tree.menu_asked.connect(self._show_menu)
        self.tree.tool_tip = self._tool_tip
        self._shelf.arrived.connect(self._on_thumbnail)
        for signal in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            signal.connect(self._on_rows)
        self._theme.changed.connect(self.tree.restyle)
        workspace.studies_changed.connect(self._on_studies)
        workspace.scan_changed.connect(self._on_scan)
        workspace.library_replaced.connect(self._on_library)
        workspace.closing.connect(self.dispose)
        workspace.arrivals.changed.connect(self._on_received)
        workspace.layout.changed.connect(self._mark_shown)
        workspace.layout.active_changed.connect(self._mark_shown)
        for viewport in workspace.layout.all_viewports:
            viewport.display_set_changed.connect(self._mark_shown)

    def dispose(self) -> None:
        """Let go of the workspace; the window closes."""
        workspace = self._workspace
        for timer in (self._refetch, self.tree, self.search):
            timer.stop()
        self._shelf.close()
        self._presence.close()
        workspace.studies_changed.disconnect(self._on_studies, missing_ok=True)
        workspace.scan_changed.disconnect(self._on_scan, missing_ok=True)
        workspace.library_replaced.disconnect(self._on_library, missing_ok=True)
        workspace.closing.disconnect(self.dispose, missing_ok=True)
        workspace.arrivals.changed.disconnect(self._on_received, missing_ok=True)
        workspace.layout.changed.disconnect(self._mark_shown, missing_ok=True)
        workspace.layout.active_changed.disconnect(self._mark_shown, missing_ok=True)
        for viewport in workspace.layout.all_viewports:
            viewport.display_set_changed.disconnect(self._mark_shown, missing_ok=True)

    # What is listed

    def _ask(self, query: StudyFilter) -> None:
        self._checked.clear()
        self.model.set_query(query)

    def _on_library(self) -> None:
        self._ask(self.model.query)

    def _on_rows(self, *_: object) -> None:
        has_rows = self.model.rowCount() > 0
        if not has_rows:
            self.empty.tell(narrowed=self.search.is_narrowed, in_library=not self.model.query.opened_only)
        self._pages.setCurrentWidget(self.tree if has_rows else self.empty)

    def _on_studies(self, studies: frozenset[str]) -> None:
        if not self._news:
            self._news_since = monotonic()
        self._news.update(dict.fromkeys(sorted(studies)))
        if not self._refetch.isActive():
            first = self.model.rowCount() == 0
            self._refetch.start(0 if first else NEWS_WHILE_READING_MS if self._workspace.scan is not None else NEWS_MS)

    def _on_received(self) -> None:
        self.marks.received = set(self._workspace.arrivals.fresh)
        self.tree.viewport().update()

    def _take_news(self) -> None:
        """Refetch the rows of some studies that changed; the rest at the next turn. While the hand moves, they wait for a while."""
        if self._hand_is_moving() and (monotonic() - self._news_since) * 1000 < NEWS_WHILE_MOVING_MS and self.model.rowCount():
            self._refetch.start(NEWS_WHILE_READING_MS)
            return
        now = list(self._news)[:AT_ONCE]
        for uid in now:
            del self._news[uid]
        with self.tree.holding_still():
            self.model.refresh(now)
            self.model.trim(self._last_patient_in_sight())
            self._checked -= self.marks.gone  # they may be back
            self.tree.look()
        self._follow_active()
        if self._news:
            self._refetch.start(0)

    def _last_patient_in_sight(self) -> int:
        """Its number in the list."""
        rows = self.tree.rows_in_sight()
        row = rows[-1] if rows else None
        while row is not None and row.parent is not None and row.parent.parent is not None:
            row = row.parent
        return row.place if row is not None else 0

    def _on_scan(self) -> None:
        reading = self._workspace.scan is not None
        if reading != self.tree.delegate.reading:
            self.tree.delegate.reading = reading
            self.tree.viewport().update()
            if not reading:
                self._shelf.forget_bare()
                self.tree.look_soon()
        if self._pages.currentWidget() is self.empty:
            self.empty.follow()

    def _on_sight(self, rows: Sequence[Row]) -> None:
        """Ask for what the rows in sight need."""
        self.model.describe(rows)
        side = round(self._theme.px(metrics.THUMBNAIL) * self.devicePixelRatioF())
        self._shelf.want([row.display_set for row in rows if isinstance(row, DisplaySetRow)], side)
        self._check_files(rows)
        if self._to_reveal:  # the panel came after the last news, and was not in sight before
            self._follow_active()

    def _on_thumbnail(self, key: str) -> None:
        self.tree.viewport().update()
        thumbnail = self._shelf.of(key)
        if thumbnail is not None and thumbnail.pixmap is None:
            self._check_files(self.tree.rows_in_sight())

    def _check_files(self, rows: Sequence[Row]) -> None:
        """Are the files of these rows still there? Asked of instances, and of series that gave no thumbnail."""
        paths: dict[str, str] = {}
        for row in rows:
            if row.key in self._checked:
                continue
            if isinstance(row, InstanceRow) and row.instance is not None:
                paths[row.key] = place_of(row.instance)
            elif isinstance(row, DisplaySetRow) and self._gave_no_picture(row.display_set):
                instance = self._instance_of(row)
                if instance is not None:
                    paths[row.key] = place_of(instance)
        if paths:
            self._checked |= paths.keys()
            self._presence.check(paths)

    def _gave_no_picture(self, display_set: DisplaySet) -> bool:
        if display_set.kind is DisplaySetKind.DOCUMENT:
            return True
        thumbnail = self._shelf.of(display_set.key)
        return thumbnail is not None and thumbnail.pixmap is None

    def _on_presence(self, key: str, present: bool) -> None:
        if present == (key in self.marks.gone):
            self.marks.gone ^= {key}
            self.tree.viewport().update()
            if present:
                self._shelf.forget(key)
                self.tree.look_soon()

    def _instance_of(self, row: Row) -> Instance | None:
        """That of the row, or the first of a display set: one look-up."""
        if isinstance(row, InstanceRow):
            return row.instance or self._workspace.services.catalogue.instance(row.ref)
        if isinstance(row, DisplaySetRow) and row.display_set.frames:
            return self._workspace.services.catalogue.instance(row.display_set.frames[0])
        return None

    def _tool_tip(self, row: Row) -> str:
        gone = tr("not found; it was moved, or its drive is not connected") if row.key in self.marks.gone else ""
        return tool_tip(row, self._instance_of(row), gone)

    def _show_menu(self, row: Row, place: QPoint) -> None:
        self.menu.build(row, self._instance_of(row)).popup(place)

    # What is on screen

    def _mark_shown(self) -> None:
        layout = self._workspace.layout
        shown: dict[str, bool] = {}
        for viewport in layout.viewports:
            if viewport.display_set is not None:
                key = viewport.display_set.key
                shown[key] = shown.get(key, False) or viewport is layout.active
        if shown != self.marks.on_screen:
            self.marks.on_screen = shown
            self.tree.viewport().update()
            self._to_reveal = True
            self._follow_active()

    def _follow_active(self) -> None:
        """Bring the card of the active viewport into sight, once it is listed and unless the user is at work here."""
        display_set = self._workspace.layout.active.display_set
        if display_set is None or not self._to_reveal:
            return
        self.model.open_study(display_set.study_instance_uid)
        row = self.model.row_of_display_set(display_set)
        if row is not None and self.tree.isVisible():
            self._to_reveal = False
            if not self.tree.is_in_use:
                self.tree.reveal(row)

    # Opening

    def open_row(self, row: Row) -> None:
        """Show a series, an instance, or the best series of a study in the active viewport; open up a patient."""
        if not self._show(row, self._workspace.layout.active):
            self._set_expanded(row, not self._is_expanded(row))

    def open_in_next(self, row: Row) -> None:
        """Show it in the viewport after the active one; a single viewport gets a neighbour."""
        layout = self._workspace.layout
        if layout.rows * layout.columns == 1:
            layout.set_grid(1, 2)
        layout.step_active(1)
        self._show(row, layout.active)

    def _show(self, row: Row, viewport: ViewportState) -> bool:
        """False when there is nothing to show."""
        display_set = display_set_of(row)
        if isinstance(row, StudyRow):
            display_set = best_of(self._workspace.services.catalogue.display_sets(row.key), None)
        if display_set is None:
            return False
        self._workspace.opening.show(viewport, display_set, row.frame_index if isinstance(row, InstanceRow) else None)
        if self._workspace.window is not None:
            self._workspace.window.focus_panel("images")
        return True

    def _set_expanded(self, row: Row, expanded: bool) -> None:
        self.tree.setExpanded(self.model.index_of(row), expanded)

    def _is_expanded(self, row: Row) -> bool:
        return self.tree.isExpanded(self.model.index_of(row))

    def _go_to_list(self) -> None:
        """From the search box into the list."""
        if self.model.rowCount():
            if not self.tree.currentIndex().isValid():
                self.tree.setCurrentIndex(self.model.index(0, 0))
            self.tree.setFocus()

    def retranslate(self) -> None:
        self.tree.setAccessibleName(tr("Patients, studies and series"))
        self.tree.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
