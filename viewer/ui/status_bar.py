"""The line at the foot: progress with Cancel and what was skipped at the left, what is under the cursor at the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from viewer.model.tasks import Progress
from viewer.ui.elided_label import ElidedLabel
from viewer.ui.i18n import tr, tr_n, translated
from viewer.ui.theme import Theme
from viewer.workspace.services import Notification
from viewer.workspace.task_list import Task
from viewer.workspace.workspace import Workspace

NOTICE_MS = 7000
HEIGHT = 28
MOST_COUNTED = 1_000_000  # beyond which a share says more: bytes
USUAL_TITLE = "NEGATOSCOPE"  # of the listener; the module that says so is not needed before the first picture


class StatusBar(QWidget):
    """Follows the scans, tasks and problems of a workspace and says its notifications. A task is shown before scans."""

    details_asked = Signal()

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._theme = theme
        self._notification: Notification | None = None
        self._reading = QLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._cancel = QPushButton()
        self._cancel.clicked.connect(self._stop)
        self._skipped = QPushButton()
        self._skipped.clicked.connect(self.details_asked)
        self._notice = ElidedLabel()
        self._read_out = QLabel()
        self._read_out.setTextFormat(Qt.TextFormat.PlainText)
        self._last = QWidget()  # the place of what comes later
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.timeout.connect(self._hush)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._build()
        theme.changed.connect(self.restyle)
        workspace.scan_changed.connect(self.follow)
        workspace.tasks.changed.connect(self.follow)
        workspace.problems_changed.connect(self.follow)
        workspace.notified.connect(self.say)
        self.restyle()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(12)
        for widget in (self._reading, self._bar, self._cancel, self._skipped):
            row.addWidget(widget)
        row.addWidget(self._notice, 1)
        row.addWidget(self._read_out)
        row.addWidget(self._last)
        for button in (self._cancel, self._skipped):
            button.setFlat(True)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keep_room(self, width: int) -> None:
        """Keep so much room at the very right for what `add_last` brings, so that nothing moves then, nor while it starts."""
        self._last.setMinimumWidth(width)

    def add_last(self, widget: QWidget) -> None:
        """Something at the very right."""
        row = self.layout()
        if row is not None:
            row.replaceWidget(self._last, widget)
            widget.setMinimumWidth(self._last.minimumWidth())
            self._last.deleteLater()
            self._last = widget

    @property
    def late_room(self) -> int:
        """How much room what is at the very right wants: now, else as reserved."""
        return max(self._last.sizeHint().width(), 0) or self._last.minimumWidth()

    @property
    def usual_room(self) -> int:
        """What the listener's light takes where nothing is known of it."""
        words = tr("{title} · off", title=USUAL_TITLE)
        return self._theme.px(24) + QFontMetrics(self._theme.font(12)).horizontalAdvance(words)

    def dispose(self) -> None:
        """Let go of the workspace; the window closes."""
        self._quiet.stop()
        self._workspace.scan_changed.disconnect(self.follow, missing_ok=True)
        self._workspace.tasks.changed.disconnect(self.follow, missing_ok=True)
        self._workspace.problems_changed.disconnect(self.follow, missing_ok=True)
        self._workspace.notified.disconnect(self.say, missing_ok=True)

    def set_read_out(self, line: str) -> None:
        """What is under the cursor; "" when nothing is."""
        self._read_out.setText(line)

    @property
    def notice(self) -> str:
        """The notification on show, "" when none is."""
        return self._notice.text()

    def say(self, notification: Notification) -> None:
        """Show a line for some seconds."""
        self._notification = notification
        self._show_notice()
        self._quiet.start(NOTICE_MS)

    def _hush(self) -> None:
        self._notification = None
        self._show_notice()

    def _show_notice(self) -> None:
        one = self._notification
        self._notice.set_text(translated(one.text) if one else "")
        colours = self._theme.colours
        palette = self._notice.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colours.warning if one and one.is_warning else colours.text))
        self._notice.setPalette(palette)

    def follow(self) -> None:
        """A task, the scan or the list of problems moved on."""
        task = self._workspace.tasks.current
        scanned = self._workspace.progress if self._workspace.scan is not None else None
        progress = task.progress if task is not None else scanned
        for widget in (self._reading, self._bar):
            widget.setVisible(progress is not None)
        self._cancel.setVisible(progress is not None and (task is None or task.can_cancel))
        if progress is not None:
            self._reading.setText(task_text(task) if task is not None else reading_text(progress))
            self._bar.setRange(0, progress.total)
            self._bar.setValue(progress.done)
        count = len(self._workspace.problems)
        self._skipped.setVisible(count > 0)
        if count:
            self._skipped.setText(tr_n("%n file(s) skipped — Details", count))

    def _stop(self) -> None:
        """Cancel what is shown."""
        task = self._workspace.tasks.current
        if task is not None:
            task.cancel()
        else:
            self._workspace.opening.cancel()

    def restyle(self) -> None:
        theme, colours = self._theme, self._theme.colours
        self.setFixedHeight(theme.px(HEIGHT))
        self._bar.setFixedSize(QSize(theme.px(140), 4))
        for label in (self._reading, self._read_out):
            label.setFont(theme.font(12))
        self._notice.setFont(theme.font(12))
        self._reading.setStyleSheet(f"color: {colours.dim}")
        self._read_out.setStyleSheet(f"color: {colours.text}")
        flat = f"QPushButton {{ border: none; background: none; min-height: {theme.px(24)}px; padding: 0 4px; color: %s }}"
        focus = f"QPushButton:focus {{ border: 1px solid {colours.accent}; border-radius: 4px }}"
        self._cancel.setStyleSheet(flat % colours.text + focus)
        self._skipped.setStyleSheet(flat % colours.dim + f"QPushButton:hover {{ color: {colours.accent} }}" + focus)
        for button in (self._cancel, self._skipped):
            button.setFont(theme.font(12))
        self._show_notice()
        self.retranslate()

    def retranslate(self) -> None:
        self._cancel.setText(tr("Cancel"))
        self._bar.setAccessibleName(tr("Progress"))
        self.setAccessibleName(tr("Status"))
        self._show_notice()
        self.follow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def reading_text(progress: Progress) -> str:
    """How far the reading is, in the numbers of the language."""
    done, total = QLocale().toString(progress.done), QLocale().toString(progress.total)
    if progress.total:
        return tr("Reading {done} of {total} files", done=done, total=total)
    return tr("Reading {done} files", done=done)


def task_text(task: Task) -> str:
    """What goes on and how far it is, in the numbers of the language."""
    progress, what = task.progress, translated(task.title)
    if not progress.total:
        return tr("{what}: {done}", what=what, done=QLocale().toString(progress.done)) if progress.done else what
    if progress.total > MOST_COUNTED:
        return tr("{what}: {share} %", what=what, share=min(round(100 * progress.done / progress.total), 100))
    done, total = QLocale().toString(progress.done), QLocale().toString(progress.total)
    return tr("{what}: {done} of {total}", what=what, done=done, total=total)
