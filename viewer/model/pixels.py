"""A decoded frame and what is needed to turn it into light."""

from __future__ import annotations

from dataclasses import field

import numpy as np
from numpy.typing import NDArray

from viewer.model.frame_place import Dimension, Patch, TilePlace
from viewer.model.frozen import frozen
from viewer.model.geometry import FrameGeometry
from viewer.model.hierarchy import FrameRef
from viewer.model.luts import LookupTable, ModalityLUT, PaletteTables, PresentationLUT, RealWorldMap, VOIFunction, Window
from viewer.model.messages import Message
from viewer.model.shutters import Shutters
from viewer.model.ultrasound import UltrasoundRegion


@frozen(eq=False)
class OverlayPlane:
    """One 60xx group (PS3.3 C.9.2): `bits` is bool (rows, columns); `origin` is (row, column) of its first pixel, 0-based."""

    group: int
    bits: NDArray[np.bool_]
    origin: tuple[int, int] = (0, 0)
    is_roi: bool = False
    label: str = ""
    description: str = ""


@frozen(eq=False)
class FrameFacts:
    """Everything about one frame but its pixels, from the header and its functional groups.

    `attributes` maps DICOM keywords to values as text for the corner lines (``KVP``, ``SliceLocation``, ``RepetitionTime`` ...).
    `supplemental_palette` colours those stored values of a grey frame that it maps (PS3.3 C.7.6.23). `recommended_rate` is in
    frames per second, `playback` "LOOP", "SWEEP" (there and back) or ""; `trim` is the first and
    last frame number that cine is to show.
    """

    ref: FrameRef
    rows: int
    columns: int
    number_of_frames: int = 1
    photometric_interpretation: str = "MONOCHROME2"
    samples_per_pixel: int = 1
    bits_allocated: int = 8
    bits_stored: int = 8
    is_signed: bool = False
    is_float: bool = False
    sop_class_uid: str = ""
    transfer_syntax_uid: str = ""
    modality: str = ""
    modality_lut: ModalityLUT = field(default_factory=ModalityLUT)
    windows: tuple[Window, ...] = ()
    voi_tables: tuple[LookupTable, ...] = ()
    voi_function: VOIFunction = VOIFunction.LINEAR
    presentation_lut: PresentationLUT = field(default_factory=PresentationLUT)
    padding: tuple[float, float] | None = None  # stored values low..high that are not image (PS3.3 C.7.5.1.1.2)
    geometry: FrameGeometry = field(default_factory=FrameGeometry)
    frame_time_ms: float | None = None
    recommended_rate: float | None = None
    is_lossy: bool = False
    lossy_ratio: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    playback: str = ""
    trim: tuple[int, int] | None = None
    shutters: Shutters | None = None
    supplemental_palette: PaletteTables | None = None
    real_world_maps: tuple[RealWorldMap, ...] = ()
    regions: tuple[UltrasoundRegion, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    tile: TilePlace | None = None

    @property
    def is_colour(self) -> bool:
        """True when the decoded frame is RGB (PALETTE COLOR included)."""
        return self.samples_per_pixel >= 3 or self.photometric_interpretation == "PALETTE COLOR"

    def attribute(self, keyword: str) -> str:
        return next((value for key, value in self.attributes if key == keyword), "")


@frozen(eq=False)
class PixelFrame:
    """One decoded frame; `pixels` is read-only.

    Grey: (rows, columns), stored values in their native type (sign-extended, overlay bits masked off); float frames float32/64.
    Colour: (rows, columns, 3) uint8 sRGB, whatever the file's colour model was (PALETTE COLOR already looked up).
    `patch`: the array shows only a part of an image that is too large to be held, or all of it smaller than it is (a whole slide).
    `is_preview`: a coarse picture to look at until the frame itself arrives; its values are never read out, measured or kept.
    """

    facts: FrameFacts
    pixels: NDArray[np.generic]
    overlays: tuple[OverlayPlane, ...] = ()
    warnings: tuple[Message, ...] = ()
    is_preview: bool = False
    patch: Patch | None = None

    @property
    def ref(self) -> FrameRef:
        return self.facts.ref

    @property
    def nbytes(self) -> int:
        return int(self.pixels.nbytes) + sum(int(plane.bits.nbytes) for plane in self.overlays)
