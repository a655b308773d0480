"""Reading every tag of a file: what is there, by node and by path."""

from __future__ import annotations

import struct
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.tag_files import (
    BIG_ENDIAN,
    CLASS,
    IMPLICIT,
    ITEM,
    ITEM_END,
    OPEN,
    SEQUENCE_END,
    bare,
    deflated,
    element,
    part10,
    saved,
)
from viewer.dicom.tag_tree import FileTags, read_tags, read_value
from viewer.model.errors import MissingFileError, NotDicomError
from viewer.model.tags import ROOT, TagElement, ValueKind, path_text, tag_text


def rows(tree: FileTags) -> list[tuple[str, str, str]]:
    """(tag, VR, value) of the top level without group 0002."""
    found = [tree.element(node) for node in tree.children(ROOT)]
    return [(tag_text(one.tag), one.vr, one.value) for one in found if one.tag >> 16 != 2]


def at(tree: FileTags, *path: int) -> TagElement:
    node = tree.find(path)
    assert node is not None
    return tree.element(node)


def test_elements_of_every_level(tmp_path: Path) -> None:
    inner = element(0x00080100, b"SH", b"T-D3000 ") + element(0x00080104, b"LO", b"Chest ")
    open_item = bare(ITEM, inner + bare(ITEM_END), OPEN) + bare(SEQUENCE_END)
    counted = bare(ITEM, element(0x00080060, b"CS", b"CT")) + bare(ITEM)
    data = CLASS + element(0x00082218, b"SQ", open_item, OPEN) + element(0x00400275, b"SQ", counted)
    tree = read_tags(saved(tmp_path, part10(data)))
    assert tree.warnings == ()
    assert rows(tree) == [("0008,0016", "UI", "1.2.840.10008.5.1.4.1.1.2"), ("0008,2218", "SQ", ""), ("0040,0275", "SQ", "")]
    assert at(tree, 0x00020010).meaning == "Explicit VR Little Endian"
    assert at(tree, 0x00080016).meaning == "CT Image Storage"
    assert at(tree, 0x00082218).meaning == "Chest"
    assert at(tree, 0x00082218, 0, 0x00080104).value == "Chest"
    assert at(tree, 0x00400275).number_of_items == 2
    assert at(tree, 0x00400275, 1).number_of_items == 0
    assert tree.find((0x00400275, 2)) is None
    assert tree.find((0x00400276,)) is None
    assert tree.facts.sop_class_name == "CT Image Storage"
    assert tree.facts.transfer_syntax_name == "Explicit VR Little Endian"


def test_paths_lead_back_to_their_nodes(tmp_path: Path) -> None:
    item = bare(ITEM, element(0x00080060, b"CS", b"CT"))
    data = CLASS + element(0x00400275, b"SQ", item + item) + element(0x00400400, b"LT", b"x ")
    tree = read_tags(saved(tmp_path, part10(data)))
    for node in range(len(tree)):
        assert tree.find(tree.path(node)) == node
        assert tree.child(tree.parent(node), tree.row(node)) == node
        assert list(tree.children(tree.parent(node)))[tree.row(node)] == node
    assert path_text((0x00400275, 1, 0x00080060)) == "(0040,0275)[2].(0008,0060)"


def test_implicit_vr_takes_it_from_the_dictionaries(tmp_path: Path) -> None:
    creator = b"SIEMENS CSA HEADER"
    data = bare(0x00080016, b"1.2.840.10008.5.1.4.1.1.4\0") + bare(0x00280103, b"\1\0") + bare(0x00280106, b"\xff\xff")
    data += bare(0x00290010, creator) + bare(0x00291008, b"IMAGE NUM 4 ") + bare(0x00291110, b"ab")
    tree = read_tags(saved(tmp_path, part10(data, IMPLICIT)))
    assert at(tree, 0x00280106).vr == "SS"
    assert at(tree, 0x00280106).value == "-1"
    named = at(tree, 0x00291008)
    assert (named.vr, named.name, named.value) == ("CS", "[CSA Image Header Type]", "IMAGE NUM 4")
    assert named.private_creator == "SIEMENS CSA HEADER"
    assert at(tree, 0x00290010).name == "Private Creator"
    assert at(tree, 0x00291110).name == "Private element"  # block 11 is nobody's


