"""Files for what real data lack: every live transfer syntax, made by real encoders of known pixels."""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.encaps import encapsulate_extended

from tests.proof import made_pixels as pixels
from tests.proof.made_pixels import EXPLICIT, ROOT, Kind, write_native, write_streams

ANY = 1 << 30  # no bound: only the oracles speak


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """`expected` (frames, rows, columns[, 3]) must come out, to within `tolerance`. `encoder` made it."""

    name: str
    encoder: str
    write: Callable[[Path], object]
    expected: NDArray[Any]
    tolerance: int = 0


@functools.cache
def made_files() -> tuple[Made, ...]:
    """All of them, by name."""
    kinds = pixels.kinds()
    makers = (_native, _run_length, _jpeg, _jpeg_ls, _jpeg_2000, _htj2k, _jpeg_xl, _wrappings)
    found = [one for maker in makers for one in maker(kinds)]
    assert len({one.name for one in found}) == len(found)
    return tuple(sorted(found, key=lambda one: one.name))


def _native(kinds: dict[str, Kind]) -> Iterator[Made]:
    plain = {"implicit": pixels.IMPLICIT, "explicit": EXPLICIT, "big-endian": pixels.BIG_ENDIAN, "deflated": pixels.DEFLATED}
    wrapped = {"encapsulated": pixels.ENCAPSULATED, "deflated-frame": pixels.DEFLATED_FRAME}
    for syntax, uid in (plain | wrapped).items():
        for name, kind in kinds.items():
            if syntax in wrapped and (name.startswith("float") or kind.bits == 1):
                continue  # PS3.5 A.4: float pixel data are not encapsulated; single bits do not end with a frame

            def write(path: Path, kind: Kind = kind, uid: str = uid) -> None:
                write_native(path, kind, uid)

            tolerance = 1 if kind.photometric.startswith("YBR") else 0  # rounding of the colour equations
            yield Made(f"native/{syntax}/{name}.dcm", "pydicom", write, kind.expected, tolerance)


def _by_tool(name: str, words: list[str], kind: Kind, tolerance: int = 0) -> Made:
    """An encoder of DCMTK or GDCM, fed with the uncompressed file."""

    def write(path: Path) -> None:
        source = path.with_suffix(".native")
        write_native(source, kind)
        subprocess.run([*words, str(source), str(path)], check=True, capture_output=True, timeout=60)
        source.unlink()

    return Made(name, "GDCM" if words[0].startswith("gdcm") else "DCMTK", write, kind.expected, tolerance)


def _by_codec(name: str, encode: Callable[..., bytes], kind: Kind, uid: str, photometric: str = "", tolerance: int = 0) -> Made:
    """An encoder of imagecodecs, frame by frame."""

    def write(path: Path) -> None:
        write_streams(path, kind, [bytes(encode(np.ascontiguousarray(frame))) for frame in kind.stored], uid, photometric)

    return Made(name, "imagecodecs", write, kind.expected, tolerance)


def _run_length(kinds: dict[str, Kind]) -> Iterator[Made]:
    for name in (
        "grey-8",
        "grey-8-signed",
        "grey-12-signed",
        "grey-16",
        "rgb-planar-0",
        "rgb-planar-1",
        "ybr-full-planar-0",
        "palette-16",
    ):
        yield _by_tool(f"rle/dcmcrle/{name}.dcm", ["dcmcrle"], kinds[name], int(name.startswith("ybr")))
    for name in ("grey-8", "grey-12", "grey-16", "rgb-planar-0"):
        yield _by_tool(f"rle/gdcmconv/{name}.dcm", ["gdcmconv", "-R"], kinds[name])


def _jpeg(kinds: dict[str, Kind]) -> Iterator[Made]:
    for selection in range(1, 8):
        for name in ("grey-8", "grey-12-signed", "grey-16", "rgb-planar-0"):
            words = ["dcmcjpeg", "+el", "+sv", str(selection)]
            yield _by_tool(f"jpeg-lossless/sv{selection}/{name}.dcm", words, kinds[name])
    for name in ("grey-8", "grey-8-signed", "grey-10", "grey-12", "grey-16-signed", "rgb-planar-0", "palette-8"):
        yield _by_tool(f"jpeg-lossless-sv1/dcmcjpeg/{name}.dcm", ["dcmcjpeg", "+e1"], kinds[name])
    for name in ("grey-8", "grey-12", "grey-16"):
        yield _by_tool(f"jpeg-lossless-sv1/gdcmconv/{name}.dcm", ["gdcmconv", "-J"], kinds[name])
    for title, option, names in (
        ("jpeg-baseline", "+eb", ("grey-8", "rgb-planar-0")),
        ("jpeg-extended", "+ee", ("grey-8", "grey-12", "rgb-planar-0")),
        ("jpeg-spectral", "+es", ("grey-8", "grey-12", "rgb-planar-0")),
        ("jpeg-progressive", "+ep", ("grey-8", "grey-12", "rgb-planar-0")),
    ):
        for name in names:
            words = ["dcmcjpeg", option, "+q", "95", *(["+bt"] if name == "grey-12" else [])]
            yield _by_tool(f"{title}/{name}.dcm", words, kinds[name], ANY)


