"""Opens the window, or says on stderr why none can be opened."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

from viewer.app import start_check


def run(paths: Sequence[str], *, new_window: bool = False) -> int:
    """Open the window on `paths` and return the exit code: 0, or 2 when no window can open."""
    reason = start_check.problem()
    if not reason:
        try:
            importlib.import_module("viewer.app.application")
        except ImportError as error:
            reason = start_check.import_problem(error)
    if reason:
        sys.stderr.write(reason + "\n")
        return 2
    from viewer.app import running

    return running.run([os.path.abspath(path) for path in paths], new_window=new_window)
