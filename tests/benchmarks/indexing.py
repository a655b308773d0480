"""Speed of scan and library: reading headers, the folder again, cold, on a slow drive, long series, a million instances."""

from __future__ import annotations

import io
import os
import random
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset

from tests.benchmarks.table import ROUNDS, Left, Line, Part, interleaved, ms, seconds
from tests.library_desk import content
from viewer.dicom.detect import Encoding, Layout
from viewer.dicom.header import read_header
from viewer.dicom.header_values import Header
from viewer.library import scan_run
from viewer.library.library import Library
from viewer.library.read_instance import FoundInstance, describe
from viewer.library.scan import FolderScanner
from viewer.model.requests import ScanUpdate, StudyFilter

FILES = 2000
PER_SERIES = 200
MILLION = 1_000_000


def write_files(folder: Path, count: int = FILES) -> list[str]:
    """CT files as a scanner writes them: some hundred elements, sequences and a private block, 5 KiB before the pixels."""
    dataset = dcmread(io.BytesIO(content(Rows=64, Columns=64, PixelData=bytes(4096))))
    for number in range(60):
        dataset.add_new(0x00181000 + number * 2, "LO", f"value {number}")
    inner = Dataset()
    inner.ReferencedSOPClassUID, inner.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "1.2.3.4.5"
    dataset.ReferencedImageSequence = [inner, inner]
    dataset.RequestAttributesSequence = [inner]
    dataset.add_new(0x00290010, "LO", "SCANNER HEADER")
    dataset.add_new(0x00191010, "OB", bytes(2048))
    dataset.ImageOrientationPatient, dataset.PixelSpacing, dataset.SliceThickness = [1, 0, 0, 0, 1, 0], [0.5, 0.5], 1
    paths = []
    for number in range(count):
        series, place = divmod(number, PER_SERIES)
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.826.0.1.3680043.8.498.{number + 1}"
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"1.2.3.{series // 2}", f"1.2.3.{series}.9"
        dataset.PatientID, dataset.InstanceNumber, dataset.ImagePositionPatient = f"P{series // 4}", place, [0, 0, place]
        path = folder / f"{series:03}" / f"IM{place:05}"
        path.parent.mkdir(parents=True, exist_ok=True)
        dataset.save_as(path)
        paths.append(str(path))
    return paths


def each(paths: list[str], action: Callable[[str], object]) -> None:
    for path in paths:
        action(path)


def scan(library: Library, folder: Path, cache: Path) -> list[ScanUpdate]:
    updates: list[ScanUpdate] = []
    scanner = FolderScanner(library, cache)
    scanner.open_paths([str(folder)], updates.append).join()
    scanner.close()
    return updates


def headers(folder: Path) -> Iterator[Line | Left]:
    """Reading the headers of 2,000 files."""
    paths = write_files(folder / "in")
    actions: dict[str, Callable[[], object]] = {
        "ours": lambda: [read_header(path) for path in paths] and None,
        "pydicom": lambda: [dcmread(path, stop_before_pixels=True) for path in paths] and None,
    }
    actions |= _other_scanners(folder / "in", paths)
    took = interleaved(actions)
    for name, what, target in (
        ("pydicom", "pydicom stop_before_pixels", 12.0),
        ("gdcm", "gdcm.Scanner", 5.0),
        ("dicomfind", "dicomfind (vtk-dicom)", 1.0),
    ):
        if name in took:
            yield Line("2,000 headers, warm", took[name] / took["ours"], target, True, ms(took["ours"]), f"{what} {ms(took[name])}")
        else:
            yield Left("2,000 headers, warm", f"{what} is not installed")


TAGS = ((8, 0x16), (8, 0x18), (8, 0x20), (8, 0x60), (8, 0x103E), (0x10, 0x10), (0x10, 0x20), (0x20, 0xD), (0x20, 0xE), (0x20, 0x13))


def _other_scanners(folder: Path, paths: list[str]) -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {}
    try:
        import gdcm
    except ImportError:
        pass
    else:

        def scanner() -> None:
            made = gdcm.Scanner()
            for tag in TAGS:
                made.AddTag(gdcm.Tag(*tag))
            made.Scan(paths)

        found["gdcm"] = scanner
    if shutil.which("dicomfind"):
        words = ["dicomfind", str(folder)]
        found["dicomfind"] = lambda: subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
    return found


