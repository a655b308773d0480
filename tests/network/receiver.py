"""A Storage SCP in a process of its own, to be killed; prints its port first.

``python -m tests.network.receiver FOLDER [--no-fsync]``
"""

from __future__ import annotations

import sys
from pathlib import Path

from viewer.model.nodes import ApplicationEntity
from viewer.network.instance_store import InstanceStore
from viewer.network.listener import Listener
from viewer.network.storage_scp import StorageService


def main() -> None:
    store = InstanceStore(Path(sys.argv[1]), durable="--no-fsync" not in sys.argv)
    swept = store.sweep()
    listener = Listener(ApplicationEntity(port=0), [StorageService(store)])
    print(listener.port, swept, flush=True)
    sys.stdin.read()
    listener.close()


if __name__ == "__main__":
    main()
