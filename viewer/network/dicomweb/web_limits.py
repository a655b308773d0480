"""What an HTTP peer may cost. Every wait and every buffer of this package is bounded by one of these."""

from __future__ import annotations

from dataclasses import field

from viewer.model.frozen import frozen
from viewer.network.limits import DEFAULT_LIMITS, GIB, KIB, MIB, Limits


@frozen
class WebLimits:
    """Seconds, bytes and counts. A body has `idle_seconds` for each piece, and a second more for each ``slowest_rate`` bytes."""

    idle_seconds: float = 60.0
    largest_head: int = 64 * KIB  # status line and headers
    largest_document: int = 64 * MIB  # JSON, one page of answers
    largest_frame: int = 2 * GIB
    largest_response: int = 512 * GIB
    largest_part_head: int = 16 * KIB
    part_headers: int = 32
    parts: int = 1_000_000  # in one response
    unasked: int = 100  # instances nobody asked for, before the talk is over
    redirects: int = 5
    answers: int = 1_000_000  # of one query
    dicom: Limits = field(default=DEFAULT_LIMITS)


DEFAULT_WEB_LIMITS = WebLimits()
