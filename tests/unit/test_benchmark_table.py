"""The table of the benchmarks: what counts as met, and how it gets into the guide."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import table
from tests.benchmarks.__main__ import BEGIN, END, main, put_into
from tests.benchmarks.table import Left, Line


@pytest.mark.parametrize(
    ("found", "more", "verdict"), [(3.0, True, "met"), (2.9, True, "MISSED"), (3.0, False, "met"), (3.1, False, "MISSED")]
)
def test_a_target_is_a_bound(found: float, more: bool, verdict: str) -> None:
    assert Line("scroll", found, 3, more).verdict == verdict


def test_missed_lines_are_counted_and_absent_baselines_are_not() -> None:
    assert table.missed([Line("a", 1, 2, True), Line("b", 3, 2, True), Left("c", "not installed")]) == 1


def test_the_table_of_the_guide_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Speed\n\n{BEGIN}\nold\n{END}\n\nHow to repeat it.\n", encoding="utf-8")
    put_into(page, [table.as_markdown([Line("drag", 4.0, 8, False, "4 ms", "ImageItem 20 ms", "ms"), Left("b", "no peer")])])
    text = page.read_text(encoding="utf-8")
    assert "old" not in text
    assert "| drag | 4 ms | ImageItem 20 ms | 4.00 ms | ≤ 8 ms | met |" in text
    assert "not measured: no peer" in text
    assert text.endswith(f"{END}\n\nHow to repeat it.\n")


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["nonsense"])
    assert "no such part: nonsense" in capsys.readouterr().err
