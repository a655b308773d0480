"""Where settings, data, cache and logs are kept. ``NEGATOSCOPE_HOME`` puts them all below one folder."""

from __future__ import annotations

import os
from pathlib import Path

from viewer.model.frozen import frozen
from viewer.ui.resources import resources

__all__ = ["Folders", "folders", "resources"]

NAME = "negatoscope"


@frozen
class Folders:
    """The program's private folders (only the user may look into them)."""

    config: Path
    data: Path
    cache: Path

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    def make(self) -> None:
        """Create what is missing. Raises OSError when a place cannot be written."""
        for folder in (self.config, self.data, self.cache, self.logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def folders() -> Folders:
    """The folders of this user."""
    home = os.environ.get("NEGATOSCOPE_HOME")
    if home:
        root = Path(home).expanduser().absolute()
        return Folders(root / "config", root / "data", root / "cache")
    import platformdirs

    return Folders(
        platformdirs.user_config_path(NAME, appauthor=False),
        platformdirs.user_data_path(NAME, appauthor=False),
        platformdirs.user_cache_path(NAME, appauthor=False),
    )
