"""``negatoscope pixels``: the values of one frame as a NumPy file."""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.app.audit_notes import note_export
from viewer.app.cli.one_frame import add_frame_options, cannot_write, load_frame, save, say
from viewer.app.paths import folders
from viewer.dicom.separate_maps import read_separate_maps
from viewer.dicom.whole_header import read_whole_header
from viewer.imaging.compose import values_of
from viewer.imaging.real_world import Quantity, mapped_values, quantities_of
from viewer.model.errors import NegatoscopeError, NoPictureError
from viewer.model.luts import RealWorldMap
from viewer.model.messages import message
from viewer.model.pixels import FrameFacts, PixelFrame


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Writes the values of one frame after the Modality LUT, in the smallest type that holds them exactly: (rows, columns), for "
        "colour (rows, columns, 3) as 8-bit RGB. With --mapped, what the file says that its values stand for (Real World Value "
        "Mapping), as 64-bit floats, not-a-number where it says nothing; its name and unit go to the output."
    )
    add_frame_options(parser, "OUT.npy")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--stored", action="store_true", help="the stored values instead, in their own type")
    kind.add_argument("--mapped", action="store_true", help="the mapped values instead: of the file's first quantity")
    kind.add_argument("--quantity", metavar="NAME", help="as --mapped, of this quantity")
    parser.add_argument(
        "--mapping",
        metavar="OBJECT",
        action="append",
        default=[],
        help="as --mapped, and a Real World Value Mapping object counts as well: what it says of this image (may be repeated)",
    )


def run(arguments: argparse.Namespace) -> int:
    """0 when the values were written, 1 when the file has none, 2 when they cannot be written or the options exclude each other."""
    if arguments.stored and arguments.mapping:
        say(arguments.file, "--stored and --mapping exclude each other.")
        return 2
    try:
        frame = load_frame(arguments.file, arguments.frame)
        is_mapped = arguments.mapped or arguments.quantity is not None or arguments.mapping
        quantity = _quantity(frame, arguments.quantity, arguments.mapping) if is_mapped else None
    except NegatoscopeError as error:
        say(error.path or arguments.file, error)
        return 1
    for warning in frame.warnings:
        say(arguments.file, warning)
    values: NDArray[Any] = frame.pixels if arguments.stored else values_of(frame)
    if quantity is not None:
        values = mapped_values(frame, quantity)
        print(", ".join(part for part in (quantity.name, quantity.units) if part))
    content = io.BytesIO()
    np.save(content, np.ascontiguousarray(values), allow_pickle=False)
    try:
        save(content.getvalue(), arguments.output)
    except OSError as error:
        return cannot_write(arguments.output, error)
    note_export(folders(), arguments.file, "values")
    return 0


def _quantity(frame: PixelFrame, name: str | None, objects: Sequence[str]) -> Quantity:
    """The quantity asked for. Raises NoPictureError where there is none, or none of this name; NegatoscopeErrors of `objects`."""
    elsewhere = _maps_of(objects, frame.facts)
    found = quantities_of(frame.facts, elsewhere)
    if not found and objects:
        raise NoPictureError(message("Neither the file nor the mapping objects say what its values stand for."))
    if not found:
        raise NoPictureError(message("The file does not say what its values stand for."))
    chosen = found[0] if name is None else next((one for one in found if one.name == name), None)
    if chosen is None:
        names = ", ".join(one.name for one in found)
        raise NoPictureError(message("There is no {name} in this file, but {names}.", name=name or "", names=names))
    return chosen


def _maps_of(objects: Sequence[str], facts: FrameFacts) -> tuple[RealWorldMap, ...]:
    """What mapping objects say of a frame. Raises NegatoscopeErrors when one cannot be read."""
    for path in objects:
        try:
            read_whole_header(path)
        except NegatoscopeError as error:
            error.path = path
            raise
    found = read_separate_maps(objects, is_signed=facts.is_signed, bits_stored=facts.bits_stored)
    return found.of(facts.ref.sop_instance_uid, facts.ref.frame_number)
