"""What was found on disk: scan, index (SQLite), search, display sets."""
