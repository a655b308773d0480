"""Images that lie at the same place: echoes, b-values, phases, or the beats of a cine loop. How they become several stacks.

What a reader expects: one stack per echo and per b-value; one per phase of a dynamic study; one per slice of a cine (scrolling then
plays the heart). A long run of volumes (functional MR), the directions of one b-value and repeated images of one slice stay one
stack, sorted by position and then by time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from operator import attrgetter

from viewer.library.slice_geometry import positions_along_normal
from viewer.model.frozen import frozen
from viewer.model.hierarchy import Instance
from viewer.model.messages import NO_MESSAGE, Message, message
from viewer.model.planes import Orientation

MAX_PHASES = 40
CINE_BEATS = 8  # fewer trigger times at one slice are phases, not a loop
CINE_SPAN_MS = 3000.0  # one heart beat, with room

Value = float | int | str | None


@frozen
class Part:
    """Some images of a group: `value` tells it apart and goes into the key, `reason` says it to the user."""

    instances: tuple[Instance, ...]
    value: str = ""
    reason: Message = NO_MESSAGE


def time_key(instance: Instance) -> tuple[float, float, int, str, str, int, str]:
    """Order of images at one place: by time, then number."""
    return (
        instance.temporal_position if instance.temporal_position is not None else -1.0,
        instance.trigger_time if instance.trigger_time is not None else -1.0,
        instance.acquisition_number if instance.acquisition_number is not None else -1,
        instance.acquisition_time,
        instance.content_time,
        instance.instance_number if instance.instance_number is not None else 2**31,
        instance.sop_instance_uid,
    )


def split_repeated(instances: Sequence[Instance], orientation: Orientation) -> list[Part]:
    """Split images of one orientation whose positions repeat; one part when they do not."""
    parts = [Part(tuple(instances))]
    for name, attribute, reason in _MEANINGS:
        parts = [finer for part in parts for finer in _split_by(part, orientation, name, attribute, reason)]
    return [finer for part in parts for finer in _split_in_time(part, orientation)]


_MEANINGS: tuple[tuple[str, Callable[[Instance], Value], Callable[[Value], Message]], ...] = (
    ("echo", attrgetter("echo_number"), lambda value: message("echo {number}", number=_plain(value))),
    ("te", attrgetter("echo_time"), lambda value: message("echo time {time} ms", time=_plain(value))),
    ("b", attrgetter("b_value"), lambda value: message("b = {value}", value=_plain(value))),
)


def _plain(value: Value) -> str:
    if value is None:
        return "?"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _split_by(
    part: Part,
    orientation: Orientation,
    name: str,
    attribute: Callable[[Instance], Value],
    reason: Callable[[Value], Message],
) -> list[Part]:
    """Split by an attribute when images repeat and the attribute makes them repeat less."""
    values: dict[Value, list[Instance]] = {}
    for instance in part.instances:
        values.setdefault(attribute(instance), []).append(instance)
    if len(values) < 2 or len(values) > MAX_PHASES:
        return [part]
    before = _repeats(part.instances, orientation)
    if before < 2 or max(_repeats(found, orientation) for found in values.values()) >= before:
        return [part]
    ordered = sorted(values.items(), key=lambda item: _sortable(item[0]))
    return [_finer(part, found, f"{name}={_plain(value)}", reason(value)) for value, found in ordered]


def _finer(part: Part, instances: Sequence[Instance], value: str, reason: Message) -> Part:
    joined = message("{first}, {second}", first=part.reason, second=reason) if part.reason else reason
    return Part(tuple(instances), f"{part.value};{value}", joined)


def _sortable(value: Value) -> tuple[int, float, str]:
    if value is None:
        return (0, 0.0, "")
    return (1, 0.0, value) if isinstance(value, str) else (1, float(value), "")


def _repeats(instances: Sequence[Instance], orientation: Orientation) -> int:
    """How many images most places hold (the median over places)."""
    counts = sorted(Counter(positions_along_normal(instances, orientation)).values())
    return counts[len(counts) // 2] if counts else 0


def _split_in_time(part: Part, orientation: Orientation) -> list[Part]:
    ranks = positions_along_normal(part.instances, orientation)
    places: dict[int, list[Instance]] = {}
    for rank, instance in zip(ranks, part.instances, strict=True):
        places.setdefault(rank, []).append(instance)
    counts = sorted(len(found) for found in places.values())
    usual = counts[len(counts) // 2] if counts else 0
    if usual < 2 or len(places) < 2 or _is_diffusion(part):
        return [part]
    for found in places.values():
        found.sort(key=time_key)
    if _is_cine(places, usual):
        return [
            _finer(part, found, f"z={rank}", message("slice {number}", number=rank + 1)) for rank, found in sorted(places.items())
        ]
    if counts[-1] > MAX_PHASES:
        return [part]
    return _phases(part, places, counts[-1])


def _is_diffusion(part: Part) -> bool:
    """Several images of one b-value at one place are its directions, not phases."""
    return any(instance.b_value for instance in part.instances)


def _is_cine(places: dict[int, list[Instance]], usual: int) -> bool:
    if usual < CINE_BEATS:
        return False
    for found in places.values():
        times = [instance.trigger_time for instance in found]
        known = [time for time in times if time is not None]
        if len(known) < len(times) or len(set(known)) < len(known) or max(known) - min(known) > CINE_SPAN_MS:
            return False
    return True


def _phases(part: Part, places: dict[int, list[Instance]], count: int) -> list[Part]:
    """One part per phase: by the attribute that numbers them where there is one, else by the order in time at each place."""
    attribute = _numbering(places)
    phases: dict[int, list[Instance]] = {}
    if attribute is not None:
        values = sorted({attribute(instance) for found in places.values() for instance in found}, key=_sortable)
        numbers = {value: number for number, value in enumerate(values, 1)}
        for found in places.values():
            for instance in found:
                phases.setdefault(numbers[attribute(instance)], []).append(instance)
    else:
        for found in places.values():
            for number, instance in enumerate(found, 1):
                phases.setdefault(number, []).append(instance)
    return [
        _finer(part, found, f"t={number}", message("phase {number}", number=number)) for number, found in sorted(phases.items())
    ]


_NUMBERS: tuple[Callable[[Instance], Value], ...] = tuple(
    map(attrgetter, ("temporal_position", "trigger_time", "acquisition_number", "acquisition_time"))
)


def _numbering(places: dict[int, list[Instance]]) -> Callable[[Instance], Value] | None:
    """The attribute that has, at every place, another value for each image, and no more values than a place has images."""
    most = max(len(found) for found in places.values())
    for attribute in _NUMBERS:
        seen: set[Value] = set()
        for found in places.values():
            here = {attribute(instance) for instance in found}
            if len(here) < len(found):
                break
            seen |= here
        else:
            if len(seen) <= most:
                return attribute
    return None