def test_big_endian_numbers(tmp_path: Path) -> None:
    data = element(0x00080016, b"UI", b"1.2.840.10008.5.1.4.1.1.2\0", order=">")
    data += element(0x00280010, b"US", b"\x01\x02", order=">")
    tree = read_tags(saved(tmp_path, part10(data, BIG_ENDIAN)))
    assert at(tree, 0x00280010).value == "258"


def test_deflated_data_set_and_its_values(tmp_path: Path) -> None:
    long_text = b"word " * 2000
    path = saved(tmp_path, deflated(CLASS + element(0x00204000, b"UT", long_text)))
    tree = read_tags(path)
    assert tree.warnings == ()
    assert at(tree, 0x00204000).is_shortened
    assert read_value(path, (0x00204000,)).text == ("word " * 2000).rstrip()


def test_unknown_vr_is_read_by_the_dictionary(tmp_path: Path) -> None:
    nested = bare(ITEM, bare(0x00080060, b"CT")) + bare(SEQUENCE_END)
    data = CLASS + element(0x00080070, b"UN", b"Maker ") + element(0x00081140, b"UN", nested, OPEN)
    data += element(0x00091001, b"UN", bare(ITEM, bare(0x00080060, b"MR")))
    tree = read_tags(saved(tmp_path, part10(data)))
    assert (at(tree, 0x00080070).vr, at(tree, 0x00080070).written_vr) == ("LO", "UN")
    assert at(tree, 0x00081140, 0, 0x00080060).value == "CT"
    assert at(tree, 0x00091001, 0, 0x00080060).value == "MR"


def test_pixel_data_are_never_kept(tmp_path: Path) -> None:
    fragments = bare(ITEM) + bare(ITEM, b"\xff" * 300) + bare(ITEM, b"\xfe" * 20) + bare(SEQUENCE_END)
    after = element(0xFFFCFFFC, b"OB", b"pad.")
    plain = read_tags(saved(tmp_path, part10(CLASS + element(0x7FE00010, b"OW", b"ab" * 9) + after)))
    packed = read_tags(saved(tmp_path, part10(CLASS + element(0x7FE00010, b"OB", fragments, OPEN) + after)))
    for tree, size, count in ((plain, 18, 0), (packed, 320, 3)):
        node = tree.find((0x7FE00010,))
        assert node is not None
        pixel_data = tree.element(node)
        assert (pixel_data.kind, pixel_data.length, pixel_data.number_of_items) == (ValueKind.BINARY, size, count)
        assert tree.raw(node) == b""
        assert tree.find((0xFFFCFFFC,)) is not None


def test_character_set_of_an_item_is_its_own(tmp_path: Path) -> None:
    item = element(0x00080005, b"CS", b"ISO_IR 144") + element(0x00100010, b"PN", "Иванов".encode("iso8859_5"))
    other = element(0x00100010, b"PN", "Grün".encode("latin_1"))
    data = element(0x00080005, b"CS", b"ISO_IR 100") + CLASS
    data += element(0x00101002, b"SQ", bare(ITEM, item) + bare(ITEM, other))
    tree = read_tags(saved(tmp_path, part10(data)))
    assert at(tree, 0x00101002, 0, 0x00100010).value == "Иванов"
    assert at(tree, 0x00101002, 1, 0x00100010).value == "Grün"


def test_control_characters_are_visible_and_harmless(tmp_path: Path) -> None:
    data = element(0x00080005, b"CS", b"ISO_IR 192") + CLASS
    data += element(0x00100010, b"PN", "A\x1b[2J\u202eB".encode() + b" ") + element(0x00104000, b"LT", b"one\r\ntwo\0")
    tree = read_tags(saved(tmp_path, part10(data)))
    assert at(tree, 0x00100010).value == "A␛[2J⟨U+202E⟩B"
    assert at(tree, 0x00104000).value == "one↵ two"


def test_long_text_is_shortened_without_breaking_its_last_character(tmp_path: Path) -> None:
    text = "語" * 2000  # 6,000 bytes, cut inside a character
    data = element(0x00080005, b"CS", b"ISO_IR 192") + CLASS + element(0x00204000, b"UT", text.encode())
    path = saved(tmp_path, part10(data))
    shown = at(read_tags(path), 0x00204000)
    assert set(shown.value) == {"語"}
    assert shown.is_shortened
    assert read_value(path, (0x00204000,)).text == text


