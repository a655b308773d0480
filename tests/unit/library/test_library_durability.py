"""What a scan has told is in the library, even when the program is killed the next moment; two programs share one library."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from tests.library_desk import ALL, everything, scan, write
from viewer.library.library import Library

_SCANNER = """
import sys
from viewer.library import scan_run
scan_run.SHORTEST = scan_run.LONGEST = scan_run.SHARE = 0.0
from pathlib import Path
from viewer.library.library import Library
from viewer.library.scan import FolderScanner
library = Library(Path(sys.argv[1]))
def update(news):
    print(news.progress.done, len(news.studies), flush=True)
FolderScanner(library, Path(sys.argv[1]) / "cache").open_paths([sys.argv[2]], update).join()
"""


def test_what_was_told_survives_a_kill(tmp_path: Path) -> None:
    for number in range(200):
        write(tmp_path / "in" / f"{number:03}", SOPInstanceUID=f"1.2.{number + 1}")
    for stop_after in (1, 3, 9):
        data = tmp_path / f"data{stop_after}"
        command = [sys.executable, "-c", _SCANNER, str(data), str(tmp_path / "in")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            told = 0
            for _ in range(stop_after):
                told = int(process.stdout.readline().split()[0])
            process.kill()
        library = Library(data)
        try:
            assert len(everything(library)) >= told
            assert not library.notice
            scan(library, [tmp_path / "in"], tmp_path / "cache")
            assert len(everything(library)) == 200
        finally:
            library.close()


def test_two_programs_write_into_one_library(tmp_path: Path) -> None:
    for number in range(120):
        folder = tmp_path / f"in{number % 2}"
        write(
            folder / str(number),
            SOPInstanceUID=f"1.2.{number + 1}",
            StudyInstanceUID=f"1.9.{number % 5}",
            PatientID=f"P{number % 3}",
        )
    libraries = [Library(tmp_path / "data") for _ in range(2)]
    threads = [
        threading.Thread(target=scan, args=(library, [tmp_path / f"in{number}"], tmp_path / f"cache{number}"))
        for number, library in enumerate(libraries)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        for library in libraries:
            assert len(everything(library)) == 120
            assert library.count_patients(ALL) == len({one.patient_key for one in library.patients(ALL)})
            assert (
                sum(study.number_of_instances for one in library.patients(ALL) for study in library.studies(one.patient_key, ALL))
                == 120
            )
        libraries[0].forget_study("1.9.0")
        scan(libraries[1], [tmp_path / "in0"], tmp_path / "cache1")  # rows of the other program's memory are gone
        assert len(everything(libraries[0])) == len(everything(libraries[1]))
    finally:
        for library in libraries:
            library.close()
