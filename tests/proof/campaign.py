"""All files, two at a time, each in a process that may be lost without the others."""

from __future__ import annotations

import multiprocessing
import os
import warnings
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.proof.made_files import made_files
from tests.proof.record import Record, examine, examine_made

PROCESSES = max(2, min(os.cpu_count() or 2, 8))


def sample_files(samples: Path) -> list[tuple[Path, str]]:
    """Every file below the folder with its name in the page."""
    found = [(path, path.relative_to(samples).as_posix()) for path in samples.rglob("*") if path.is_file()]
    return sorted((one for one in found if one[0].suffix not in (".csv", ".md", ".py")), key=lambda one: one[1])


def examine_all(files: Iterable[tuple[Path, str]], *, with_oracles: bool = True) -> list[Record]:
    """The made files, then `files` in their order."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=_quiet) as pool:
        jobs = [pool.submit(examine_made, one.name, with_oracles=with_oracles) for one in made_files()]
        jobs += [pool.submit(examine, path, name, with_oracles=with_oracles) for path, name in files]
        return [job.result() for job in jobs]


def _quiet() -> None:
    """pydicom warns of what is odd in the files; that is not what is tested here."""
    import logging

    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
