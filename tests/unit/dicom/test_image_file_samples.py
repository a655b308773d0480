"""Every real file: a picture or a sentence; stored values are those of pydicom (native, RLE) and DCMTK (JPEG, JPEG-LS)."""

from __future__ import annotations

import functools
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from viewer.dicom.decode import decode
from viewer.dicom.image_file import ImageFile, open_image
from viewer.model.errors import NegatoscopeError
from viewer.model.pixels import PixelFrame

pytestmark = pytest.mark.samples

JPEG = "1.2.840.10008.1.2.4."
# Where we differ from the oracle on purpose.
DIFFERS = {
    "GH195.dcm": "JFIF: the components are YCbCr, whatever (0028,0004) says; DCMTK shows teeth in orange",
    "OBXXXX1A_expb_2frame.dcm": "pydicom reads palette entries of a big endian file as little endian; dcm2pnm agrees with us",
}


@functools.cache
def all_files(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))


def images(folder: Path) -> Iterator[tuple[Path, ImageFile]]:
    for path in all_files(folder):
        try:
            yield path, open_image(str(path))
        except NegatoscopeError:
            continue


def first_frame(file: ImageFile) -> PixelFrame:
    return file.finish(1, decode(file.decode_request(1)))


def test_every_file_gives_a_picture_or_a_sentence(samples: Path, crashers: Path) -> None:
    pictures, sentences = 0, set()
    for path in (*all_files(samples), *all_files(crashers)):
        try:
            file = open_image(str(path))
            for number in {1, file.number_of_frames}:
                frame = file.finish(number, decode(file.decode_request(number)))
                assert frame.pixels.ndim == (3 if frame.facts.is_colour else 2), path
            pictures += 1
        except NegatoscopeError as error:
            sentences.add((type(error).__name__, str(error)))
    assert pictures >= 980
    assert [sentence for _, sentence in sentences if not sentence.endswith(".")] == []
    assert {"NotDicomError", "NoPictureError", "BrokenFileError", "DecodeError", "TooLargeError"} <= {kind for kind, _ in sentences}


def pydicom_frame(path: Path, *, of_several: bool, is_palette: bool) -> NDArray[Any]:
    import pydicom
    from pydicom.pixels import apply_color_lut

    data_set = pydicom.dcmread(path, force=True)
    if "TransferSyntaxUID" not in data_set.file_meta:
        data_set.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
    pixels = data_set.pixel_array
    if of_several:
        pixels = pixels[0]
    if not is_palette:
        return pixels
    coloured = apply_color_lut(pixels, data_set)
    return coloured >> 8 if coloured.dtype == np.uint16 else coloured


def same(ours: PixelFrame, theirs: NDArray[Any]) -> bool:
    if not ours.facts.is_colour:
        return np.array_equal(ours.pixels, theirs)
    if theirs.dtype.itemsize > 1 and ours.facts.photometric_interpretation != "PALETTE COLOR":
        theirs = np.rint(theirs * (255 / (2**ours.facts.bits_stored - 1)))
    return ours.pixels.shape == theirs.shape and int(np.abs(ours.pixels.astype(np.int64) - theirs.astype(np.int64)).max()) <= 1


def test_native_and_run_length_values_are_those_of_pydicom(samples: Path) -> None:
    compared, different = 0, []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path, file in images(samples):
            request = file.decode_request(1)
            if request.transfer_syntax_uid.startswith(JPEG) or path.name in DIFFERS or request.nbytes > 8_000_000:
                continue
            palette = file.description.photometric_interpretation == "PALETTE COLOR"
            try:
                theirs = pydicom_frame(path, of_several=file.description.number_of_frames > 1, is_palette=palette)
            except Exception:  # pydicom gives up on files that we show: no oracle for them
                continue
            compared += 1
            if not same(first_frame(file), theirs):
                different.append(path.name)
    assert different == []
    assert compared >= 830


@pytest.mark.skipif(shutil.which("dcmdjpeg") is None, reason="DCMTK is not here")
def test_jpeg_values_are_those_of_dcmtk(samples: Path, tmp_path: Path) -> None:
    compared, different = 0, []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path, file in images(samples):
            uid = file.decode_request(1).transfer_syntax_uid
            number = uid.removeprefix(JPEG)
            if not uid.startswith(JPEG) or not number.isdigit() or not 50 <= int(number) <= 81 or path.name in DIFFERS:
                continue
            palette = file.description.photometric_interpretation == "PALETTE COLOR"
            out = tmp_path / "native.dcm"
            tool = ["dcmdjpls"] if int(number) >= 80 else ["dcmdjpeg"]
            if subprocess.run([*tool, str(path), str(out)], capture_output=True, timeout=60, check=False).returncode:
                continue  # no oracle
            theirs = pydicom_frame(out, of_several=file.description.number_of_frames > 1, is_palette=palette)
            compared += 1
            if not _close(first_frame(file), theirs, lossy=int(number) < 57):
                different.append(path.name)
    assert different == []
    assert compared >= 50


@pytest.mark.skipif(shutil.which("gdcmconv") is None, reason="the tools of GDCM are not here")
def test_jpeg_2000_values_are_those_of_gdcm(samples: Path, tmp_path: Path) -> None:
    compared, different = 0, []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path, file in images(samples):
            request = file.decode_request(1)
            if request.transfer_syntax_uid not in (JPEG + "90", JPEG + "91"):
                continue
            out = tmp_path / "native.dcm"
            if subprocess.run(["gdcmconv", "-w", str(path), str(out)], capture_output=True, timeout=60, check=False).returncode:
                continue  # no oracle
            theirs = pydicom_frame(out, of_several=file.description.number_of_frames > 1, is_palette=False)
            compared += 1
            if not same(first_frame(file), theirs):
                different.append(path.name)
    assert different == []
    assert compared >= 18


def _close(ours: PixelFrame, theirs: NDArray[Any], *, lossy: bool) -> bool:
    """Lossy DCT: another inverse transform and chrominance filter; the mean says whether it is the same picture."""
    if not lossy:
        return same(ours, theirs)
    return ours.pixels.shape == theirs.shape and float(np.abs(ours.pixels.astype(np.int64) - theirs.astype(np.int64)).mean()) <= 1.5


LOSSLESS = ("2.2", "2.1.99", "4.90", "4.80", "4.70", "4.57", "2.1", "2.5")


def test_the_same_slice_is_the_same_in_every_lossless_syntax(samples: Path) -> None:
    folder = samples / "cornerstonejs+cornerstone3D" / "packages" / "dicomImageLoader" / "examplesOld" / "test-images"
    reference = first_frame(open_image(str(folder / "CTImage.dcm"))).pixels
    assert reference.std() > 100
    compared = 0
    for path in folder.glob("CTImage.dcm_*"):
        frame = first_frame(open_image(str(path)))
        if path.stem.endswith(LOSSLESS):
            compared += 1
            assert np.array_equal(frame.pixels, reference), path.name
        assert frame.pixels.shape == reference.shape, path.name
    assert compared == len(LOSSLESS)


@pytest.mark.parametrize("name", ["CT1", "MR4", "US1", "XA1"])
def test_htj2k_samples_are_their_uncompressed_originals(samples: Path, name: str) -> None:
    folder = samples / "chafey+DICOMHTJ2K" / "test" / "fixtures"
    original = folder / "dicomp10" / f"{name}_UNC"
    if not original.exists():
        pytest.skip("the uncompressed original is not among the samples")
    compressed = first_frame(open_image(str(folder / "htj2k" / f"{name}_JPH")))
    assert np.array_equal(compressed.pixels, first_frame(open_image(str(original))).pixels)
