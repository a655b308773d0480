"""``negatoscope pixels``: the values of one frame as a NumPy file."""

from __future__ import annotations

import argparse
import io

import numpy as np

from viewer.app.cli.one_frame import add_frame_options, cannot_write, load_frame, save, say
from viewer.imaging.compose import values_of
from viewer.model.errors import NegatoscopeError


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Writes the values of one frame after the Modality LUT, in the smallest type that holds them exactly: (rows, columns), for "
        "colour (rows, columns, 3) as 8-bit RGB."
    )
    add_frame_options(parser, "OUT.npy")
    parser.add_argument("--stored", action="store_true", help="the stored values instead, in their own type")


def run(arguments: argparse.Namespace) -> int:
    """0 when the values were written, 1 when the file has none, 2 when they cannot be written."""
    try:
        frame = load_frame(arguments.file, arguments.frame)
    except NegatoscopeError as error:
        say(arguments.file, error)
        return 1
    for warning in frame.warnings:
        say(arguments.file, warning)
    content = io.BytesIO()
    np.save(content, np.ascontiguousarray(frame.pixels if arguments.stored else values_of(frame)), allow_pickle=False)
    try:
        save(content.getvalue(), arguments.output)
    except OSError as error:
        return cannot_write(arguments.output, error)
    return 0
