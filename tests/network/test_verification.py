"""C-ECHO with DCMTK in both directions, and the step-by-step test of a node."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.network.conftest import Peer, free_port, ours, run_tool
from viewer.model.nodes import KnownCaller, RemoteNode
from viewer.network.errors import NetworkError
from viewer.network.listener import Listener
from viewer.network.requestor import Caller
from viewer.network.verification import VerificationService, check_node

pytestmark = pytest.mark.network_peers


def test_we_verify_dcmtk(storescp: Callable[..., Peer], caller: Caller) -> None:
    steps = check_node(storescp().node, caller)
    assert [(step.name, step.passed) for step in steps] == [("tcp", True), ("association", True), ("echo", True)]


def test_dcmtk_verifies_us(listen: Callable[..., Listener]) -> None:
    listener = listen([VerificationService()])
    done = run_tool("echoscu", "-aec", "NEGATOSCOPE", "127.0.0.1", listener.port)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("called", "calling", "code"), [("OTHER", "FRIEND", "Called AE"), ("NEGATOSCOPE", "OTHER", "Calling AE")])
def test_strangers_are_rejected(listen: Callable[..., Listener], called: str, calling: str, code: str) -> None:
    listener = listen([VerificationService()], callers=(KnownCaller("FRIEND", "127.0.0.1"),))
    done = run_tool("echoscu", "-aet", calling, "-aec", called, "127.0.0.1", listener.port)
    assert done.returncode != 0
    assert f"{code} Title Not Recognized" in done.stderr + done.stdout


def test_a_rejection_says_why(listen: Callable[..., Listener], caller: Caller) -> None:
    listener = listen([VerificationService()])
    steps = check_node(RemoteNode("WRONG", "127.0.0.1", listener.port), caller)
    assert [step.passed for step in steps] == [True, False]
    assert "its AE title is another one" in str(steps[1].reason)
    assert steps[1].advice


def test_nobody_listens(caller: Caller) -> None:
    (step,) = check_node(RemoteNode("NOBODY", "127.0.0.1", free_port()), caller)
    assert step.name == "tcp"
    assert not step.passed
    assert "No connection to NOBODY@127.0.0.1" in str(step.reason)


def test_we_verify_ourselves(listen: Callable[..., Listener], caller: Caller) -> None:
    listener = listen([VerificationService()])
    assert all(step.passed for step in check_node(ours(listener), caller))


def test_ipv6(listen: Callable[..., Listener], caller: Caller) -> None:
    try:
        listener = listen([VerificationService()], interface="::1")
    except NetworkError:
        pytest.skip("this machine has no IPv6")
    assert all(step.passed for step in check_node(RemoteNode("NEGATOSCOPE", "::1", listener.port), caller))
    done = subprocess.run(
        [sys.executable, "-m", "viewer", "echo", f"NEGATOSCOPE@[::1]:{listener.port}"], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0
