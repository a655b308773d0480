"""Parsed grey transformations (PS3.3 C.11). Parsed in ``dicom``, applied in ``imaging``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from viewer.model.frozen import frozen


@frozen(eq=False)
class LookupTable:
    """A LUT of PS3.3 C.11.1.1 / C.11.2.1: `first_mapped` is signed already where the input is; `data` is read-only uint16."""

    first_mapped: int
    data: NDArray[np.uint16]
    bits: int
    explanation: str = ""


@frozen(eq=False)
class ModalityLUT:
    """PS3.3 C.11.1: output = stored × slope + intercept, or a table. `units` is as shown: HU, BQML, Gy; "" where unspecified."""

    slope: float = 1.0
    intercept: float = 0.0
    table: LookupTable | None = None
    units: str = ""

    @property
    def is_identity(self) -> bool:
        return self.table is None and self.slope == 1.0 and self.intercept == 0.0


class VOIFunction(StrEnum):
    """(0028,1056) VOI LUT Function, PS3.3 C.11.2.1.3."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@frozen
class Window:
    """Window Center and Width in units after the Modality LUT (PS3.3 C.11.2.1.2)."""

    center: float
    width: float
    function: VOIFunction = VOIFunction.LINEAR
    explanation: str = ""


class PresentationShape(StrEnum):
    """(2050,0020) Presentation LUT Shape, PS3.3 C.11.6."""

    IDENTITY = "IDENTITY"
    INVERSE = "INVERSE"


@frozen(eq=False)
class PresentationLUT:
    shape: PresentationShape = PresentationShape.IDENTITY
    table: LookupTable | None = None


@frozen(eq=False)
class RealWorldMap:
    """PS3.3 C.7.6.16.2.11: what stored values from `first` to `last` mean: a line, or `values`, one for each."""

    first: float
    last: float
    slope: float = 1.0
    intercept: float = 0.0
    values: tuple[float, ...] = ()
    units: str = ""
    label: str = ""
    quantity: str = ""


@frozen(eq=False)
class SeparateMaps:
    """Real World Value Mappings that lie in objects of their own (PS3.3 A.46), by the SOP Instance UID of the images they name.

    Each list holds frame numbers from 1, none for all frames, and the maps that hold for them.
    """

    by_image: Mapping[str, tuple[tuple[frozenset[int], tuple[RealWorldMap, ...]], ...]]

    def of(self, sop_instance_uid: str, frame_number: int) -> tuple[RealWorldMap, ...]:
        """What is said of one frame, in the order in which the objects were read."""
        said = self.by_image.get(sop_instance_uid, ())
        return tuple(one for frames, maps in said if not frames or frame_number in frames for one in maps)


@frozen(eq=False)
class PaletteTables:
    """Three tables of one palette (PS3.3 C.7.6.3.1.5)."""

    red: LookupTable
    green: LookupTable
    blue: LookupTable
