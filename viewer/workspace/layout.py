"""The grid of viewports of one window."""

from __future__ import annotations

from viewer.model.signals import Signal
from viewer.workspace.viewport import ViewportState

MAX_ROWS = 4
MAX_COLUMNS = 4


class Layout:
    """`rows` × `columns` viewports, one of them active, perhaps one of them maximised.

    Viewports that a smaller grid hides keep their state and come back with a larger one.
    """

    changed = Signal()  # rows, columns or maximised
    active_changed = Signal()

    def __init__(self) -> None:
        self._rows = 1
        self._columns = 1
        self._viewports = [ViewportState() for _ in range(MAX_ROWS * MAX_COLUMNS)]
        self._active = 0
        self._maximised = False

    @property
    def rows(self) -> int:
        return self._rows

    @property
    def columns(self) -> int:
        return self._columns

    @property
    def maximised(self) -> bool:
        """True while only the active viewport is shown."""
        return self._maximised

    @property
    def viewports(self) -> tuple[ViewportState, ...]:
        """The viewports of the grid, row by row."""
        return tuple(self._viewports[: self._rows * self._columns])

    @property
    def all_viewports(self) -> tuple[ViewportState, ...]:
        """Those of the grid and those a smaller grid hides."""
        return tuple(self._viewports)

    @property
    def active_index(self) -> int:
        return self._active

    @property
    def active(self) -> ViewportState:
        return self._viewports[self._active]

    def set_grid(self, rows: int, columns: int) -> None:
        rows, columns = min(max(rows, 1), MAX_ROWS), min(max(columns, 1), MAX_COLUMNS)
        if (rows, columns) == (self._rows, self._columns) and not self._maximised:
            return
        self._rows, self._columns = rows, columns
        self._maximised = False
        if self._active >= rows * columns:
            self._bring_active_forward()
        self.changed.emit()

    def _bring_active_forward(self) -> None:
        """The active viewport must stay in sight when the grid shrinks."""
        self._viewports.insert(0, self._viewports.pop(self._active))
        self._active = 0
        self.active_changed.emit()

    def set_active(self, viewport: ViewportState) -> None:
        index = self._viewports.index(viewport)
        if index != self._active:
            self._active = index
            self.active_changed.emit()
            if self._maximised:
                self.changed.emit()

    def step_active(self, step: int) -> None:
        """Make the next (or previous) viewport of the grid the active one."""
        count = self._rows * self._columns
        self.set_active(self._viewports[(self._active + step) % count])

    def toggle_maximised(self) -> None:
        self._maximised = not self._maximised and self._rows * self._columns > 1
        self.changed.emit()
