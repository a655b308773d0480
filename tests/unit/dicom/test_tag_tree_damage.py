"""Damaged, cut and hostile files: what can be read is read, quickly, and a sentence says what is wrong."""

from __future__ import annotations

import random
import struct
import time
import tracemalloc
from pathlib import Path

import pytest

from tests.tag_files import CLASS, ITEM, OPEN, SEQUENCE_END, bare, deflated, element, part10, saved
from viewer.dicom.tag_tree import FileTags, read_tags
from viewer.dicom.tag_walk import MAX_DEPTH, MAX_ELEMENTS
from viewer.model.errors import NegatoscopeError
from viewer.model.tags import ROOT

SECONDS = 2.0
MEMORY = 100 * 1024 * 1024


def sentences(tree: FileTags) -> str:
    return " ".join(str(one) for one in tree.warnings)


def values(tree: FileTags) -> list[str]:
    return [tree.element(node).value for node in tree.children(ROOT)]


def test_cut_in_a_value(tmp_path: Path) -> None:
    whole = part10(CLASS + element(0x00080060, b"CS", b"CT") + element(0x00104000, b"LT", b"beginning and end "))
    tree = read_tags(saved(tmp_path, whole[:-8]))
    assert "ends too early" in sentences(tree)
    assert values(tree)[-2:] == ["CT", "beginning"]
    assert tree.element(len(tree) - 1).is_shortened


def test_sequence_longer_than_what_is_around_it(tmp_path: Path) -> None:
    lying = element(0x00081140, b"SQ", bare(ITEM, element(0x00080060, b"CS", b"CT"), 5000), 9000)
    item = bare(ITEM, lying)
    tree = read_tags(saved(tmp_path, part10(CLASS + element(0x00400275, b"SQ", item) + element(0x00400400, b"LT", b"after "))))
    assert "sequence is damaged" in sentences(tree)
    assert values(tree)[-1] == "after"


def test_elements_begin_again_after_rubbish(tmp_path: Path) -> None:
    after = element(0x00100020, b"LO", b"12345 ") + element(0x00100040, b"CS", b"F ")
    tree = read_tags(saved(tmp_path, part10(CLASS + b"\x08\x00\x60\x00\x01\x02\xff\xff\xff\xff\xff\xff" + after)))
    assert "were left out" in sentences(tree)
    assert values(tree)[-2:] == ["12345", "F"]


def test_vr_that_does_not_exist(tmp_path: Path) -> None:
    data = CLASS + element(0x00080050, b"ZZ", b"1234") + element(0x00080060, b"CS", b"CT") + element(0x00100020, b"LO", b"1 ")
    tree = read_tags(saved(tmp_path, part10(data)))
    assert tree.warnings == ()
    assert values(tree)[-3:] == ["1234", "CT", "1"]


def test_text_under_the_tag_of_a_sequence(tmp_path: Path) -> None:
    """Observation Class (Trial) of old reports has the tag of Purpose of Reference Code Sequence."""
    data = bare(0x00080016, b"1.2.840.10008.5.1.4.1.1.88.3") + bare(0x0040A170, b"NAMED TYPE") + bare(0x0040A730)
    tree = read_tags(saved(tmp_path, part10(data, b"1.2.840.10008.1.2\0")))
    assert tree.warnings == ()
    assert values(tree)[-2] == "NAMED TYPE"


def test_stray_delimiters(tmp_path: Path) -> None:
    tree = read_tags(saved(tmp_path, part10(CLASS + bare(SEQUENCE_END) + element(0x00080060, b"CS", b"CT"))))
    assert "no sequence is open" in sentences(tree)
    assert values(tree)[-1] == "CT"


def test_zeros_at_the_end_are_no_damage(tmp_path: Path) -> None:
    tree = read_tags(saved(tmp_path, part10(CLASS + element(0x00080060, b"CS", b"CT") + bytes(700))))
    assert tree.warnings == ()


def test_meta_information_alone(tmp_path: Path) -> None:
    tree = read_tags(saved(tmp_path, part10(b"")))
    assert tree.facts.transfer_syntax_name == "Explicit VR Little Endian"


