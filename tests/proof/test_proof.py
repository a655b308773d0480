"""Every sample and every made file, decoded and drawn, against the oracles: a minute on two cores."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.machine import absent
from tests.proof.__main__ import PAGE, PIXELS, stale, wrong
from tests.proof.campaign import examine_all, sample_files
from tests.proof.page import pixels_csv, without_lossy_hashes
from tests.proof.record import Record
from tests.proof.verdicts import EXCEPTIONS, faults_of, verdict_of

pytestmark = [pytest.mark.samples, pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.xdist_group("proof")]

TOOLS = (
    "dcm2pnm",
    "dcmdjpeg",
    "dcmcjpeg",
    "dcmdjpls",
    "dcmcjpls",
    "dcmdrle",
    "dcmcrle",
    "gdcmconv",
    "opj_compress",
    "opj_decompress",
)
# In use today (PS3.5 10, A.4), without video: each has to be proven by a file.
LIVE = [
    *("", ".1", ".1.98", ".1.99", ".2", ".5", ".8.1"),
    *(f".4.{number}" for number in (50, 51, 57, 70, 80, 81, 90, 91, 92, 93, 110, 111, 112, 201, 202, 203)),
]


@pytest.fixture(scope="module")
def records(samples: Path) -> list[Record]:
    for name in TOOLS:
        if shutil.which(name) is None:
            absent(name)
    return examine_all(sample_files(samples))


def test_nothing_differs_but_what_is_known(records: list[Record]) -> None:
    assert wrong(records) == []
    assert sum(bool(one.oracles) for one in records) >= 1190
    assert sum(one.drawn.frames for one in records) >= 1500


def test_known_exceptions_are_still_ones(records: list[Record]) -> None:
    differing = {one.name for one in records if faults_of(one)}
    assert set(EXCEPTIONS) <= differing


def test_every_encoder_made_its_files(records: list[Record]) -> None:
    made = [one for one in records if one.name.startswith("made/")]
    assert len(made) > 250
    assert [f"{one.name}: {one.sentence}" for one in made if not one.hash] == []


def test_every_live_transfer_syntax_is_proven(records: list[Record]) -> None:
    proven = {
        one.transfer_syntax_uid for one in records if one.hash and verdict_of(one).split(" ")[0] in ("exact", "equal", "within")
    }
    assert [short for short in LIVE if f"1.2.840.10008.1.2{short}" not in proven] == []


def test_pixels_are_those_written_down(records: list[Record]) -> None:
    """Line by line, so that a failure names the files."""
    known = set(without_lossy_hashes(PIXELS.read_text(encoding="utf-8")).splitlines())
    now = set(without_lossy_hashes(pixels_csv(records)).splitlines())
    assert sorted(now - known) == []
    assert sorted(known - now) == []


def test_the_page_is_what_a_run_writes(records: list[Record]) -> None:
    assert [path.name for path in stale(records)] == [], f"write {PAGE.name} anew: python -m tests.proof"
