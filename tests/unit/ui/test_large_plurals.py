from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from viewer.ui.i18n import Language, tr_n


@pytest.fixture(params=["en", "ru"])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    made = Language()
    made.use(request.param)
    yield request.param
    made.stop()


@pytest.mark.parametrize("count", [2**31 - 1, 2**31, 4_278_190_158, 2**63, 99_999_999_999_999_999_999, -(2**40)])
def test_numbers_beyond_32_bits_are_written_whole(language: str, count: int) -> None:
    """A file may state any length; Qt's numbers have 32 bits and it ends the program where one does not fit."""
    assert str(count) in tr_n("%n image(s)", count)
    grouped = "".join(char for char in tr_n("%Ln byte(s)", count) if char.isdigit())
    assert grouped == str(abs(count))


def test_plural_of_a_large_number_is_that_of_its_last_digits(language: str) -> None:
    for small, large in ((21, 10**12 + 21), (3, 10**11 + 3), (15, 10**13 + 15)):
        assert tr_n("%n image(s)", large).replace(str(large), "") == tr_n("%n image(s)", small).replace(str(small), "")
