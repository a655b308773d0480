"""The log: rotating files only the user may read, one line per event, no patient text.

Only the program's own loggers are written. Libraries quote the data they complain about, so theirs never reach the file.
"""

from __future__ import annotations

import contextlib
import logging
import os
import warnings
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

LOGGER = "viewer"
FILE_NAME = "negatoscope.log"
LARGEST = 1_000_000
KEPT = 3


class _PrivateFile(RotatingFileHandler):
    """Its files are made with mode 0600."""

    def _open(self) -> TextIO:  # type: ignore[override]  # the base promises a wider type
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return open(descriptor, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:
        """A log that cannot be written, on a full disk for one, is in nobody's way; the usual complaint quotes what was logged."""


class _OneLine(logging.Formatter):
    """Control and line characters are escaped; exceptions are named without their message, which may quote a file."""

    def format(self, record: logging.LogRecord) -> str:
        from viewer.app.fault_text import fault_text

        text = f"{self.formatTime(record)} {record.levelname} {record.name}: {record.getMessage()}"
        if record.exc_info and record.exc_info[0] is not None:
            text += " | " + fault_text(*record.exc_info).replace("\n", " | ")
        return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


def start_log(folder: Path) -> logging.Handler:
    """Write the program's log into `folder`. Returns the handler; `stop_log` takes it away."""
    handler = _PrivateFile(folder / FILE_NAME, maxBytes=LARGEST, backupCount=KEPT)
    handler.setFormatter(_OneLine())
    logger = logging.getLogger(LOGGER)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
    return handler


def stop_log(handler: logging.Handler) -> None:
    logger = logging.getLogger(LOGGER)
    logger.removeHandler(handler)
    logger.propagate = True
    with contextlib.suppress(OSError):
        handler.close()


def silence_libraries() -> None:
    """Libraries quote patient data in warnings and log lines; keep those off the terminal too."""
    logging.getLogger().addHandler(logging.NullHandler())
    warnings.filterwarnings("ignore")
