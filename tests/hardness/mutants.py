"""Damaged files by number, made by the fuzzer that lies beside the project (``../shared/fuzz/mutate.py``)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.conftest import SHARED

FUZZER = SHARED / "fuzz" / "mutate.py"
# The module silences all logging and warnings when it is imported: in a process of its own, then.
_MAKE = (
    "import sys, pathlib; sys.path.insert(0, sys.argv[1]); import mutate\n"
    "for n in map(int, sys.argv[3:]): pathlib.Path(sys.argv[2], f'case-{n:05}.dcm').write_bytes(mutate.make_case(n)[2])\n"
)


def make_mutants(folder: Path, numbers: Sequence[int]) -> list[Path]:
    """Files ``case-00017.dcm`` in `folder`: the same bytes for the same number, as long as pydicom's test files stay the same."""
    words = [sys.executable, "-c", _MAKE, str(FUZZER.parent), str(folder), *map(str, numbers)]
    subprocess.run(words, check=True, timeout=600)
    return [folder / f"case-{number:05}.dcm" for number in numbers]
