"""A coarse picture of a slide from a few of its tiles: each stands for the part around it until, or unless, the others come."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.model.frozen import frozen
from viewer.model.slide import SlideLevel

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom in pixels of a level, the ends left out


@frozen
class StandIn:
    """The tile of an index stands for `part` of its level."""

    index: int
    part: Rectangle


def stand_ins(level: SlideLevel, layer: int, part: Rectangle, most: int) -> list[StandIn]:
    """About `most` tiles spread over a part of a level, each with the piece of it that it is nearest to; all where they are few.

    A piece in which no tile lies has none.
    """
    left, top, right, bottom = part
    tiles = level.tiles(layer, math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom))
    if len(tiles) <= most:
        return [StandIn(index, tile_part(level, index)) for index in tiles]
    side = math.sqrt((right - left) * (bottom - top) / most)
    across, down = max(round((right - left) / side), 1), max(round((bottom - top) / side), 1)
    size = np.array([(right - left) / across, (bottom - top) / down])
    centres = level.places[tiles] + np.array([level.tile_columns, level.tile_rows]) / 2 - np.array([left, top])
    cells = np.clip(np.floor(centres / size), 0, [across - 1, down - 1])
    away = ((centres - (cells + 0.5) * size) ** 2).sum(axis=1)
    numbers = (cells[:, 1] * across + cells[:, 0]).astype(np.int64)
    order = np.lexsort((away, numbers))
    kept, first = np.unique(numbers[order], return_index=True)
    found = []
    for number, place in zip(kept.tolist(), order[first].tolist(), strict=True):
        row, column = divmod(number, across)
        x, y = left + column * size[0], top + row * size[1]
        found.append(StandIn(tiles[place], (x, y, x + size[0], y + size[1])))
    return found


def tile_part(level: SlideLevel, index: int) -> Rectangle:
    """Where a tile lies."""
    column, row = (int(place) for place in level.places[index])
    return column, row, column + level.tile_columns, row + level.tile_rows


def within(level: SlideLevel, index: int, tile: NDArray[Any]) -> NDArray[Any]:
    """A tile without what lies over the edge of the slide: that is no image."""
    column, row, _, _ = tile_part(level, index)
    return tile[: max(int(level.rows - row), 0), : max(int(level.columns - column), 0)]


def cut(part: Rectangle, level: SlideLevel) -> Rectangle:
    """A part as far as the slide goes."""
    return part[0], part[1], min(part[2], level.columns), min(part[3], level.rows)


def stretch(target: NDArray[Any], origin: tuple[float, float], reduce: float, part: Rectangle, tile: NDArray[Any]) -> None:
    """Show all of `tile` over `part` in an array whose pixels are `reduce` pixels of the level wide and begin at `origin`."""
    if 0 in tile.shape:
        return
    rows = _places(target.shape[0], origin[1], reduce, part[1], part[3], tile.shape[0])
    columns = _places(target.shape[1], origin[0], reduce, part[0], part[2], tile.shape[1])
    if rows is None or columns is None:
        return
    (row, from_rows), (column, from_columns) = rows, columns
    found = tile.take(from_rows, axis=0).take(from_columns, axis=1)
    target[row : row + len(from_rows), column : column + len(from_columns)] = found


def _places(
    count: int, origin: float, reduce: float, begin: float, end: float, source_count: int
) -> tuple[int, NDArray[np.intp]] | None:
    """The first index in the array whose centre lies from `begin` to `end`, and for each of them the index in the tile."""
    first, last = max(math.ceil((begin - origin) / reduce - 0.5), 0), min(math.ceil((end - origin) / reduce - 0.5), count)
    if last <= first:
        return None
    centres = origin + (np.arange(first, last) + 0.5) * reduce
    places = np.floor((centres - begin) / (end - begin) * source_count).astype(np.intp)
    return first, np.clip(places, 0, source_count - 1)
