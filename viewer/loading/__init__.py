"""From file to PixelFrame in the background: lanes, cache, worker processes."""
