"""``negatoscope render``: one frame as a PNG file, as the canvas draws it."""

from __future__ import annotations

import argparse
import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from viewer.app.audit_notes import note_export
from viewer.app.cli.one_frame import add_frame_options, cannot_write, load_frame, save, say
from viewer.app.paths import folders
from viewer.export.png import png_bytes
from viewer.imaging.compose import initial_data
from viewer.imaging.render import draw_view, render_frame
from viewer.model.errors import NegatoscopeError
from viewer.model.pixels import PixelFrame
from viewer.model.view import DataPresentation, ViewPresentation
from viewer.workspace.view_geometry import ViewGeometry

MAX_SIDE = 16384


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Draws one frame into an 8-bit PNG as the canvas does: the file's first VOI LUT or window, else a computed one; colour as"
        " it is. Without --size each pixel of the image is one of the picture."
    )
    add_frame_options(parser, "OUT.png")
    parser.add_argument(
        "--window", nargs=2, type=_number, metavar=("CENTER", "WIDTH"), help="in units after the Modality LUT; not for colour"
    )
    parser.add_argument(
        "--size", nargs=2, type=_side, metavar=("W", "H"), help="fit into so many pixels, pixel aspect kept, black beside the image"
    )
    parser.add_argument("--overlay", action="store_true", help="draw the overlay planes (60xx) in white")


def run(arguments: argparse.Namespace) -> int:
    """0 when the picture was written, 1 when the file gives none, 2 when it cannot be written."""
    try:
        frame = load_frame(arguments.file, arguments.frame)
    except NegatoscopeError as error:
        say(arguments.file, error)
        return 1
    for warning in frame.warnings:
        say(arguments.file, warning)
    picture = _picture(frame, _data(frame, arguments), arguments)
    try:
        save(png_bytes(picture), arguments.output)
    except OSError as error:
        return cannot_write(arguments.output, error)
    note_export(folders(), arguments.file, "picture")
    return 0


def _data(frame: PixelFrame, arguments: argparse.Namespace) -> DataPresentation:
    data = initial_data(frame)
    if arguments.window is None:
        return data
    if frame.facts.is_colour:
        say(arguments.file, "A colour image has no window.")
        return data
    center, width = arguments.window
    return replace(data, center=center, width=width, voi_table=None)


def _picture(frame: PixelFrame, data: DataPresentation, arguments: argparse.Namespace) -> NDArray[np.uint8]:
    if arguments.size is None:
        return render_frame(frame, data, overlays=arguments.overlay)
    width, height = arguments.size
    rows, columns = frame.pixels.shape[:2]
    geometry = ViewGeometry(columns, rows, frame.facts.geometry.aspect, ViewPresentation(), width, height)
    drawn = draw_view(frame, data, geometry.device_matrix(), (height, width), smooth=True, overlays=arguments.overlay)
    channels = [(drawn >> np.uint32(shift)).astype(np.uint8) for shift in (16, 8, 0)]
    if frame.pixels.ndim == 2 and all(np.array_equal(channels[0], other) for other in channels[1:]):
        return channels[0]
    return np.stack(channels, axis=-1)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text} is no number to window with")
    return value


def _side(text: str) -> int:
    value = int(text)
    if not 1 <= value <= MAX_SIDE:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and {MAX_SIDE}")
    return value
