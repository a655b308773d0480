"""Instances as rows of the library and back."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any

from viewer.model.hierarchy import Instance

Row = tuple[Any, ...]

ALIKE_COLUMNS = (
    "sop_class_uid, transfer_syntax_uid, rows, columns, samples_per_pixel, bits_allocated, photometric_interpretation, image_type,"
    " image_orientation, pixel_spacing, slice_thickness, frame_of_reference_uid, echo_number, echo_time, b_value"
)
OWN_COLUMNS = (
    "sop_instance_uid, copy, instance_number, number_of_frames, image_position, acquisition_number, acquisition_time,"
    " content_time, temporal_position, trigger_time, content_label, extra"
)
_SIX, _THREE, _TWO = struct.Struct("<6d"), struct.Struct("<3d"), struct.Struct("<2d")
_alike_of = attrgetter(*ALIKE_COLUMNS.replace(" ", "").split(","))
_MAX_INTEGER = 2**63 - 1


def alike_values(instance: Instance) -> Row:
    """What `instance` may have in common with others of its series, hashable, still as the model has it."""
    return tuple(_alike_of(instance))


def alike_row(values: Row) -> Row:
    """`alike_values` as columns."""
    row = list(values)
    row[7] = "\\".join(values[7])
    row[8] = None if values[8] is None else _SIX.pack(*values[8])
    row[9] = None if values[9] is None else _TWO.pack(*values[9])
    return tuple(row)


def alike_from_row(row: Row) -> Row:
    """Columns as `alike_values`."""
    values = list(row)
    values[7] = tuple(row[7].split("\\")) if row[7] else ()
    values[8] = None if row[8] is None else _SIX.unpack(row[8])
    values[9] = None if row[9] is None else _TWO.unpack(row[9])
    return tuple(values)


def own_row(instance: Instance, copy: int) -> Row:
    """What belongs to `instance` alone, as `OWN_COLUMNS`."""
    position = instance.image_position
    return (
        instance.sop_instance_uid,
        copy,
        instance.instance_number,
        min(instance.number_of_frames, _MAX_INTEGER),
        None if position is None else _THREE.pack(*position),
        instance.acquisition_number,
        instance.acquisition_time,
        instance.content_time,
        instance.temporal_position,
        instance.trigger_time,
        instance.content_label,
        json.dumps(instance.extra) if instance.extra else "",
    )


def instance_from(own: Row, alike: Row, series_uid: str, study_uid: str, file: Row = ("", "", 0, 0)) -> Instance:
    """An Instance from `OWN_COLUMNS`, `alike_values` and (path, source, size, mtime)."""
    uid, copy, number, frames, position, acquisition, acquired, content_time, temporal, trigger, label, extra = own
    sop_class, syntax, rows, columns, samples, bits, photometric, image_type = alike[:8]
    orientation, spacing, thickness, frame_of_reference, echo_number, echo_time, b_value = alike[8:]
    return Instance(
        uid, sop_class, series_uid, study_uid, file[0], copy, file[1], file[2], file[3], syntax, number, frames, rows, columns,
        samples, bits, photometric, image_type, None if position is None else _THREE.unpack(position), orientation, spacing,
        thickness, frame_of_reference, acquisition, acquired, content_time, temporal, trigger, echo_number, echo_time, b_value,
        label, tuple((str(key), str(value)) for key, value in json.loads(extra)) if extra else (),
    )  # fmt: skip


def stored_path(text: str) -> str | bytes:
    """A path or name as it is kept: text, or bytes when it is no text."""
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(text)
    return text


def path_text(stored: str | bytes) -> str:
    """The path that `stored_path` kept."""
    return stored if isinstance(stored, str) else os.fsdecode(stored)


def split_path(path: str) -> tuple[str, str]:
    """(folder, name); joined again they give `path`."""
    folder, _, name = path.rpartition(os.sep)
    return (folder, name) if folder else os.path.split(path)


def join_path(folder: str | bytes, name: str | bytes) -> str:
    return os.path.join(path_text(folder), path_text(name))


def chunks(items: Iterable[Any], size: int = 400) -> Iterator[list[Any]]:
    """`items` in lists of at most `size`: what one SQL statement takes as parameters."""
    chunk: list[Any] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def marks(count: int) -> str:
    """``?,?,?``"""
    return ",".join("?" * count)
