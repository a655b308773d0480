"""A fault as text that holds places in the program and nothing of the data."""

from __future__ import annotations

import platform
import traceback
from pathlib import Path
from types import TracebackType

import viewer
from viewer import __version__

_ROOT = Path(viewer.__file__).resolve().parent.parent
MOST_PLACES = 40


def fault_text(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> str:
    """Kind of the error and where it happened, innermost last. Its message is left out: it may quote a file or a name."""
    lines = [_name(kind) + _number(error)]
    lines += [_place(frame) for frame in traceback.extract_tb(trace)[-MOST_PLACES:]]
    cause = error.__cause__ or error.__context__ if error is not None else None
    if cause is not None and cause is not error:
        lines.append(f"after {_name(type(cause))}{_number(cause)}")
        lines += [_place(frame) for frame in traceback.extract_tb(cause.__traceback__)[-MOST_PLACES:]]
    return "\n".join(lines)


def with_versions(text: str) -> str:
    """`text` under a line that says what runs where."""
    return f"Negatoscope {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}\n{text}"


def _name(kind: type[BaseException]) -> str:
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _number(error: BaseException | None) -> str:
    return f" (errno {error.errno})" if isinstance(error, OSError) and error.errno is not None else ""


def _place(frame: traceback.FrameSummary) -> str:
    file = Path(frame.filename)
    try:
        shown = file.resolve().relative_to(_ROOT).as_posix()
    except ValueError:
        shown = "/".join(file.parts[-2:])
    return f"  {shown}:{frame.lineno} {frame.name}"
