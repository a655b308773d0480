"""Is it DICOM? Decided from the first bytes, never from the name; and what it is otherwise."""

from __future__ import annotations

from struct import Struct
from typing import Literal

from viewer.dicom.transfer_syntaxes import (
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
)
from viewer.model.frozen import frozen
from viewer.model.messages import Message, message

_SHORT_VRS = b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US"
_LONG_VRS = b"OB OD OF OL OV OW SQ SV UC UN UR UT UV"
# VR: True where the length is 4 bytes after 2 reserved ones (PS3.5 7.1.2)
HAS_LONG_LENGTH = dict.fromkeys(_SHORT_VRS.split(), False) | dict.fromkeys(_LONG_VRS.split(), True)
_FIRST_GROUPS = frozenset((0x0000, 0x0002, 0x0004, 0x0008, 0x0009, 0x0010, 0x0018, 0x0020, 0x0028))
_little = Struct("<HHI").unpack_from
_big = Struct(">HHI").unpack_from


@frozen
class Encoding:
    """How a data set is written (PS3.5 7.1, 7.3)."""

    explicit: bool = True
    little: bool = True
    deflated: bool = False


@frozen
class Layout:
    """Where the data set begins in the file, how it is written, and what the File Meta Information says."""

    offset: int
    encoding: Encoding
    transfer_syntax_uid: str = ""
    meta: bytes = b""  # the elements of group 0002, explicit VR little endian


def has_part10_magic(block: bytes) -> bool:
    """True for a file of PS3.10: 128 bytes, then "DICM"."""
    return block[128:132] == b"DICM"


def find_layout(block: bytes) -> Layout | None:
    """Where the data set starts. `block`: the first KiB of the file, all of its group 0002. None: this is not DICOM."""
    if has_part10_magic(block):
        standard = _standard_layout(block)
        if standard is not None:
            return standard
        if block[132:134] == b"\x02\0" or not _is_bare_data_set(block):
            return _after_meta(block, 132)
    if block[:4] == b"DICM":
        return _after_meta(block, 4)
    if block[:4] == b"\x02\x00\x00\x00" or (block[:2] == b"\x02\x00" and block[4:6] in HAS_LONG_LENGTH):
        return _after_meta(block, 0)
    encoding = sniff_encoding(block, 0)
    return Layout(0, encoding) if encoding is not None and _two_sound_elements(block, encoding) else None


def _is_bare_data_set(block: bytes) -> bool:
    encoding = sniff_encoding(block, 0)
    return encoding is not None and _two_sound_elements(block, encoding)


def begins_soundly(block: bytes, at: int, encoding: Encoding, size: int) -> bool:
    """True when an element that fits into `size` bytes starts at `at`: then even private elements alone are a data set."""
    if len(block) < at + 8:
        return False
    group = (_little if encoding.little else _big)(block, at)[0]
    head, length = _head(block, at, encoding, "little" if encoding.little else "big")
    return 0 < group <= 0x7FE0 and head > 0 and (length == 0xFFFFFFFF or at + head + length <= size)


def _head(block: bytes, at: int, encoding: Encoding, order: Literal["little", "big"]) -> tuple[int, int]:
    """(length of the element's head, length of its value); (0, 0) when its VR is none."""
    vr = block[at + 4 : at + 6]
    if not encoding.explicit:
        return 8, int.from_bytes(block[at + 4 : at + 8], order)
    if vr not in HAS_LONG_LENGTH:
        return 0, 0
    if HAS_LONG_LENGTH[vr]:
        return 12, int.from_bytes(block[at + 8 : at + 12], order)
    return 8, int.from_bytes(block[at + 6 : at + 8], order)


def sniff_encoding(block: bytes, at: int, promised: Encoding | None = None) -> Encoding | None:
    """Encoding of the element at `at`, or None when nothing fits. `promised` decides where both byte orders are as likely."""
    if len(block) < at + 8:
        return None
    group = _little(block, at)[0]
    group_big = _big(block, at)[0]
    likelier = promised.little if promised is not None else group < group_big
    little = group in _FIRST_GROUPS or (group_big not in _FIRST_GROUPS and likelier)
    explicit = block[at + 4 : at + 6] in HAS_LONG_LENGTH
    return Encoding(explicit, little)


