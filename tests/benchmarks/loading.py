"""Speed of the loader as ratios, measured in one run: ``python -m tests.benchmarks.loading [PART…]``.

Prints one line for each target and exits 1 when one is missed. Medians of five interleaved rounds; run it on a machine that does
nothing else. Parts: native, compressed, isolation, first.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import imagecodecs
import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate

from viewer.dicom.decode import decode
from viewer.dicom.image_file import open_image
from viewer.loading.decode_pool import DecodePool
from viewer.loading.frame_loader import FrameLoader
from viewer.model.hierarchy import FrameRef
from viewer.model.requests import FrameResult

ROUNDS = 5
SIDE = 512
NATIVE_SLICES = 300
COMPRESSED_SLICES = 100
BUDGET = 1 << 30
EXPLICIT = "1.2.840.10008.1.2.1"
_JPEG = "1.2.840.10008.1.2.4."
CODECS: dict[str, tuple[str, Callable[[np.ndarray], bytes]]] = {
    "JPEG lossless": (_JPEG + "70", lambda a: imagecodecs.jpeg8_encode(a, lossless=True, bitspersample=12, predictor=1)),
    "JPEG-LS": (_JPEG + "80", imagecodecs.jpegls_encode),
    "JPEG 2000": (_JPEG + "90", lambda a: imagecodecs.jpeg2k_encode(a, reversible=True, codecformat="J2K")),
    "HTJ2K": (_JPEG + "201", lambda a: imagecodecs.htj2k_encode(a, reversible=True)),
}


def picture(number: int) -> np.ndarray:
    """12 bits, soft shapes under correlated noise, other in every slice."""
    dice = np.random.default_rng(number)
    row, column = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) / SIDE
    soft = np.sin(7 * row + number / 20) * np.cos(9 * column) * 700 + (np.hypot(row - 0.5, column - 0.4) < 0.35) * 900
    noise = dice.standard_normal((SIDE, SIDE), np.float32) * 18
    return np.clip(soft + noise + np.roll(noise, 1, 0) + np.roll(noise, 1, 1) + 1300, 0, 4095).astype(np.uint16)


def header(number: int) -> Dataset:
    """As many elements as a scanner writes, sequences and private ones among them."""
    dataset = Dataset()
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    dataset.SOPInstanceUID = f"1.2.3.{number}"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.FrameOfReferenceUID = "1.2.3", "1.2.4", "1.2.5"
    for keyword in _TEXTS:
        setattr(dataset, keyword, "ORIGINAL" if keyword == "ImageType" else "TEXT")
    for keyword in _NUMBERS:
        setattr(dataset, keyword, "12.5")
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = dataset.SOPClassUID, "1.2.3.1"
    dataset.ReferencedImageSequence = [reference, reference]
    block = dataset.private_block(0x0029, "BENCHMARK", create=True)
    for element in range(20):
        block.add_new(element, "LO", f"private {element}")
    block.add_new(0x80, "OB", bytes(2048))
    dataset.InstanceNumber = number
    dataset.ImagePositionPatient, dataset.ImageOrientationPatient = [-175, -175, number * 1.5], [1, 0, 0, 0, 1, 0]
    dataset.PixelSpacing = [0.68, 0.68]
    dataset.Rows = dataset.Columns = SIDE
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    dataset.WindowCenter, dataset.WindowWidth = 40, 400
    dataset.RescaleIntercept, dataset.RescaleSlope = -1024, 1
    return dataset


_TEXTS = (
    "ImageType",
    "AccessionNumber",
    "Modality",
    "Manufacturer",
    "InstitutionName",
    "StationName",
    "StudyDescription",
    "SeriesDescription",
    "PatientName",
    "PatientID",
    "PatientSex",
    "BodyPartExamined",
    "ScanOptions",
    "ProtocolName",
    "SoftwareVersions",
    "DeviceSerialNumber",
    "FilterType",
    "ConvolutionKernel",
    "PatientPosition",
    "ExposureModulationType",
    "StudyID",
    "ImageComments",
    "PerformedProcedureStepID",
    "RequestedProcedureDescription",
    "InstitutionalDepartmentName",
    "ManufacturerModelName",
    "OperatorsName",
    "RotationDirection",
)
_NUMBERS = (
    "SliceThickness",
    "KVP",
    "DataCollectionDiameter",
    "ReconstructionDiameter",
    "DistanceSourceToDetector",
    "DistanceSourceToPatient",
    "GantryDetectorTilt",
    "TableHeight",
    "FocalSpots",
    "SliceLocation",
)


def write_slices(folder: Path, count: int, uid: str, encode: Callable[[np.ndarray], bytes] | None) -> list[Path]:
    folder.mkdir()
    pictures = [picture(number) for number in range(min(count, 30))]
    paths = []
    for number in range(1, count + 1):
        dataset = header(number)
        pixels = pictures[number % len(pictures)]
        dataset.PixelData = pixels.tobytes() if encode is None else encapsulate([encode(pixels)])
        dataset["PixelData"].VR = "OW" if encode is None else "OB"
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = uid
        path = folder / f"{number}.dcm"
        dataset.save_as(path, enforce_file_format=True)
        paths.append(path)
    return paths


class Watched:
    """A loader over files 1.dcm, 2.dcm ... that tells when all of them are in memory."""

    def __init__(self, paths: list[Path], pool: DecodePool | None = None) -> None:
        self.paths = paths
        self.refs = tuple(FrameRef(f"1.2.3.{number}") for number in range(1, len(paths) + 1))
        self.loader = FrameLoader(self._locate, BUDGET, pool=pool)

    def _locate(self, ref: FrameRef) -> str:
        return str(self.paths[int(ref.sop_instance_uid.rpartition(".")[2]) - 1])

    def load_all(self) -> None:
        """As opening does it: the first frame on the Interaction lane, all others ahead."""
        self.loader.cache.clear()
        self.first()
        self.loader.prefetch("viewport", self.refs)
        while not all(self.loader.loaded(self.refs)):
            time.sleep(0.001)

    def first(self) -> None:
        answered = threading.Event()
        failed: list[object] = []

        def done(result: FrameResult) -> None:
            if result.frame is None:
                failed.append(result.problem)
            answered.set()

        self.loader.request(self.refs[0], done)
        answered.wait()
        assert not failed, failed


def interleaved(**actions: Callable[[], object]) -> dict[str, float]:
    """Median seconds of each, all of them measured in turn in every round."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(ROUNDS):
        for name, action in actions.items():
            began = time.perf_counter()
            kept = action()
            times[name].append(time.perf_counter() - began)
            del kept
    return {name: statistics.median(found) for name, found in times.items()}


