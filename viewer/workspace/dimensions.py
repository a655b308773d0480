"""The dimensions of a multi-frame image as controls: which frames make one run through space, and where a control leads.

Pure: made of the places of the frames alone. One dimension is scrolled through (space, where there is one), the others are stepped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from viewer.model.frame_place import SPACE, Dimension
from viewer.model.frozen import frozen
from viewer.model.messages import Message, message
from viewer.model.text import plain

MOST_CONTROLS = 4
_TIME = (
    "TemporalPositionIndex",
    "TemporalPositionTimeOffset",
    "NominalCardiacTriggerDelayTime",
    "NominalPercentageOfCardiacPhase",
    "FrameAcquisitionDateTime",
    "TimeSlotVector",
    "TimeSliceVector",
    "PhaseVector",
)
_LABELS = {
    "StackID": message("Stack"),
    "InStackPositionNumber": message("Slice"),
    "ImagePositionPatient": message("Slice"),
    "ImagePositionVolume": message("Slice"),
    "ImageOrientationPatient": message("Orientation"),
    "TemporalPositionIndex": message("Time"),
    "TemporalPositionTimeOffset": message("Time"),
    "FrameAcquisitionDateTime": message("Time"),
    "EffectiveEchoTime": message("Echo"),
    "DiffusionBValue": message("b-value"),
    "DiffusionGradientOrientation": message("Direction"),
    "NominalCardiacTriggerDelayTime": message("Trigger delay"),
    "NominalPercentageOfCardiacPhase": message("Cardiac phase"),
    "DataType": message("Data type"),
    "FrameType": message("Image type"),
    "FlipAngle": message("Flip angle"),
    "ReferencedSegmentNumber": message("Segment"),
    "OpticalPathIdentifier": message("Optical path"),
    "EnergyWindowVector": message("Energy window"),
    "DetectorVector": message("Detector"),
    "PhaseVector": message("Phase"),
    "RotationVector": message("Rotation"),
    "RRIntervalVector": message("R-R interval"),
    "TimeSlotVector": message("Time slot"),
    "SliceVector": message("Slice"),
    "AngularViewVector": message("Angular view"),
    "TimeSliceVector": message("Time slice"),
}
_UNITS = {
    "EffectiveEchoTime": "ms",
    "NominalCardiacTriggerDelayTime": "ms",
    "TemporalPositionTimeOffset": "s",
    "DiffusionBValue": "s/mm²",
    "NominalPercentageOfCardiacPhase": "%",
    "FlipAngle": "°",
}

Place = tuple[int, ...]


@frozen
class Axis:
    """One control. `texts` has an entry for each value, "" where the number says all; `is_time`: cine plays along it."""

    keyword: str
    label: Message
    texts: tuple[str, ...]
    is_time: bool = False

    @property
    def count(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, eq=False)
class FrameAxes:
    """For each frame of the display set: `places`, its position (from 0) on each of `controls`, and `depths`, its place in the run.

    Frames of one run (one place) are together.
    """

    controls: tuple[Axis, ...]
    places: tuple[Place, ...]
    depths: tuple[int, ...]
    _runs: dict[Place, range] = field(init=False)

    def __post_init__(self) -> None:
        runs: dict[Place, range] = {}
        for index, place in enumerate(self.places):
            known = runs.get(place)
            runs[place] = range(index, index + 1) if known is None else range(known.start, index + 1)
        object.__setattr__(self, "_runs", runs)

    def run(self, index: int) -> range:
        """The frames that scrolling stays in."""
        return self._runs[self.places[index]]

    def position(self, index: int, control: int) -> int:
        return self.places[index][control]

    def at(self, index: int, control: int, position: int) -> int:
        """The frame at another position of a control, elsewhere as near to frame `index` as there is one."""
        here = self.places[index]
        position = min(max(position, 0), self.controls[control].count - 1)
        wanted = (*here[:control], position, *here[control + 1 :])
        target = self._runs.get(wanted)
        if target is None:
            there = [place for place in self._runs if place[control] == position]
            nearest = min(there, key=lambda place: (sum(abs(a - b) for a, b in zip(place, wanted, strict=True)), place))
            target = self._runs[nearest]
        return min(target, key=lambda one: abs(self.depths[one] - self.depths[index]))

    def along_time(self, index: int) -> tuple[int, ...]:
        """Frames of the same place in space in the order of time; () without such a dimension."""
        control = next((number for number, axis in enumerate(self.controls) if axis.is_time), -1)
        if control < 0:
            return ()
        here, depth = self.places[index], self.depths[index]
        found: list[int] = []
        for position in range(self.controls[control].count):
            run = self._runs.get((*here[:control], position, *here[control + 1 :]), range(0))
            found += [one for one in run if self.depths[one] == depth][:1]
        return tuple(found)


def arrange(frames: Sequence[tuple[Dimension, ...]]) -> tuple[tuple[int, ...], FrameAxes | None]:
    """The order in which frames are to stand (indices of `frames`), and their controls, None where there is nothing to control.

    Space runs fastest, so that scrolling goes through it while all else stands still.
    """
    unchanged = tuple(range(len(frames)))
    keywords = list(dict.fromkeys(one.keyword for frame in frames for one in frame))
    numbers = {name: [_value(frame, name) for frame in frames] for name in keywords}
    varying = [name for name in keywords if len(set(numbers[name])) > 1]
    if not varying:
        return unchanged, None
    scrolled = next((name for name in SPACE if name in varying), varying[-1])
    steps = _independent(varying, scrolled, numbers)[:MOST_CONTROLS]
    order = tuple(sorted(unchanged, key=lambda index: (*(numbers[name][index] for name in steps), numbers[scrolled][index], index)))
    if not steps:
        return order, None
    ranks = {name: {value: rank for rank, value in enumerate(sorted(set(numbers[name])))} for name in steps}
    places = tuple(tuple(ranks[name][numbers[name][index]] for name in steps) for index in order)
    depths = tuple(numbers[scrolled][index] for index in order)
    return order, FrameAxes(tuple(_axis(name, frames, ranks[name]) for name in steps), places, depths)


def _value(frame: tuple[Dimension, ...], keyword: str) -> int:
    return next((one.value for one in frame if one.keyword == keyword), 0)


def _independent(varying: list[str], scrolled: str, numbers: dict[str, list[int]]) -> list[str]:
    """Without those that only say in other words what another one says already."""
    kept = [scrolled]
    for name in varying:
        if name != scrolled and not any(_same(numbers[name], numbers[other]) for other in kept):
            kept.append(name)
    return [name for name in varying if name in kept and name != scrolled]


def _same(one: list[int], other: list[int]) -> bool:
    pairs = set(zip(one, other, strict=True))
    return len(pairs) == len(set(one)) == len(set(other))


def _axis(keyword: str, frames: Sequence[tuple[Dimension, ...]], ranks: dict[int, int]) -> Axis:
    texts, label = [""] * len(ranks), ""
    unit = _UNITS.get(keyword, "")
    for frame in frames:
        for one in frame:
            if one.keyword == keyword:
                label = label or plain(one.label, 40)
                if one.text:
                    texts[ranks[one.value]] = f"{plain(one.text, 32)} {unit}".strip()
    known = _LABELS.get(keyword) or message("{text}", text=label or keyword)
    return Axis(keyword, known, tuple(texts), keyword in _TIME)
