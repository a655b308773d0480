"""Places of keys."""

from __future__ import annotations

import pytest

from viewer.ui.physical_keys import physical_key


@pytest.mark.parametrize(
    ("scan_code", "virtual_key", "platform", "letter"),
    [
        (31, 0x6D3, "linux", "I"),  # keycode 31 types ш on a Russian layout
        (24, 0, "linux", "Q"),
        (52, 0, "linux", "Z"),
        (61, 0, "linux", "/"),
        (10, 0, "linux", "1"),
        (0x17, 0x49, "win32", "I"),
        (0x2C, 0x5A, "win32", "Z"),
        (0, 34, "darwin", "I"),
        (0, 0, "darwin", "A"),
    ],
)
def test_letter_at_a_place(scan_code: int, virtual_key: int, platform: str, letter: str) -> None:
    assert physical_key(scan_code, virtual_key, platform) == ord(letter)


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_unknown_place(platform: str) -> None:
    assert physical_key(0, 0, platform) == 0
    assert physical_key(250, 0, platform) == 0
