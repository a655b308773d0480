"""While the hand moves, the interpreter changes threads fast and does not collect everything; afterwards all is as before."""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from viewer.app.garbage_rest import NEVER, GarbageRest
from viewer.app.hand_watch import SHORT_SWITCH_SECONDS, HandWatch
from viewer.model.courtesy import Courtesy


def test_what_it_changes_lasts_as_long_as_the_movement(qtbot: QtBot) -> None:
    now = [50.0]
    courtesy, parent = Courtesy(lambda: now[0]), QObject()
    before = sys.getswitchinterval(), gc.get_threshold()
    watch = HandWatch(courtesy, parent, GarbageRest())
    try:
        for _ in range(2):  # a second movement is watched like the first
            courtesy.hand_moves()
            assert abs(sys.getswitchinterval() - SHORT_SWITCH_SECONDS) < 1e-6
            assert gc.get_threshold() == (*before[1][:2], NEVER)
            now[0] += 1.0
            qtbot.waitUntil(lambda: gc.get_threshold() == before[1])
            assert abs(sys.getswitchinterval() - before[0]) < 1e-6
    finally:
        watch.stop()


def test_the_end_of_the_program_ends_it(qtbot: QtBot) -> None:
    courtesy, parent = Courtesy(), QObject()
    before = sys.getswitchinterval(), gc.get_threshold()
    watch = HandWatch(courtesy, parent, GarbageRest())
    courtesy.hand_moves()
    watch.stop()
    assert (sys.getswitchinterval(), gc.get_threshold()) == before
