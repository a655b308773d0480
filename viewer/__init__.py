"""Negatoscope, the DICOM workstation for the desktop."""

__version__ = "0.1.0"
