"""One cell of the grid: the canvas, its frame and its slider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from viewer.ui.canvas.canvas_view import CanvasView
from viewer.ui.canvas.frame_slider import FrameSlider
from viewer.ui.canvas.movement import Movement
from viewer.ui.canvas.viewport_menu import viewport_menu
from viewer.ui.i18n import tr
from viewer.ui.theme import Theme
from viewer.workspace.commands.registry import CommandRegistry
from viewer.workspace.corner_text import identity_of
from viewer.workspace.viewport import ViewportState
from viewer.workspace.workspace import Workspace

if TYPE_CHECKING:
    from viewer.ui.canvas.dimension_bar import DimensionBar
    from viewer.ui.canvas.document_view import DocumentView

FRAME = 2


class ViewportWidget(QWidget):
    """Shows one `ViewportState`. Its frame is the accent colour while the viewport is the active one."""

    pointer_read = Signal(object)  # ReadOut or None

    def __init__(
        self,
        workspace: Workspace,
        registry: CommandRegistry,
        theme: Theme,
        viewport: ViewportState,
        movement: Movement,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.viewport = viewport
        self._workspace = workspace
        self._registry = registry
        self._theme = theme
        self._drop_hovered = False
        self._identified_complete = True
        self.canvas = CanvasView(workspace, viewport, theme, movement, self)
        self._document: DocumentView | None = None  # made with the first object that has text instead of a picture
        self._dimensions: DimensionBar | None = None  # made with the first image of several dimensions
        self.slider = FrameSlider(workspace, viewport, theme, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(FRAME, FRAME, FRAME, FRAME)
        layout.setSpacing(0)
        layout.addWidget(self.canvas)
        self.setFocusProxy(self.canvas)
        self._connect()
        self._identify()

    def _connect(self) -> None:
        state, canvas = self.viewport, self.canvas
        for signal in (state.view_changed, state.data_changed, state.overlay_changed, state.size_changed, state.notice_changed):
            signal.connect(canvas.refresh)
        state.frame_changed.connect(self._on_frame)
        state.reference_changed.connect(self._on_frame)
        state.display_set_changed.connect(self._identify)
        state.axes_changed.connect(self._follow_axes)
        self._workspace.tools.changed.connect(canvas.show_cursor)
        self._workspace.layout.active_changed.connect(self._on_active)
        self._workspace.studies_changed.connect(self._on_studies)
        self._workspace.scan_changed.connect(self._on_scan)
        self._theme.changed.connect(self.restyle)
        canvas.pointer_read.connect(self.pointer_read)
        canvas.activated.connect(self.activate)
        canvas.maximise_asked.connect(self._maximise)
        canvas.menu_asked.connect(self._show_menu)
        canvas.display_set_dropped.connect(self._on_dropped)
        canvas.drop_hovered.connect(self._on_drop_hovered)

    def dispose(self) -> None:
        """Let go of the state; called before the widget is deleted."""
        state, canvas = self.viewport, self.canvas
        for signal in (state.view_changed, state.data_changed, state.overlay_changed, state.size_changed, state.notice_changed):
            signal.disconnect(canvas.refresh, missing_ok=True)
        state.frame_changed.disconnect(self._on_frame, missing_ok=True)
        state.reference_changed.disconnect(self._on_frame, missing_ok=True)
        state.display_set_changed.disconnect(self._identify, missing_ok=True)
        state.axes_changed.disconnect(self._follow_axes, missing_ok=True)
        self._workspace.tools.changed.disconnect(canvas.show_cursor, missing_ok=True)
        self._workspace.layout.active_changed.disconnect(self._on_active, missing_ok=True)
        self._workspace.studies_changed.disconnect(self._on_studies, missing_ok=True)
        self._workspace.scan_changed.disconnect(self._on_scan, missing_ok=True)

    def _follow_document(self) -> None:
        if self._document is None:
            if self.viewport.document is None:
                return
            from viewer.ui.canvas.document_view import DocumentView

            self._document = DocumentView(self.viewport, self._theme, self.canvas)
            self._document.activated.connect(self.activate)
            self._fit_document()
        self._document.follow()

    def _follow_axes(self) -> None:
        if self._dimensions is None:
            if self.viewport.axes is None:
                return
            from viewer.ui.canvas.dimension_bar import DimensionBar

            self._dimensions = DimensionBar(self._workspace, self.viewport, self._theme, self)
            self._dimensions.activated.connect(self.activate)
            layout = self.layout()
            assert layout is not None
            layout.addWidget(self._dimensions)
        self._dimensions.remount()

    def _fit_document(self) -> None:
        if self._document is not None:
            self._document.fit(self.width() - 2 * FRAME, self.height() - 2 * FRAME)

    def _fill_document(self) -> None:
        if self._document is not None:
            self._document.fill()

    def _on_frame(self) -> None:
        self._follow_document()
        self.slider.follow()
        if self._dimensions is not None:
            self._dimensions.follow()
        self.canvas.refresh()

    def _on_studies(self, studies: frozenset[str]) -> None:
        display_set = self.viewport.display_set
        if display_set is not None and display_set.study_instance_uid in studies:
            self._identify()

    def _identify(self) -> None:
        """Whose picture is it? Asked when the display set changes, not per frame."""
        self._follow_document()
        self._follow_axes()
        complete = self._workspace.scan is None
        catalogue = self._workspace.services.catalogue
        self.canvas.overlay.identity = identity_of(catalogue, self.viewport.display_set, complete=complete)
        self._identified_complete = complete
        self.slider.remount()
        self.retranslate()
        self.canvas.refresh()

    def _on_scan(self) -> None:
        """The last scan ended: now gaps in the stack are real."""
        if not self._identified_complete and self._workspace.scan is None:
            self._identify()

    def _on_active(self) -> None:
        if self._is_active and self._canvas_has_focus():
            self.canvas.setFocus()
        self.update()

    @property
    def _is_active(self) -> bool:
        return self._workspace.layout.active is self.viewport

    def _canvas_has_focus(self) -> bool:
        """Some viewport has the keyboard, which then follows the active one."""
        return isinstance(self.window().focusWidget(), CanvasView)

    def activate(self) -> None:
        """Make this the active viewport."""
        self._workspace.layout.set_active(self.viewport)

    def _maximise(self) -> None:
        self._workspace.layout.toggle_maximised()

    def _show_menu(self, place: QPointF) -> None:
        self.activate()
        menu = viewport_menu(self._workspace, self._registry, self._theme, self)
        menu.popup(self.canvas.mapToGlobal(place.toPoint()))

    def _on_dropped(self, key: str) -> None:
        display_set = self._workspace.services.catalogue.display_set(key)
        if display_set is None and self._workspace.arrivals.dropped(key, self.viewport):
            self.activate()
        elif display_set is not None:
            self.activate()
            self._workspace.opening.show(self.viewport, display_set)
            self.canvas.setFocus()

    def _on_drop_hovered(self, hovered: bool) -> None:
        self._drop_hovered = hovered
        self.update()

    def restyle(self) -> None:
        """The theme changed."""
        self.canvas.restyle()
        self._fill_document()
        self._fit_document()
        self._follow_axes()
        self.update()

    def retranslate(self) -> None:
        display_set = self.viewport.display_set
        label = f"{display_set.modality} {display_set.label or display_set.series_description}" if display_set else tr("empty")
        number = self._workspace.layout.all_viewports.index(self.viewport) + 1
        self.canvas.setAccessibleName(tr("Viewport {number}: {label}", number=number, label=label))
        self.slider.retranslate()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self._fill_document()
            self._follow_axes()
            self.canvas.restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.slider.width()
        self.slider.setGeometry(self.width() - FRAME - width, FRAME, width, self.height() - 2 * FRAME)
        self.slider.raise_()
        self._fit_document()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._theme.colours
        layout = self._workspace.layout
        alone = layout.rows * layout.columns == 1
        active = (self._is_active and (not alone or self.canvas.hasFocus())) or self._drop_hovered
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#000000"))
        painter.setPen(QPen(QColor(colours.accent if active else colours.hairline), 2 if active else 1))
        inset = 1 if active else 0
        painter.drawRect(self.rect().adjusted(inset, inset, -1, -1))
