"""Where a tile lies in the Total Pixel Matrix: sparse by functional groups, full by counting (PS3.3 C.7.6.17.3)."""

from __future__ import annotations

from viewer.dicom.frame_attributes import FrameAttributes
from viewer.dicom.pixel_description import PixelDescription
from viewer.model.frame_place import TilePlace

_TOTAL_COLUMNS, _TOTAL_ROWS, _ORGANIZATION = 0x00480006, 0x00480007, 0x00209311
_SLIDE_POSITION, _PATH_IDENTIFICATION, _SEGMENT_IDENTIFICATION = 0x0048021A, 0x00480207, 0x0062000A
_NUMBER_OF_PATHS, _NUMBER_OF_PLANES, _OPTICAL_PATHS, _SEGMENTS = 0x00480302, 0x00480303, 0x00480105, 0x00620002


def tile_place(frame: FrameAttributes, description: PixelDescription) -> TilePlace | None:
    """Place of the frame as a tile; None where the image is no matrix of tiles."""
    top = frame.top
    if _TOTAL_COLUMNS not in top:
        return None
    columns, rows = top.integer(_TOTAL_COLUMNS, b"UL") or 0, top.integer(_TOTAL_ROWS, b"UL") or 0
    if columns <= 0 or rows <= 0:
        return None
    position = frame.macro(_SLIDE_POSITION)
    if position is not None and 0x0048021E in position and 0x0048021F in position:
        column, row = position.integer(0x0048021E, b"SL") or 1, position.integer(0x0048021F, b"SL") or 1
        return TilePlace(column - 1, row - 1, columns, rows, _layer(frame))
    if top.code(_ORGANIZATION) == "TILED_FULL" or _SLIDE_POSITION not in (frame.own.elements if frame.own else ()):
        return _counted(frame, description, columns, rows)
    return None


def _layer(frame: FrameAttributes) -> tuple[str, ...]:
    """What tells apart tiles of the same place: optical path, focal plane, segment."""
    path, segment, position = frame.macro(_PATH_IDENTIFICATION), frame.macro(_SEGMENT_IDENTIFICATION), frame.macro(_SLIDE_POSITION)
    depth = position.number(0x0040074A) if position is not None else None
    number = segment.integer(0x0062000B) if segment is not None else None
    return (
        path.text(0x00480106) if path is not None else "",
        "" if depth is None else f"{depth:g}",
        "" if number is None else str(number),
    )


def _counted(frame: FrameAttributes, description: PixelDescription, columns: int, rows: int) -> TilePlace:
    """TILED_FULL: tiles row by row, then focal planes, then optical paths or segments."""
    across, down = -(-columns // description.columns), -(-rows // description.rows)
    layer, tile = divmod(frame.number - 1, across * down)
    planes = max(1, frame.top.integer(_NUMBER_OF_PLANES, b"UL") or 1)
    path, plane = divmod(layer, planes)
    row, column = divmod(tile, across)
    return TilePlace(
        column * description.columns,
        row * description.rows,
        columns,
        rows,
        (str(path + 1), str(plane + 1) if planes > 1 else "", ""),
    )
