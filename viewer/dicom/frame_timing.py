"""How fast a cine runs: Cine module and Multi-frame module (PS3.3 C.7.6.5, C.7.6.6)."""

from __future__ import annotations

from viewer.dicom.data_set import DataSet
from viewer.model.frozen import frozen

_RECOMMENDED_RATE, _CINE_RATE, _FRAME_TIME, _FRAME_TIME_VECTOR = 0x00082144, 0x00180040, 0x00181063, 0x00181065
_ACTUAL_DURATION, _PLAYBACK = 0x00181242, 0x00181244
_START_TRIM, _STOP_TRIM = 0x00082142, 0x00082143
_LOOP, _SWEEP = 0, 1


@frozen
class FrameTiming:
    """`frame_time_ms` from the frame before it, `recommended_rate` in frames per second; None where not stated.

    `trim`: first and last frame number to be played.
    """

    frame_time_ms: float | None = None
    recommended_rate: float | None = None
    playback: str = ""
    trim: tuple[int, int] | None = None


def frame_timing(top: DataSet, frame_number: int) -> FrameTiming:
    """Timing of one frame."""
    rate = _sane(top.number(_RECOMMENDED_RATE, b"IS")) or _sane(top.number(_CINE_RATE, b"IS"))
    sequencing = top.integer(_PLAYBACK)
    playback = {_LOOP: "LOOP", _SWEEP: "SWEEP"}.get(sequencing, "") if sequencing is not None else ""
    return FrameTiming(_frame_time(top, frame_number), rate, playback, _trim(top))


def _trim(top: DataSet) -> tuple[int, int] | None:
    first, last = top.integer(_START_TRIM, b"IS"), top.integer(_STOP_TRIM, b"IS")
    if first is None and last is None:
        return None
    first, last = max(first or 1, 1), last if last is not None else 1 << 30
    return (first, last) if last > first else None


def _frame_time(top: DataSet, frame_number: int) -> float | None:
    """The frame's own increment where there is a vector (its first entry is 0), else Frame Time, else the acquisition's."""
    if _FRAME_TIME_VECTOR in top:
        steps = top.numbers(_FRAME_TIME_VECTOR)
        index = max(frame_number - 1, 1)
        if index < len(steps) and _sane(steps[index]):
            return steps[index]
    return _sane(top.number(_FRAME_TIME)) or _sane(top.number(_ACTUAL_DURATION, b"IS"))


def _sane(value: float | None) -> float | None:
    return value if value is not None and 0 < value < 1e7 else None
