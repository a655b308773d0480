"""The result of testing a node: each step, how long it took, what failed and what to change."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from viewer.model.remote import TestStep
from viewer.ui.i18n import tr, translated
from viewer.ui.theme import Theme


class TestSteps(QWidget):
    """`begin`, then `add` for each step, then `end`."""

    __test__ = False  # no test case for pytest

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._steps: list[TestStep] = []
        self._is_running = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 4, 0, 0)
        self._column.setSpacing(4)
        self._labels = [QLabel() for _ in range(6)]
        for label in self._labels:
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)  # some of it comes from the node
            label.hide()
            self._column.addWidget(label)
        theme.changed.connect(self.fill)

    def begin(self) -> None:
        self._steps, self._is_running = [], True
        self.fill()

    def add(self, step: TestStep) -> None:
        self._steps.append(step)
        self.fill()

    def end(self) -> None:
        self._is_running = False
        self.fill()

    def clear(self) -> None:
        self._steps, self._is_running = [], False
        self.fill()

    @property
    def lines(self) -> list[str]:
        """What is shown, from top to bottom."""
        return [label.text() for label in self._labels if not label.isHidden()]

    def fill(self) -> None:
        """Say the steps in the language and the colours in force."""
        colours = self._theme.colours
        rows = [(self._line(step), colours.fine if step.passed else colours.fault) for step in self._steps]
        if self._is_running:
            rows.append((tr("Testing …"), colours.dim))
        elif rows and all(step.passed for step in self._steps):
            rows.append((tr("The node answers."), colours.text))
        for label, row in zip(self._labels, [*rows, *[None] * len(self._labels)], strict=False):
            label.setVisible(row is not None)
            if row is not None:
                label.setText(row[0])
                label.setStyleSheet(f"color: {row[1]}")

    def _line(self, step: TestStep) -> str:
        name = {
            "tcp": tr("Network connection"),
            "tls": tr("TLS"),
            "association": tr("Association"),
            "echo": tr("C-ECHO"),
            "search": tr("DICOMweb search"),
        }.get(step.name, step.name)
        if step.passed:
            return tr("✓ {step}: passed in {milliseconds} ms", step=name, milliseconds=f"{step.milliseconds:.0f}")
        why = " ".join((translated(step.reason), translated(step.advice))).strip()
        return tr("✗ {step}: {why}", step=name, why=why)
