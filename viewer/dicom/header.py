"""The part of a DICOM header that a list of patients, studies, series and images needs; quick, and never more of the file.

One read of 16 KiB, one walk over the top level that stops after the last wanted element. Values stay raw bytes until somebody
asks. What is too odd for the walk goes to pydicom, within limits.
"""

from __future__ import annotations

import contextlib
import os
import stat as stat_module
from collections.abc import Iterator

from viewer.dicom.byte_sources import ByteSource, FileBytes, InflatedBytes
from viewer.dicom.detect import Encoding, Layout, assumed_transfer_syntax, begins_soundly, find_layout, name_content
from viewer.dicom.element_walk import BIG, LITTLE, MoreNeeded, OddEncodingError, Wish, walk, wish
from viewer.dicom.header_fallback import mend, read_with_pydicom
from viewer.dicom.header_values import Header
from viewer.dicom.sop_classes import MEDIA_STORAGE_DIRECTORY
from viewer.model.errors import BrokenFileError, MissingFileError, NegatoscopeError, NotDicomError, TooLargeError
from viewer.model.messages import message

FIRST_READ = 16384
MAX_WINDOW = 32 * 1024 * 1024  # one element that must be read whole to find its end
MAX_WINDOWS = 100_000
MAX_META = 1024 * 1024

# O_NONBLOCK: opening a pipe that nobody writes to must not hang.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)

BASIC_TAGS = frozenset((
    0x00041220, 0x00080005, 0x00080008, 0x00080016, 0x00080018, 0x00080020, 0x00080021, 0x00080022, 0x00080023, 0x0008002A,
    0x00080030, 0x00080031, 0x00080032, 0x00080033, 0x00080050, 0x00080060, 0x00080070, 0x00080080, 0x00080090, 0x00081030,
    0x0008103E, 0x00100010, 0x00100020, 0x00100021, 0x00100030, 0x00100040, 0x00101010, 0x00180015, 0x00180050, 0x00180081,
    0x00180086, 0x00181030, 0x00181060, 0x00189087, 0x0019100C, 0x0020000D, 0x0020000E, 0x00200010, 0x00200011, 0x00200012,
    0x00200013, 0x00200032, 0x00200037, 0x00200052, 0x00200060, 0x00200062, 0x00200100, 0x00280002, 0x00280004, 0x00280008,
    0x00280010, 0x00280011, 0x00280030, 0x00280100,
))  # fmt: skip
TITLE_TAGS = frozenset((0x0040A043, 0x00420010, 0x00700080, 0x00700081, 0x30060002, 0x30060004, 0x300A0002, 0x300A0003))
SIEMENS_B_VALUE, GE_B_VALUE, PHILIPS_B_VALUE = 0x0019100C, 0x00431039, 0x20011003
_BASIC = {order.little: wish(BASIC_TAGS | TITLE_TAGS, order, 0x00280100) for order in (LITTLE, BIG)}
_IDENTIFYING = (0x00080016, 0x00080018, 0x0020000D, 0x0020000E, 0x00041220, 0x00280010)


def read_header(path: str) -> Header:
    """Read the header of the file at `path`.

    Raises NotDicomError, BrokenFileError, MissingFileError or TooLargeError with the sentence to show.
    """
    with opened(path) as (source, status):
        header = _read(source, source.read(0, FIRST_READ))
    header.path, header.file_size, header.file_mtime_ns = path, status.st_size, status.st_mtime_ns
    return header


@contextlib.contextmanager
def opened(path: str) -> Iterator[tuple[FileBytes, os.stat_result]]:
    """The bytes and the status of the regular file at `path`, open for as long as the block lasts.

    Raises NotDicomError or MissingFileError, the latter also where the system fails within the block. NegatoscopeErrors of the
    block get the path.
    """
    descriptor, status = _open(path)
    try:
        yield FileBytes(descriptor, status.st_size), status
    except OSError as error:
        raise cannot_open(path, error) from error
    except NegatoscopeError as error:
        error.path = path
        raise
    finally:
        os.close(descriptor)


def _open(path: str) -> tuple[int, os.stat_result]:
    try:
        descriptor = os.open(path, _OPEN_FLAGS)
    except (OSError, ValueError) as error:
        raise cannot_open(path, error) from error
    status = os.fstat(descriptor)
    if not stat_module.S_ISREG(status.st_mode):
        os.close(descriptor)
        is_folder = stat_module.S_ISDIR(status.st_mode)
        raise NotDicomError(
            message("This is a folder, not a file.") if is_folder else message("This is not a regular file."), path=path
        )
    return descriptor, status


def is_directory_record_file(header: Header) -> bool:
    """True for a DICOMDIR (PS3.3 F)."""
    return header.code(0x00080016) == MEDIA_STORAGE_DIRECTORY or 0x00041220 in header.elements


