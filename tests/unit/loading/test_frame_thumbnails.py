from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from tests.unit.loading.raw_images import RawFolder, wait_until
from viewer.loading.thumbnails import Thumbnails, thumbnail
from viewer.model.display_set import DisplaySet, DisplaySetKind
from viewer.model.geometry import FrameGeometry
from viewer.model.hierarchy import FrameRef
from viewer.model.luts import Window
from viewer.model.pixels import FrameFacts, PixelFrame
from viewer.model.requests import FrameResult, Lane


def display_set(key: str, refs: list[FrameRef], kind: DisplaySetKind = DisplaySetKind.IMAGE) -> DisplaySet:
    return DisplaySet(key, kind, "S", "S.1", "CT", tuple(refs))


class Pictures:
    """What was handed out, in order."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.of: dict[str, np.ndarray | None] = {}
        self.changed = threading.Condition()

    def __call__(self, key: str, picture: np.ndarray | None) -> None:
        with self.changed:
            self.order.append(key)
            self.of[key] = picture
            self.changed.notify_all()

    def wait(self, number: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.order) >= number, 20)


def test_the_middle_frame_stands_for_the_series(raw_folder: RawFolder) -> None:
    refs = raw_folder.make("1", 5)
    loader = raw_folder.loader()
    thumbnails, pictures = Thumbnails(loader), Pictures()
    try:
        thumbnails.want([display_set("k", refs)], 16, pictures)
        pictures.wait(1)
        wait_until(lambda: not thumbnails.busy)
        frame = loader.cached(refs[2])
        assert frame is not None
        assert loader.loaded(refs) == bytes((0, 0, 1, 0, 0))
        np.testing.assert_array_equal(pictures.of["k"], thumbnail(frame, 16))
        assert thumbnails.cached("k") is pictures.of["k"]
    finally:
        thumbnails.close()
        loader.close()


class HeldFrames:
    """Hands out a frame only when told to, and remembers who asked."""

    def __init__(self) -> None:
        self.asked: list[Callable[[FrameResult], None]] = []

    def request(
        self, ref: FrameRef, done: Callable[[FrameResult], None], *, lane: Lane = Lane.INTERACTION, generation: int = 0
    ) -> None:
        self.asked.append(done)


def test_a_picture_of_what_was_forgotten_is_not_kept() -> None:
    frames, pictures = HeldFrames(), Pictures()
    thumbnails = Thumbnails(frames)
    ref = FrameRef("1")
    thumbnails.want([display_set("k", [ref])], 16, pictures)
    old, new = (
        PixelFrame(FrameFacts(ref, 3, 2, windows=(Window(50, 100),)), np.full((3, 2), value, np.uint8)) for value in (0, 90)
    )
    thumbnails.forget()
    frames.asked[0](FrameResult(ref, 0, old))
    assert pictures.order == []
    assert thumbnails.cached("k") is None
    frames.asked[1](FrameResult(ref, 0, new))
    np.testing.assert_array_equal(pictures.of["k"], thumbnail(new, 16))
    assert not thumbnails.busy


def test_documents_and_what_is_kept_are_answered_at_once(raw_folder: RawFolder) -> None:
    stack = display_set("k", raw_folder.make("1", 3))
    loader = raw_folder.loader()
    thumbnails, pictures = Thumbnails(loader), Pictures()
    try:
        thumbnails.want([stack], 16, pictures)
        pictures.wait(1)
        again = Pictures()
        others = [
            display_set("d", [FrameRef("9")], DisplaySetKind.DOCUMENT),
        ]
        thumbnails.want([*others, stack], 16, again)
        assert again.order == ["d", "k"]
        assert again.of["d"] is None
        assert again.of["k"] is pictures.of["k"]
        larger = Pictures()
        thumbnails.want([stack], 24, larger)
        larger.wait(1)
        assert larger.of["k"].shape == (24, 24)
    finally:
        thumbnails.close()
        loader.close()


def test_a_new_wish_list_replaces_the_old_one_and_a_broken_file_stops_nothing(raw_folder: RawFolder) -> None:
    stacks = [display_set(f"k{number}", raw_folder.make(str(number))) for number in range(1, 9)]
    broken = display_set("broken", [FrameRef("404")])
    raw_folder.gate = threading.Event()
    loader = raw_folder.loader()
    thumbnails, old, new = Thumbnails(loader), Pictures(), Pictures()
    try:
        thumbnails.want(stacks, 16, old)
        assert thumbnails.busy
        thumbnails.want([broken, stacks[7]], 16, new)
        raw_folder.gate.set()
        new.wait(2)
        old.wait(2)
        assert new.of["broken"] is None
        assert new.of["k8"] is not None
        assert sorted(old.order) == ["k1", "k2"]  # they were being made already
        wait_until(lambda: not thumbnails.busy)
    finally:
        thumbnails.close()
        loader.close()


def test_proportions_are_kept_and_the_rest_is_black() -> None:
    pixels = np.full((20, 40), 1000, np.uint16)
    pixels[:, :20] = 3000
    facts = FrameFacts(
        FrameRef("1"), 20, 40, bits_allocated=16, bits_stored=12, windows=(Window(2000, 4000),), geometry=FrameGeometry(aspect=1.5)
    )
    picture = thumbnail(PixelFrame(facts, pixels), 16)
    assert picture.shape == (16, 16)
    assert picture.dtype == np.uint32
    grey = picture & 0xFF
    assert (picture >> 24 == 0xFF).all()
    assert (grey[:2] == 0).all()
    assert (grey[14:] == 0).all()
    inside = grey[3:13]
    assert (inside > 0).all()
    assert (inside[:, :7] > inside[:, 9:]).all()


def test_nothing_is_answered_after_closing(raw_folder: RawFolder) -> None:
    raw_folder.gate = threading.Event()
    loader = raw_folder.loader()
    thumbnails, pictures = Thumbnails(loader), Pictures()
    thumbnails.want([display_set("k", raw_folder.make("1"))], 16, pictures)
    assert raw_folder.at_gate.acquire(timeout=20)
    thumbnails.close()
    raw_folder.gate.set()
    loader.close()
    thumbnails.want([display_set("k", raw_folder.make("1"))], 16, pictures)
    assert pictures.order == []
    assert not thumbnails.busy
