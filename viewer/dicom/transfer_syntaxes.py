"""Transfer syntaxes: names, and what the library must know of them before a byte is decoded (PS3.5 A, PS3.6 A)."""

from __future__ import annotations

IMPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2"
EXPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2.1.99"
EXPLICIT_VR_BIG_ENDIAN = "1.2.840.10008.1.2.2"

_ROOT = "1.2.840.10008.1."
# UID after the root | name
_TABLE = """
2|Implicit VR Little Endian
2.1|Explicit VR Little Endian
2.1.98|Encapsulated Uncompressed Explicit VR Little Endian
2.1.99|Deflated Explicit VR Little Endian
2.2|Explicit VR Big Endian
2.4.50|JPEG Baseline (Process 1)
2.4.51|JPEG Extended (Process 2 and 4)
2.4.52|JPEG Extended (Process 3 and 5)
2.4.53|JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8)
2.4.54|JPEG Spectral Selection, Non-Hierarchical (Process 7 and 9)
2.4.55|JPEG Full Progression, Non-Hierarchical (Process 10 and 12)
2.4.56|JPEG Full Progression, Non-Hierarchical (Process 11 and 13)
2.4.57|JPEG Lossless, Non-Hierarchical (Process 14)
2.4.58|JPEG Lossless, Non-Hierarchical (Process 15)
2.4.59|JPEG Extended, Hierarchical (Process 16 and 18)
2.4.60|JPEG Extended, Hierarchical (Process 17 and 19)
2.4.61|JPEG Spectral Selection, Hierarchical (Process 20 and 22)
2.4.62|JPEG Spectral Selection, Hierarchical (Process 21 and 23)
2.4.63|JPEG Full Progression, Hierarchical (Process 24 and 26)
2.4.64|JPEG Full Progression, Hierarchical (Process 25 and 27)
2.4.65|JPEG Lossless, Hierarchical (Process 28)
2.4.66|JPEG Lossless, Hierarchical (Process 29)
2.4.70|JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14 [Selection Value 1])
2.4.80|JPEG-LS Lossless Image Compression
2.4.81|JPEG-LS Lossy (Near-Lossless) Image Compression
2.4.90|JPEG 2000 Image Compression (Lossless Only)
2.4.91|JPEG 2000 Image Compression
2.4.92|JPEG 2000 Part 2 Multi-component Image Compression (Lossless Only)
2.4.93|JPEG 2000 Part 2 Multi-component Image Compression
2.4.94|JPIP Referenced
2.4.95|JPIP Referenced Deflate
2.4.100|MPEG2 Main Profile / Main Level
2.4.100.1|Fragmentable MPEG2 Main Profile / Main Level
2.4.101|MPEG2 Main Profile / High Level
2.4.101.1|Fragmentable MPEG2 Main Profile / High Level
2.4.102|MPEG-4 AVC/H.264 High Profile / Level 4.1
2.4.102.1|Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1
2.4.103|MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1
2.4.103.1|Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1
2.4.104|MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video
2.4.104.1|Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video
2.4.105|MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video
2.4.105.1|Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video
2.4.106|MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2
2.4.106.1|Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2
2.4.107|HEVC/H.265 Main Profile / Level 5.1
2.4.108|HEVC/H.265 Main 10 Profile / Level 5.1
2.4.110|JPEG XL Lossless
2.4.111|JPEG XL JPEG Recompression
2.4.112|JPEG XL
2.4.201|High-Throughput JPEG 2000 Image Compression (Lossless Only)
2.4.202|High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only)
2.4.203|High-Throughput JPEG 2000 Image Compression
2.4.204|JPIP HTJ2K Referenced
2.4.205|JPIP HTJ2K Referenced Deflate
2.5|RLE Lossless
2.6.1|RFC 2557 MIME encapsulation
2.6.2|XML Encoding
2.7.1|SMPTE ST 2110-20 Uncompressed Progressive Active Video
2.7.2|SMPTE ST 2110-20 Uncompressed Interlaced Active Video
2.7.3|SMPTE ST 2110-30 PCM Digital Audio
2.8.1|Deflated Image Frame Compression
20|Papyrus 3 Implicit VR Little Endian
"""
_NAMES = {_ROOT + uid: name for uid, name in (line.split("|") for line in _TABLE.split("\n") if line)}
_FIRST_VIDEO, _LAST_VIDEO = 100, 108


def transfer_syntaxes() -> tuple[tuple[str, str], ...]:
    """(UID, name) of every transfer syntax of the standard."""
    return tuple(_NAMES.items())


def name_of_transfer_syntax(uid: str) -> str:
    """Name of a transfer syntax; the UID itself when it is not in the standard."""
    return _NAMES.get(uid, uid)


def is_video(uid: str) -> bool:
    """True where the pixel data are one video stream (MPEG-2, MPEG-4, HEVC; SMPTE ST 2110)."""
    if uid.startswith("1.2.840.10008.1.2.7."):
        return True
    if not uid.startswith("1.2.840.10008.1.2.4.10"):
        return False
    number = uid.split(".")[7]
    return number.isdigit() and _FIRST_VIDEO <= int(number) <= _LAST_VIDEO
