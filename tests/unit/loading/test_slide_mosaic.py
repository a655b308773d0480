"""The thumbnail of a slide is all of it, made of few tiles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.hand_driven import display_set
from viewer.imaging.slide_sample import StandIn, stand_ins
from viewer.loading.slide_mosaic import MOST_TILES, SlideMosaic
from viewer.loading.thumbnails import Thumbnails, thumbnail
from viewer.model.errors import Problem, ProblemKind
from viewer.model.hierarchy import FrameRef
from viewer.model.messages import message
from viewer.model.pixels import FrameFacts, PixelFrame
from viewer.model.requests import FrameResult, Lane
from viewer.model.slide import Slide, SlideLevel

SLIDE = "1.2.840.10008.5.1.4.1.1.77.1.6"
TILE = (32, 24)  # columns, rows


def level(columns: int, rows: int, uid: str = "w", left_out: tuple[int, ...] = ()) -> SlideLevel:
    across, down = -(-columns // TILE[0]), -(-rows // TILE[1])
    places = [(TILE[0] * column, TILE[1] * row) for row in range(down) for column in range(across)]
    kept = [place for number, place in enumerate(places) if number not in left_out]
    facts = FrameFacts(FrameRef(uid, 1), rows, columns, photometric_interpretation="RGB", samples_per_pixel=3)
    return SlideLevel(FrameRef(uid, 1), facts, *TILE, np.array(kept, np.int32), np.zeros(len(kept), np.int32))


def glass(columns: int, rows: int) -> NDArray[np.uint8]:
    """Redder to the right, greener downwards."""
    row, column = np.mgrid[:rows, :columns]
    return np.stack([column * 255 // columns, row * 255 // rows, np.full_like(row, 40)], axis=-1).astype(np.uint8)


@dataclass
class Tiles:
    """Gives the tiles of a slide at once; over the edge of it they are black."""

    levels: dict[str, tuple[SlideLevel, NDArray[np.uint8]]]
    asked: list[FrameRef] = field(default_factory=list)
    broken: tuple[int, ...] = ()

    def request(
        self, ref: FrameRef, done: Callable[[FrameResult], None], *, lane: Lane = Lane.INTERACTION, generation: int = 0
    ) -> None:
        assert lane is Lane.THUMBNAIL
        self.asked.append(ref)
        if ref.frame_number in self.broken:
            done(FrameResult(ref, 0, None, Problem("", ProblemKind.BROKEN, message("This image cannot be shown."))))
            return
        one, whole = self.levels[ref.sop_instance_uid]
        column, row = one.places[ref.frame_number - 1]
        piece = whole[row : row + TILE[1], column : column + TILE[0]]
        tile = np.zeros((TILE[1], TILE[0], 3), np.uint8)
        tile[: piece.shape[0], : piece.shape[1]] = piece
        done(FrameResult(ref, 0, PixelFrame(replace(one.facts, rows=TILE[1], columns=TILE[0]), tile)))


def mosaic(tiles: Tiles, *levels: SlideLevel) -> PixelFrame | None:
    found: list[PixelFrame | None] = []
    SlideMosaic(Slide(levels), tiles, found.append).start()
    (frame,) = found
    return frame


def test_few_tiles_give_the_slide_itself() -> None:
    whole = glass(200, 130)
    one = level(200, 130)
    frame = mosaic(Tiles({"w": (one, whole)}), one)
    assert frame is not None
    assert np.array_equal(frame.pixels, whole)
    assert (frame.facts.rows, frame.facts.columns) == (130, 200)


def test_the_coarsest_level_is_read() -> None:
    fine, coarse = level(4000, 2600), level(200, 130, "c")
    tiles = Tiles({"c": (coarse, glass(200, 130))})
    assert mosaic(tiles, fine, coarse) is not None
    assert {ref.sop_instance_uid for ref in tiles.asked} == {"c"}


def test_of_many_tiles_a_few_stand_for_all() -> None:
    whole, one = glass(4000, 2600), level(4000, 2600)
    tiles = Tiles({"w": (one, whole)})
    frame = mosaic(tiles, one)
    assert frame is not None
    assert 40 <= len(tiles.asked) <= MOST_TILES + 16
    rows, columns = frame.pixels.shape[:2]
    for row, column in ((3, 5), (rows // 2, columns // 3), (rows - 4, columns - 3), (rows // 5, columns - 9)):
        expected = whole[row * 2600 // rows, column * 4000 // columns].astype(int)
        assert np.abs(frame.pixels[row, column].astype(int) - expected).max() <= 255 // 8


def test_what_is_no_tile_or_cannot_be_decoded_is_bare_glass() -> None:
    whole = glass(64, 48)
    one = level(64, 48, left_out=(1,))
    frame = mosaic(Tiles({"w": (one, whole)}, broken=(2,)), one)
    assert frame is not None
    assert np.array_equal(frame.pixels[:24, :32], whole[:24, :32])
    assert (frame.pixels[:24, 32:] == 255).all()
    assert (frame.pixels[24:, :32] == 255).all()
    assert np.array_equal(frame.pixels[24:, 32:], whole[24:, 32:])
    assert mosaic(Tiles({}, broken=(1, 2, 3)), one) is None


@pytest.mark.parametrize("most", [1, 7, 64])
def test_pieces_do_not_overlap_and_cover_the_part(most: int) -> None:
    one = level(3000, 500)
    part = (100.0, 50.0, 2900.0, 450.0)
    found: list[StandIn] = stand_ins(one, 0, part, most)
    assert len({piece.index for piece in found}) == len(found)
    covered = sum((right - left) * (bottom - top) for _, (left, top, right, bottom) in ((p.index, p.part) for p in found))
    assert covered == pytest.approx(2800 * 400)
    for piece in found:
        column, row = one.places[piece.index] + np.array(TILE) / 2
        left, top, right, bottom = piece.part
        assert left - 16 <= column <= right + 16
        assert top - 12 <= row <= bottom + 12


@dataclass
class Reader:
    outcome: Any

    def request(self, ref: FrameRef, done: Callable[[Slide | Problem | None], None]) -> None:
        done(self.outcome)


def test_a_slide_gets_all_of_itself_as_thumbnail_and_what_is_no_slide_its_frame() -> None:
    whole, one = glass(200, 130), level(200, 130)
    shown = replace(display_set("k", 1), frames=(FrameRef("w", 1),), sop_class_uid=SLIDE)
    for outcome, expected in ((Slide((one,)), whole), (None, whole[:24, :32])):
        thumbnails = Thumbnails(Tiles({"w": (one, whole)}))
        thumbnails.slides = Reader(outcome)
        pictures: dict[str, Any] = {}
        thumbnails.want([shown], 16, pictures.__setitem__)
        facts = replace(one.facts, rows=expected.shape[0], columns=expected.shape[1])
        np.testing.assert_array_equal(pictures["k"], thumbnail(PixelFrame(facts, np.ascontiguousarray(expected)), 16))
        assert not thumbnails.busy
        thumbnails.close()
