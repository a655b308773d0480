"""Archives of other makers with something in them."""

from __future__ import annotations

import getpass
import grp
import json
import os
from pathlib import Path

from tests.machine import tool
from tests.network.conftest import Peer, StartPeer, free_port


def start_dcmqrscp(start_peer: StartPeer, folder: Path, move_destinations: dict[str, int] | None = None) -> Peer:
    """DCMTK's archive; takes, finds, and sends to the destinations (title: port on loopback)."""
    folder.mkdir()
    port = free_port()
    return start_peer("QRSCP", port, folder, "dcmqrscp", "-c", dcmqrscp_configuration(folder, port, move_destinations))


def dcmqrscp_configuration(folder: Path, port: int, move_destinations: dict[str, int] | None = None) -> Path:
    """Its configuration file and its data base, both in `folder`."""
    (folder / "db").mkdir()
    hosts = "".join(f"h{n} = ({title}, 127.0.0.1, {port})\n" for n, (title, port) in enumerate((move_destinations or {}).items()))
    path = folder / "qr.cfg"
    path.write_text(
        f"NetworkTCPPort = {port}\nMaxPDUSize = 131072\nMaxAssociations = 16\n"
        f"UserName = {getpass.getuser()}\nGroupName = {grp.getgrgid(os.getgid()).gr_name}\n"
        f"HostTable BEGIN\n{hosts}HostTable END\nVendorTable BEGIN\nVendorTable END\n"
        f"AETable BEGIN\nQRSCP {folder / 'db'} RW (500, 1024mb) ANY\nAETable END\n"
    )
    return path


def start_orthanc(
    start_peer: StartPeer,
    folder: Path,
    move_destinations: dict[str, int] | None = None,
    extra: dict[str, object] | None = None,
) -> Peer:
    """Orthanc; skips where it is not installed. `extra` goes into its configuration."""
    tool("Orthanc")
    folder.mkdir()
    port = free_port()
    configuration = {
        "Name": "ci",
        "StorageDirectory": str(folder / "db"),
        "IndexDirectory": str(folder / "db"),
        "DicomAet": "ORTHANC",
        "DicomPort": port,
        "HttpServerEnabled": False,
        "DicomAlwaysAllowFind": True,
        "DicomAlwaysAllowGet": True,
        "DicomAlwaysAllowMove": True,
        "DicomModalities": {title: [title, "127.0.0.1", port] for title, port in (move_destinations or {}).items()},
        "SyncStorageArea": False,
        "OverwriteInstances": True,
        **(extra or {}),
    }
    (folder / "orthanc.json").write_text(json.dumps(configuration))
    return start_peer("ORTHANC", port, folder, "Orthanc", folder / "orthanc.json")