def cannot_open(path: str, error: Exception) -> MissingFileError:
    """The error that says why the system does not let the file be read."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return MissingFileError(message("The file is not there."), path=path)
    if isinstance(error, PermissionError):
        return MissingFileError(message("You have no permission to read this file."), path=path)
    reason = getattr(error, "strerror", None) or str(error)
    return MissingFileError(message("The file cannot be read: {reason}.", reason=reason), path=path)


def layout_of(source: FileBytes, block: bytes) -> tuple[Layout, bytes]:
    """Where the data set starts and how it is written, and the first bytes of the file, at least all of group 0002.

    `block` is what is read of the file already. Raises NotDicomError.
    """
    layout = find_layout(block)
    if layout is not None and layout.offset + 8 > len(block) and source.size > len(block):
        block = source.read(0, MAX_META)
        layout = find_layout(block)
    if layout is None:
        raise NotDicomError(name_content(_long_enough(source, block)))
    return layout, block


def _read(source: FileBytes, block: bytes) -> Header:
    layout, block = layout_of(source, block)
    if layout.offset + 8 > source.size and not layout.encoding.deflated:
        raise BrokenFileError(message("The file ends after its first lines; it was cut off."))
    elements: dict[int, bytes] = {}
    try:
        _collect_all(source, block, layout, elements)
        odd = False
    except OddEncodingError:
        odd = True
    if odd or not _identified(elements):
        read_with_pydicom(source, layout, BASIC_TAGS | TITLE_TAGS, elements)
    if odd:
        mend(source, layout, BASIC_TAGS | TITLE_TAGS, elements)
    if not elements.get(0x00080016) and layout.meta:
        _take_from_meta(layout, elements)
    if not _identified(elements) and not begins_soundly(block, layout.offset, layout.encoding, source.size):
        raise BrokenFileError(message("The file is marked as DICOM, but nothing readable follows; it is damaged or cut off."))
    return Header(elements, layout, transfer_syntax_uid=layout.transfer_syntax_uid or assumed_transfer_syntax(layout.encoding))


def _long_enough(source: FileBytes, block: bytes) -> bytes:
    return source.read(0, 64 * 1024) if source.size > len(block) and not block[:4].strip(b"\0") else block


def _identified(elements: dict[int, bytes]) -> bool:
    for tag in _IDENTIFYING:  # noqa: SIM110 - any() of a generator takes four times as long
        if elements.get(tag):
            return True
    return False


def _take_from_meta(layout: Layout, elements: dict[int, bytes]) -> None:
    """SOP Class and Instance UID from the File Meta Information where the data set has none."""
    found: dict[int, bytes] = {}
    with contextlib.suppress(OddEncodingError, MoreNeeded):  # what was found before stays
        walk(layout.meta, 0, True, Encoding(), wish(frozenset((0x00020002, 0x00020003)), LITTLE), found)
    for meta_tag, tag in ((0x00020002, 0x00080016), (0x00020003, 0x00080018)):
        if found.get(meta_tag) and not elements.get(tag):
            elements[tag] = found[meta_tag]


def _collect_all(source: FileBytes, block: bytes, layout: Layout, out: dict[int, bytes]) -> None:
    encoding, at = layout.encoding, layout.offset
    data: ByteSource = source
    if encoding.deflated:
        data, at = InflatedBytes(source, layout.offset), 0
        block = data.read(0, FIRST_READ)
    wanted = _BASIC[encoding.little]
    try:
        end = walk(block, at, len(block) >= data.size, encoding, wanted, out)
    except MoreNeeded:
        end = _collect(data, block, at, encoding, wanted, out)
    if out.get(0x00080060, b"")[:2] == b"MR":
        _collect_special(data, end, encoding, out)


def _collect_special(source: ByteSource, at: int, encoding: Encoding, out: dict[int, bytes]) -> None:
    """What only some images have beyond the basic elements: the b-values of two makers."""
    tags = special_tags(out)
    if tags and at < source.size:
        order = LITTLE if encoding.little else BIG
        window = source.read(at, FIRST_READ)
        _collect(source, window, at, encoding, wish(tags, order), out, base=at)


def special_tags(elements: dict[int, bytes]) -> frozenset[int]:
    """Wanted tags beyond group 0028 for this object."""
    if elements.get(0x00080060, b"")[:2] == b"MR" and 0x00189087 not in elements:
        maker = elements.get(0x00080070, b"")[:32].upper()
        if maker.startswith(b"GE"):
            return frozenset((GE_B_VALUE,))
        if maker.startswith(b"PHILIPS"):
            return frozenset((PHILIPS_B_VALUE,))
    return frozenset()


def _collect(
    source: ByteSource, window: bytes, at: int, encoding: Encoding, wanted: Wish, out: dict[int, bytes], *, base: int = 0
) -> int:
    """Walk `source` from offset `at`; `window` is what is read already, from `base`. Returns where the walk stopped."""
    size = FIRST_READ
    for _ in range(MAX_WINDOWS):
        whole = base + len(window) >= source.size
        try:
            return base + walk(window, at - base, whole, encoding, wanted, out)
        except MoreNeeded as more:
            next_at = base + more.at
        if whole or next_at >= source.size:
            return next_at
        is_stuck = next_at == at == base
        if is_stuck and size >= MAX_WINDOW:
            raise TooLargeError(message("The header is larger than any real one."))
        size = min(size * 16, MAX_WINDOW) if is_stuck else FIRST_READ
        at = base = next_at
        window = source.read(at, size)
        if not window:
            return at
    raise TooLargeError(message("The header is larger than any real one."))