def into_library(folder: Path) -> Iterator[Line]:
    """2,000 files into a new library on disk, then the same folder again."""
    paths = write_files(folder / "in")
    times: dict[str, list[float]] = {"pydicom": [], "library": [], "again": []}
    for number in range(ROUNDS):
        times["pydicom"].append(seconds(lambda: [dcmread(path, stop_before_pixels=True) for path in paths] and None))
        library = Library(folder / f"data{number}")
        times["library"].append(seconds(lambda library=library: scan(library, folder / "in", folder / "cache")))  # type: ignore[misc]
        times["again"].append(seconds(lambda library=library: scan(library, folder / "in", folder / "cache")))  # type: ignore[misc]
        library.close()
    took = {name: statistics.median(found) for name, found in times.items()}
    first = ms(took["library"])
    yield Line(
        "2,000 files into the library", took["pydicom"] / took["library"], 6, True, first, f"pydicom loop {ms(took['pydicom'])}"
    )
    yield Line("an unchanged folder again", took["library"] / took["again"], 4, True, ms(took["again"]), f"the first time {first}")


def evict(paths: list[str]) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def read_start(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.read(descriptor, 16384)
    os.close(descriptor)


def cold(folder: Path) -> Iterator[Line | Left]:
    """The headers with our files thrown out of the page cache, against plain reads of their first 16 KiB."""
    what = "2,000 headers, cold"
    if not hasattr(os, "posix_fadvise"):
        yield Left(what, "this system cannot evict files")
        return
    paths = write_files(folder / "in")
    plain, ours = [], []
    for _ in range(ROUNDS):
        evict(paths)
        plain.append(seconds(lambda: [read_start(path) for path in paths]))
        evict(paths)
        ours.append(seconds(lambda: [read_header(path) for path in paths] and None))
    mine, theirs = statistics.median(ours), statistics.median(plain)
    yield Line(what, mine / theirs, 1.5, False, ms(mine), f"plain 16 KiB reads {ms(theirs)}")


def slow(folder: Path) -> Iterator[Line]:
    """A drive that takes 50 ms for each read: reads until the first image can be shown."""
    write_files(folder / "in" / "DICOM", 40)
    for name in (
        "AUTORUN.INF",
        "README.TXT",
        "viewer.exe",
        "a.dll",
        "b.dll",
        "c.html",
        "d.jpg",
        "e.xml",
        "f.pdf",
        "g.ini",
        "h.css",
    ):
        (folder / "in" / name).write_bytes(b"something else")
    really, reads = scan_run.read_instance, [0]

    def slowly(path: str, source: str = "") -> FoundInstance:
        time.sleep(0.05)
        reads[0] += 1
        return really(path, source)

    scan_run.read_instance = slowly
    try:
        library = Library(folder / "data")
        first: list[int] = []
        scanner = FolderScanner(library, folder / "cache")
        scanner.open_paths([str(folder / "in")], lambda update: first.append(reads[0]) if update.first_study else None).join()
        scanner.close()
        library.close()
    finally:
        scan_run.read_instance = really
    yield Line("a slow drive (50 ms a read): until the first image", first[0], 10, False, f"{first[0]} reads", "", "reads")


def long(folder: Path) -> Iterator[Line]:
    """The display sets of a series of 10,000 slices, after a restart, against those of 100 slices."""
    library = Library(folder / "data")
    for study, count in ((1, 100), (2, 10_000)):
        found = [_instance(number, study, study, number) for number in range(count)]
        for start in range(0, count, 500):
            library.add(found[start : start + 500])
        library.settle([f"1.2.3.{study}"])
    library.close()
    times: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(ROUNDS):
        library = Library(folder / "data")
        for study in times:
            began = time.perf_counter()
            library.display_sets(f"1.2.3.{study}")
            times[study].append(time.perf_counter() - began)
        library.close()
    short, many = (statistics.median(times[study]) for study in (1, 2))
    yield Line("10,000 slices: display sets after a restart", many * 1000, 50, False, ms(many), f"100 slices {ms(short)}", "ms")


_NAMES_TEXT = "Müller Schmidt Иванов Петрова Yamada Tanaka Garcia Silva Nowak Kowalska Andersson Rossi Ferrari Dubois Smith Jones"
_WORDS_TEXT = "Thorax Abdomen Schädel Knie links rechts nativ Kontrast Verlauf Kontrolle Angio Becken Wirbelsäule Schulter"
_NAMES, _WORDS = _NAMES_TEXT.split(), _WORDS_TEXT.split()


def _instance(number: int, series: int, study: int, place: int) -> FoundInstance:
    dice = random.Random(study)
    patient = dice.randrange(study // 2 + 1)
    name = f"{_NAMES[patient % len(_NAMES)]}^{_WORDS[patient % 7]}^{patient % 97}"
    date = f"{2005 + dice.randrange(20)}{dice.randrange(1, 13):02}{dice.randrange(1, 29):02}"
    texts = {
        0x00080005: "ISO_IR 192", 0x00080016: "1.2.840.10008.5.1.4.1.1.2", 0x00080020: date, 0x00100010: name,
        0x00080018: f"1.2.826.0.1.3680043.8.498.{dice.randrange(10**28)}.{number}", 0x0020000D: f"1.2.3.{study}",
        0x0020000E: f"1.2.3.{study}.{series}", 0x00080060: dice.choice(("CT", "MR", "US")), 0x00100020: f"ID{patient:07}",
        0x00080050: f"A{study:08}", 0x00081030: " ".join(dice.sample(_WORDS, 3)), 0x0008103E: dice.choice(_WORDS),
        0x00200011: f"{series % 3}", 0x00200013: f"{place}", 0x00200032: f"0\\0\\{place}", 0x00200037: "1\\0\\0\\0\\1\\0",
        0x00280030: "0.5\\0.5",
    }  # fmt: skip
    elements = {tag: text.encode("utf-8") for tag, text in texts.items()} | {0x00280010: b"\0\2", 0x00280011: b"\0\2"}
    path = f"/archive/{study // 100:04}/{study:06}/{series:07}/IM{number:08}"
    return describe(Header(elements, Layout(340, Encoding()), path, 526_000, 1_700_000_000 + number, "1.2.840.10008.1.2.1"))


def _batches(total: int) -> Iterator[list[FoundInstance]]:
    """20 images a series, 3 series a study."""
    for start in range(0, total, 200):
        yield [_instance(number, number // 20, number // 60, number % 20) for number in range(start, start + 200)]


def page_and_count(library: Library, query: StudyFilter) -> float:
    return seconds(lambda: (library.patients(query), library.count_patients(query)))


def growth(folder: Path) -> Iterator[Line]:
    """A library of a million instances: adding, starting, paging, searching."""
    empty = statistics.median(seconds(lambda: Library(folder / "empty").close()) for _ in range(ROUNDS))
    library = Library(folder / "data")
    costs = []
    for batch in _batches(MILLION):
        began = time.process_time()  # processor time: the disk of a shared machine says little
        library.add(batch)
        costs.append(time.process_time() - began)
    library.close()
    share = len(costs) // 10
    early, late = statistics.median(costs[:share]), statistics.median(costs[-share:])
    yield Line("a million instances: cost of adding 200", late / early, 1.25, False, ms(late), f"the first tenth {ms(early)}")
    full = statistics.median(seconds(lambda: Library(folder / "data").close()) for _ in range(ROUNDS))
    yield Line("a million instances: start", (full - empty) * 1000, 10, False, ms(full), f"an empty library {ms(empty)}", "ms more")
    library = Library(folder / "data")
    for query, target in [
        (StudyFilter(), 50), (StudyFilter(text="müller"), 100), (StudyFilter(text="m"), 100),
        (StudyFilter(text="thorax knie"), 100), (StudyFilter(patient_name="ива"), 100), (StudyFilter(patient_id="*123"), 100),
        (StudyFilter(modality="CT"), 100), (StudyFilter(study_date_from="20150101", study_date_to="20151231"), 100),
    ]:  # fmt: skip
        took = statistics.median(
            seconds(lambda query=query: (library.patients(query), library.count_patients(query)))  # type: ignore[misc]
            for _ in range(ROUNDS)
        )
        asked = ", ".join(f"{name} {getattr(query, name)}" for name in StudyFilter.__slots__ if getattr(query, name)) or "all"
        yield Line(f"a million instances: page and count, {asked}", took * 1000, target, False, ms(took), "", "ms")
    library.close()


PARTS: Mapping[str, Part] = {
    "headers": headers,
    "library": into_library,
    "cold": cold,
    "slow": slow,
    "long": long,
    "growth": growth,
}
