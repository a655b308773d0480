"""Videos made for tests: encoded by ffmpeg, put into DICOM files, and decoded by ffmpeg for comparison."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import generate_uid

WIDTH, HEIGHT, RATE = 96, 64, 25
MPEG2, H264, HEVC, HEVC_10 = (f"1.2.840.10008.1.2.4.{n}" for n in (100, 102, 107, 108))
FRAGMENTABLE_H264 = "1.2.840.10008.1.2.4.102.1"
VIDEO_ENDOSCOPY = "1.2.840.10008.5.1.4.1.1.77.1.1.1"


def pictures(count: int) -> NDArray[np.uint8]:
    """(count, HEIGHT, WIDTH, 3): smooth, asymmetric, saturated in places, each told from its neighbours by its brightness."""
    row, column = np.mgrid[:HEIGHT, :WIDTH].astype(np.float64)
    frames = np.zeros((count, HEIGHT, WIDTH, 3), np.uint8)
    for number in range(count):
        frames[number, ..., 0] = 255 * column / WIDTH
        frames[number, ..., 1] = (40 + 9 * number) % 256
        frames[number, ..., 2] = 255 * row / HEIGHT
    return frames


def encoded(ffmpeg: str, frames: NDArray[np.uint8], folder: Path, *options: str, suffix: str = "mp4") -> bytes:
    """`frames` as a stream; `options` name the codec."""
    out = folder / f"stream.{suffix}"
    size = f"{frames.shape[2]}x{frames.shape[1]}"
    source = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", str(RATE), "-i", "-")
    command = [ffmpeg, "-v", "error", "-y", *source, *options, str(out)]
    subprocess.run(command, input=frames.tobytes(), check=True, timeout=60)
    return out.read_bytes()


def decoded(ffmpeg: str, stream: bytes, *filters: str, shape: tuple[int, int] = (HEIGHT, WIDTH)) -> NDArray[np.uint8]:
    """All frames of `stream` as RGB, by ffmpeg's own decoder."""
    chain = ",".join((*filters, "format=rgb24"))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "stream"
        source.write_bytes(stream)
        command = [ffmpeg, "-v", "error", "-i", str(source), "-vsync", "0", "-vf", chain, "-sws_flags", "bicubic"]
        found = subprocess.run([*command, "-f", "rawvideo", "-"], capture_output=True, check=True, timeout=60).stdout
    return np.frombuffer(found, np.uint8).reshape(-1, *shape, 3)


def write_video(
    path: Path, stream: bytes, transfer_syntax: str, count: int | None, *, fragments: int = 1, bits: int = 8, rows: int = HEIGHT
) -> str:
    """A video object around `stream`. Returns its path."""
    data_set = Dataset()
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = transfer_syntax
    data_set.file_meta.MediaStorageSOPClassUID = data_set.SOPClassUID = VIDEO_ENDOSCOPY
    data_set.file_meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID = generate_uid()
    data_set.StudyInstanceUID, data_set.SeriesInstanceUID = generate_uid(), generate_uid()
    data_set.PatientName, data_set.PatientID, data_set.Modality = "Video^Test", "V1", "ES"
    data_set.Rows, data_set.Columns, data_set.SamplesPerPixel = rows, WIDTH, 3
    data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit = (8, 8, 7) if bits == 8 else (16, bits, bits - 1)
    data_set.PixelRepresentation, data_set.PlanarConfiguration = 0, 0
    data_set.PhotometricInterpretation = "YBR_PARTIAL_420"
    data_set.LossyImageCompression = "01"
    if count is not None:
        data_set.NumberOfFrames, data_set.FrameTime = count, 1000 / RATE
    data_set.PixelData = encapsulate([stream], fragments_per_frame=fragments, has_bot=False)
    data_set["PixelData"].VR = "OB"
    data_set.save_as(path, enforce_file_format=True)
    return str(path)
