"""Which Latin letter is printed on a key of the usual (US) keyboard, whatever alphabet the layout types."""

from __future__ import annotations

# X11 and Wayland: the kernel's key code plus 8, in rows as on the keyboard.
_EVDEV_ROWS = {10: "1234567890-=", 24: "QWERTYUIOP[]", 38: "ASDFGHJKL;'`", 51: "\\ZXCVBNM,./"}

# Windows: scan codes of set 1.
_WINDOWS_ROWS = {0x02: "1234567890-=", 0x10: "QWERTYUIOP[]", 0x1E: "ASDFGHJKL;'`", 0x2B: "\\ZXCVBNM,./"}

# macOS: virtual key codes (kVK_ANSI_*), which are places and not letters.
_MACOS = (
    "A:0 S:1 D:2 F:3 H:4 G:5 Z:6 X:7 C:8 V:9 B:11 Q:12 W:13 E:14 R:15 Y:16 T:17 1:18 2:19 3:20 4:21 6:22 5:23 =:24 9:25 7:26 "
    "-:27 8:28 0:29 ]:30 O:31 U:32 [:33 I:34 P:35 L:37 J:38 ':39 K:40 ;:41 \\:42 ,:43 /:44 N:45 M:46 .:47 `:50"
)


def _rows(rows: dict[int, str]) -> dict[int, int]:
    return {first + place: ord(letter) for first, letters in rows.items() for place, letter in enumerate(letters)}


_EVDEV = _rows(_EVDEV_ROWS)
_WINDOWS = _rows(_WINDOWS_ROWS)
_MAC = {int(code): ord(letter) for letter, code in (pair.rsplit(":", 1) for pair in _MACOS.split())}


def physical_key(scan_code: int, virtual_key: int, platform: str) -> int:
    """The Qt key of the letter, digit or sign at this place of a US keyboard; 0 when it is none or not known.

    `scan_code` and `virtual_key` are those of the native event; `platform` is ``sys.platform``.
    """
    if platform == "darwin":
        return _MAC.get(virtual_key, 0) if virtual_key or not scan_code else 0
    if platform == "win32":
        return _WINDOWS.get(scan_code, 0)
    return _EVDEV.get(scan_code, 0)
