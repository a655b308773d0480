"""A DICOMweb archive that does what a test tells it to, on bare sockets: right by default, wrong on purpose."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from pydicom import dcmread

BOUNDARY = "double"
Answer = Callable[["Asked"], None]


@dataclass
class Asked:
    """One request, and the socket to answer on."""

    double: WebDouble
    method: str
    target: str
    headers: dict[str, str]
    sock: socket.socket

    @property
    def path(self) -> str:
        """Also of a request that came by a proxy."""
        return re.sub(r"^http://[^/]*", "", self.target.partition("?")[0])

    def key(self, name: str) -> str:
        found = re.search(rf"[?&]{name}=([^&]*)", self.target)
        return found[1] if found else ""

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def reply(self, body: bytes, kind: str = "application/dicom+json", status: str = "200 OK", extra: str = "") -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
        self.send(head.encode() + body)


class WebDouble:
    """Listens on loopback. `wrong` answers first; when it returns False, or is not there, the archive is right."""

    def __init__(self, paths: list[Path], wrong: Callable[[Asked], bool] = lambda asked: False) -> None:
        self.files = {str(dcmread(path, stop_before_pixels=True).SOPInstanceUID): path.read_bytes() for path in paths}
        self.rows = [_row(path) for path in paths]
        self.wrong = wrong
        self.asked: list[str] = []
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/dicom-web"
        self._start(self._accept)

    def __enter__(self) -> WebDouble:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for sock in self._open:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        for thread in self._threads:
            thread.join(10)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(sock)
            self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        with sock:
            buffer = b""
            try:
                while True:
                    while b"\r\n\r\n" not in buffer:
                        data = sock.recv(65536)
                        if not data:
                            return
                        buffer += data
                    head, _, buffer = buffer.partition(b"\r\n\r\n")
                    first, *lines = head.decode("latin-1").split("\r\n")
                    method, target, _ = first.split(" ")
                    headers = {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
                    buffer = buffer[int(headers.get("content-length", 0)) :]
                    asked = Asked(self, method, target, headers, sock)
                    with self._lock:
                        self.asked.append(target)
                    if not self.wrong(asked):
                        self.right(asked)
            except OSError:
                return

    def right(self, asked: Asked) -> None:
        """As a good archive answers."""
        path = asked.path.removeprefix("/dicom-web/")
        if path.endswith("instances") or path == "studies":
            rows = self.rows if path != "studies" else self.rows[:1]
            first, count = int(asked.key("offset") or 0), int(asked.key("limit") or 100000)
            asked.reply(json.dumps(rows[first : first + count]).encode())
            return
        uids = re.findall(r"instances/([0-9.]+)", path)
        series = re.findall(r"series/([0-9.]+)", path)
        wanted = [row for row in self.rows if not series or row["0020000E"]["Value"][0] == series[0]]
        chosen = [row["00080018"]["Value"][0] for row in wanted]
        chosen = [uid for uid in chosen if not uids or uid == uids[0]]
        if not chosen:
            asked.reply(b"", status="404 Not Found")
            return
        asked.reply(
            self.multipart([self.files[uid] for uid in chosen]), f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'
        )

    @staticmethod
    def multipart(contents: list[bytes], head: str = "Content-Type: application/dicom\r\n") -> bytes:
        parts = b"".join(f"\r\n--{BOUNDARY}\r\n{head}\r\n".encode() + content for content in contents)
        return parts[2:] + f"\r\n--{BOUNDARY}--\r\n".encode()

    @property
    def retrieves(self) -> list[str]:
        """Targets of all requests that were no search."""
        return [target for target in self.asked if not target.partition("?")[0].endswith(("instances", "studies", "metadata"))]


def _row(path: Path) -> dict[str, dict[str, list[str]]]:
    dataset = dcmread(path, stop_before_pixels=True)
    tags = {
        "0020000D": "StudyInstanceUID",
        "0020000E": "SeriesInstanceUID",
        "00080018": "SOPInstanceUID",
        "00080016": "SOPClassUID",
    }
    return {tag: {"vr": "UI", "Value": [str(dataset[keyword].value)]} for tag, keyword in tags.items()}  # type: ignore[dict-item]