_ENCODINGS = {
    IMPLICIT_VR_LITTLE_ENDIAN.encode(): Encoding(explicit=False),
    EXPLICIT_VR_BIG_ENDIAN.encode(): Encoding(little=False),
}
_EXPLICIT_LITTLE = Encoding()


def _standard_layout(block: bytes) -> Layout | None:
    """The quick way for files as the standard wants them; None for all others."""
    if block[132:140] != b"\x02\0\0\0UL\x04\0":
        return None
    end = 144 + int.from_bytes(block[140:144], "little")
    at = block.find(b"\x02\0\x10\0UI", 144, end)
    if at < 0 or end + 8 > len(block):
        return None
    syntax = block[at + 8 : at + 8 + block[at + 6]].rstrip(b"\0 ")
    encoding = _ENCODINGS.get(syntax, _EXPLICIT_LITTLE)
    starts_well = block[end : end + 2] == b"\x08\0" and (block[end + 4 : end + 6] in HAS_LONG_LENGTH) is encoding.explicit
    if not starts_well or not encoding.little or syntax.endswith(b".1.99"):
        return None
    return Layout(end, encoding, syntax.decode("ascii", "replace"), block[132:end])


def _after_meta(block: bytes, at: int) -> Layout:
    """Walk group 0002 by its elements, not by its group length, which may be absent or wrong."""
    start, values = at, {}
    while at + 8 <= len(block) and block[at : at + 2] == b"\x02\x00":
        vr = block[at + 4 : at + 6]
        element = block[at + 2] | block[at + 3] << 8
        if vr in HAS_LONG_LENGTH:
            head, length = _head(block, at, _EXPLICIT_LITTLE, "little")
        elif vr.isalpha() and vr.isupper():  # a VR that does not exist
            head, length = 8, int.from_bytes(block[at + 6 : at + 8], "little")
        else:  # written as implicit VR, against the standard
            head, length = 8, int.from_bytes(block[at + 4 : at + 8], "little")
        values[element] = block[at + head : at + head + length]
        at += head + length
    syntax = values.get(0x0010, b"").rstrip(b"\0 ").decode("ascii", "replace")
    return Layout(at, encoding_of(syntax, block, at), syntax, block[start:at])


def encoding_of(transfer_syntax_uid: str, block: bytes, at: int) -> Encoding:
    """What the transfer syntax promises, corrected by what is there: a data set that is plainly the other one is believed."""
    if transfer_syntax_uid == DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN:
        return Encoding(deflated=True)
    promised = _promised(transfer_syntax_uid)
    return sniff_encoding(block, at, promised) or promised


def _promised(transfer_syntax_uid: str) -> Encoding:
    if transfer_syntax_uid == EXPLICIT_VR_BIG_ENDIAN:
        return Encoding(little=False)
    return Encoding(explicit=transfer_syntax_uid != IMPLICIT_VR_LITTLE_ENDIAN)


def assumed_transfer_syntax(encoding: Encoding) -> str:
    """Transfer syntax of a file that does not name one."""
    if not encoding.little:
        return EXPLICIT_VR_BIG_ENDIAN
    return EXPLICIT_VR_LITTLE_ENDIAN if encoding.explicit else IMPLICIT_VR_LITTLE_ENDIAN


def _two_sound_elements(block: bytes, encoding: Encoding) -> bool:
    """A data set without any header is believed when its first elements hang together."""
    unpack = _little if encoding.little else _big
    at, last = 0, -1
    for _ in range(2):
        if at + 8 > len(block):
            return False
        group, element, _ = unpack(block, at)
        tag = group << 16 | element
        if (last < 0 and group not in _FIRST_GROUPS) or tag <= last or group > 0x7FE0:
            return False
        head, length = _head(block, at, encoding, "little" if encoding.little else "big")
        if not head or (length > len(block) and last < 0 and length != 0xFFFFFFFF):
            return False
        at, last = at + head + length, tag
        if at > len(block):
            return True
    return True


