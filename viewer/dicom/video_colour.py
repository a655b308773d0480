"""Which colour matrix a video was made with, as its sequence header says (H.264 E.2.1, H.265 E.2.1, MPEG-2 6.2.2.4)."""

from __future__ import annotations

from viewer.model.frozen import frozen


@frozen
class VideoColour:
    """Where the stream says nothing, BT.601 of limited range: that is what YBR_PARTIAL is (PS3.3 C.7.6.3.1.2)."""

    is_bt_709: bool = False
    is_full_range: bool = False


_BT_709 = 1
_MPEG2_EXTENSION = b"\x00\x00\x01\xb5"
_HIGH_PROFILES = frozenset((100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135))


def video_colour(extra: bytes, codec: str) -> VideoColour:
    """`extra` is the decoder configuration (parameter sets) of the stream, `codec` "h264", "hevc" or "mpeg2"."""
    try:
        if codec == "mpeg2":
            return VideoColour(_of_mpeg2(extra) == _BT_709)
        if codec == "h264":
            return _of_h264(_Bits(_parameter_set(extra, "h264")))
        return _of_hevc(_Bits(_parameter_set(extra, "hevc")))
    except (IndexError, ValueError):
        return VideoColour()


def _of_mpeg2(extra: bytes) -> int:
    """Matrix coefficients of the sequence display extension."""
    at = -1
    while (at := extra.find(_MPEG2_EXTENSION, at + 1)) >= 0:
        first = extra[at + 4]
        if first >> 4 == 2:  # sequence_display_extension; bit 0 of the byte says that a colour description follows
            return extra[at + 7] if first & 1 else 0
    return 0


def _parameter_set(extra: bytes, codec: str) -> bytes:
    """The first sequence parameter set without its header and without emulation prevention. Raises ValueError."""
    wanted, header = (7, 1) if codec == "h264" else (33, 2)
    for unit in _units(extra, codec):
        kind = unit[0] & 31 if codec == "h264" else unit[0] >> 1 & 63
        if kind == wanted:
            return unit[header:].replace(b"\0\0\3", b"\0\0")
    raise ValueError("there is no sequence parameter set")


def _units(extra: bytes, codec: str) -> list[bytes]:
    """NAL units of an Annex B stream, or of the configuration record of an MP4 file (ISO/IEC 14496-15)."""
    if extra.startswith((b"\0\0\1", b"\0\0\0\1")):
        return [part.rstrip(b"\0") for part in extra.split(b"\0\0\1") if part.strip(b"\0")]
    if codec == "h264":
        length = int.from_bytes(extra[6:8], "big")
        return [extra[8 : 8 + length]]
    found, at = [], 23
    for _ in range(extra[22]):
        number = int.from_bytes(extra[at + 1 : at + 3], "big")
        at += 3
        for _ in range(number):
            length = int.from_bytes(extra[at : at + 2], "big")
            found.append(extra[at + 2 : at + 2 + length])
            at += 2 + length
    return [unit for unit in found if unit]


