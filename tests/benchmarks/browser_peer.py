"""cornerstone3D in Chromium as a peer: the page in ``cornerstone/``, in a window of its own, drawn as is quickest without a GPU.

``python -m tests.benchmarks.browser_peer FOLDER`` serves the page and FOLDER as ``/series/`` and prints the port.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.benchmarks.screen import Command

PAGE = Path(__file__).parent / "cornerstone" / "build"
PREFIX = "/series/"
QUIET = (
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--password-store=basic",
)


def missing() -> str:
    """ "" when it can be measured here, else what there is not."""
    if shutil.which("chromium") is None:
        return "Chromium is not installed"
    if not (PAGE / "page.js").is_file():
        return "cornerstone3D is not there (npm install in tests/benchmarks/cornerstone)"
    return ""


@contextmanager
def browser(home: Path, folder: Path, count: int) -> Iterator[Command]:
    """The command that shows 1.dcm to `count`.dcm of `folder`; its server runs meanwhile. The profile in `home` is used again."""
    server = subprocess.Popen([sys.executable, "-m", __name__, str(folder)], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        sandbox = ["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else []
        place = ["--window-position=0,0", "--window-size=1900,1150", f"--user-data-dir={home / 'profile'}"]
        page = f"--app=http://127.0.0.1:{port}/index.html?count={count}&cpu=1"
        yield Command(["chromium", *sandbox, *QUIET, *place, page])
    finally:
        server.terminate()
        server.wait(10)
        if server.stdout is not None:
            server.stdout.close()


class _Page(SimpleHTTPRequestHandler):
    """The page from its folder, the series from another; nothing is kept by the browser, as files on a disk are not."""

    protocol_version = "HTTP/1.1"
    series = Path()

    def translate_path(self, path: str) -> str:
        if path.startswith(PREFIX):
            return str(self.series / os.path.basename(path))
        return super().translate_path(path)

    def end_headers(self) -> None:
        if self.path.startswith(PREFIX):
            self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


def serve(folder: Path) -> None:
    """Until the process is ended."""
    _Page.series = folder
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Page, directory=str(PAGE))) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
