"""``negatoscope tags``: every element of a file, as lines to read or as the DICOM JSON model of PS3.18."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator

from viewer.dicom.dicom_json import dicom_json
from viewer.dicom.tag_dump import dump_lines
from viewer.dicom.tag_tree import read_tags
from viewer.model.errors import NegatoscopeError
from viewer.model.messages import Message
from viewer.model.text import plain


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Prints every element of a file: tag, VR, name, value. Pixel data and other long values are named by their size only. "
        "What is damaged is printed as far as it can be read, with a sentence on stderr."
    )
    parser.add_argument("file", metavar="FILE", help="a DICOM file, with or without preamble and File Meta Information")
    parser.add_argument(
        "--json",
        action="store_true",
        help="the DICOM JSON model (PS3.18 F): text in UTF-8, long binary values as BulkDataURI, without group 0002",
    )
    parser.add_argument("--meta", action="store_true", help="with --json: group 0002 too, which PS3.18 leaves out")


def run(arguments: argparse.Namespace) -> int:
    """0 when the file was printed, 1 when it could not be read."""
    try:
        pieces, warnings = _document(arguments)
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()
    except NegatoscopeError as error:
        _say(arguments.file, str(error))
        return 1
    except BrokenPipeError:  # "| head" has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    for warning in warnings:
        _say(arguments.file, str(warning))
    return 0


def _document(arguments: argparse.Namespace) -> tuple[Iterator[str], tuple[Message, ...]]:
    if arguments.json:
        return dicom_json(arguments.file, with_meta=arguments.meta)
    tree = read_tags(arguments.file)
    return (f"{line}\n" for line in dump_lines(tree)), tree.warnings


def _say(path: str, sentence: str) -> None:
    sys.stderr.write(f"negatoscope: {plain(path)}: {sentence}\n")
