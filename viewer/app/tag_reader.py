"""Reads the tags of a file on one background thread, the latest request only."""

from __future__ import annotations
