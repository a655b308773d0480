"""Preferences survive restarts and damage."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from viewer.app.settings import FILE_NAME, Settings
from viewer.workspace.preferences import MAX_RECENT, Preferences


def test_changes_are_there_at_the_next_start(tmp_path: Path) -> None:
    first = Settings(tmp_path)
    first.holder.change(language="ru", theme="light", text_size=120, smooth=False, cache_megabytes=256)
    strange = ['/data/Иванов "И"\\x', "/tmp/line\nbreak\x7f", "/mnt/\udcff"]
    first.holder.remember(strange)
    again = Settings(tmp_path).holder.value
    assert (again.language, again.theme, again.text_size, again.smooth, again.cache_megabytes) == ("ru", "light", 120, False, 256)
    assert again.recent[:2] == tuple(strange[:2])
    assert not Settings(tmp_path).notice


@pytest.mark.skipif(sys.platform == "win32", reason="no modes there")
def test_only_the_user_may_read_the_file(tmp_path: Path) -> None:
    Settings(tmp_path).save()
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", [b"\x00\xff\xfe", b"language = ", b"[[[", b"text_size = 10000000\ntheme = 5\n"])
def test_damage_is_said_and_a_copy_kept(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(damage)
    settings = Settings(tmp_path)
    assert settings.holder.value == Preferences()
    assert settings.notice
    assert (tmp_path / "settings.toml.bad").read_bytes() == damage


def test_one_bad_value_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('language = "ru"\ntext_size = true\nfrom_a_newer_version = 1\n', encoding="utf-8")
    settings = Settings(tmp_path)
    assert settings.holder.value == Preferences(language="ru")
    assert "text_size" in str(settings.notice)
    assert "newer" not in str(settings.notice)


def test_recent_list_is_bounded_and_can_be_off(tmp_path: Path) -> None:
    holder = Settings(tmp_path).holder
    for number in range(MAX_RECENT + 5):
        holder.remember([f"/data/{number}"])
    holder.remember(["/data/3"])
    assert len(holder.value.recent) == MAX_RECENT
    assert len(set(holder.value.recent)) == MAX_RECENT
    assert holder.value.recent[0] == "/data/3"
    holder.change(remember_recent=False, recent=())
    holder.remember(["/data/secret"])
    assert holder.value.recent == ()
    assert "secret" not in (tmp_path / FILE_NAME).read_text(encoding="utf-8")
