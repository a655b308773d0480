"""The command ``negatoscope``: a subcommand, or paths to open in the window."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from viewer import __version__
from viewer.app.cli import SUBCOMMANDS
from viewer.app.decoder_policy import block_other_decoders


def build_parser() -> argparse.ArgumentParser:
    """The parser of the window's own options; ``--help`` lists the subcommands too."""
    lines = [f"  {name:<12}{text}" for name, (_, text) in SUBCOMMANDS.items()]
    parser = argparse.ArgumentParser(
        prog="negatoscope",
        description="Opens DICOM files, folders, DICOMDIRs and zip archives in a window. Not a medical device.",
        epilog="subcommands (negatoscope NAME --help):\n" + "\n".join(lines),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files, folders, DICOMDIRs or zip archives to open")
    parser.add_argument("--version", action="version", version=f"negatoscope {__version__}")
    parser.add_argument("--new-window", action="store_true", help="open another window instead of using the one that is open")
    parser.add_argument("--check", action="store_true", help="report libraries, codecs, display and folders, then end")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in SUBCOMMANDS:
        module_name, text = SUBCOMMANDS[arguments[0]]
        module = importlib.import_module(module_name)
        parser = argparse.ArgumentParser(prog=f"negatoscope {arguments[0]}", description=text)
        module.configure(parser)
        return int(module.run(parser.parse_args(arguments[1:])))
    options = build_parser().parse_args(arguments)
    if options.check:
        return int(importlib.import_module("viewer.app.check").run())
    return int(importlib.import_module("viewer.app.window").run(options.paths, new_window=options.new_window))


def run() -> None:
    """Entry point of the installed command."""
    block_other_decoders()
    if sys.argv[1:2] == ["--decode-worker"]:  # a bundle has no interpreter to start: its decoding processes begin here too
        sys.exit(importlib.import_module("viewer.loading.decode_worker").main(sys.argv[2]))
    sys.exit(_until_the_reader_leaves())


def _until_the_reader_leaves() -> int:
    """`main`; whoever reads what is printed may stop, as ``head`` does, and the user may interrupt. Neither is a fault."""
    try:
        code = main()
        if sys.stdout is not None:  # a program without a console has none
            sys.stdout.flush()
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or the interpreter complains when it ends
        return 1
    except KeyboardInterrupt:
        return 130
