"""One file from a stranger through everything that reads files without a window: scan, tags, picture."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from viewer.app.main import main
from viewer.dicom.decode import DecodedPixels, DecodeRequest
from viewer.dicom.image_file import open_image
from viewer.dicom.tag_tree import read_tags
from viewer.imaging.compose import initial_data
from viewer.imaging.render import draw_view, render_frame
from viewer.library.read_instance import read_instance
from viewer.library.scan import scan_once
from viewer.model.errors import NegatoscopeError
from viewer.model.tags import ROOT

LIMIT_SECONDS = 15.0
MATRIX = (0.5, 0.0, 0.25, 0.0, 0.5, 0.25)
SIZE = (96, 128)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one way gave for one file. `kind`: "picture", "text", the name of one of our errors, or "fault: ..." for a bug."""

    way: str
    kind: str
    seconds: float

    @property
    def is_right(self) -> bool:
        return not self.kind.startswith("fault") and self.seconds <= LIMIT_SECONDS


class Decoder(Protocol):
    """What decodes frames: the program's pool of processes, mostly."""

    def decode(self, request: DecodeRequest) -> DecodedPixels: ...


def try_file(path: Path, decoder: Decoder) -> list[Answer]:
    """Every way once. Nothing is raised."""
    return [one_way(way, path, decoder) for way in ("scan", "tags", "picture")]


def one_way(way: str, path: Path, decoder: Decoder) -> Answer:
    """`way` is "scan", "tags" (printed whole), "tree" (as far as the inspector shows at first) or "picture"."""
    ways = {
        "scan": lambda: _scan(path),
        "tags": lambda: _tags(path),
        "tree": lambda: _tree(path),
        "picture": lambda: _picture(path, decoder),
    }
    return _timed(way, ways[way])


def _timed(way: str, run: Callable[[], str]) -> Answer:
    begun = time.perf_counter()
    try:
        kind = run()
    except NegatoscopeError as error:
        kind = type(error).__name__
    except BaseException as error:  # a bug, whatever it is
        kind = f"fault: {type(error).__name__}: {str(error)[:200]}"
    return Answer(way, kind, time.perf_counter() - begun)


def _scan(path: Path) -> str:
    with contextlib.suppress(NegatoscopeError):  # the scan survives faults of ours: here they show
        read_instance(str(path))
    with scan_once([str(path)]) as report:
        return "text" if not report.problems else report.problems[0].kind.value


def _tags(path: Path) -> str:
    codes = set()
    for options in ((), ("--json",)):
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
            codes.add(main(["tags", str(path), *options]))
    return "text" if codes == {0} else "sentence"


def _tree(path: Path) -> str:
    tree = read_tags(str(path))
    return "text" if [tree.element(node) for node in tree.children(ROOT)[:100]] else "nothing"


def _picture(path: Path, decoder: Decoder) -> str:
    """First, middle and last frame, drawn at native size and into a viewport."""
    image = open_image(str(path))
    refusal: NegatoscopeError | None = None
    drawn = 0
    for number in sorted({1, (image.number_of_frames + 1) // 2, image.number_of_frames}):
        try:
            frame = image.finish(number, decoder.decode(image.decode_request(number)))
        except NegatoscopeError as error:
            refusal = error
            continue
        data = initial_data(frame)
        picture = render_frame(frame, data, overlays=True)
        assert picture.dtype == np.uint8
        assert picture.shape[:2] == frame.pixels.shape[:2]
        draw_view(frame, data, MATRIX, SIZE, smooth=True)
        drawn += 1
    if not drawn and refusal is not None:
        raise refusal
    return "picture"
