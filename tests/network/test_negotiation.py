"""What is agreed on besides contexts: user identity, asynchronous operations, extended negotiation, the node's own defaults."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pynetdicom import AE, evt
from pynetdicom.pdu_primitives import AsynchronousOperationsWindowNegotiation, UserIdentityNegotiation

from tests.network.archive_source import FileSource
from tests.network.conftest import ours, run_tool
from tests.network.objects import CT, make_ct, save
from tests.network.pynetdicom_peers import pynetdicom_provider
from tests.unit.network.test_user_identity import KEY, NOW, token
from viewer.dicom.transfer_syntaxes import EXPLICIT_VR_LITTLE_ENDIAN
from viewer.model.nodes import RemoteNode
from viewer.network.association_pdu import AssociateRequest, ProposedContext, UserInformation, encode_request
from viewer.network.listener import Listener
from viewer.network.query_retrieve_scp import QueryRetrieveService
from viewer.network.query_scu import FIND, Root
from viewer.network.requestor import Caller, Proposal, open_association
from viewer.network.retrieve_scu import get_contexts
from viewer.network.storage_item import StorageItem, contexts_of, plan
from viewer.network.user_identity import KnownUsers, by_name, by_password, by_token
from viewer.network.verification import VERIFICATION, VerificationService, check_node

pytestmark = pytest.mark.network_peers
J2K = "1.2.840.10008.1.2.4.90"


@pytest.fixture
def guarded(listen: Callable[..., Listener]) -> Listener:
    users = KnownUsers({"anna": "secret"}.get, token_key=KEY, now=lambda: NOW)
    return listen([VerificationService()], users=users)


def test_ours_shows_and_checks_who_calls(guarded: Listener) -> None:
    node = ours(guarded)
    for identity in (by_password("anna", "secret"), by_token(token({"exp": NOW + 60}))):
        assert all(step.passed for step in check_node(node, Caller("TESTS", identity=identity)))
    for identity in (None, by_name("anna"), by_password("anna", "wrong"), by_token(token({"exp": NOW - 999}))):
        last = check_node(node, Caller("TESTS", identity=identity))[-1]
        assert (last.name, last.passed) == ("association", False)
        assert "User name or password" in str(last.advice)


def test_dcmtk_and_pynetdicom_show_who_they_are(guarded: Listener, tmp_path: Path) -> None:
    path = save(make_ct(), tmp_path / "a.dcm")
    address = ("-aec", "NEGATOSCOPE", "127.0.0.1", guarded.port, path)
    good = run_tool("storescu", "-v", "-usr", "anna", "-pwd", "secret", "-rsp", *address)
    assert "User Identity" not in good.stderr or "Rejected" not in good.stderr
    assert "Association Rejected" not in good.stdout + good.stderr  # no context for storage, but they were let in
    bad = run_tool("storescu", "-usr", "anna", "-pwd", "wrong", *address)
    assert "Rejected" in bad.stdout + bad.stderr

    def associate(password: bytes) -> Any:
        identity = UserIdentityNegotiation()
        identity.user_identity_type, identity.positive_response_requested = 2, True
        identity.primary_field, identity.secondary_field = b"anna", password
        entity = AE()
        entity.add_requested_context(VERIFICATION)
        return entity.associate("127.0.0.1", guarded.port, ae_title="NEGATOSCOPE", ext_neg=[identity])

    association = associate(b"secret")
    assert association.is_established
    assert association.send_c_echo().Status == 0
    association.release()
    assert associate(b"wrong").is_rejected


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        (by_name("anna"), (1, b"anna", b"")),
        (by_password("anna", "sécret"), (2, b"anna", "sécret".encode())),
        (by_token("a.b.c"), (5, b"a.b.c", b"")),
    ],
)
def test_a_peer_sees_who_we_are(identity: Any, expected: tuple[int, bytes, bytes]) -> None:
    seen: list[tuple[int, bytes, bytes | None]] = []

    def check(event: Any) -> tuple[bool, bytes | None]:
        seen.append((event.user_id_type, event.primary_field, event.secondary_field))
        return True, b"welcome"

    with pynetdicom_provider([VERIFICATION], [(evt.EVT_USER_ID, check), (evt.EVT_C_ECHO, lambda event: 0)]) as node:
        assert all(step.passed for step in check_node(node, Caller("TESTS", identity=identity)))
    assert [(kind, name, word or b"") for kind, name, word in seen] == [expected]


def test_an_operations_window_is_answered_with_one(listen: Callable[..., Listener]) -> None:
    listener = listen([VerificationService()])
    window = AsynchronousOperationsWindowNegotiation()
    window.maximum_number_operations_invoked, window.maximum_number_operations_performed = 0, 5
    entity = AE()
    entity.add_requested_context(VERIFICATION)
    association = entity.associate("127.0.0.1", listener.port, ae_title="NEGATOSCOPE", ext_neg=[window])
    assert association.is_established
    assert association.acceptor.asynchronous_operations == (1, 1)
    association.release()


def test_relational_and_fuzzy_are_granted_and_nothing_else(listen: Callable[..., Listener], caller: Caller) -> None:
    listener = listen([QueryRetrieveService(FileSource([]), lambda title: None, "NEGATOSCOPE", caller)])
    uid = FIND[Root.STUDY]
    proposal = Proposal(((uid, (EXPLICIT_VR_LITTLE_ENDIAN,)),), extended={uid: bytes((1, 1, 1, 1, 1))})
    association = open_association(ours(listener), proposal, caller)
    assert association.agreement.peer.extended == {uid: bytes((1, 0, 1, 0, 0))}
    association.release()


def test_the_nodes_own_defaults(listen: Callable[..., Listener], caller: Caller) -> None:
    seen: list[UserInformation] = []

    class Watching(VerificationService):
        def serve(self, association: Any, request: Any) -> None:
            seen.append(association.agreement.peer)
            super().serve(association, request)

    listener = listen([Watching()])
    check_node(RemoteNode("NEGATOSCOPE", "127.0.0.1", listener.port, maximum_pdu=16384), caller)
    assert [user.maximum_length for user in seen] == [16384]
    item = StorageItem("a.dcm", CT, "1.2", J2K, 0)
    assert (CT, (J2K,)) in plan([item])[0][1]
    assert (CT, (J2K,)) not in plan([item], ("1.2.840.10008.1.2.4.70",))[0][1]
    assert (CT, (EXPLICIT_VR_LITTLE_ENDIAN,)) in contexts_of(CT, [EXPLICIT_VR_LITTLE_ENDIAN], (J2K,))
    offered = {syntax for _, syntaxes in get_contexts(Root.STUDY, [CT], (J2K,)).contexts for syntax in syntaxes}
    assert J2K in offered
    assert "1.2.840.10008.1.2.4.70" not in offered


@pytest.mark.parametrize(
    ("place", "wrong", "rejection"),
    [(6, b"\0\2", (1, 2, 2)), (78, b"1.2.840.10008.3.1.1.9", (1, 1, 2)), (74, b"\x11", (1, 1, 2))],
    ids=["protocol version", "application context", "no application context"],
)
def test_another_protocol_is_rejected(
    listen: Callable[..., Listener], place: int, wrong: bytes, rejection: tuple[int, ...]
) -> None:
    """PS3.8 9.3.4: the caller is told why, not just left."""
    node = ours(listen([VerificationService()]))
    contexts = (ProposedContext(1, VERIFICATION, ("1.2.840.10008.1.2",)),)
    sound = encode_request(AssociateRequest("NEGATOSCOPE", "TESTS", contexts, UserInformation(16384)))
    for data, expected in ((sound, None), (sound[:place] + wrong + sound[place + len(wrong) :], rejection)):
        with socket.create_connection((node.host, node.port), timeout=10) as sock:
            sock.sendall(data)
            answer = sock.recv(4096)
        assert answer[0] == (2 if expected is None else 3)
        assert expected is None or tuple(answer[7:10]) == expected
