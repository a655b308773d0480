"""The server of the page with cornerstone3D: the series comes from its folder, and nothing beside it."""

from __future__ import annotations

import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

from tests.benchmarks import browser_peer


def test_serves_the_series_and_nothing_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "series"
    folder.mkdir()
    (folder / "1.dcm").write_bytes(b"first")
    (tmp_path / "2.dcm").write_bytes(b"not served")
    with subprocess.Popen(
        [sys.executable, "-m", browser_peer.__name__, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout is not None
            line = HTTPConnection("127.0.0.1", int(server.stdout.readline()), timeout=30)
            line.request("GET", "/series/1.dcm")
            answer = line.getresponse()
            assert (answer.read(), answer.headers["Cache-Control"]) == (b"first", "no-store")
            line.request("GET", "/series/../2.dcm")
            answer = line.getresponse()
            answer.read()
            assert answer.status == 404
            line.close()
        finally:
            server.terminate()


def test_says_what_is_missing(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    chromium = tmp_path / "chromium"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser_peer, "PAGE", tmp_path)
    assert browser_peer.missing() == "Chromium is not installed"
    chromium.write_text("#!/bin/sh\n")
    chromium.chmod(0o755)
    assert "npm install" in browser_peer.missing()
    (tmp_path / "page.js").touch()
    assert browser_peer.missing() == ""
