"""Association PDUs and command sets: ours read by pynetdicom, pynetdicom's read by us, and damage refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pynetdicom.dimse_messages import C_STORE_RQ
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.pdu import A_ASSOCIATE_AC, A_ASSOCIATE_RJ, A_ASSOCIATE_RQ

from viewer.network import association_pdu as pdus
from viewer.network.association_pdu import (
    AssociateAccept,
    AssociateRequest,
    ContextAnswer,
    ProposedContext,
    Role,
    UserIdentity,
    UserInformation,
)
from viewer.network.command_set import CommandField, CommandSet, decode_command, encode_command
from viewer.network.errors import ProtocolError

CT = "1.2.840.10008.5.1.4.1.1.2"
SYNTAXES = ("1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.90")
REQUEST = AssociateRequest(
    "ARCHIVE",
    "NEGATOSCOPE",
    (ProposedContext(1, CT, SYNTAXES), ProposedContext(3, "1.2.840.10008.1.1", SYNTAXES[:1])),
    UserInformation(
        131072,
        "1.2.3.4",
        "TEST_1",
        {CT: Role(scu=False, scp=True)},
        {"1.2.840.10008.5.1.4.1.2.2.1": b"\1\0\1"},
        UserIdentity(2, b"name", b"word", wants_response=True),
        operations=(3, 1),
    ),
)
ACCEPT = AssociateAccept(
    "ARCHIVE",
    "NEGATOSCOPE",
    (ContextAnswer(1, 0, SYNTAXES[1]), ContextAnswer(3, 4, SYNTAXES[0])),
    UserInformation(16384, "1.2.3", "PEER", {CT: Role(scu=False, scp=True)}, identity_response=b"ok", operations=(1, 1)),
)


def test_pynetdicom_reads_our_request_and_writes_the_same_bytes() -> None:
    data = pdus.encode_request(REQUEST)
    theirs = A_ASSOCIATE_RQ()
    theirs.decode(data)
    assert theirs.called_ae_title == "ARCHIVE"
    assert [context.context_id for context in theirs.presentation_context] == [1, 3]
    assert theirs.user_information.maximum_length == 131072
    assert len(theirs.encode()) == len(data)
    assert pdus.decode_request(theirs.encode()[6:]) == REQUEST


def test_pynetdicom_reads_our_answers() -> None:
    accept = A_ASSOCIATE_AC()
    accept.decode(pdus.encode_accept(ACCEPT))
    assert [(context.context_id, context.result) for context in accept.presentation_context] == [(1, 0), (3, 4)]
    assert pdus.decode_accept(accept.encode()[6:]) == ACCEPT
    reject = A_ASSOCIATE_RJ()
    reject.decode(pdus.encode_reject(2, 3, 2))
    assert (reject.result, reject.source, reject.reason_diagnostic) == (2, 3, 2)


def test_secrets_are_not_printed() -> None:
    assert "word" not in repr(REQUEST)
    assert "name'" not in repr(REQUEST.user.identity)


@given(st.binary(max_size=400))
def test_noise_is_refused_or_read_and_nothing_else(noise: bytes) -> None:
    for decode in (pdus.decode_request, pdus.decode_accept, decode_command):
        try:
            decode(noise)
        except ProtocolError:
            pass


@settings(max_examples=300)
@given(st.integers(0, 2**31), st.integers(0, 255), st.integers(0, 2**31))
def test_damage_is_refused_or_read_and_nothing_else(place: int, value: int, cut: int) -> None:
    for good, decode in ((pdus.encode_request(REQUEST), pdus.decode_request), (pdus.encode_accept(ACCEPT), pdus.decode_accept)):
        body = bytearray(good[6:])
        body[place % len(body)] = value
        try:
            decode(bytes(body[: 1 + cut % len(body)] if cut % 3 == 0 else body))
        except ProtocolError:
            pass


def test_unknown_items_are_stepped_over() -> None:
    data = pdus.encode_request(REQUEST)[6:] + b"\x99\0\0\x04abcd"
    assert pdus.decode_request(data) == REQUEST


def test_more_than_128_contexts_and_doubled_ids_are_refused() -> None:
    doubled = AssociateRequest("A", "B", (ProposedContext(1, CT, SYNTAXES),) * 2, UserInformation(0))
    with pytest.raises(ProtocolError):
        pdus.decode_request(pdus.encode_request(doubled)[6:])


def test_pynetdicom_reads_our_command() -> None:
    command = CommandSet(
        CommandField.C_STORE_RQ,
        affected_sop_class_uid=CT,
        affected_sop_instance_uid="1.2.3.4.5",
        message_id=7,
        priority=0,
        command_data_set_type=1,
        move_originator_application_entity_title="ASKER",
        move_originator_message_id=9,
    )
    primitive = C_STORE()
    primitive.AffectedSOPClassUID, primitive.AffectedSOPInstanceUID = CT, "1.2.3.4.5"
    primitive.MessageID, primitive.Priority = 7, 0
    primitive.MoveOriginatorApplicationEntityTitle, primitive.MoveOriginatorMessageID = "ASKER", 9
    from io import BytesIO

    primitive.DataSet = BytesIO(b"\0\0")
    theirs = C_STORE_RQ()
    theirs.primitive_to_message(primitive)
    data = next(theirs.encode_msg(1, 16384)).presentation_data_value_list[0][1][1:]
    assert encode_command(command) == bytes(data)
    assert decode_command(bytes(data)) == command


def test_a_command_reads_back_as_written() -> None:
    command = CommandSet(
        CommandField.C_GET_RSP,
        status=0xFF00,
        message_id_being_responded_to=3,
        number_of_remaining_suboperations=0,
        number_of_failed_suboperations=2,
        error_comment="odd",
    )
    assert decode_command(encode_command(command)) == command
    with pytest.raises(ProtocolError):
        decode_command(encode_command(command)[:-1])
