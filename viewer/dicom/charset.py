"""Specific Character Set (0008,0005): bytes to text, for every repertoire of PS3.3 C.12.1.1.2, and never an error.

A term that is misspelt, missing or wrong for the bytes does not lose the text: UTF-8 is tried, then Latin-1.
"""

from __future__ import annotations

import codecs
import re

# Defined term, without "ISO 2022 " or "ISO_", spaces made underscores: Python codec.
_CODECS = {
    "": "ascii",
    "IR_6": "ascii",
    "IR_13": "shift_jis",
    "IR_87": "iso2022_jp",
    "IR_100": "latin_1",
    "IR_101": "iso8859_2",
    "IR_109": "iso8859_3",
    "IR_110": "iso8859_4",
    "IR_126": "iso8859_7",
    "IR_127": "iso8859_6",
    "IR_138": "iso8859_8",
    "IR_144": "iso8859_5",
    "IR_148": "iso8859_9",
    "IR_149": "euc_kr",
    "IR_58": "gb2312",
    "IR_159": "iso2022_jp_2",
    "IR_166": "iso8859_11",
    "IR_192": "utf_8",
    "IR_203": "iso8859_15",
    "GB18030": "gb18030",
    "GBK": "gbk",
}

# Escape sequences of PS3.3 tables C.12-3 and C.12-4. G1 sets keep ASCII below 0x80.
_ESCAPES = {
    b"(B": "ascii",
    b"-A": "latin_1",
    b"(J": "shift_jis",
    b")I": "shift_jis",
    b"-B": "iso8859_2",
    b"-C": "iso8859_3",
    b"-D": "iso8859_4",
    b"-F": "iso8859_7",
    b"-G": "iso8859_6",
    b"-H": "iso8859_8",
    b"-L": "iso8859_5",
    b"-M": "iso8859_9",
    b"-T": "iso8859_11",
    b"-b": "iso8859_15",
    b"$B": "iso2022_jp",
    b"$@": "iso2022_jp",
    b"$(D": "iso2022_jp_2",
    b"$)C": "euc_kr",
    b"$)A": "gb2312",
}
_STATEFUL = frozenset(("iso2022_jp", "iso2022_jp_2"))  # these codecs want the escape sequence themselves
_WHOLE = frozenset(("gb18030", "gbk", "shift_jis"))  # their second bytes may look like a backslash: decode before splitting
_DELIMITERS = re.compile(rb"[\\\r\n\t\f^=]")
_DELIMITERS_OF_TEXT = re.compile(rb"[\\\r\n\t\f]")
_ESCAPE = re.compile(rb"\x1b(\([BJ]|\)I|-[A-Zb]|\$[B@]|\$\(D|\$\)[AC])")


def defined_terms() -> tuple[str, ...]:
    """The character sets that are read, as Specific Character Set writes them without code extensions."""
    return tuple(f"ISO_{term.replace('IR_', 'IR ')}" if term.startswith("IR_") else term for term in _CODECS if term)


def codecs_of(raw: bytes) -> tuple[str, ...]:
    """Python codecs for the raw value of (0008,0005), the default repertoire first; never empty."""
    if not raw:
        return ("ascii",)
    terms = raw.decode("ascii", "replace").strip(" \0").split("\\")
    found = tuple(_codec_of(term) for term in terms)
    if found[0] == "ascii" and len(found) == 1 and terms[0].strip():
        return ("ascii",) if _plain_term(terms[0]) in _CODECS else ("utf_8",)
    return found


def _plain_term(term: str) -> str:
    plain = re.sub(r"[\s_\-]+", "_", term.strip(" \0").upper())
    plain = re.sub(r"^ISO_?(2022_?)?", "", plain)
    return re.sub(r"^(IR)_?(\d)", r"\1_\2", plain)


def _codec_of(term: str) -> str:
    plain = _plain_term(term)
    if plain in _CODECS:
        return _CODECS[plain]
    for name in (term.strip(), plain):
        try:
            found = codecs.lookup(name).name
        except (LookupError, ValueError):
            continue
        return found if found.startswith(("iso8859", "utf-8", "cp", "gb", "euc", "shift", "big5", "koi8")) else "ascii"
    return "utf_8"


def decode(raw: bytes, encodings: tuple[str, ...], *, is_name: bool = False) -> str:
    """Text of one value field (may still hold backslashes between values). `is_name`: PN, where ^ and = reset the code.

    Trailing padding is left alone.
    """
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii")
    if b"\x1b" in raw and encodings[0] not in ("utf_8", "gb18030", "gbk"):
        return _decode_iso2022(raw, encodings, is_name)
    return _decode_plain(raw, encodings[0])


def split_values(raw: bytes, encodings: tuple[str, ...], *, is_name: bool = False) -> tuple[str, ...]:
    """The values of a field with several, decoded."""
    if encodings[0] in _WHOLE or b"\x1b" in raw:
        return tuple(decode(raw, encodings, is_name=is_name).split("\\"))
    return tuple(decode(part, encodings, is_name=is_name) for part in raw.split(b"\\"))


def _decode_plain(raw: bytes, codec: str) -> str:
    if codec == "ascii":  # bytes beyond ASCII although none were announced
        codec = "utf_8"
    try:
        return raw.decode(codec)
    except (UnicodeDecodeError, LookupError):
        pass
    try:
        return raw.decode("utf_8")
    except UnicodeDecodeError:
        return raw.decode("latin_1")


def _decode_iso2022(raw: bytes, encodings: tuple[str, ...], is_name: bool) -> str:
    first, *rest = _ESCAPE.split(raw)
    out = [_fragment(first, encodings[0])]
    delimiters = _DELIMITERS if is_name else _DELIMITERS_OF_TEXT
    for escape, text in zip(rest[::2], rest[1::2], strict=True):
        codec = _ESCAPES.get(escape, encodings[0])
        if codec in _STATEFUL:
            out.append(_stateful(b"\x1b" + escape + text, codec))
            continue
        cut = delimiters.search(text)  # a delimiter resets to the first repertoire (PS3.5 6.1.2.5.3)
        at = cut.start() if cut else len(text)
        out.append(_fragment(text[:at], codec))
        out.append(_fragment(text[at:], encodings[0]))
    return "".join(out)


def _fragment(raw: bytes, codec: str) -> str:
    if not raw:
        return ""
    if raw.isascii() and codec != "shift_jis":
        return raw.decode("ascii").replace("\x1b", "")
    return _decode_plain(raw, codec)


def _stateful(raw: bytes, codec: str) -> str:
    for name in (codec, "iso2022_jp_2", "iso2022_jp_ext"):
        try:
            return raw.decode(name)
        except UnicodeDecodeError:
            continue
    return raw.decode(codec, "replace")
