"""A Storage SCP in a process of its own, to be killed; prints its port first.

``python -m tests.network.receiver FOLDER [--no-fsync] [--library]``; with a library it is the whole node.
"""

from __future__ import annotations

import sys
from pathlib import Path

from viewer.model.nodes import ApplicationEntity
from viewer.network.instance_store import InstanceStore
from viewer.network.listener import Listener
from viewer.network.storage_scp import StorageService


def main() -> None:
    if "--library" in sys.argv:
        run_node(Path(sys.argv[1]))
        return
    store = InstanceStore(Path(sys.argv[1]), durable="--no-fsync" not in sys.argv)
    swept = store.sweep()
    listener = Listener(ApplicationEntity(port=0), [StorageService(store)])
    print(listener.port, swept, flush=True)
    sys.stdin.read()
    listener.close()


def run_node(folder: Path) -> None:
    from viewer.app.node_service import NodePlaces, NodeService, NodeSettings

    service = NodeService(NodePlaces(folder, folder / "library", folder / "config", folder / "library"), "NEGATOSCOPE")
    print(service.listen(NodeSettings(ApplicationEntity(port=0))), 0, flush=True)
    sys.stdin.read()
    service.close()


if __name__ == "__main__":
    main()
