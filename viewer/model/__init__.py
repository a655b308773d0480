"""Frozen value types in DICOM's own terms. No Qt, no pydicom."""
