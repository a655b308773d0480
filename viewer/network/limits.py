"""What a peer may cost: time, bytes, associations. Every wait and every buffer of this package is bounded by one of these."""

from __future__ import annotations

from viewer.model.frozen import frozen

KIB, MIB, GIB = 1024, 1024**2, 1024**3


@frozen
class Limits:
    """Seconds and bytes.

    A message has ``pdu_seconds`` plus one second for each ``slowest_rate`` bytes it brought: a peer that trickles is cut off.
    """

    association_seconds: float = 10.0  # from the TCP connection to the A-ASSOCIATE answer, TLS included
    pdu_seconds: float = 30.0  # for a PDU once its first byte is here
    idle_seconds: float = 300.0  # between two messages of an accepted association
    response_seconds: float = 60.0
    slowest_rate: int = 4 * KIB
    maximum_pdu: int = 128 * KIB  # what we announce (PS3.8 D.1)
    largest_pdu: int = MIB  # what we put up with
    largest_command: int = 64 * KIB
    largest_identifier: int = 16 * MIB
    largest_object: int = 16 * GIB
    largest_inflated: int = 4 * GIB
    largest_inflation: int = 1000
    associations: int = 20
    associations_per_address: int = 4
    waiting: int = 32  # connections that have not agreed on an association yet
    free_space: int = 512 * MIB  # left on the disk, else nothing is accepted


DEFAULT_LIMITS = Limits()
