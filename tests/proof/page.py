"""``resources/guide/supported.md`` and ``tests/proof/pixels.csv`` from the records of a run."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from tests.proof.drawing import SHARE
from tests.proof.record import Record
from tests.proof.verdicts import COMPARED_OTHERWISE, DRAWN_OTHERWISE, EXCEPTIONS, TOLERANCE_TEXT, otherwise, verdict_of
from viewer.dicom.sop_classes import name_of
from viewer.dicom.transfer_syntaxes import is_video, name_of_transfer_syntax, transfer_syntaxes

_HEAD = """# What is supported, and how it is proven

This page is made by `python -m tests.proof` from a run over {files} files: {real} real ones from public repositories, named
by where they come from, and {made} made by real encoders for what real data lack. No file is part of the program. A test
makes the page anew and fails when a line of it is not true any more.

**What is compared.** Every frame ({frames} in {pictures} files; of a file with more than 150 frames the first, the middle and
the last). *Stored values* against a reference decoder: native and deflated pixels against pydicom, RLE against pydicom, DCMTK
and GDCM, JPEG and JPEG-LS against DCMTK and GDCM, JPEG 2000 against GDCM and the command of OpenJPEG, HTJ2K of OpenJPH
against OpenJPEG and the reverse, JPEG XL made of a JPEG against that JPEG; made files also against the pixels that went into
the encoder. *The picture*, 8 bit, with the opening window, against DCMTK's dcm2pnm: {drawn} frames of {drawn_files} files.

**exact**: not one value differs (colour that was YCbCr: by 1 at most, for rounding). **equal**: a lossy decoder, and no value
differs; **within n**: by n at most. **as X**: no reference decoder opens the file, but its pixels are those of X, which one
does. **no oracle**: nobody but us opens it. The hash is that of all decoded values of all files of the line; one with `~` is
of a lossy decoder and may differ with its version. Pictures agree when at most {share:.1%} of the pixels of the worst frame
are more than one level apart; padding, shutters and supplemental palettes, which dcm2pnm does not know, are left out on both
sides.

**The result**: {verdicts}. Pictures of dcm2pnm: {agree} of {drawn_files} files agree, {explained} differ for a reason given
below, {wrong} are wrong.

**What this does not show.** JPEG 2000 is decoded by OpenJPEG on both sides, JPEG-LS by CharLS, in other versions; here the
made files and the real ones that exist in several syntaxes are the proof. JPEG 2000 Part 2 (.92) was met only without its
multi-component extensions, .93 with one made by OpenJPEG. JPEG XL has one decoder.
"""


def page(records: Sequence[Record]) -> str:
    """The whole page."""
    records = with_twins(records)
    pictures = [one for one in records if one.hash]
    drawn = [one for one in pictures if one.drawn.frames]
    explained = sum(otherwise(one) is not None or (not one.drawn.agrees and one.name in EXCEPTIONS) for one in drawn)
    agree = sum(one.drawn.agrees for one in drawn)
    head = _HEAD.format(
        files=len(records),
        real=sum(not _is_made(one) for one in records),
        made=sum(_is_made(one) for one in records),
        frames=sum(one.compared for one in pictures),
        pictures=len(pictures),
        drawn=sum(one.drawn.frames for one in drawn),
        drawn_files=len(drawn),
        share=SHARE,
        verdicts=_counted(pictures),
        agree=agree,
        explained=explained,
        wrong=len(drawn) - agree - explained,
    )
    parts = [head, _real_table(pictures), _made_table(pictures), _exceptions(pictures), _no_picture(records), _syntaxes(pictures)]
    return "\n".join(parts).rstrip() + "\n"


def with_twins(records: Sequence[Record]) -> list[Record]:
    """Those without an oracle get the name of a file with the same pixels that has one."""
    proven: dict[str, str] = {}
    for one in records:
        if one.oracles and verdict_of(one) in ("exact", "equal"):
            proven.setdefault(one.hash, one.name)
    return [replace(one, twin=proven.get(one.hash, "")) if one.hash and not one.oracles else one for one in records]


def pixels_csv(records: Iterable[Record]) -> str:
    """One line a file: frames and hash, or what is said instead of a picture."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["file", "frames", "pixels"])
    for one in records:
        mark = "~" if one.is_lossy else ""
        writer.writerow([one.name, one.frames or "", f"{mark}{one.hash}" if one.hash else one.sentence.partition(":")[0]])
    return out.getvalue()


def without_lossy_hashes(text: str) -> str:
    """For comparing: lossy decoders may round otherwise on another machine."""
    return re.sub(r"~[0-9a-f]{12}", "~", text)


def _is_made(record: Record) -> bool:
    return record.name.startswith("made/")


def _counted(records: Iterable[Record]) -> str:
    kinds = Counter("as another" if one.twin else verdict_of(one).split(" ")[0] for one in records)
    return ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()).replace("no ", "no oracle ")


def _real_table(records: list[Record]) -> str:
    groups: dict[tuple[str, str, str], list[Record]] = defaultdict(list)
    for one in records:
        if not _is_made(one):
            groups[_class_name(one), one.transfer_syntax_uid, one.photometric].append(one)
    lines = [
        "## Real files",
        "",
        _row("SOP class", "Transfer syntax", "Photometric", "Bits", "Files", "Frames", "First of the files", *_LAST),
        "|---" * 11 + "|",
    ]
    for (title, uid, photometric), found in sorted(groups.items()):
        bits = "; ".join(sorted({one.bits for one in found}))
        frames = sum(one.frames for one in found)
        columns = (title, _syntax(uid), photometric, bits, len(found), frames, _place(found[0]))
        lines.append(_row(*columns, *_proof(found)))
    return "\n".join([*lines, ""])


