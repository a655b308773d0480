"""Pictures for others: a frame drawn as the canvas draws it, as PNG or JPEG; decoded in processes that may die."""

from __future__ import annotations

from dataclasses import replace

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from viewer.dicom.decode_request import DecodedPixels, DecodeRequest
from viewer.dicom.image_file import open_image
from viewer.export.png import png_bytes
from viewer.imaging.compose import initial_data
from viewer.imaging.render import draw_view, render_frame
from viewer.loading.decode_pool import DecodePool
from viewer.model.errors import BrokenFileError, NegatoscopeError
from viewer.model.messages import message
from viewer.model.pixels import PixelFrame
from viewer.model.view import DataPresentation, ViewPresentation
from viewer.network.dicomweb.origin.retrieve_service import PictureWish
from viewer.workspace.view_geometry import ViewGeometry


class WebPictures:
    """Implements ``Pictures``. Thread-safe. Close it in the end."""

    def __init__(self, processes: int = 2) -> None:
        self._pool = DecodePool(processes)

    def close(self) -> None:
        self._pool.close()

    def decode(self, request: DecodeRequest) -> DecodedPixels:
        """Raises NegatoscopeError."""
        return self._pool.decode(request)

    def picture(self, path: str, wish: PictureWish) -> bytes:
        """Raises NegatoscopeError, whatever the file holds."""
        try:
            image = open_image(path)
            frame = image.finish(wish.frame, self._pool.decode(image.decode_request(wish.frame)))
            return encoded(_drawn(frame, wish), wish)
        except NegatoscopeError:
            raise
        except Exception as error:  # whatever a stranger's file provokes is an answer about that file
            raise BrokenFileError(message("This image cannot be shown ({fault}).", fault=type(error).__name__)) from error


def encoded(picture: NDArray[np.uint8], wish: PictureWish) -> bytes:
    """The picture as the content of a file."""
    if wish.media_type == "image/png":
        return png_bytes(picture)
    return bytes(imagecodecs.jpeg8_encode(np.ascontiguousarray(picture), level=wish.quality))


def _drawn(frame: PixelFrame, wish: PictureWish) -> NDArray[np.uint8]:
    data = _data(frame, wish)
    rows, columns = frame.pixels.shape[:2]
    if wish.viewport is None:
        return render_frame(frame, data, overlays=wish.overlays)
    width, height = _fitted(wish.viewport, columns, rows * frame.facts.geometry.aspect)
    geometry = ViewGeometry(columns, rows, frame.facts.geometry.aspect, ViewPresentation(), width, height)
    drawn = draw_view(frame, data, geometry.device_matrix(), (height, width), smooth=True, overlays=wish.overlays)
    channels = [(drawn >> np.uint32(shift)).astype(np.uint8) for shift in (16, 8, 0)]
    return np.stack(channels, axis=-1) if frame.pixels.ndim == 3 else channels[0]


def _data(frame: PixelFrame, wish: PictureWish) -> DataPresentation:
    data = initial_data(frame)
    if wish.window is None or frame.facts.is_colour:
        return data
    return replace(data, center=wish.window[0], width=wish.window[1], voi_table=None)


def _fitted(viewport: tuple[int, int], width: float, height: float) -> tuple[int, int]:
    """The largest picture of this shape in the viewport (PS3.18 8.3.5.1.3)."""
    scale = min(viewport[0] / width, viewport[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))
