"""DICOM over HTTP (PS3.18): the user agent here, the origin server in ``origin``."""
