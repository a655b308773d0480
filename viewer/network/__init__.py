"""The network half of DICOM."""
