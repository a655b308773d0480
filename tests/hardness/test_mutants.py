"""A part of the campaign (all of it: ``python -m tests.hardness``): damaged files through scan, tags, picture and window."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hardness.__main__ import Result, run_batch
from tests.hardness.mutants import FUZZER, make_mutants
from tests.hardness.trial import LIMIT_SECONDS, try_file
from viewer.loading.decode_pool import MEMORY_BYTES, DecodePool

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
# These ended the program once: lengths of four billion in the tag list.
ENDED_THE_PROGRAM = (2105, 2654, 3077, 3185, 3852)

needs_fuzzer = pytest.mark.skipif(not FUZZER.is_file(), reason="the fuzzer (../shared/fuzz/mutate.py) is not here")


def run(way: str, first: int, last: int) -> Result:
    result = Result()
    run_batch(way, first, last, result, progress=False)
    return result


@needs_fuzzer
def test_scan_tags_and_picture_answer_all() -> None:
    result = run("files", 0, 500)
    assert result.wrong == []
    assert {way: sum(kinds.values()) for way, kinds in result.answers.items()} == {"scan": 500, "tags": 500, "picture": 500}
    assert result.answers["picture"]["picture"] > 100
    assert 0 < result.worker_megabytes < MEMORY_BYTES / 2**20
    assert result.own_megabytes < 600


@needs_fuzzer
def test_the_window_lives_on() -> None:
    result = run("window", 0, 60)
    for number in ENDED_THE_PROGRAM:
        run_batch("window", number, number + 1, result, progress=False)
    assert result.wrong == []
    assert sum(result.answers["window"].values()) == 65
    assert len(result.answers["window"]) > 1


@needs_fuzzer
def test_a_mutant_is_always_the_same(tmp_path: Path) -> None:
    (first,) = make_mutants(tmp_path, [17])
    before = first.read_bytes()
    (again, other) = make_mutants(tmp_path, [17, 18])
    assert again.read_bytes() == before
    assert other.read_bytes() != before


def test_what_killed_other_programs_is_answered(crashers: Path) -> None:
    pool = DecodePool(1)
    try:
        answers = {path.name: try_file(path, pool) for path in sorted(crashers.iterdir())}
    finally:
        pool.close()
    assert len(answers) >= 19
    assert [(name, one) for name, found in answers.items() for one in found if not one.is_right] == []
    assert max(one.seconds for found in answers.values() for one in found) < LIMIT_SECONDS
