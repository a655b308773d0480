"""The tab Tags: filter, facts and the table of the instance on screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from viewer.model.errors import Problem
from viewer.model.hierarchy import Instance
from viewer.model.messages import Message, message
from viewer.model.tags import ROOT, TagPath, TagTree, WholeValue
from viewer.ui.i18n import tr, translated
from viewer.ui.inspector.facts import FactsBlock
from viewer.ui.inspector.tag_menu import TagMenu
from viewer.ui.inspector.tag_model import TagModel
from viewer.ui.inspector.tag_view import Place, TagView
from viewer.ui.inspector.value_dialog import ValueDialog
from viewer.ui.stepwise import Stepwise
from viewer.ui.theme import Theme
from viewer.workspace.task_list import TaskList

ReadTags = Callable[[str, Callable[[TagTree | Problem], None]], None]
ReadValue = Callable[[tuple[str, TagPath], Callable[[WholeValue | Problem], None]], None]
Say = Callable[[Message], None]
_PER_FRAME = 0x52009230


class TagsTab(QWidget):
    """`turn_to` says which instance; `read` brings its tags, `read_value` a whole value.

    `tasks` shows what takes a while, `say` a line to the user.
    """

    value_saved = Signal(str)  # Study Instance UID of what a value was saved of

    def __init__(
        self,
        theme: Theme,
        read: ReadTags,
        read_value: ReadValue | None,
        tasks: TaskList | None = None,
        say: Say = lambda text: None,
    ) -> None:
        super().__init__()
        self._tasks = tasks
        self._theme = theme
        self._read = read
        self._read_value = read_value
        self._instance: Instance | None = None
        self._key: tuple[str, int] | None = None
        self._frame_number = 1
        self._problem: Problem | None = None
        self._place = Place()
        self._filtering = Stepwise(self, tasks)
        self._to_top = False
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._on_filter_text)
        self.facts = FactsBlock(theme)
        self.warning = QLabel()
        self.warning.setTextFormat(Qt.TextFormat.PlainText)
        self.warning.setWordWrap(True)
        self.model = TagModel()
        self.view = TagView(self.model, theme)
        self.view.opened.connect(self.open_value)
        self.view.typed.connect(self._type_into_filter)
        self.menu = TagMenu(self.view, theme, self.open_value if read_value else None, tasks, say)
        self.view.copy_asked.connect(self.menu.copy_values)
        self.view.customContextMenuRequested.connect(self._show_menu)
        self.line = QFrame()
        self.line.setFixedHeight(1)
        self.empty = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.empty.setTextFormat(Qt.TextFormat.PlainText)
        self.empty.setWordWrap(True)
        self.pages = QStackedWidget()
        self._build()
        theme.changed.connect(self.restyle)
        self.restyle()

    def _build(self) -> None:
        self.filter_room = QVBoxLayout()
        self.filter_room.addWidget(self.filter)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.facts)
        column.addWidget(self.warning)
        column.addWidget(self.line)
        column.addWidget(self.view, 1)
        self.pages.addWidget(self.empty)
        self.pages.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self.filter_room)
        whole.addWidget(self.pages, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setFocusProxy(self.view)

    # What is shown

    def turn_to(self, instance: Instance | None, frame_number: int) -> None:
        """Show the tags of `instance`; None empties the tab."""
        frame_before, self._frame_number, self._instance = self._frame_number, frame_number, instance
        if instance is None:
            self._key = None
            self._forget()
            return
        key = (instance.path, instance.file_mtime_ns)
        if key == self._key:  # shown already, or on its way
            self.view.move_along((_PER_FRAME, frame_before - 1), (_PER_FRAME, frame_number - 1))
            self._show_frame()
            return
        self._key = key
        self._read(instance.path, lambda outcome: self._on_read(key, outcome))
        self._show_page()

    def _forget(self) -> None:
        self._stop_filter()
        self.menu.stop()
        if self.model.tree is not None:
            self._place = self.view.place()
        self._problem = None
        self.model.set_tree(None)
        self.facts.set_facts(None)
        self._show_page()

    def _on_read(self, key: tuple[str, int], outcome: TagTree | Problem) -> None:
        if key != self._key or self._instance is None:
            return
        if isinstance(outcome, Problem):
            self._forget()
            self._problem = outcome
            self._show_page()
            return
        self._problem = None
        self._show_tree(outcome, self._instance)

    def _show_tree(self, tree: TagTree, instance: Instance) -> None:
        self._stop_filter()
        self.menu.stop()
        shown = self.model.tree
        self.setUpdatesEnabled(False)
        try:
            self.facts.set_facts(tree.facts, instance.source)
            if shown is not None and tree.has_same_shape(shown):
                self.model.swap_tree(tree)
            else:
                if shown is not None:
                    self._place = self.view.place()
                self.model.set_tree(tree)
                self.view.restore(self._place)
            if self.filter.text().strip():
                self._start_filter()
            self._show_warnings()
            self._show_frame()
            self._show_page()
        finally:
            self.setUpdatesEnabled(True)

    def _show_frame(self) -> None:
        """Light the functional groups of the frame on screen (PS3.3 C.7.6.16)."""
        tree = self.model.tree
        sequence = tree.find((_PER_FRAME,)) if tree is not None else None
        if tree is None or sequence is None or not 0 < self._frame_number <= tree.number_of_children(sequence):
            self.view.light(None)
            return
        self.view.light(tree.child(sequence, self._frame_number - 1))

    def _show_warnings(self) -> None:
        tree = self.model.tree
        texts = [translated(text) for text in tree.warnings] if tree is not None else []
        self.warning.setText("\n".join(texts))
        self.warning.setVisible(bool(texts))

    def _show_page(self) -> None:
        has_tree = self.model.tree is not None
        self.pages.setCurrentIndex(1 if has_tree else 0)
        self.filter.setEnabled(has_tree)
        if has_tree:
            return
        if self._problem is not None:
            advice = translated(self._problem.advice)
            self.empty.setText("\n".join(part for part in (translated(self._problem.reason), advice) if part))
        elif self._instance is not None:
            self.empty.setText(tr("Reading …"))
        else:
            self.empty.setText(tr("The tags of the image on screen are shown here."))

    # Filter

    def _on_filter_text(self, _text: str) -> None:
        self._to_top = True
        self._start_filter()

    def _start_filter(self) -> None:
        self._stop_filter()
        text = self.filter.text().strip()
        if not text:
            self._end_filter()
            return
        if self.model.tree is None:
            return
        if not self.model.is_filtered:
            self._place = self.view.place()
        self._filtering.run(self._filter_steps(text), len(self.model.tree), message("Filtering tags"))

    def _filter_steps(self, text: str) -> Iterator[int]:
        yield from self.model.filter_steps(text)
        self.view.expand_to_matches()
        self._show_frame()
        if self._to_top:
            self.view.scrollToTop()
        self._to_top = False

    def _end_filter(self) -> None:
        if not self.model.is_filtered:
            return
        chosen = self.view.currentIndex()
        node = self.model.node_of(chosen)
        self.model.clear_filter()
        self.view.restore(self._place)
        if node != ROOT:
            index = self.model.reach(node)
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def _stop_filter(self) -> None:
        self._filtering.stop()

    def _type_into_filter(self, text: str) -> None:
        self.filter.setFocus()
        self.filter.insert(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.filter.text():
            self.filter.clear()
        elif event.key() == Qt.Key.Key_Down and self.filter.hasFocus():
            self.view.setFocus()
            if not self.view.currentIndex().isValid():
                self.view.setCurrentIndex(self.model.index(0, 0))
        else:
            super().keyPressEvent(event)

    # Values

    def _show_menu(self, at: QPoint) -> None:
        self.menu.popup(self.view.viewport().mapToGlobal(at))

    def open_value(self, node: int) -> None:
        """Show a whole value in a dialog of its own."""
        element, tree = self.model.element_at(node), self.model.tree
        if element is None or tree is None or self._read_value is None or not self.menu.can_open(node):
            return
        dialog = ValueDialog(element, self._theme, self.window(), self._tasks)
        study = self._instance.study_instance_uid if self._instance is not None else ""
        dialog.saved.connect(lambda: self.value_saved.emit(study))
        dialog.open()
        self._read_value((tree.facts.path, tree.path(node)), dialog.show_value)

    # Look and language

    def restyle(self) -> None:
        """The theme or the text size changed."""
        theme = self._theme
        self.filter_room.setContentsMargins(*(theme.px(n) for n in (12, 8, 12, 8)))
        self.facts.restyle()
        self.view.restyle()
        self.line.setStyleSheet(f"background: {theme.colours.hairline}; border: none")
        self.warning.setFont(theme.font(12))
        self.warning.setStyleSheet(
            f"color: {theme.colours.warning}; padding: 2px {theme.px(14)}px {theme.px(6)}px {theme.px(14)}px"
        )
        self.empty.setFont(theme.font(13))
        self.empty.setContentsMargins(*(theme.px(24),) * 4)
        palette = self.empty.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.colours.dim))
        self.empty.setPalette(palette)
        self.retranslate()

    def retranslate(self) -> None:
        self.filter.setPlaceholderText(tr("Filter tags: name, number, value"))
        self.filter.setAccessibleName(tr("Filter tags"))
        self.view.setAccessibleName(tr("Tags"))
        self.model.forget_texts()
        self.view.viewport().update()
        self._show_warnings()
        self._show_page()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