def _made_table(records: list[Record]) -> str:
    lines = [
        "## Files made by encoders",
        "",
        "Two frames of 37 × 54 pixels, asymmetric, every bit used.",
        "",
        _row("Transfer syntax", "File", "Encoder", "Photometric", "Bits", *_LAST),
        "|---" * 9 + "|",
    ]
    for one in sorted((one for one in records if _is_made(one)), key=lambda one: (_number(one.transfer_syntax_uid), one.name)):
        columns = (_syntax(one.transfer_syntax_uid), one.name.removeprefix("made/"), one.encoder, one.photometric, one.bits)
        lines.append(_row(*columns, *_proof([one])))
    return "\n".join([*lines, ""])


def _exceptions(records: list[Record]) -> str:
    lines = ["## Exceptions", "", "| File | What differs | Section | Who is right |", "|---|---|---|---|"]
    lines += [f"| {name} | {what} | {section} | {who} |" for name, (what, section, who) in EXCEPTIONS.items()]
    for rule in DRAWN_OTHERWISE:
        found = [one for one in records if otherwise(one) is rule]
        lines.append(
            f"| {len(found)} files, such as {_place(found[-1]) if found else '-'} | {rule.what} | {rule.section} | {rule.who} |"
        )
    for uid, text in TOLERANCE_TEXT.items():
        lines.append(f"| all of {_syntax(uid)} | {text} | ISO/IEC 18181-1 | either |")
    lines += [_row(*one) for one in COMPARED_OTHERWISE]
    lines.append("")
    return "\n".join(lines)


def _no_picture(records: Sequence[Record]) -> str:
    kinds: dict[str, list[Record]] = defaultdict(list)
    for one in records:
        if not one.hash:
            kinds[one.sentence.partition(":")[0]].append(one)
    lines = [
        "## Files without a picture",
        "",
        "Each gives a sentence.",
        "",
        "| What | Files | For example |",
        "|---|---|---|",
    ]
    for kind, found in sorted(kinds.items()):
        lines.append(f"| {kind} | {len(found)} | {found[0].sentence.partition(': ')[2]} |")
    return "\n".join([*lines, ""])


def _syntaxes(records: list[Record]) -> str:
    lines = ["## Transfer syntaxes", "", "| UID | Name | Real files | Made files | |", "|---|---|---|---|---|"]
    for uid, name in transfer_syntaxes():
        real = sum(not _is_made(one) and one.transfer_syntax_uid == uid for one in records)
        made = sum(_is_made(one) and one.transfer_syntax_uid == uid for one in records)
        state = "decoded" if real or made else "video" if is_video(uid) else "no file met"
        lines.append(f"| {uid} | {name} | {real or ''} | {made or ''} | {state} |")
    return "\n".join(lines)


_LAST = ("Pixels", "Oracle", "Verdict", "dcm2pnm")


def _row(*columns: object) -> str:
    return "| " + " | ".join(str(one) for one in columns) + " |"


def _proof(records: list[Record]) -> tuple[str, ...]:
    """The columns of `_LAST`."""
    return _hash(records), _oracles(records), _verdicts(records), _pictures(records)


def _class_name(record: Record) -> str:
    return name_of(record.sop_class_uid) or record.sop_class_uid or "not stated"


def _syntax(uid: str) -> str:
    short = uid.removeprefix("1.2.840.10008.1.2")
    name = name_of_transfer_syntax(uid)
    return f"{name} ({short})" if name != uid and short else name


def _number(uid: str) -> tuple[int, ...]:
    return tuple(int(part) for part in uid.split(".") if part.isdigit())


def _place(record: Record) -> str:
    owner, _, rest = record.name.removeprefix("broken/").partition("/")
    broken = " (damaged on purpose)" if record.name.startswith("broken/") else ""
    return f"{owner.replace('+', '/')}: {rest}{broken}"


def _hash(records: list[Record]) -> str:
    mark = "~" if records[0].is_lossy else ""
    if len(records) == 1:
        return f"{mark}{records[0].hash}"
    return mark + hashlib.sha256("".join(one.hash for one in records).encode()).hexdigest()[:12]


def _oracles(records: list[Record]) -> str:
    names = sorted({name for one in records for name in one.oracles})
    if any(one.original_tolerance >= 0 for one in records):
        names.insert(0, "the original")
    return ", ".join(names) or "-"


def _verdicts(records: list[Record]) -> str:
    kinds: Counter[str] = Counter()
    for one in records:
        kinds[f"as {one.twin.rpartition('/')[2]}" if one.twin else verdict_of(one)] += 1
    if len(kinds) == 1:
        return next(iter(kinds))
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0])))


def _pictures(records: list[Record]) -> str:
    drawn = [one for one in records if one.drawn.frames]
    if not drawn:
        return "not drawn"
    worst = max(drawn, key=lambda one: (one.drawn.share, one.drawn.most))
    if worst.drawn.agrees:
        return "equal" if worst.drawn.most == 0 else f"within {worst.drawn.most}" if worst.drawn.most <= 1 else "agrees"
    return "see below" if otherwise(worst) or worst.name in EXCEPTIONS else "WRONG"