def name_content(block: bytes) -> Message:
    """A sentence that says what a file that is not DICOM is, as far as its first bytes tell."""
    if not block:
        return message("The file is empty.")
    for magic, at, sentence in _MAGICS:
        if block[at : at + len(magic)] == magic:
            return sentence
    if not block.strip(b"\0"):
        return message("The file holds only zeros.")
    if _is_text(block[:1024]):
        return message("This is a text file, not DICOM.")
    return message("This is not DICOM: neither the DICM mark nor a DICOM data set was found.")


def _is_text(block: bytes) -> bool:
    if b"\0" in block:
        return False
    try:
        block.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(block) - 4:
            return False
    controls = sum(1 for byte in block if byte < 32 and byte not in (9, 10, 12, 13, 27))
    return controls == 0


_IMAGE = message("This is an ordinary picture, not DICOM.")
_ARCHIVE = message("This is an archive that cannot be opened here; only zip archives can. Unpack it and open the folder.")
_VIDEO = message("This is an ordinary video, not DICOM.")
_PROGRAM = message("This is a program, not DICOM.")
_DOCUMENT = message("This is an office document, not DICOM.")
_MAGICS: tuple[tuple[bytes, int, Message], ...] = (
    (b"%PDF-", 0, message("This is a PDF document, not DICOM.")),
    (b"\xff\xd8\xff", 0, _IMAGE),
    (b"\x89PNG\r\n\x1a\n", 0, _IMAGE),
    (b"GIF8", 0, _IMAGE),
    (b"BM", 0, _IMAGE),
    (b"II*\0", 0, _IMAGE),
    (b"MM\0*", 0, _IMAGE),
    (b"\x00\x00\x00\x0cjP  ", 0, _IMAGE),
    (b"WEBP", 8, _IMAGE),
    (b"\x00\x00\x01\x00", 0, _IMAGE),
    (b"PK\x03\x04", 0, message("This is a zip archive.")),
    (b"PK\x05\x06", 0, message("This zip archive is empty.")),
    (b"7z\xbc\xaf\x27\x1c", 0, _ARCHIVE),
    (b"Rar!\x1a\x07", 0, _ARCHIVE),
    (b"\x1f\x8b", 0, _ARCHIVE),
    (b"BZh", 0, _ARCHIVE),
    (b"\xfd7zXZ\0", 0, _ARCHIVE),
    (b"(\xb5/\xfd", 0, _ARCHIVE),
    (b"ustar", 257, _ARCHIVE),
    (b"CD001", 32769, message("This is a disc image. Mount it and open the folder.")),
    (b"ftyp", 4, _VIDEO),
    (b"AVI ", 8, _VIDEO),
    (b"\x1aE\xdf\xa3", 0, _VIDEO),
    (b"\x00\x00\x01\xba", 0, _VIDEO),
    (b"\x7fELF", 0, _PROGRAM),
    (b"MZ", 0, _PROGRAM),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, _DOCUMENT),
    (b"n+1\0", 344, message("This is a NIfTI volume, not DICOM.")),
    (b"ni1\0", 344, message("This is a NIfTI volume, not DICOM.")),
    (b"\x5c\x01\x00\x00", 0, message("This is a NIfTI or Analyze volume, not DICOM.")),
    (b"NRRD", 0, message("This is an NRRD volume, not DICOM.")),
    (b"SQLite format 3\0", 0, message("This is a database, not DICOM.")),
    (b"SIMPLE  =", 0, message("This is a FITS image, not DICOM.")),
    (b"\x89HDF\r\n", 0, message("This is an HDF5 file, not DICOM.")),
    (b"\x93NUMPY", 0, message("This is a NumPy array, not DICOM.")),
)
