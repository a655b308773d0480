"""What the engine does with preferences."""

from __future__ import annotations

from viewer.app.engine import MEGABYTE, Engine
from viewer.app.paths import folders


def test_the_memory_for_images_holds_at_once() -> None:
    places = folders()
    places.make()
    engine = Engine(places)
    try:
        holder = engine.settings.holder
        for megabytes in (512, 128):
            holder.change(cache_megabytes=megabytes)
            assert engine.frames.cache.budget_bytes == megabytes * MEGABYTE
        holder.change(text_size=120)
        assert engine.frames.cache.budget_bytes == 128 * MEGABYTE
    finally:
        engine.close()
