"""The strip under a picture whose image has more dimensions than one: a small slider for each, "Phase 3/10"."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QSizePolicy, QSlider, QWidget

from viewer.ui.canvas.frame_slider import WIDTH as FRAME_SLIDER_WIDTH
from viewer.ui.canvas.halo_text import BRIGHT
from viewer.ui.i18n import tr, translated
from viewer.ui.theme import Theme
from viewer.workspace.dimensions import Axis, FrameAxes
from viewer.workspace.viewport import ViewportState
from viewer.workspace.workspace import Workspace

SLIDER_WIDTH = 110
LEAST_SLIDER = 32
MARGIN = 6
# The strip is as black as the canvas, whatever the theme.
_SHEET = """
QLabel {{ color: {bright}; }}
QSlider::groove:horizontal {{ background: #464c54; }}
QSlider::handle:horizontal {{ background: {bright}; }}
"""


class _Slider(QSlider):
    """A wheel notch is one step, whatever the system's setting is."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().y() or event.angleDelta().x()
        if delta:
            self.setValue(self.value() + (-1 if delta > 0 else 1))
        event.accept()


class DimensionBar(QWidget):
    """Hidden while the image has one dimension. Takes no keyboard: its keys are commands of the viewport."""

    activated = Signal()

    def __init__(self, workspace: Workspace, viewport: ViewportState, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._viewport = viewport
        self._theme = theme
        self._axes: FrameAxes | None = None
        self._labels: list[QLabel] = []
        self._sliders: list[_Slider] = []
        self._row = QHBoxLayout(self)
        self._row.setSpacing(6)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._is_short = False
        self.setStyleSheet(_SHEET.format(bright=BRIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # a narrow viewport stays narrow
        self.hide()

    def remount(self) -> None:
        """Other axes, another language or size: make the controls anew."""
        axes, self._axes = self._viewport.axes, None  # while there are no controls, a resize is none of their business
        for widget in (*self._labels, *self._sliders):
            self._row.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._labels, self._sliders = [], []
        if axes is not None:
            margin = self._theme.px(MARGIN)
            self._row.setContentsMargins(margin, 2, FRAME_SLIDER_WIDTH, 2)
            for number, axis in enumerate(axes.controls):
                self._add(number, axis)
        self._axes = axes
        self.setVisible(axes is not None)
        self._fit()
        self.follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self.follow()

    def _fit(self) -> None:
        """Labels as wide as their longest text, so that nothing moves.

        Where there is no room the values are left out, then the sliders: keys still work. Names are shortened last.
        """
        if self._axes is None:
            return
        margin, sliders = self._theme.px(MARGIN), self._theme.px(LEAST_SLIDER) * len(self._sliders)
        room = self.width() - margin - FRAME_SLIDER_WIDTH - sliders - self._row.spacing() * (2 * len(self._sliders) - 1)
        self._is_short = sum(self._widths(is_short=False)) > room
        fits = not self._is_short or sum(self._widths(is_short=True)) <= room
        for slider in self._sliders:
            slider.setVisible(fits)
        widths = self._widths(is_short=self._is_short)
        if not fits:
            widths = _shares(widths, self.width() - margin - FRAME_SLIDER_WIDTH - self._row.spacing() * (len(widths) - 1))
        for label, width in zip(self._labels, widths, strict=True):
            label.setFixedWidth(width)

    def _widths(self, *, is_short: bool) -> list[int]:
        axes = self._axes.controls if self._axes is not None else ()
        return [
            max(label.fontMetrics().horizontalAdvance(_text(axis, position, is_short=is_short)) for position in range(axis.count))
            for axis, label in zip(axes, self._labels, strict=True)
        ]

    def _add(self, number: int, axis: Axis) -> None:
        label, slider = QLabel(), _Slider(Qt.Orientation.Horizontal)
        label.setFont(self._theme.font())
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        slider.setRange(0, axis.count - 1)
        slider.setPageStep(1)
        slider.setMinimumWidth(self._theme.px(LEAST_SLIDER))
        slider.setMaximumWidth(self._theme.px(SLIDER_WIDTH))
        slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        slider.setAccessibleName(translated(axis.label))
        slider.valueChanged.connect(lambda position, number=number: self._moved(number, position))
        self._row.addWidget(label)
        self._row.addWidget(slider)
        self._labels.append(label)
        self._sliders.append(slider)

    def follow(self) -> None:
        """Show where the viewport is now."""
        axes = self._axes
        if axes is None or self._viewport.index >= len(axes.places):
            return
        for number, (axis, label, slider) in enumerate(zip(axes.controls, self._labels, self._sliders, strict=True)):
            position = axes.position(self._viewport.index, number)
            slider.blockSignals(True)
            slider.setValue(position)
            slider.blockSignals(False)
            label.setText(_fitting(label, axis, position, is_short=self._is_short))
            label.setToolTip(_text(axis, position, is_short=False))

    def _moved(self, number: int, position: int) -> None:
        self.activated.emit()
        self._workspace.dimensions.go(self._viewport, number, position)


def _text(axis: Axis, position: int, *, is_short: bool) -> str:
    """ "Time 3/10", "b-value 2/4: 1000 s/mm²"."""
    text = axis.texts[position]
    label = translated(axis.label)
    if not text or is_short:
        return tr("{label} {number}/{count}", label=label, number=position + 1, count=axis.count)
    return tr("{label} {number}/{count}: {value}", label=label, number=position + 1, count=axis.count, value=text)


def _fitting(label: QLabel, axis: Axis, position: int, *, is_short: bool) -> str:
    """The text of a label in its width: the name is shortened, the numbers are whole."""
    text, metrics, room = _text(axis, position, is_short=is_short), label.fontMetrics(), label.maximumWidth()
    if metrics.horizontalAdvance(text) <= room:
        return text
    numbers = tr("{label} {number}/{count}", label="", number=position + 1, count=axis.count).strip()
    name = metrics.elidedText(translated(axis.label), Qt.TextElideMode.ElideRight, room - metrics.horizontalAdvance(f" {numbers}"))
    return f"{name} {numbers}" if len(name) > 1 else numbers


def _shares(widths: list[int], room: int) -> list[int]:
    """Room for each: what one does not need goes to those that need more than their share."""
    fair = max(room, 0) // max(len(widths), 1)
    spare = sum(max(fair - width, 0) for width in widths)
    cut = sum(width > fair for width in widths)
    return [min(width, fair + spare // cut if cut else width) for width in widths]
