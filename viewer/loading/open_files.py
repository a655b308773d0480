"""Image files that are asked for again: those of several frames, read and understood once, and those that were looked at ahead."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.decode import DecodedPixels, DecodeRequest
from viewer.loading.frame_memory import Allocate
from viewer.model.errors import MissingFileError
from viewer.model.messages import message
from viewer.model.pixels import PixelFrame

KEPT_FILES = 128  # some 20 KiB each; enough for the messages in work and the files looked at ahead of them


class ImageSource(Protocol):
    """What the loader needs of ``viewer.dicom.image_file.ImageFile``. Frame numbers start at 1.

    `stamp`: when the file was changed last in ns, and its size, as it was opened.
    """

    @property
    def number_of_frames(self) -> int: ...

    @property
    def stamp(self) -> tuple[int, int]: ...

    def decode_request(self, frame_number: int) -> DecodeRequest: ...

    def take_pixels(self) -> NDArray[np.uint8] | None: ...

    def finish(self, frame_number: int, decoded: DecodedPixels) -> PixelFrame: ...


OpenImage = Callable[[str], ImageSource]


class ImageOpener:
    """`viewer.dicom.image_file.open_image`, imported by the first thread that needs it. Remembers what headers have in common.

    `allocate` gives memory for pixels that are read along.
    """

    def __init__(self, allocate: Allocate | None = None) -> None:
        self._allocate = allocate
        self._open: OpenImage | None = None

    def __call__(self, path: str) -> ImageSource:
        if self._open is None:
            from viewer.dicom.header_pattern import HeaderMemory
            from viewer.dicom.image_file import open_image

            # Two threads may make one each: the last one stays
            self._open = partial(open_image, memory=HeaderMemory(), room=self._allocate)
        return self._open(path)


@dataclass(slots=True)
class _Entry:
    image: ImageSource | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class OpenFiles:
    """The last few `ImageSource` objects by path, good as long as the file's size and time stay what they were."""

    def __init__(self, open_image: OpenImage, kept: int = KEPT_FILES) -> None:
        self._open_image = open_image
        self._kept = kept
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    def open(self, path: str, *, ahead: bool = False) -> ImageSource:
        """The image at `path`. Two threads that ask for the same file at once open it once. Raises NegatoscopeErrors.

        One of a single frame is kept only when it is opened `ahead`, until it is asked for: a series has hundreds.
        """
        with self._lock:
            entry = self._entries.get(path)
            if entry is None:
                entry = self._entries[path] = _Entry()
                while len(self._entries) > self._kept:
                    self._entries.popitem(last=False)
            else:
                self._entries.move_to_end(path)
        with entry.lock:
            image = entry.image
            if image is None or image.stamp != _stamp(path):
                entry.image = None
                image = entry.image = self._open_image(path)
        if image.number_of_frames == 1 and not ahead:
            with self._lock:
                if self._entries.get(path) is entry:
                    del self._entries[path]
        return image

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


def _stamp(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError as error:
        raise MissingFileError(message("The file is not there any more."), path=path) from error
    return found.st_mtime_ns, found.st_size