Line = tuple[str, float, float, bool]  # what, found, target, whether more is better


def native(home: Path) -> Iterator[Line]:
    paths = write_slices(home / "native", NATIVE_SLICES, EXPLICIT, None)
    watched = Watched(paths)
    try:
        took = interleaved(
            ours=watched.load_all,
            pydicom=lambda: [dcmread(path).pixel_array for path in paths],
            plain=lambda: [np.fromfile(path, np.uint16) for path in paths],
        )
    finally:
        watched.loader.close()
    print(", ".join(f"{name} {1000 * seconds:.0f} ms" for name, seconds in took.items()))
    yield f"all {NATIVE_SLICES} native slices, times a pydicom loop", took["pydicom"] / took["ours"], 10, True
    yield "the same, times plain reads into fresh memory", took["plain"] / took["ours"], 0.5, True


def compressed(home: Path) -> Iterator[Line]:
    for name, (uid, encode) in CODECS.items():
        paths = write_slices(home / uid, COMPRESSED_SLICES, uid, encode)
        watched = Watched(paths)
        try:
            watched.load_all()  # the processes are up
            took = interleaved(ours=watched.load_all, loop=lambda paths=paths: [one_thread(path) for path in paths])
        finally:
            watched.loader.close()
        per_frame = 1000 * took["ours"] / COMPRESSED_SLICES
        print(f"{name}: {per_frame:.2f} ms a slice, one thread {1000 * took['loop'] / COMPRESSED_SLICES:.2f}")
        yield f"{COMPRESSED_SLICES} slices {name}, times one thread", took["loop"] / took["ours"], 1.6, True


def one_thread(path: Path) -> object:
    image = open_image(str(path))
    return image.finish(1, decode(image.decode_request(1)))


def isolation(home: Path) -> Iterator[Line]:
    uid, encode = CODECS["HTJ2K"]
    paths = write_slices(home / "isolation", COMPRESSED_SLICES, uid, encode)
    requests = [open_image(str(path)).decode_request(1) for path in paths]
    pool = DecodePool(1)
    try:
        pool.decode(requests[0])
        took = interleaved(
            here=lambda: [decode(request) for request in requests],
            there=lambda: pool.decode_many(requests, lambda number, answer: None),
            singly=lambda: [pool.decode(request) for request in requests],
        )
    finally:
        pool.close()
    for name in ("there", "singly"):
        extra = 1000 * (took[name] - took["here"]) / COMPRESSED_SLICES
        yield f"a process apart costs, ms a frame ({'several' if name == 'there' else 'one'} a message)", extra, 0.3, False


def first(home: Path) -> Iterator[Line]:
    for name, (uid, encode) in CODECS.items():
        (path,) = write_slices(home / f"first-{uid}", 1, uid, encode)
        watched = Watched([path])

        def again(watched: Watched = watched) -> None:
            watched.loader.cache.clear()
            watched.first()

        began = time.perf_counter()
        watched.first()
        cold = time.perf_counter() - began
        try:
            dcmread(path).pixel_array  # noqa: B018
        except Exception:
            print(f"{name}: pydicom has no decoder here; ours {1000 * cold:.0f} ms with the start of the process")
            watched.loader.close()
            continue
        took = interleaved(ours=again, pydicom=lambda path=path: dcmread(path).pixel_array)
        watched.loader.close()
        print(f"{name}: {1000 * cold:.0f} ms with the start of the process, {1000 * took['ours']:.1f} ms after it")
        yield f"first slice {name}, times pydicom with what is installed", took["pydicom"] / took["ours"], 2, True


PARTS: dict[str, Callable[[Path], Iterator[Line]]] = {
    "native": native,
    "compressed": compressed,
    "isolation": isolation,
    "first": first,
}


def main(names: list[str]) -> int:
    missed = 0
    with tempfile.TemporaryDirectory() as home:
        for name in names or list(PARTS):
            for what, found, target, more in PARTS[name](Path(home)):
                good = found >= target if more else found <= target
                missed += not good
                print(f"{what}: {found:.2f} ({'at least' if more else 'at most'} {target}){'' if good else ' MISSED'}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
