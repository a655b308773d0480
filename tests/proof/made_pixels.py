"""Asymmetric synthetic pixels of every depth, sign and colour model, and the files that hold them uncompressed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID

ROOT = "1.2.840.10008.1.2"
IMPLICIT, EXPLICIT, BIG_ENDIAN, DEFLATED = ROOT, ROOT + ".1", ROOT + ".2", ROOT + ".1.99"
ENCAPSULATED, DEFLATED_FRAME = ROOT + ".1.98", ROOT + ".8.1"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
ROWS, COLUMNS, FRAMES = 37, 54, 2


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One way of storing pixels. `stored` (frames, rows, columns[, 3]) goes into the file, `expected` should come out."""

    name: str
    stored: NDArray[Any]
    expected: NDArray[Any]
    bits: int
    photometric: str = "MONOCHROME2"
    planar: int = 0
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def allocated(self) -> int:
        return 1 if self.bits == 1 else 8 * self.stored.dtype.itemsize

    @property
    def is_colour(self) -> bool:
        return self.stored.ndim == 4


def ramp(bits: int, *, signed: bool = False, samples: int = 1) -> NDArray[Any]:
    """(frames, rows, columns[, samples]): a slope with an edge and specks, every bit used, no symmetry."""
    frame, y, x = np.meshgrid(np.arange(FRAMES), np.arange(ROWS), np.arange(COLUMNS), indexing="ij")
    top = (1 << bits) - 1
    step = max(top // 97, 1)
    planes = []
    for sample in range(samples):
        values = (x * step * (sample + 1) + y * (step * 3 // 2 + 1) + x * y + frame * 11 * (sample + 2)) % (top + 1)
        values[:, : ROWS // 3, COLUMNS // 2 :] = top - sample
        values[:, ROWS - 2, 1] = 0
        planes.append(values - (1 << (bits - 1)) if signed else values)
    size = 8 if bits <= 8 else 16 if bits <= 16 else 32
    made = np.stack(planes, axis=-1) if samples > 1 else planes[0]
    return made.astype(f"{'i' if signed else 'u'}{size // 8}")


def kinds() -> dict[str, Kind]:
    """All of them by name."""
    found = [_grey(bits, signed) for bits in (8, 10, 12, 16, 32) for signed in (False, True)]
    bit = (ramp(8) > 100).astype(np.uint8)
    found.append(Kind("grey-1", bit, bit, 1))
    for name, dtype in (("float-32", "f4"), ("float-64", "f8")):
        values = (ramp(16).astype(dtype) - 30000) / 7
        found.append(Kind(name, values, values, 8 * values.dtype.itemsize))
    rgb = ramp(8, samples=3)
    found += [Kind(f"rgb-planar-{planar}", rgb, rgb, 8, "RGB", planar) for planar in (0, 1)]
    wide = ramp(16, samples=3)
    found.append(Kind("rgb-16", wide, np.rint(wide * (255 / 65535)).astype(np.uint8), 16, "RGB"))
    ybr = _ybr()
    found += [Kind(f"ybr-full-planar-{planar}", ybr, ybr_to_rgb(ybr), 8, "YBR_FULL", planar) for planar in (0, 1)]
    halved = ybr.copy()
    halved[..., 1::2, 1:] = halved[..., 0::2, 1:]  # a pair of pixels shares its chrominance
    found.append(Kind("ybr-full-422", halved, ybr_to_rgb(halved), 8, "YBR_FULL_422"))
    found += _palettes()
    return {one.name: one for one in found}


def _grey(bits: int, signed: bool) -> Kind:
    values = ramp(bits, signed=signed)
    return Kind(f"grey-{bits}{'-signed' if signed else ''}", values, values, bits)


def _ybr() -> NDArray[np.uint8]:
    ramped = ramp(8, samples=3).astype(int)
    return np.stack([ramped[..., 0], 64 + ramped[..., 1] // 2, 60 + ramped[..., 2] // 2], axis=-1).astype(np.uint8)


def ybr_to_rgb(ybr: NDArray[Any]) -> NDArray[np.uint8]:
    """The equations of PS3.3 C.7.6.3.1.2, in floating point."""
    y, cb, cr = (ybr[..., index].astype(float) for index in range(3))
    red, green = y + 1.402 * (cr - 128), y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128)
    rgb = np.stack([red, green, y + 1.772 * (cb - 128)], axis=-1)
    return np.clip(np.rint(rgb), 0, 255).astype(np.uint8)


def _palettes() -> list[Kind]:
    indices = ramp(8)
    tables = [np.array([(value * factor + shift) % 65536 for value in range(256)], "<u2") for factor, shift in _PALETTE]
    plain = {name + "PaletteColorLookupTableData": table.tobytes() for name, table in zip(_COLOURS, tables, strict=True)}
    eight = {
        name + "PaletteColorLookupTableData": (table >> 8).astype("u1").tobytes()
        for name, table in zip(_COLOURS, tables, strict=True)
    }
    segmented = {"Segmented" + name + "PaletteColorLookupTableData": _SEGMENTS.tobytes() for name in _COLOURS}
    wide = ramp(16)
    return [
        Kind("palette-16", indices, indices, 8, "PALETTE COLOR", more=plain | _described(256, 16)),
        Kind("palette-8", indices, indices, 8, "PALETTE COLOR", more=eight | _described(256, 8)),
        Kind("palette-segmented", indices, indices, 8, "PALETTE COLOR", more=segmented | _described(256, 16)),
        Kind("palette-of-16-bits", wide, wide, 16, "PALETTE COLOR", more=plain | _described(256, 16)),
    ]


_COLOURS = ("Red", "Green", "Blue")
_PALETTE = ((257, 0), (65279, 65535), (771, 5000))
_SEGMENTS = np.array([0, 2, 100, 40000, 1, 200, 65535, 0, 1, 7, 1, 53, 20], "<u2")  # 2 as they are, 200 and 53 on a line, 1


def _described(entries: int, bits: int) -> dict[str, Any]:
    return {name + "PaletteColorLookupTableDescriptor": [entries, 0, bits] for name in _COLOURS}


def data_set(kind: Kind, frames: int = FRAMES) -> Dataset:
    """All attributes but the pixel data."""
    made = Dataset()
    made.SOPClassUID, made.SOPInstanceUID, made.Modality = SECONDARY_CAPTURE, "1.2.826.0.1.3680043.8.498.1", "OT"
    made.PatientID, made.PatientName = "proof", "Proof"
    made.StudyInstanceUID, made.SeriesInstanceUID = "1.2.826.0.1.3680043.8.498.2", "1.2.826.0.1.3680043.8.498.3"
    made.Rows, made.Columns, made.NumberOfFrames = ROWS, COLUMNS, frames
    made.SamplesPerPixel = 3 if kind.is_colour else 1
    made.PhotometricInterpretation = kind.photometric
    made.BitsAllocated = kind.allocated
    if kind.stored.dtype.kind != "f":
        made.BitsStored, made.HighBit = kind.bits, kind.bits - 1
        made.PixelRepresentation = int(kind.stored.dtype.kind == "i")
    if kind.is_colour:
        made.PlanarConfiguration = kind.planar
    for keyword, value in kind.more.items():
        setattr(made, keyword, value)
        made[keyword].VR = "US" if keyword.endswith("Descriptor") else "OW"
    return made


def native_frames(kind: Kind, order: str = "<") -> list[bytes]:
    """The bytes of each frame as PS3.5 8 wants them; single bits go on from frame to frame and come as one piece."""
    if kind.bits == 1:
        return [np.packbits(kind.stored.reshape(-1), bitorder="little").tobytes()]
    stored = kind.stored
    if kind.photometric == "YBR_FULL_422":
        pairs = stored.reshape(FRAMES, ROWS, COLUMNS // 2, 2, 3)
        stored = np.stack([pairs[..., 0, 0], pairs[..., 1, 0], pairs[..., 0, 1], pairs[..., 0, 2]], axis=-1)
    elif kind.planar:
        stored = stored.transpose(0, 3, 1, 2)
    if stored.dtype.kind == "i" and kind.bits < 8 * stored.dtype.itemsize:  # unused bits are zero
        stored = stored.view(f"u{stored.dtype.itemsize}") & ((1 << kind.bits) - 1)
    typed = stored.astype(stored.dtype.newbyteorder(order))
    return [np.ascontiguousarray(frame).tobytes() for frame in typed]


def write(path: Path, made: Dataset, uid: str) -> None:
    """Any transfer syntax, known to pydicom or not."""
    made.file_meta = FileMetaDataset()
    made.file_meta.MediaStorageSOPClassUID, made.file_meta.MediaStorageSOPInstanceUID = made.SOPClassUID, made.SOPInstanceUID
    made.file_meta.TransferSyntaxUID = UID(uid)
    made.preamble = bytes(128)
    made.save_as(path, implicit_vr=uid == IMPLICIT, little_endian=uid != BIG_ENDIAN, force_encoding=True)


def write_native(path: Path, kind: Kind, uid: str = EXPLICIT) -> None:
    """Uncompressed, or each frame in a fragment for the syntaxes that wrap native pixels."""
    made = data_set(kind)
    frames = native_frames(kind, ">" if uid == BIG_ENDIAN else "<")
    keyword = {"float-32": "FloatPixelData", "float-64": "DoubleFloatPixelData"}.get(kind.name, "PixelData")
    if uid in (ENCAPSULATED, DEFLATED_FRAME):
        if uid == DEFLATED_FRAME:
            frames = [_deflated(frame) for frame in frames]
        made.PixelData = encapsulate(frames)
        made["PixelData"].is_undefined_length = True
        made["PixelData"].VR = "OB"
    else:
        whole = b"".join(frames)
        setattr(made, keyword, whole + bytes(len(whole) % 2))
        if keyword == "PixelData":
            made["PixelData"].VR = "OB" if kind.allocated <= 8 and uid != IMPLICIT else "OW"
    write(path, made, uid)


def write_streams(path: Path, kind: Kind, streams: list[bytes], uid: str, photometric: str = "", **encapsulation: Any) -> Dataset:
    """Codestreams that an encoder made, one for each frame."""
    made = data_set(kind, len(streams))
    made.PhotometricInterpretation = photometric or kind.photometric
    if kind.is_colour:
        made.PlanarConfiguration = 0
    made.PixelData = encapsulate(streams, **encapsulation)
    made["PixelData"].is_undefined_length = True
    made["PixelData"].VR = "OB"
    write(path, made, uid)
    return made


def _deflated(data: bytes) -> bytes:
    import zlib

    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    return packed + bytes(len(packed) % 2)
