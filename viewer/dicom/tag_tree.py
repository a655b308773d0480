"""Every element of a file as a tree that is quick to make and small, its values told when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pydicom._uid_dict import UID_dictionary

from viewer.dicom import charset, sop_classes
from viewer.dicom.byte_sources import ByteSource, FileBytes, InflatedBytes
from viewer.dicom.code_meanings import meaning_of_code
from viewer.dicom.detect import Encoding, Layout, assumed_transfer_syntax
from viewer.dicom.header import FIRST_READ, layout_of, opened
from viewer.dicom.private_tags import entry_of
from viewer.dicom.tag_units import unit_of
from viewer.dicom.tag_values import kind_of, line, texts, whole_text
from viewer.dicom.tag_walk import CUT_FLAG, LITTLE_FLAG, UNKNOWN_FLAG, ElementTable, TagWalk
from viewer.dicom.transfer_syntaxes import name_of_transfer_syntax
from viewer.model.errors import BrokenFileError, MissingFileError, NegatoscopeError
from viewer.model.messages import Message, message
from viewer.model.tags import (
    ITEM_TAG,
    ROOT,
    UNDEFINED_LENGTH,
    TagElement,
    TagFacts,
    TagPath,
    TagTree,
    ValueKind,
    WholeValue,
)

MAX_WHOLE_VALUE = 16 * 1024 * 1024
_CHARACTER_SET = 0x00080005
_PIXEL_DATA = 0x7FE00010
_CODE_MEANING = 0x00080104
# What names an item, best first: code meaning, long code, segment, structure, beam, directory record, ...
_TELLING = (
    0x00080104, 0x0040A043, 0x00620005, 0x30060026, 0x300A00C2, 0x00041430, 0x00700002, 0x00081155, 0x00081199, 0x003A0203,
    0x00209157, 0x00080100, 0x0008103E, 0x00081150,
)  # fmt: skip


def read_tags(path: str) -> FileTags:
    """Read all tags of the file at `path`, pixel data left out.

    Damage ends the reading with a warning in the tree. Raises NotDicomError, BrokenFileError or MissingFileError when there is
    nothing to show.
    """
    with opened(path) as (source, status):
        return _read(path, source, status.st_size)


def _read(path: str, source: FileBytes, file_size: int) -> FileTags:
    layout, _ = layout_of(source, source.read(0, FIRST_READ))
    table = ElementTable()
    if layout.meta:
        start = layout.offset - len(layout.meta)
        TagWalk(source, table).run(start, Encoding(), layout.offset)
    data, at = data_set_of(source, layout)
    try:
        TagWalk(data, table).run(at, layout.encoding, data.size)
    except NegatoscopeError as error:  # the deflated data set is damaged, or larger than any real one
        if not table.tags or table.tags[-1] != _PIXEL_DATA:
            table.warn(error.reason)
    if not table.tags:
        raise BrokenFileError(message("The file is marked as DICOM, but nothing readable follows; it is damaged or cut off."))
    table.finish()
    return FileTags(path, file_size, layout, table)


def data_set_of(source: FileBytes, layout: Layout) -> tuple[ByteSource, int]:
    """The bytes of the data set, and where in them it begins."""
    if layout.encoding.deflated:
        return InflatedBytes(source, layout.offset), 0
    return source, layout.offset


class FileTags(TagTree):
    """A `TagTree` over flat columns. `table` must not change any more."""

    def __init__(self, path: str, file_size: int, layout: Layout, table: ElementTable) -> None:
        self.table = table
        self.layout = layout
        self._encodings: dict[int, tuple[str, ...]] = {}
        self._facts = self._found_facts(path, file_size)

    @property
    def facts(self) -> TagFacts:
        return self._facts

    @property
    def warnings(self) -> tuple[Message, ...]:
        return tuple(self.table.warnings)

    def __len__(self) -> int:
        return len(self.table.tags)

    def children(self, node: int) -> Sequence[int]:
        first = self.table.first
        return self.table.order[first[node + 1] : first[node + 2]]

    def number_of_children(self, node: int) -> int:
        return self.table.first[node + 2] - self.table.first[node + 1]

    def child(self, node: int, row: int) -> int:
        """The child in that row."""
        return self.table.order[self.table.first[node + 1] + row]

    def parent(self, node: int) -> int:
        return self.table.parents[node]

    def row(self, node: int) -> int:
        return self.table.rows[node]

    def tag(self, node: int) -> int:
        return self.table.tags[node]

    def raw(self, node: int) -> bytes:
        return self.table.raw[node]

    def is_little(self, node: int) -> bool:
        """Byte order of the value."""
        return bool(self.table.flags[node] & LITTLE_FLAG)

    def path(self, node: int) -> TagPath:
        parts: list[int] = []
        while node != ROOT:
            tag = self.table.tags[node]
            parts.append(self.table.rows[node] if tag == ITEM_TAG else tag)
            node = self.table.parents[node]
        return tuple(reversed(parts))

    def find(self, path: TagPath) -> int | None:
        node = ROOT
        for place, part in enumerate(path):
            found = self._item_at(node, part) if place % 2 else self.find_tag(node, part)
            if found is None:
                return None
            node = found
        return node

    def _item_at(self, node: int, number: int) -> int | None:
        return self.child(node, number) if number < self.number_of_children(node) else None

    def find_tag(self, parent: int, tag: int) -> int | None:
        """The element `tag` of an item or of `ROOT`."""
        tags = self.table.tags
        return next((node for node in self.children(parent) if tags[node] == tag), None)

    def has_same_shape(self, other: TagTree) -> bool:
        if not isinstance(other, FileTags):
            return False
        return self.table.tags == other.table.tags and self.table.parents == other.table.parents

    def encodings(self, node: int) -> tuple[str, ...]:
        """Python codecs of the text of an element: the nearest (0008,0005) in or around its data set decides (PS3.5 6.1.2.3)."""
        parent = self.table.parents[node]
        found = self._encodings.get(parent)
        if found is None:
            place = self.find_tag(parent, _CHARACTER_SET) if parent == ROOT or self.table.tags[parent] == ITEM_TAG else None
            if place is not None or parent == ROOT:
                found = charset.codecs_of(self.table.raw[place] if place is not None else b"")
            else:
                found = self.encodings(parent)
            self._encodings[parent] = found
        return found

    def element(self, node: int) -> TagElement:
        table = self.table
        tag, vr, length = table.tags[node], table.vrs[node], table.lengths[node]
        if tag == ITEM_TAG:
            return self._item(node)
        creator = table.creators.get(node, "")
        entry = entry_of(tag, creator)
        raw, kind = table.raw[node], kind_of(vr, length)
        fragments, size = table.fragments.get(node, (0, length))
        value, is_all, meaning = "", True, ""
        if kind is ValueKind.SEQUENCE:
            meaning = self._summary_of_sequence(node)
        elif kind is not ValueKind.EMPTY:
            is_whole = len(raw) == length
            value, is_all = line(vr, raw, self.encodings(node), self.is_little(node), is_whole=is_whole)
            meaning = meaning_of_uids(value) if vr == "UI" else meaning_of_code(entry.keyword, value)
            kind = ValueKind.TEXT if kind is ValueKind.BINARY and value else kind
        return TagElement(
            tag=tag,
            vr=vr,
            keyword=entry.keyword,
            name=entry.name,
            kind=kind,
            value=value,
            meaning=meaning,
            unit=unit_of(entry.keyword) if kind is ValueKind.NUMBERS else "",
            length=size,
            offset=table.offsets[node],
            number_of_items=fragments or (self.number_of_children(node) if vr == "SQ" else 0),
            is_shortened=not is_all or bool(table.flags[node] & CUT_FLAG),
            private_creator=creator,
            written_vr="UN" if table.flags[node] & UNKNOWN_FLAG else "",
        )

    def _item(self, node: int) -> TagElement:
        table = self.table
        return TagElement(
            tag=ITEM_TAG,
            vr="",
            keyword="Item",
            name=f"Item {table.rows[node] + 1}",
            kind=ValueKind.ITEM,
            value="",
            meaning=self._summary_of_item(node),
            length=table.lengths[node],
            offset=table.offsets[node],
            number_of_items=self.number_of_children(node),
        )

    def _summary_of_sequence(self, node: int) -> str:
        """What the only item says of itself."""
        if self.number_of_children(node) != 1:
            return ""
        return self._summary_of_item(self.child(node, 0))

    def _summary_of_item(self, item: int) -> str:
        tags = self.table.tags
        here = {tags[node]: node for node in self.children(item)[:64]}
        for tag in _TELLING:
            node = here.get(tag)
            if node is None:
                continue
            if self.table.vrs[node] == "SQ":
                text = self._meaning_in(node)
            else:
                element_line = line(self.table.vrs[node], self.table.raw[node], self.encodings(node), self.is_little(node))[0]
                text = meaning_of_uids(element_line) if self.table.vrs[node] == "UI" else element_line
            if text:
                return text[:80]
        return ""

    def _meaning_in(self, sequence: int) -> str:
        """Code Meaning of the first item of a sequence."""
        if not self.number_of_children(sequence):
            return ""
        node = self.find_tag(self.child(sequence, 0), _CODE_MEANING)
        return "" if node is None else line("LO", self.table.raw[node], self.encodings(node), self.is_little(node))[0]

    def _code(self, tag: int) -> str:
        node = self.find_tag(ROOT, tag)
        found = texts("UI", self.table.raw[node], ("ascii",)) if node is not None else ()
        return found[0] if found else ""

    def _found_facts(self, path: str, file_size: int) -> TagFacts:
        sop_class = self._code(0x00080016) or self._code(0x00020002)
        syntax = self.layout.transfer_syntax_uid or assumed_transfer_syntax(self.layout.encoding)
        return TagFacts(path, file_size, sop_class, uid_name(sop_class), syntax, name_of_transfer_syntax(syntax))

    def whole_value(self, node: int, source: ByteSource) -> WholeValue:
        """All of a value, read again from `source`; at most `MAX_WHOLE_VALUE` bytes."""
        table = self.table
        element = self.element(node)
        length = table.lengths[node]
        wanted = max(element.length, 0) if length == UNDEFINED_LENGTH else length
        if element.kind in (ValueKind.SEQUENCE, ValueKind.ITEM):
            return WholeValue(element, b"")
        raw = source.read(table.offsets[node], min(wanted, MAX_WHOLE_VALUE))
        text = whole_text(element.vr, raw, self.encodings(node), self.is_little(node))
        return WholeValue(element, raw, text, is_cut=len(raw) < wanted)


def read_value(path: str, tag_path: TagPath) -> WholeValue:
    """The whole value of one element of the file at `path`.

    Raises what `read_tags` raises, and MissingFileError when the file has no such element.
    """
    tree = read_tags(path)
    node = tree.find(tag_path)
    if node is None:
        raise MissingFileError(message("The file has no such element any more."), path=path)
    with opened(path) as (source, _):
        is_meta = tag_path[0] >> 16 == 2
        return tree.whole_value(node, source if is_meta else data_set_of(source, tree.layout)[0])


@lru_cache(1024)
def uid_name(uid: str) -> str:
    """What a UID of the standard stands for, "" when it is none."""
    name = sop_classes.name_of(uid)
    if name != uid:
        return name
    name = name_of_transfer_syntax(uid)
    if name != uid:
        return name
    known = UID_dictionary.get(uid)
    return known[0] if known else ""


def meaning_of_uids(value: str) -> str:
    """Names of the UIDs in a value; "" when none is known."""
    names = [uid_name(uid) for uid in value.split("\\")]
    return "\\".join(name or uid for name, uid in zip(names, value.split("\\"), strict=True)) if any(names) else ""
