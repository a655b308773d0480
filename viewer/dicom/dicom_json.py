"""A file as the DICOM JSON model (PS3.18 F), in pieces, so that neither size nor depth matters.

Group 0002 is left out as PS3.18 F.2 wants it, unless asked for; so are group lengths. Text is Unicode: a Specific Character Set
that is there becomes ISO_IR 192. What is long or encapsulated is named by a BulkDataURI into the file.
"""

from __future__ import annotations

import json
import math
from base64 import b64encode
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from viewer.dicom.byte_sources import ByteSource
from viewer.dicom.header import FIRST_READ, layout_of, opened
from viewer.dicom.tag_tree import FileTags, data_set_of, read_tags
from viewer.dicom.tag_values import BINARY_VRS, TEXT_VRS, Number, numbers, tags_in, texts
from viewer.model.errors import BrokenFileError
from viewer.model.messages import Message, message
from viewer.model.tags import ROOT, UNDEFINED_LENGTH

INLINE = 4096  # bytes of a binary value that stand in the document itself
INLINE_NUMBERS = 64 * 1024
MAX_TEXT = 64 * 1024 * 1024
_BULK_PIECE = 256 * 1024
_CHARACTER_SET = 0x00080005
_SAFE_INTEGER = 2**53
_WORD = {"OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}
_NAME_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")

_Piece: TypeAlias = "str | Iterator[_Piece]"


def dicom_json(path: str, *, with_meta: bool = False, bulk_root: str = "") -> tuple[Iterator[str], tuple[Message, ...]]:
    """(the document in pieces, what is odd about the file). Raises what `read_tags` raises.

    `bulk_root` stands for the file in every BulkDataURI, where others are not to know its path.
    """
    tree = read_tags(path)
    return _run(_Document(tree, path, with_meta, bulk_root)), tree.warnings


def bulk_pieces(path: str, offset: int, length: int, *, inflated: bool = False) -> Iterator[bytes]:
    """The bytes that a BulkDataURI of `dicom_json` names, in pieces. The first is read before this returns.

    Raises MissingFileError, NotDicomError, and BrokenFileError when there are not so many bytes.
    """
    pieces = _bulk(path, offset, length, inflated)
    return chain((next(pieces),), pieces)


def _bulk(path: str, offset: int, length: int, inflated: bool) -> Iterator[bytes]:
    with opened(path) as (file, status):
        source: ByteSource = file
        if inflated:
            source, _ = data_set_of(file, layout_of(file, file.read(0, FIRST_READ))[0])
        end = offset + length
        if not inflated and end > status.st_size:
            raise BrokenFileError(message("There is nothing at this place of the file."), path=path)
        while offset < end or not length:
            piece = source.read(offset, min(_BULK_PIECE, end - offset))
            if length and not piece:
                raise BrokenFileError(message("There is nothing at this place of the file."), path=path)
            yield piece
            offset += len(piece)
            if not length:
                return


def _run(document: _Document) -> Iterator[str]:
    with opened(document.path) as (whole, _):
        document.sources = (whole, data_set_of(whole, document.tree.layout)[0])
        stack = [document.data_set(ROOT)]
        while stack:
            piece = next(stack[-1], None)
            if piece is None:
                stack.pop()
            elif isinstance(piece, str):
                yield piece
            else:
                stack.append(piece)
        yield "\n"


class _Document:
    """Writes the parts. A piece is text, or a generator whose pieces come first."""

    def __init__(self, tree: FileTags, path: str, with_meta: bool, bulk_root: str = "") -> None:
        self.tree = tree
        self.path = path
        self.sources: tuple[ByteSource, ByteSource] | None = None
        self._with_meta = with_meta
        self._uri = bulk_root or f"file://{quote(Path(path).absolute().as_posix())}"

    def data_set(self, parent: int) -> Iterator[_Piece]:
        """An object with one member per element, in ascending order."""
        tree = self.tree
        members = {tree.tag(node): node for node in tree.children(parent)}
        between = "\n" if parent == ROOT else ""
        yield "{" + between
        first = True
        for tag in sorted(members):
            if tag & 0xFFFF == 0 or (tag >> 16 == 2 and parent == ROOT and not self._with_meta):
                continue
            yield f'{"" if first else "," + (between or " ")}"{tag:08X}": '
            yield self._attribute(members[tag], tag)
            first = False
        yield between + "}"

    def _attribute(self, node: int, tag: int) -> Iterator[_Piece]:
        vr = self.tree.table.vrs[node]
        if vr == "SQ":
            yield self._sequence(node)
            return
        member = self._value(node, tag, vr)
        yield json.dumps({"vr": vr, **member}, ensure_ascii=False, allow_nan=False)

    def _sequence(self, node: int) -> Iterator[_Piece]:
        items = self.tree.children(node)
        yield '{"vr": "SQ"'
        for place, item in enumerate(items):
            yield ', "Value": [' if not place else ", "
            yield self.data_set(item)
        yield "]}" if len(items) else "}"

    def _value(self, node: int, tag: int, vr: str) -> dict[str, object]:
        """The member "Value", "InlineBinary" or "BulkDataURI"; nothing for an empty value."""
        tree = self.tree
        length = tree.table.lengths[node]
        if not length:
            return {}
        limit = INLINE if vr in BINARY_VRS else MAX_TEXT if vr in TEXT_VRS else INLINE_NUMBERS
        if length == UNDEFINED_LENGTH or length > limit:
            return {"BulkDataURI": self._bulk(node, tag)}
        raw = self._raw(node, tag, length)
        if vr in BINARY_VRS:
            swapped = raw if tree.is_little(node) else _swapped(raw, _WORD.get(vr, 1))
            return {"InlineBinary": b64encode(swapped).decode("ascii")}
        if tag == _CHARACTER_SET and raw.strip(b" \0"):
            return {"Value": ["ISO_IR 192"]}
        values = self._values(node, vr, raw)
        return {} if values in ([], [None]) else {"Value": values}

    def _bulk(self, node: int, tag: int) -> str:
        """Where the bytes are: in the file, or in its inflated data set."""
        count, size = self.tree.table.fragments.get(node, (0, 0))
        length = size + 8 * count if count else max(self.tree.table.lengths[node], 0)
        inflated = "&inflated=true" if self.tree.layout.encoding.deflated and tag >> 16 != 2 else ""
        return f"{self._uri}?offset={self.tree.table.offsets[node]}&length={length}{inflated}"

    def _raw(self, node: int, tag: int, length: int) -> bytes:
        kept = self.tree.raw(node)
        if len(kept) == length or self.sources is None:
            return kept
        whole, data = self.sources
        return (whole if tag >> 16 == 2 else data).read(self.tree.table.offsets[node], length)

    def _values(self, node: int, vr: str, raw: bytes) -> list[object]:
        tree = self.tree
        if vr == "AT":
            return [f"{tag:08X}" for tag in tags_in(raw, tree.is_little(node))]
        if vr not in TEXT_VRS:
            return [_number(value) for value in numbers(vr, raw, tree.is_little(node))]
        found = texts(vr, raw, tree.encodings(node))
        if vr == "PN":
            return [_name(value) for value in found]
        if vr in ("DS", "IS"):
            return [_number_of_text(vr, value) for value in found]
        return [value or None for value in found]


def _name(value: str) -> dict[str, str] | None:
    groups = {title: group for title, group in zip(_NAME_GROUPS, value.split("="), strict=False) if group}
    return groups or None


def _number(value: Number) -> Number | str:
    if isinstance(value, int):
        return value if abs(value) <= _SAFE_INTEGER else str(value)
    if math.isnan(value):
        return "NaN"
    return value if math.isfinite(value) else "inf" if value > 0 else "-inf"


def _number_of_text(vr: str, value: str) -> Number | str | None:
    """A decimal or integer string as a number; as it stands when it is none (PS3.18 table F.2.3-1 allows both)."""
    if not value:
        return None
    try:
        number = int(value) if vr == "IS" else float(value)
    except ValueError:
        return value
    if isinstance(number, float) and not math.isfinite(number):
        return value
    return number if isinstance(number, float) or abs(number) <= _SAFE_INTEGER else value


def _swapped(raw: bytes, width: int) -> bytes:
    """Words of `width` bytes from big to little endian (PS3.18 F.2.7)."""
    if width == 1:
        return raw
    whole = len(raw) // width * width
    return b"".join(raw[at : at + width][::-1] for at in range(0, whole, width)) + raw[whole:]
