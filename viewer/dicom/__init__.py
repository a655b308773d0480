"""The pydicom boundary: detect, read, decode, write."""
