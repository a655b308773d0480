"""Pixel mathematics on numpy arrays. No Qt, no pydicom."""