def _jpeg_ls(kinds: dict[str, Kind]) -> Iterator[Made]:
    for name in ("grey-8", "grey-8-signed", "grey-10", "grey-12", "grey-16", "grey-16-signed", "palette-16"):
        yield _by_tool(f"jpeg-ls/dcmcjpls/{name}.dcm", ["dcmcjpls", "+el"], kinds[name])
    for mode in ("+il", "+is", "+in"):
        yield _by_tool(f"jpeg-ls/dcmcjpls{mode}/rgb-planar-0.dcm", ["dcmcjpls", "+el", mode], kinds["rgb-planar-0"])
    for name in ("grey-8", "grey-16", "rgb-planar-0"):
        yield _by_tool(f"jpeg-ls/gdcmconv/{name}.dcm", ["gdcmconv", "-L"], kinds[name])
    for deviation in (2, 5):
        for name in ("grey-8", "grey-12", "rgb-planar-0"):
            words = ["dcmcjpls", "+en", "+md", str(deviation)]
            yield _by_tool(f"jpeg-ls-near/{deviation}/{name}.dcm", words, kinds[name], deviation)


def _jpeg_2000(kinds: dict[str, Kind]) -> Iterator[Made]:
    for name in ("grey-8", "grey-12", "grey-16"):
        yield _by_tool(f"jpeg-2000/gdcmconv/{name}.dcm", ["gdcmconv", "-K"], kinds[name])
    for name in ("grey-8", "grey-10", "grey-16", "rgb-planar-0"):
        yield _by_opj(f"jpeg-2000/opj_compress/{name}.dcm", [], kinds[name], ROOT + ".4.90", "YBR_RCT")
        yield _by_opj(f"jpeg-2000-part-2/opj_compress/{name}.dcm", ["-mct", "0"], kinds[name], ROOT + ".4.92", "RGB")
    for name in ("grey-8", "grey-12", "rgb-planar-0"):
        yield _by_opj(f"jpeg-2000-lossy/opj_compress/{name}.dcm", ["-I", "-r", "8"], kinds[name], ROOT + ".4.91", "YBR_ICT", ANY)
    yield _by_opj("jpeg-2000-part-2-lossy/own-transform/rgb-planar-0.dcm", ["-m"], kinds["rgb-planar-0"], ROOT + ".4.93", "RGB", 3)


_TRANSFORM = "0.5,0.25,0.25,-0.5,0.75,-0.25,-0.25,-0.5,0.75\n"


def _by_opj(name: str, words: list[str], kind: Kind, uid: str, photometric: str, tolerance: int = 0) -> Made:
    """OpenJPEG's own command."""

    def write(path: Path) -> None:
        streams = [_opj(path, kind, frame, words) for frame in kind.stored]
        write_streams(path, kind, streams, uid, photometric if kind.is_colour else "")

    return Made(name, "OpenJPEG", write, kind.expected, tolerance)


def _opj(path: Path, kind: Kind, frame: NDArray[Any], words: list[str]) -> bytes:
    raw, out, transform = path.with_suffix(".raw"), path.with_suffix(".j2k"), path.with_suffix(".txt")
    planes = frame.transpose(2, 0, 1) if kind.is_colour else frame[np.newaxis]
    raw.write_bytes(planes.astype(planes.dtype.newbyteorder(">")).tobytes())
    if words == ["-m"]:
        transform.write_text(_TRANSFORM)
        words = ["-m", str(transform), "-I", "-r", "1"]
    layout = f"{pixels.COLUMNS},{pixels.ROWS},{len(planes)},{kind.bits},u"
    subprocess.run(
        ["opj_compress", "-i", str(raw), "-o", str(out), "-F", layout, *words], check=True, capture_output=True, timeout=60
    )
    stream = out.read_bytes()
    for file in (raw, out, transform):
        file.unlink(missing_ok=True)
    return stream