def test_whole_value_of_numbers_and_bytes(tmp_path: Path) -> None:
    data = CLASS + element(0x00189318, b"FD", struct.pack("<3d", 1.5, -2, 0.1)) + element(0x00420011, b"OB", bytes(range(200)))
    path = saved(tmp_path, part10(data))
    tree = read_tags(path)
    assert at(tree, 0x00189318).value == "1.5\\-2\\0.1"
    assert read_value(path, (0x00189318,)).text == "1.5\n-2\n0.1"
    whole = read_value(path, (0x00420011,))
    assert (whole.raw, whole.text, whole.is_cut) == (bytes(range(200)), "", False)
    with pytest.raises(MissingFileError):
        read_value(path, (0x00420012,))


def test_same_shape(tmp_path: Path) -> None:
    one = read_tags(saved(tmp_path, part10(CLASS + element(0x00080060, b"CS", b"CT")), "1"))
    two = read_tags(saved(tmp_path, part10(CLASS + element(0x00080060, b"CS", b"MR")), "2"))
    three = read_tags(saved(tmp_path, part10(CLASS + element(0x00080061, b"CS", b"MR")), "3"))
    assert one.has_same_shape(two)
    assert not one.has_same_shape(three)


def test_without_preamble_and_meta(tmp_path: Path) -> None:
    tree = read_tags(saved(tmp_path, bare(0x00080016, b"1.2.840.10008.5.1.4.1.1.2\0") + bare(0x00080060, b"CT")))
    assert rows(tree)[1] == ("0008,0060", "CS", "CT")
    assert tree.facts.transfer_syntax_name == "Implicit VR Little Endian"


def test_what_is_no_dicom_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotDicomError, match="text file"):
        read_tags(saved(tmp_path, b"Dear colleague,\nthe images follow.\n"))
    with pytest.raises(MissingFileError):
        read_tags(str(tmp_path / "absent"))


SCRIPTS = ("Arab", "Fren", "FrenMulti", "Germ", "Greek", "H31", "H32", "Hbrw", "I2", "JapMulti", "KoreanMulti", "Russ", "X1", "X2")


@pytest.mark.samples
@pytest.mark.parametrize("script", SCRIPTS)
def test_names_in_every_script_read_as_pydicom_reads_them(samples: Path, script: str) -> None:
    file = samples / f"pydicom+pydicom/src/pydicom/data/charset_files/chr{script}.dcm"
    name = pydicom.dcmread(file).PatientName
    name.decode()
    expected = "=".join(part for part in name.components).rstrip("=")
    assert at(read_tags(str(file)), 0x00100010).value.rstrip("=") == expected


@pytest.mark.samples
def test_every_text_of_the_samples_reads_as_pydicom_reads_it(samples: Path) -> None:
    """Element by element, to any depth, over one file of every folder."""
    seen: set[Path] = set()
    count = 0
    for file in sorted(samples.rglob("*")):
        if not file.is_file() or file.parent in seen or "broken" in file.parts:
            continue
        seen.add(file.parent)
        try:
            theirs = pydicom.dcmread(file, stop_before_pixels=True)
        except Exception:  # what pydicom cannot read is not compared here
            continue
        count += _compare(read_tags(str(file)), ROOT, theirs)
    assert count > 10_000


def _compare(tree: FileTags, parent: int, theirs: Dataset) -> int:
    count = 0
    by_tag = {tree.tag(node): node for node in tree.children(parent)}
    for tag in theirs.keys():  # noqa: SIM118 - iterating a data set converts its values
        raw = theirs.get_item(tag)
        node = by_tag[int(tag)]
        count += 1
        if isinstance(raw.value, Sequence) or raw.VR == "SQ":
            items = theirs[tag].value
            assert tree.element(node).number_of_items == len(items)
            for child, item in zip(tree.children(node), items, strict=True):
                count += _compare(tree, child, item)
        elif isinstance(raw.value, bytes) and len(raw.value) <= 4096 and tag != 0x7FE00010:  # icons have some too
            assert tree.raw(node) == raw.value
    return count
