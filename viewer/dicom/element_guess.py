"""What may be meant where an element is damaged: odd heads, and where elements begin again."""

from __future__ import annotations

from viewer.dicom.byte_sources import ByteSource
from viewer.dicom.element_walk import BIG, LITTLE, Order

SEARCHED = 4096  # bytes in which elements may begin again after damage
_UNDEFINED = 0xFFFFFFFF
_ENDS = (0xFFFEE00D, 0xFFFEE0DD)
_LAST_TAG = 0x7FE10000
_WIDEST_GAP = 0x1000  # groups that may be missing between two neighbours


def odd_head(source: ByteSource, at: int, end: int, tag: int, little: bool) -> tuple[str, int, int]:
    """(VR, bytes of the head, length) of the element at `at`, whose VR is none; head 0 when nothing sensible stands there.

    It may have a VR that does not exist, with a length of two bytes or of four, or be written as implicit VR (VR ""). `end` is
    where the data set around it ends at the latest.
    """
    order = LITTLE if little else BIG
    window = source.read(at, 12)
    if not tag >> 16 or len(window) < 8:
        return "", 0, 0
    likely = [("UN", 8, order.explicit(window, 0)[2]), ("", 8, order.long(window, 4)[0])]
    if len(window) == 12:
        likely.append(("UN", 12, order.long(window, 8)[0]))
    return next((one for one in likely if _leads_on(source, at + one[1] + one[2], end, tag, order)), ("", 0, 0))


def next_sound_element(source: ByteSource, at: int, end: int, last: int, little: bool) -> int:
    """How many bytes after `at` an element in explicit VR begins that another one follows; -1 when none does soon.

    `last` is the last tag before the damage.
    """
    order = LITTLE if little else BIG
    block = source.read(at, SEARCHED)
    for skipped in range(1, len(block) - 8):
        key, number, length = order.explicit(block, skipped)
        tag = order.tag(key)
        is_long = order.kinds.get(number)
        if is_long is None or not last < tag < _LAST_TAG or (tag >> 16) - (last >> 16) > _WIDEST_GAP:
            continue
        if is_long:
            length = order.long(block, skipped + 8)[0] if skipped + 12 <= len(block) else _UNDEFINED
        if _leads_on(source, at + skipped + (12 if is_long else 8) + length, end, tag, order):
            return skipped
    return -1


def _leads_on(source: ByteSource, at: int, end: int, tag: int, order: Order) -> bool:
    """True when the data end at `at`, or a later element than `tag` begins there."""
    if at == min(end, source.size):
        return True
    head = source.read(at, 8) if at <= end else b""
    if len(head) < 8:
        return False
    key, number, _ = order.explicit(head, 0)
    following = order.tag(key)
    is_known = number in order.kinds
    return following > tag and (is_known or following >> 16 == tag >> 16 or following in _ENDS)
