"""What a dragged series carries: apart from both its ends, so that the browser starts without the drawing library."""

from __future__ import annotations

DISPLAY_SET_MIME = "application/x-negatoscope-display-set"  # the payload is the key of the display set, UTF-8