def _htj2k(kinds: dict[str, Kind]) -> Iterator[Made]:
    for number in ("201", "202"):
        for name in ("grey-8", "grey-10", "grey-12", "grey-16", "grey-16-signed", "rgb-planar-0"):
            yield _by_codec(f"htj2k-{number}/{name}.dcm", _ht_lossless, kinds[name], f"{ROOT}.4.{number}", _rct(kinds[name]))
    for name, tolerance in (("grey-8", 2), ("grey-12", ANY), ("rgb-planar-0", 2)):
        kind = kinds[name]
        photometric = "YBR_ICT" if kind.is_colour else ""
        yield _by_codec(f"htj2k-203/{name}.dcm", _ht_lossy, kind, ROOT + ".4.203", photometric, tolerance)


def _rct(kind: Kind) -> str:
    return "YBR_RCT" if kind.is_colour else ""


def _ht_lossless(frame: NDArray[Any]) -> bytes:
    return bytes(imagecodecs.htj2k_encode(frame, reversible=True))


def _ht_lossy(frame: NDArray[Any]) -> bytes:
    return bytes(imagecodecs.htj2k_encode(frame, level=0.002, reversible=False))


def _jpeg_xl(kinds: dict[str, Kind]) -> Iterator[Made]:
    for name in ("grey-8", "grey-12", "grey-16", "rgb-planar-0"):
        yield _by_codec(f"jpeg-xl/{name}.dcm", _xl_lossless, kinds[name], ROOT + ".4.110")
    for name in ("grey-8", "rgb-planar-0"):
        kind = kinds[name]
        yield _by_codec(
            f"jpeg-xl-of-jpeg/{name}.dcm", _xl_of_jpeg, kind, ROOT + ".4.111", "YBR_FULL_422" if kind.is_colour else "", ANY
        )
        tolerance = 10 if kind.is_colour else 1
        photometric = "XYB" if kind.is_colour else ""
        yield _by_codec(f"jpeg-xl-lossy/{name}.dcm", _xl_lossy, kind, ROOT + ".4.112", photometric, tolerance)


def _xl_lossless(frame: NDArray[Any]) -> bytes:
    return bytes(imagecodecs.jpegxl_encode(frame, lossless=True))


def _xl_lossy(frame: NDArray[Any]) -> bytes:
    return bytes(imagecodecs.jpegxl_encode(frame, distance=0.01, lossless=False))


def _xl_of_jpeg(frame: NDArray[Any]) -> bytes:
    return bytes(imagecodecs.jpegxl_encode_jpeg(imagecodecs.jpeg8_encode(frame, level=95)))


def _wrappings(kinds: dict[str, Kind]) -> Iterator[Made]:
    """Offset tables and fragments (PS3.5 A.4, PS3.3 C.7.6.3.1.8)."""
    kind = kinds["grey-12"]
    streams = [bytes(imagecodecs.jpegls_encode(frame)) for frame in kind.stored]

    def wrapped(name: str, change: Callable[[Path], object]) -> Made:
        return Made(f"fragments/{name}.dcm", "imagecodecs", change, kind.expected)

    def written(**options: Any) -> Callable[[Path], object]:
        return lambda path: write_streams(path, kind, streams, ROOT + ".4.80", **options)

    yield wrapped("basic-table", written(has_bot=True))
    yield wrapped("empty-table", written(has_bot=False))
    yield wrapped("basic-table-three-fragments", written(has_bot=True, fragments_per_frame=3))
    yield wrapped("empty-table-three-fragments", written(has_bot=False, fragments_per_frame=3))
    yield wrapped("extended-table", lambda path: _extended(path, kind, streams))
    yield wrapped("no-end", lambda path: _cut(path, written(has_bot=True), 8))
    yield wrapped("no-end-empty-table", lambda path: _cut(path, written(has_bot=False), 8))
    yield _by_tool("fragments/dcmcjpls-fragment-size/grey-16.dcm", ["dcmcjpls", "+fs", "1"], kinds["grey-16"])
    yield _by_tool("fragments/dcmcjpeg-no-table/grey-16.dcm", ["dcmcjpeg", "+e1", "-ot"], kinds["grey-16"])


def _cut(path: Path, write: Callable[[Path], object], count: int) -> None:
    """Without its last bytes: the sequence delimiter."""
    write(path)
    path.write_bytes(path.read_bytes()[:-count])


def _extended(path: Path, kind: Kind, streams: list[bytes]) -> None:
    made = write_streams(path, kind, streams, ROOT + ".4.80", has_bot=False)
    made.PixelData, made.ExtendedOffsetTable, made.ExtendedOffsetTableLengths = encapsulate_extended(streams)
    made["PixelData"].is_undefined_length = True
    pixels.write(path, made, ROOT + ".4.80")


def write_made(name: str, folder: Path) -> tuple[Path, Made]:
    """The file of that name, below `folder`. Raises when its encoder is not here or refuses."""
    made = next(one for one in made_files() if one.name == name)
    path = folder / made.name
    path.parent.mkdir(parents=True, exist_ok=True)
    made.write(path)
    return path, made
