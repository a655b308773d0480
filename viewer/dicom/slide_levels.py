"""Levels of a whole slide from their files: where all tiles lie, and which files are coarser versions of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.image_file import ImageFile, open_image
from viewer.model.errors import NegatoscopeError
from viewer.model.hierarchy import FrameRef
from viewer.model.pixels import FrameFacts
from viewer.model.slide import Slide, SlideLevel

MAX_TILES = 2_000_000
MAX_SPARSE_TILES = 200_000  # each has a place of its own to be read
_SAME_SHAPE = 0.02


def read_slide(first: FrameRef, path: str, others: Sequence[tuple[FrameRef, str]]) -> Slide | None:
    """The slide whose finest level is the file at `path`; `others` are files of the same series. None when it has no tiles.

    Raises NegatoscopeErrors of that file; what is wrong with another one only leaves it out.
    """
    base = _level(first, open_image(path))
    if base is None:
        return None
    coarser: dict[int, SlideLevel] = {}
    for ref, other in others:
        try:
            level = _level(ref, open_image(other))
        except NegatoscopeError:
            continue
        if level is not None and _is_coarser(level, base):
            coarser[level.columns] = level
    return Slide((base, *(coarser[columns] for columns in sorted(coarser, reverse=True))))


def _is_coarser(level: SlideLevel, base: SlideLevel) -> bool:
    """The same glass, the same way of showing it, the same shape, fewer pixels."""
    across, down = base.columns / level.columns, base.rows / level.rows
    mine, theirs = level.facts, base.facts
    return (
        across > 1.2
        and abs(across - down) <= _SAME_SHAPE * across + 1.0 / min(level.columns, level.rows) * across
        and level.number_of_layers == base.number_of_layers
        and mine.geometry.frame_of_reference_uid == theirs.geometry.frame_of_reference_uid
        and bool(mine.geometry.frame_of_reference_uid)
        and (mine.is_colour, mine.bits_stored) == (theirs.is_colour, theirs.bits_stored)
        and _kind(mine) in (_kind(theirs), "THUMBNAIL")
    )


def _kind(facts: FrameFacts) -> str:
    """VOLUME, THUMBNAIL, LABEL or OVERVIEW (PS3.3 C.8.12.4.1.1)."""
    values = facts.attribute("ImageType").split("\\")
    return values[2] if len(values) > 2 else ""


def _level(first: FrameRef, image: ImageFile) -> SlideLevel | None:
    facts = image.facts(1)
    count = image.number_of_frames
    if facts.tile is None or count > MAX_TILES:
        return None
    columns, rows = facts.tile.total_columns, facts.tile.total_rows
    found = _counted(facts.columns, facts.rows, columns, rows, count) if image.is_tiled_full else _read_places(image)
    if found is None:
        return None
    whole = replace(facts, ref=first, rows=rows, columns=columns, number_of_frames=1, tile=None)
    return SlideLevel(first, whole, facts.columns, facts.rows, *found)


Places = tuple[NDArray[np.int32], NDArray[np.int32]]


def _counted(tile_columns: int, tile_rows: int, columns: int, rows: int, count: int) -> Places:
    """TILED_FULL: row by row, layer by layer (PS3.3 C.7.6.17.3)."""
    across, down = -(-columns // tile_columns), -(-rows // tile_rows)
    number = np.arange(count, dtype=np.int64)
    layer, tile = np.divmod(number, across * down)
    row, column = np.divmod(tile, across)
    places = np.stack([column * tile_columns, row * tile_rows], axis=1).astype(np.int32)
    return places, layer.astype(np.int32)


def _read_places(image: ImageFile) -> Places | None:
    if image.number_of_frames > MAX_SPARSE_TILES:
        return None
    tiles = image.tiles()
    if any(one is None for one in tiles):
        return None
    known = [one for one in tiles if one is not None]
    layers = {layer: number for number, layer in enumerate(dict.fromkeys(one.layer for one in known))}
    places = np.array([(one.first_column, one.first_row) for one in known], np.int32).reshape(-1, 2)
    return places, np.array([layers[one.layer] for one in known], np.int32)
