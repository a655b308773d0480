"""The light of the listener, last in the status line: a dot, and title and port; a click opens the nodes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from viewer.ui.i18n import tr, translated
from viewer.ui.theme import Theme
from viewer.workspace.network_services import ListenerControl

DOT = 8
GAP = 8


class ListenerLight(QAbstractButton):
    """Green: it listens; amber ring: it is to listen and cannot yet; grey ring: off. The words say the same."""

    def __init__(self, listener: ListenerControl, theme: Theme) -> None:
        super().__init__()
        self._listener = listener
        self._theme = theme
        self._words = ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        listener.changed.connect(self.follow)
        theme.changed.connect(self.restyle)
        self.restyle()

    def dispose(self) -> None:
        """Let go of the listener; the window closes."""
        self._listener.changed.disconnect(self.follow, missing_ok=True)

    @property
    def words(self) -> str:
        return self._words

    def follow(self) -> None:
        """Settings or state of the listener changed."""
        settings, state = self._listener.settings, self._listener.state
        title = settings.entity.ae_title
        if state.port:
            self._words = f"{title}:{state.port}"
            tip = tr("Listening as {title} on port {port}", title=title, port=state.port)
        elif not settings.is_on:
            self._words = tr("{title} · off", title=title)
            tip = tr("The listener is off: other nodes cannot send to this workstation")
        elif state.reason:
            self._words = tr("{title} · cannot listen", title=title)
            tip = " ".join((translated(state.reason), translated(state.advice))).strip()
        else:
            self._words = tr("{title} · starting", title=title)
            tip = tr("The listener is being started")
        self.setToolTip(tip + "\n" + tr("Click to see the nodes"))
        self.setAccessibleName(tr("Listener: {state}", state=tip))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        settings = self._listener.settings
        title = settings.entity.ae_title
        shown = [self._words]
        if settings.is_on:  # what is beside it is not to move while it starts
            shown += [tr("{title} · starting", title=title), f"{title}:{settings.entity.port}"]
        return QSize(self._theme.px(DOT + GAP + 8) + max(map(self._width_of, shown)), self._theme.px(24))

    def _width_of(self, words: str) -> int:
        return QFontMetrics(self._theme.font(12)).horizontalAdvance(words)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, colours = self._theme, self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state, is_on = self._listener.state, self._listener.settings.is_on
        colour = QColor(colours.fine if state.port else colours.warning if is_on else colours.dim)
        size = theme.px(DOT)
        start = self.width() - theme.px(DOT + GAP + 8) - self._width_of(self._words)  # room that is not needed is at the left
        middle = QPointF(start + theme.px(4) + size / 2, self.height() / 2)
        if state.port:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
        else:
            painter.setPen(QPen(colour, 1.5))
        painter.drawEllipse(middle, size / 2 - 0.5, size / 2 - 0.5)
        painter.setFont(self._theme.font(12))
        painter.setPen(QColor(colours.text if state.port or self.underMouse() else colours.dim))
        left = start + theme.px(4 + DOT + GAP)
        painter.drawText(QRect(left, 0, self.width() - left, self.height()), Qt.AlignmentFlag.AlignVCenter, self._words)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawRoundedRect(self.rect().adjusted(0, 2, -1, -3), 4, 4)

    def restyle(self) -> None:
        """The theme or the text size changed."""
        self.follow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.follow()
