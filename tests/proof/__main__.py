"""Decodes every sample and every made file, compares with the oracles, writes the page of what is supported.

python -m tests.proof             run and write resources/guide/supported.md and tests/proof/pixels.csv
python -m tests.proof --check     change nothing; 1 when they are stale or something is wrong
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.conftest import REPOSITORY, SHARED
from tests.proof.campaign import examine_all, sample_files
from tests.proof.page import page, pixels_csv, without_lossy_hashes
from tests.proof.record import Record
from tests.proof.verdicts import EXCEPTIONS, faults_of

PAGE = REPOSITORY / "resources" / "guide" / "supported.md"
PIXELS = Path(__file__).with_name("pixels.csv")


def wrong(records: list[Record]) -> list[str]:
    """What is neither within what was promised nor a known exception."""
    return [f"{one.name}: {', '.join(faults)}" for one in records if (faults := faults_of(one)) and one.name not in EXCEPTIONS]


def stale(records: list[Record]) -> list[Path]:
    """The files that a run would write otherwise."""
    texts = {PAGE: page(records), PIXELS: pixels_csv(records)}
    return [path for path, text in texts.items() if _plain(path) != without_lossy_hashes(text)]


def _plain(path: Path) -> str:
    return without_lossy_hashes(path.read_text(encoding="utf-8")) if path.is_file() else ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description="Proves the pixels.")
    parser.add_argument("--check", action="store_true", help="change nothing; 1 when the page is stale")
    options = parser.parse_args()
    samples = SHARED / "dicom-samples"
    if not samples.is_dir():
        print("the real sample files (../shared/dicom-samples) are not here", file=sys.stderr)
        return 2
    records = examine_all(sample_files(samples))
    faults = wrong(records)
    for line in faults:
        print(line)
    if options.check:
        for path in stale(records):
            print(f"{path.name} is stale: python -m tests.proof")
            faults.append(path.name)
    else:
        PAGE.write_text(page(records), encoding="utf-8")
        PIXELS.write_text(pixels_csv(records), encoding="utf-8")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
