"""Decoding without a process of its own, for measuring."""

from __future__ import annotations

from viewer.dicom.decode import DecodedPixels, DecodeRequest, decode


class DecodeHere:
    def decode(self, request: DecodeRequest) -> DecodedPixels:
        return decode(request)
