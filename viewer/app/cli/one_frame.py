"""One frame of one file for the subcommands that write it: read, decoded in a process of its own, its result saved."""

from __future__ import annotations

import argparse
import os
import sys

from viewer.dicom.image_file import open_image
from viewer.loading.decode_pool import DecodePool
from viewer.model.errors import BrokenFileError, MissingFileError, NegatoscopeError
from viewer.model.messages import message
from viewer.model.pixels import PixelFrame
from viewer.model.text import plain


def add_frame_options(parser: argparse.ArgumentParser, output: str) -> None:
    parser.add_argument("file", metavar="FILE", help="a DICOM file")
    parser.add_argument(
        "--frame", type=int, default=1, metavar="N", help="which frame of a multi-frame image, from 1 (the default)"
    )
    parser.add_argument("-o", "--output", required=True, metavar=output, help="the file to write")


def load_frame(path: str, number: int) -> PixelFrame:
    """Frame `number` of the file at `path`, from 1. Raises NegatoscopeErrors only, whatever the file holds."""
    if os.path.isdir(path):
        raise MissingFileError(message("This is a folder, not a file."), path=path)
    pool = DecodePool(1)
    try:
        image = open_image(path)
        return image.finish(number, pool.decode(image.decode_request(number)))
    except NegatoscopeError as error:
        error.path = path
        raise
    except Exception as error:  # whatever a stranger's file provokes is an answer about that file
        raise BrokenFileError(message("This image cannot be shown ({fault}).", fault=type(error).__name__), path=path) from error
    finally:
        pool.close()


def save(content: bytes, path: str) -> None:
    """Write the result. Raises OSError."""
    with open(path, "wb") as file:
        file.write(content)


def say(path: str, sentence: object) -> None:
    """One line on the standard error, about one file."""
    sys.stderr.write(f"negatoscope: {plain(path, 4096)}: {sentence}\n")


def cannot_write(path: str, error: OSError) -> int:
    """Say so; the exit code for it."""
    say(path, f"cannot be written: {error.strerror or error}.")
    return 2