class _Bits:
    """Reads bits and Exp-Golomb codes. Raises IndexError behind the end."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    def take(self, count: int) -> int:
        if count > self._left:
            raise IndexError
        self._left -= count
        return self._value >> self._left & ((1 << count) - 1)

    def ue(self) -> int:
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 32:
                raise ValueError("this is no Exp-Golomb code")
        return (1 << zeros) - 1 + self.take(zeros)

    def se(self) -> int:
        code = self.ue()
        return (code + 1) // 2 if code & 1 else -(code // 2)


def _of_h264(bits: _Bits) -> VideoColour:
    """H.264 7.3.2.1.1."""
    profile = bits.take(8)
    bits.take(16)
    bits.ue()
    if profile in _HIGH_PROFILES:
        _skip_high(bits)
    bits.ue()
    _skip_order_count(bits)
    bits.ue()
    bits.take(1)
    bits.ue()
    bits.ue()
    if not bits.take(1):  # frame_mbs_only_flag
        bits.take(1)
    bits.take(1)
    if bits.take(1):  # frame_cropping_flag
        for _ in range(4):
            bits.ue()
    return _of_vui(bits) if bits.take(1) else VideoColour()


def _skip_high(bits: _Bits) -> None:
    chroma = bits.ue()
    if chroma == 3:
        bits.take(1)
    bits.ue()
    bits.ue()
    bits.take(1)
    if bits.take(1):  # seq_scaling_matrix_present_flag
        for index in range(12 if chroma == 3 else 8):
            if bits.take(1):
                _skip_scaling_list(bits, 16 if index < 6 else 64)


def _skip_scaling_list(bits: _Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.se() + 256) % 256
        last = following or last


def _skip_order_count(bits: _Bits) -> None:
    kind = bits.ue()
    if kind == 0:
        bits.ue()
    elif kind == 1:
        bits.take(1)
        bits.se()
        bits.se()
        for _ in range(min(bits.ue(), 255)):
            bits.se()


def _of_vui(bits: _Bits) -> VideoColour:
    """The start of the video usability information, the same in both standards."""
    if bits.take(1) and bits.take(8) == 255:  # aspect_ratio_idc: extended
        bits.take(32)
    if bits.take(1):
        bits.take(1)
    if not bits.take(1):  # video_signal_type_present_flag
        return VideoColour()
    bits.take(3)
    is_full = bool(bits.take(1))
    if not bits.take(1):  # colour_description_present_flag
        return VideoColour(is_full_range=is_full)
    bits.take(16)
    return VideoColour(bits.take(8) == _BT_709, is_full)


def _of_hevc(bits: _Bits) -> VideoColour:
    """H.265 7.3.2.2."""
    bits.take(4)
    layers = bits.take(3)
    bits.take(1)
    _skip_profile(bits, layers)
    bits.ue()
    if bits.ue() == 3:
        bits.take(1)
    bits.ue()
    bits.ue()
    if bits.take(1):
        for _ in range(4):
            bits.ue()
    bits.ue()
    bits.ue()
    order_bits = bits.ue() + 4
    sizes = 3 * (layers + 1 if bits.take(1) else 1) + 6
    for _ in range(sizes):
        bits.ue()
    if bits.take(1) and bits.take(1):
        _skip_hevc_scaling(bits)
    bits.take(2)
    _skip_pcm(bits)
    _skip_reference_sets(bits)
    if bits.take(1):
        for _ in range(bits.ue()):
            bits.take(order_bits + 1)
    bits.take(2)
    return _of_vui(bits) if bits.take(1) else VideoColour()


def _skip_pcm(bits: _Bits) -> None:
    if bits.take(1):
        bits.take(8)
        bits.ue()
        bits.ue()
        bits.take(1)


def _skip_profile(bits: _Bits, layers: int) -> None:
    bits.take(96)
    flags = [(bits.take(1), bits.take(1)) for _ in range(layers)]
    if layers:
        bits.take(2 * (8 - layers))
    for profile, level in flags:
        bits.take(88 * profile + 8 * level)


def _skip_hevc_scaling(bits: _Bits) -> None:
    for size in range(4):
        for _ in range(0, 6, 3 if size == 3 else 1):
            if not bits.take(1):
                bits.ue()
                continue
            if size > 1:
                bits.se()
            for _ in range(min(64, 1 << (4 + 2 * size))):
                bits.se()


def _skip_reference_sets(bits: _Bits) -> None:
    sizes: list[int] = []
    for index in range(bits.ue()):
        if index and bits.take(1):  # inter_ref_pic_set_prediction_flag
            bits.take(1)
            bits.ue()
            kept = 0
            for _ in range(sizes[-1] + 1):
                used = bits.take(1)
                kept += 1 if used or bits.take(1) else 0
            sizes.append(kept)
            continue
        before, after = bits.ue(), bits.ue()
        for _ in range(before + after):
            bits.ue()
            bits.take(1)
        sizes.append(before + after)
