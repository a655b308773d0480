"""What the program caught and logged as a fault of its own: an answer for the user, but a bug for us."""

from __future__ import annotations

import logging


class FaultLog(logging.Handler):
    """Collects errors that the program's own loggers say, until `close`."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []
        logging.getLogger("viewer").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage().strip().splitlines()[-1][:300])

    def take(self) -> str:
        """The first one since the last call, or ""."""
        first = self.lines[0] if self.lines else ""
        self.lines.clear()
        return first

    def close(self) -> None:
        logging.getLogger("viewer").removeHandler(self)
        super().close()
