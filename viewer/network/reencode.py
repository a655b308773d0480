"""Writing an object in another transfer syntax without loss, for a peer that does not take the original one.

Only towards uncompressed syntaxes: nothing is ever compressed here, so nothing can be lost that was not lost before.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from io import BytesIO

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import generate_frames
from pydicom.filereader import dcmread
from pydicom.filewriter import dcmwrite

from viewer.dicom.decode import DecodedPixels, DecodeRequest, decode
from viewer.dicom.tag_tree import read_tags
from viewer.dicom.tag_walk import TRUNCATED
from viewer.dicom.transfer_syntaxes import EXPLICIT_VR_BIG_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, is_video
from viewer.model.errors import BrokenFileError, NegatoscopeError, TooLargeError, UnsupportedSyntaxError
from viewer.model.messages import message
from viewer.model.tags import ROOT
from viewer.network.limits import GIB
from viewer.network.storage_item import UNCOMPRESSED, StorageItem

LARGEST_DECODED = 2 * GIB
Decode = Callable[[DecodeRequest], DecodedPixels]
_NOT_DATA = (0x0000, 0x0002, 0xFFFC, 0xFFFE)  # groups of commands, of the file, of padding, of items
_ALWAYS_LOSSY = ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51")
_WORDS = {"OW": "u2", "OF": "u4", "OL": "u4", "OD": "u8", "OV": "u8"}


def reencoded(item: StorageItem, transfer_syntax_uid: str, decode_frame: Decode = decode) -> bytes:
    """The data set of `item` in `transfer_syntax_uid`, which is Explicit or Implicit VR Little Endian.

    Raises UnsupportedSyntaxError, DecodeError, TooLargeError or BrokenFileError with the reason.
    """
    try:
        if is_video(item.transfer_syntax_uid):
            raise UnsupportedSyntaxError(message("A video is never re-encoded; the peer does not take it as it is."))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they would put values of patients on the standard error
            return _reencoded(item, transfer_syntax_uid, decode_frame)
    except NegatoscopeError as error:
        error.path = item.path
        raise
    except MemoryError as error:
        raise TooLargeError(message("There is not enough memory to re-encode this object."), path=item.path) from error
    except Exception as error:  # pydicom raises what it likes on damaged elements
        reason = message("The object cannot be re-encoded for this peer; something in it is damaged.")
        raise BrokenFileError(reason, path=item.path) from error


def _reencoded(item: StorageItem, transfer_syntax_uid: str, decode_frame: Decode) -> bytes:
    dataset = dcmread(item.path, force=True)
    _check_whole(dataset, item)
    if item.transfer_syntax_uid == EXPLICIT_VR_BIG_ENDIAN:
        _swap_words(dataset)
    if item.transfer_syntax_uid not in UNCOMPRESSED and "PixelData" in dataset:
        _decompress(dataset, item, decode_frame)
    return _written(dataset, transfer_syntax_uid)


def _check_whole(dataset: Dataset, item: StorageItem) -> None:
    """Raises BrokenFileError unless all that is in the file was read: pydicom ends without a word where a file is damaged."""
    tags = read_tags(item.path)
    found = {tags.tag(node) for node in tags.children(ROOT)}
    lost = [tag for tag in found - set(dataset.keys()) if tag & 0xFFFF and tag >> 16 not in _NOT_DATA]
    if lost or TRUNCATED in tags.warnings or str(dataset.get("SOPInstanceUID", "")) != item.sop_instance_uid:
        raise BrokenFileError(message("The object cannot be re-encoded for this peer; something in it is damaged."))


def _written(dataset: Dataset, transfer_syntax_uid: str) -> bytes:
    bare = Dataset(dataset)
    bare.file_meta = FileMetaDataset()
    out = BytesIO()
    dcmwrite(out, bare, implicit_vr=transfer_syntax_uid == IMPLICIT_VR_LITTLE_ENDIAN, little_endian=True)
    return out.getvalue()


def _swap_words(dataset: Dataset) -> None:
    """Values that pydicom leaves as bytes are words in the byte order of the file (PS3.5 7.3)."""
    for element in dataset.iterall():
        words = _WORDS.get(element.VR)
        if words is not None and isinstance(element.value, bytes) and len(element.value) % int(words[1]) == 0:
            element.value = np.frombuffer(element.value, words).byteswap().tobytes()


def _decompress(dataset: Dataset, item: StorageItem, decode_frame: Decode) -> None:
    frames = max(1, int(dataset.get("NumberOfFrames") or 1))
    size = dataset.Rows * dataset.Columns * dataset.get("SamplesPerPixel", 1) * max(1, dataset.BitsAllocated // 8)
    if frames * size > LARGEST_DECODED:
        raise TooLargeError(message("Uncompressed, this object would be too large to send."))
    out = bytearray()
    photometric = str(dataset.PhotometricInterpretation)
    is_negative = False
    for raw in _frames(dataset, frames):
        request = _request(dataset, item, raw)
        decoded = decode_frame(request)
        if decoded.warnings:
            raise BrokenFileError(decoded.warnings[0])
        pixels = decoded.pixels
        out += pixels.astype(_container(pixels.dtype, int(dataset.BitsAllocated)), copy=False).tobytes()
        photometric = decoded.photometric_interpretation
        is_negative |= pixels.dtype.kind == "i" and bool(np.signbit(pixels).any())
    if is_negative:
        dataset.PixelRepresentation = 1  # what a JPEG 2000 stream said itself, nobody says any more
    if len(out) & 1:
        out.append(0)
    dataset.PixelData = bytes(out)
    dataset["PixelData"].VR = "OW" if dataset.BitsAllocated > 8 else "OB"
    dataset["PixelData"].is_undefined_length = False
    dataset.PhotometricInterpretation = photometric
    if dataset.get("SamplesPerPixel", 1) > 1:
        dataset.PlanarConfiguration = 0
    if item.transfer_syntax_uid in _ALWAYS_LOSSY:
        dataset.LossyImageCompression = "01"  # once lossy, always lossy (PS3.3 C.7.6.1.1.5); now the syntax says it no more
    for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"):
        if keyword in dataset:
            delattr(dataset, keyword)


def _container(found: np.dtype[np.generic], bits_allocated: int) -> np.dtype[np.generic]:
    kind = "i" if found.kind == "i" else "u"
    return np.dtype(f"<{kind}{bits_allocated // 8}")


def _frames(dataset: Dataset, number: int) -> Iterator[bytes]:
    offsets = None
    if "ExtendedOffsetTable" in dataset:
        offsets = (dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths)
    count = 0
    for frame in generate_frames(dataset.PixelData, number_of_frames=number, extended_offsets=offsets):
        count += 1
        yield frame
        if count == number:
            return
    if count < number:
        raise BrokenFileError(message("The object has fewer frames than it says."))


def _request(dataset: Dataset, item: StorageItem, raw: bytes) -> DecodeRequest:
    bits = int(dataset.BitsAllocated)
    if bits not in (8, 16, 32):
        raise UnsupportedSyntaxError(message("Pixels of {bits} bits cannot be re-encoded.", bits=bits))
    return DecodeRequest(
        path=item.path,
        segments=(),
        transfer_syntax_uid=item.transfer_syntax_uid,
        rows=int(dataset.Rows),
        columns=int(dataset.Columns),
        samples_per_pixel=int(dataset.get("SamplesPerPixel", 1)),
        bits_allocated=bits,
        bits_stored=int(dataset.get("BitsStored", bits)),
        high_bit=int(dataset.get("HighBit", bits - 1)),
        is_signed=bool(dataset.get("PixelRepresentation", 0)),
        photometric_interpretation=str(dataset.PhotometricInterpretation),
        planar_configuration=int(dataset.get("PlanarConfiguration", 0) or 0),
        data=raw,
    )
