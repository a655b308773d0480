"""The inspector at the right: what is known of the image on screen, in tabs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from viewer.ui.i18n import tr
from viewer.ui.inspector.follower import Follower, Shown
from viewer.ui.inspector.series_tab import SeriesTab
from viewer.ui.inspector.tags_tab import ReadTags, ReadValue, TagsTab
from viewer.ui.theme import Theme
from viewer.workspace.workspace import Workspace


class InspectorPanel(QWidget):
    """Follows the active viewport of `workspace`.

    `read(path, done)` reads tags in the background, and only the latest request; `read_value((path, tag_path), done)` a value.
    """

    def __init__(self, workspace: Workspace, theme: Theme, read: ReadTags, read_value: ReadValue | None = None) -> None:
        super().__init__()
        self._theme = theme
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.pages = QStackedWidget()
        self.tags = TagsTab(theme, read, read_value, workspace.tasks, workspace.notify)
        self.tags.value_saved.connect(lambda study: _note_export(workspace, study))
        self.series = SeriesTab(workspace, theme)
        for page in (self.tags, self.series):
            self.tabs.addTab("")
            self.pages.addWidget(page)
        self._head = QHBoxLayout()
        self._head.addWidget(self.tabs)
        self._head.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addWidget(self.pages, 1)
        self._titles: list[Callable[[], str]] = [lambda: tr("Tags"), lambda: tr("Series")]
        self.tabs.currentChanged.connect(self.pages.setCurrentIndex)
        self.follower = Follower(workspace, self.turn_to, self)
        theme.changed.connect(self.restyle)
        self.restyle()
        self.follower.follow()

    def add_page(self, page: QWidget, title: Callable[[], str]) -> None:
        """One more tab; `title` says its name in the language in force."""
        self._titles.append(title)
        self.pages.addWidget(page)
        self.tabs.addTab(title())

    def show_page(self, page: QWidget) -> None:
        self.tabs.setCurrentIndex(self.pages.indexOf(page))

    def turn_to(self, shown: Shown) -> None:
        """Another image, or nothing, is on screen."""
        self.tags.turn_to(shown.instance, shown.frame_number)
        self.series.turn_to(shown)

    def restyle(self) -> None:
        """The theme or the text size changed."""
        theme = self._theme
        self._head.setContentsMargins(*(theme.px(n) for n in (12, 10, 12, 2)))
        self.tabs.setFont(theme.font(13))
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Inspector"))
        self.tabs.setAccessibleName(tr("Inspector"))
        for place, title in enumerate(self._titles):
            self.tabs.setTabText(place, title())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def _note_export(workspace: Workspace, study_instance_uid: str) -> None:
    if workspace.audit is not None:
        workspace.audit.exported({study_instance_uid: 0} if study_instance_uid else {}, "value")