def nested(depth: int) -> bytes:
    return (element(0x0040A730, b"SQ", b"", OPEN) + bare(ITEM, b"", OPEN)) * depth


FLOODS = {
    "a million elements": lambda: part10(
        CLASS + b"".join(struct.pack("<HH2sH", 9 + 2 * (i >> 15), i & 0x7FFF | 0x1000, b"LO", 0) for i in range(1_000_000))
    ),
    "a million items": lambda: part10(CLASS + element(0x00081140, b"SQ", bare(ITEM) * 1_000_000)),
    "a million fragments": lambda: part10(CLASS + element(0x7FE00010, b"OB", bare(ITEM) * 1_000_000, OPEN)),
    "300 levels": lambda: part10(CLASS + nested(300)),
    "100,000 levels": lambda: part10(CLASS + nested(100_000)),
    "zeros, deflated": lambda: deflated(CLASS + bytes(1 << 27)),
    "elements, deflated": lambda: deflated(CLASS + struct.pack("<HH2sH", 9, 0x1001, b"LO", 0) * (1 << 24)),
    "damaged items": lambda: part10(CLASS + element(0x00081140, b"SQ", bare(ITEM, b"\x08\0\x60\0\1\2\xff\xff") * 200_000)),
    "damage after damage": lambda: part10(
        CLASS + b"".join(element(0x00091000 + i, b"LO", b"") + b"\x0b\0\1\0\1\2\xff\xff" + bytes([255]) * 900 for i in range(9000))
    ),
    "long values": lambda: part10(CLASS + element(0x00091001, b"LO", b"x" * 8192) * 10_000),
}


@pytest.mark.parametrize("kind", FLOODS)
def test_floods_end_in_time_and_in_bounds(tmp_path: Path, kind: str) -> None:
    path = saved(tmp_path, FLOODS[kind]())
    started = time.thread_time()
    tree = read_tags(path)
    assert time.thread_time() - started < SECONDS
    assert len(tree) <= MAX_ELEMENTS
    assert max(len(tree.path(node)) for node in range(0, len(tree), max(len(tree) // 500, 1))) <= 2 * MAX_DEPTH + 1
    (tmp_path / "one.dcm").unlink()


def test_memory_is_bounded(tmp_path: Path) -> None:
    path = saved(tmp_path, FLOODS["elements, deflated"]())
    tracemalloc.start()
    try:
        tree = read_tags(path)
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()
    assert tree.warnings


@pytest.mark.samples
def test_every_sample_and_crasher(samples: Path, crashers: Path) -> None:
    """Each is answered in time, every row of it can be shown, and only broken files are refused."""
    refused: list[Path] = []
    slowest = 0.0
    for file in [*samples.rglob("*"), *crashers.iterdir()]:
        if not file.is_file():
            continue
        started = time.thread_time()
        try:
            tree = read_tags(str(file))
            for node in range(len(tree)):
                tree.element(node)
        except NegatoscopeError:
            refused.append(file)
        slowest = max(slowest, time.thread_time() - started)
    assert slowest < SECONDS
    sound = [file for file in refused if "broken" not in file.parts and file.suffix not in (".md", ".csv", ".py")]
    assert not sound


@pytest.mark.samples
def test_mutants(samples: Path, tmp_path: Path) -> None:
    """Bytes changed, cut and repeated at random: an answer or a refusal, never anything else."""
    rng = random.Random(20261125)
    files = sorted((samples / "pydicom+pydicom/src/pydicom/data/test_files").glob("*.dcm"))
    seeds = [file.read_bytes() for file in files if file.stat().st_size < 60_000]
    for _ in range(400):
        content = bytearray(rng.choice(seeds))
        for _ in range(rng.randint(1, 12)):
            content[rng.randrange(len(content))] = rng.choice((0, 255, rng.randrange(256)))
        if rng.random() < 0.3:
            del content[rng.randrange(200, len(content)) :]
        path = saved(tmp_path, bytes(content))
        try:
            tree = read_tags(path)
        except NegatoscopeError:
            continue
        for node in range(len(tree)):
            tree.element(node)
            tree.find(tree.path(node))  # a tag that is there twice may lead elsewhere, never to a fault
