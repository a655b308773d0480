"""Names and texts of strangers that mean harm: to paths, terminals, lists, spreadsheets, and whatever believes in markup."""

from __future__ import annotations

import struct
from pathlib import Path

from tests.hardness.bombs import EXPLICIT, SHORT, element, meta

TEXTS = (
    # paths
    "../../../../tmp/negatoscope-was-here", "..\\..\\negatoscope-was-here", "/etc/negatoscope-was-here", "C:\\Windows\\x",
    "\\\\server\\share\\x", "file:///etc/passwd", "~/x", "$HOME/x", "%APPDATA%\\x", ".", "..", "CON", "NUL.dcm", "aux", "a/b/c",
    "x" * 300, "\0\0", "name\0.dcm", "-rf", "--help", "| ls", "; touch x", "`touch x`", "$(touch x)",
    # terminals and logs
    "\x1b[2J\x1b[31mred", "\x1b]0;title\x07", "\x1b]52;c;aGk=\x07", "\x9b31m", "a\rb", "a\nINFO: all is well", "a\n\n\n\nb",
    "\x07" * 20, "\b\b\b\bx", "a\x0bb\x0cc", "\x7f", "\x85next",
    # what is seen is not what is there
    "\u202egnp.exe", "\u2066a\u2069", "\u200bzero\u200bwidth", "\ufeffbom", "a\u0301" * 40, "Z" + "\u0336" * 200, "\u2028line",
    "\u0430dmin", "\U000e0041tag", "\ue000private", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    # markup
    "<b>bold</b>", "<img src='http://192.0.2.1/x.png'>", "<a href='file:///etc/passwd'>here</a>", "<script>alert(1)</script>",
    "<table><tr><td>x</td></tr></table>", "&lt;&amp;&#x41;", "{0}{1}{name}", "%s%n%d %1", "%n", "&File", "]]>", "<!--",
    # spreadsheets and databases
    "=1+2", "=HYPERLINK(\"http://192.0.2.1\")", "+1", "@SUM(A1)", "'; DROP TABLE instances; --", "\" OR 1=1 --", "%", "_", "*?[",
    # size
    "n" * 64_000, "^" * 60, "=" * 60, "\\" * 60,
)  # fmt: skip
UIDS = (
    "../../../../tmp/negatoscope-was-here", "1.2.3/../../x", "\\\\server\\x", "1.2.\x1b[2J", "<b>1.2</b>", "1.2.\u202e3", " ",
    "1." * 900,
    "'; DROP TABLE instances; --", "{uid}", "#", "1.2#2", "%n", "-1", "1.2.3\0.4",
)  # fmt: skip


_IDENTIFIERS = {0x0008_0018: "", 0x0020_000D: ".1", 0x0020_000E: ".2"}
_FIXED = {
    0x0008_0005: (b"CS", b"ISO_IR 192"),
    0x0008_0016: (b"UI", b"1.2.840.10008.5.1.4.1.1.2"),
    0x0008_0020: (b"DA", b"20240102"),
    0x0008_0060: (b"CS", b"CT"),
    0x0028_1050: (b"DS", b"20"),
    0x0028_1051: (b"DS", b"40"),
}
_NUMBERS = {0x280002: 1, 0x280010: 4, 0x280011: 4, 0x280100: 16, 0x280101: 12, 0x280102: 11, 0x280103: 0}
# Names, descriptions and codes that are shown or looked up.
_TEXTS = {
    0x0008_0050: b"SH", 0x0008_0070: b"LO", 0x0008_0080: b"LO", 0x0008_1030: b"LO", 0x0008_103E: b"LO", 0x0010_0010: b"PN",
    0x0010_0020: b"LO", 0x0010_0030: b"DA", 0x0010_4000: b"LT", 0x0018_0015: b"CS", 0x0018_1030: b"LO", 0x0020_0010: b"SH",
    0x0028_1055: b"LO",
}  # fmt: skip


def write_hostile(folder: Path) -> list[Path]:
    """A small image for each text and each UID, that text in everything that is shown or looked up."""
    folder.mkdir(parents=True, exist_ok=True)
    own = "1.2.826.0.1.3680043.8.498.9"
    made = [_write_implicit(folder / "megabyte", "M" * 2**20, f"{own}.1000")]
    made += [_write(folder / f"text-{number:02}", text, f"{own}.{number}") for number, text in enumerate(TEXTS)]
    return made + [_write(folder / f"uid-{number:02}", f"uid {number}", uid) for number, uid in enumerate(UIDS)]


NUMBER_OF_FILES = len(TEXTS) + len(UIDS) + 1


def _values(text: bytes, uid: str) -> dict[int, tuple[bytes, bytes]]:
    """Every element with its VR and value."""
    values = {tag: (b"UI", (uid + end).encode()) for tag, end in _IDENTIFIERS.items()}
    values |= _FIXED | {tag: (vr, text) for tag, vr in _TEXTS.items()}
    values |= {
        tag: (b"US", struct.pack("<H", value))
        for tag, value in (
            (0x280002, 1),
            (0x280010, 4),
            (0x280011, 4),
            (0x280100, 16),
            (0x280101, 12),
            (0x280102, 11),
            (0x280103, 0),
        )
    }
    values[0x280004] = (b"CS", b"MONOCHROME2")
    values[0x7FE00010] = (b"OW", bytes(range(32)))
    return dict(sorted(values.items()))


def _write(path: Path, text: str, uid: str) -> Path:
    values = _values(text.encode("utf-8", "surrogatepass")[:65_000], uid)
    body = b"".join(element(tag >> 16, tag & 0xFFFF, vr, value) for tag, (vr, value) in values.items())
    path.write_bytes(meta(EXPLICIT) + body)
    return path


def _write_implicit(path: Path, text: str, uid: str) -> Path:
    """There a length has 32 bits: any text may be that long."""
    even = ((tag, value + b" " * (len(value) % 2)) for tag, (_, value) in _values(text.encode(), uid).items())
    path.write_bytes(
        meta(SHORT) + b"".join(struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(value)) + value for tag, value in even)
    )
    return path
