"""The toolbar: icon and word, the tool in use on the accent ground, the search for commands at the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from viewer.ui.actions import CommandActions
from viewer.ui.i18n import tr
from viewer.ui.theme import Theme
from viewer.workspace.commands.registry import CommandRegistry
from viewer.workspace.workspace import Workspace

GROUPS = ("file", "tools", "measure", "cine")  # those before "cine" stand left of the menus; others follow by name
ARROW = "▾"
LARGEST_SEARCH = 250
SMALLEST_SEARCH = 150
SMALLEST_SEARCH_BY_ICONS = 70


class ToolBar(QWidget):
    """Made from the commands that have a toolbar group. Shows icons alone where the words do not fit."""

    search_asked = Signal()

    def __init__(
        self,
        registry: CommandRegistry,
        actions: CommandActions,
        workspace: Workspace,
        theme: Theme,
        menus: dict[str, QMenu],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._registry = registry
        self._actions = actions
        self._workspace = workspace
        self._theme = theme
        self._buttons: list[QToolButton] = []
        self._lines: list[QFrame] = []
        self._words = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._preset = self._menu_button("preset", menus["preset"])
        self._layout_button = self._menu_button("layout-grid", menus["layout"])
        self._cine = QToolButton()
        self._search = SearchField(theme)
        self._search.clicked.connect(self.search_asked)
        self._fill(menus["open"])
        self._connect()
        self.restyle()

    def _connect(self) -> None:
        self._theme.changed.connect(self.restyle)
        self._registry.keys_changed.connect(self.follow)  # the actions have said their plain words again
        layout = self._workspace.layout
        layout.changed.connect(self.follow)
        layout.active_changed.connect(self.follow)
        for viewport in layout.all_viewports:
            viewport.cine_changed.connect(self.follow)
            viewport.display_set_changed.connect(self.follow)

    def dispose(self) -> None:
        """Let go of the workspace; the window closes."""
        layout = self._workspace.layout
        self._registry.keys_changed.disconnect(self.follow, missing_ok=True)
        layout.changed.disconnect(self.follow, missing_ok=True)
        layout.active_changed.disconnect(self.follow, missing_ok=True)
        for viewport in layout.all_viewports:
            viewport.cine_changed.disconnect(self.follow, missing_ok=True)
            viewport.display_set_changed.disconnect(self.follow, missing_ok=True)

    def _fill(self, open_menu: QMenu) -> None:
        by_group: dict[str, list[str]] = {name: [] for name in GROUPS}
        for command in self._registry:
            if command.toolbar:
                by_group.setdefault(command.toolbar, []).append(command.id)
        cine = by_group.pop("cine")
        for command_ids in by_group.values():
            if command_ids:
                for command_id in command_ids:
                    self._row.addWidget(self._button(command_id, open_menu if command_id == "file.open" else None))
                self._add_line()
        self._row.addWidget(self._preset)
        self._row.addWidget(self._layout_button)
        for command_id in cine:
            self._cine = self._button(command_id, None)
            self._row.addWidget(self._cine)
        self._row.addStretch(1)
        self._row.addWidget(self._search)

    def _button(self, command_id: str, menu: QMenu | None) -> QToolButton:
        button = _WordButton(self)
        button.setDefaultAction(self._actions[command_id])
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if menu is not None:
            button.setMenu(menu)
            button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self._buttons.append(button)
        return button

    def _menu_button(self, icon: str, menu: QMenu) -> QToolButton:
        button = _WordButton(self)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("icon_name", icon)
        self._buttons.append(button)
        return button

    def _add_line(self) -> None:
        line = QFrame(self)
        line.setFixedWidth(1)
        self._lines.append(line)
        self._row.addWidget(line)

    def follow(self) -> None:
        """The active viewport, the grid or the playing changed."""
        layout, cine = self._workspace.layout, self._workspace.cine
        self._layout_button.setText(f"{layout.rows} × {layout.columns} {ARROW}")
        viewport = layout.active
        action = self._cine.defaultAction()
        if action is not None:
            self._actions.refresh_one("navigate.cine")
            rate = f"{cine.rate(viewport):.3g}"
            action.setIconText(tr("{rate} fps", rate=rate) if viewport.count > 1 else tr("Cine"))
            action.setIcon(self._theme.icon("pause" if viewport.cine_rate is not None else "play"))

    def restyle(self) -> None:
        theme = self._theme
        self._row.setContentsMargins(theme.px(8), theme.px(6), theme.px(10), theme.px(6))
        self._row.setSpacing(theme.px(2))
        for button in self._buttons:
            button.setIconSize(QSize(theme.px(23), theme.px(18)))  # room between icon and word
            button.setFixedHeight(theme.px(34))
            button.setFont(theme.font(13))
            name = button.property("icon_name")
            if name:
                button.setIcon(theme.icon(str(name)))
        for line in self._lines:
            line.setFixedHeight(theme.px(20))
            line.setStyleSheet(f"background: {theme.colours.hairline}; margin: 0;")
        self._search.restyle()
        self.retranslate()
        self.update()

    def retranslate(self) -> None:
        self._preset.setText(f"{tr('Preset')} {ARROW}")
        self._preset.setToolTip(tr("Window presets of this modality"))
        self._layout_button.setToolTip(tr("How many viewports"))
        for button in self._buttons:
            button.setAccessibleName(button.toolTip().splitlines()[0] if button.toolTip() else button.text())
        self._search.retranslate()
        self.follow()
        self._fit()

    def _fit(self) -> None:
        """Words while they fit, else icons alone."""
        words = self._natural_width() <= self.width()
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if words else Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in self._buttons:
            if button.toolButtonStyle() != style:
                button.setToolButtonStyle(style)
        if words:
            spare, least = self.width() - self._natural_width() + self._theme.px(SMALLEST_SEARCH), SMALLEST_SEARCH
        else:
            spare, least = self.width() - self._icons_width(), SMALLEST_SEARCH_BY_ICONS
        self._search.setFixedWidth(min(max(spare, self._theme.px(least)), self._theme.px(LARGEST_SEARCH)))

    def _icons_width(self) -> int:
        """The width of all but the search field while there are no words."""
        margins, parts = self._row.contentsMargins(), len(self._buttons) + len(self._lines)
        icons = sum(button.sizeHint().width() for button in self._buttons) + len(self._lines)
        return margins.left() + margins.right() + icons + (parts + 1) * self._row.spacing()

    def _natural_width(self) -> int:
        """The width with words and the smallest search field."""
        metrics = self.fontMetrics()
        theme = self._theme
        width = theme.px(SMALLEST_SEARCH + 18 + 16)
        for button in self._buttons:
            arrow = 18 if button.menu() is not None else 0
            width += metrics.horizontalAdvance(button.text()) + theme.px(23 + 4 + 18 + 2 + arrow)
        return width + len(self._lines) * theme.px(3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(320), self._theme.px(46))

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(900), self._theme.px(46))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._theme.colours
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.panel))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(colours.hairline))


class _WordButton(QToolButton):
    """As wide as its icon and word need; the style would add room at the right only."""

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        metrics, side = self.fontMetrics(), self.fontMetrics().height() // 2 + 2
        width = side + self.iconSize().width() + side + 2
        if self.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon:
            width += 4 + metrics.horizontalAdvance(self.text())
        if self.popupMode() == QToolButton.ToolButtonPopupMode.MenuButtonPopup:
            width += side + 2
        return QSize(width, hint.height())


class SearchField(QToolButton):
    """Looks like a field, opens the command palette."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def restyle(self) -> None:
        self.setFixedHeight(self._theme.px(32))

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Find a command"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, colours = self._theme, self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colours.accent if self.hasFocus() else colours.hairline))
        painter.setBrush(QColor(colours.window))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 8, 8)
        key = QKeySequence("Ctrl+K").toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")
        painter.setFont(theme.font(11))
        width = painter.fontMetrics().horizontalAdvance(key) + theme.px(12)
        box = self.rect().adjusted(self.width() - width - theme.px(7), theme.px(6), -theme.px(7), -theme.px(6))
        painter.setPen(QColor(colours.hairline))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(colours.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)
        painter.setFont(theme.font(13))
        painter.setPen(QColor(colours.dim))
        place = self.rect().adjusted(theme.px(10), 0, -width - theme.px(12), 0)
        text = painter.fontMetrics().elidedText(tr("Find a command"), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
