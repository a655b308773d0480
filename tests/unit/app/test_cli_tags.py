"""``negatoscope tags`` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tag_files import CLASS, ITEM, bare, element, part10, saved
from viewer.app.main import main


@pytest.fixture
def file(tmp_path: Path) -> str:
    item = bare(ITEM, element(0x00080060, b"CS", b"CT"))
    data = element(0x00080005, b"CS", b"ISO_IR 192") + CLASS + element(0x00100010, b"PN", "Ёлкин^Пётр ".encode())
    data += element(0x00180050, b"DS", b"2.50") + element(0x00400275, b"SQ", item) + element(0x7FE00010, b"OW", bytes(5000))
    return saved(tmp_path, part10(data))


def test_lines(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tags", file]) == 0
    out = capsys.readouterr().out
    lines = [line for line in out.splitlines() if not line.startswith("(0002")]
    assert lines == [
        "(0008,0005) CS Specific Character Set               ISO_IR 192",
        "(0008,0016) UI SOP Class UID                        1.2.840.10008.5.1.4.1.1.2  = CT Image Storage",
        "(0010,0010) PN Patient's Name                       Ёлкин^Пётр",
        "(0018,0050) DS Slice Thickness                      2.50 mm",
        "(0040,0275) SQ Request Attributes Sequence          <1 item>",
        "  Item 1",
        "    (0008,0060) CS Modality                             CT",
        "(7FE0,0010) OW Pixel Data                           <5,000 bytes>",
    ]


def test_json(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tags", "--json", file]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["00100010"] == {"vr": "PN", "Value": [{"Alphabetic": "Ёлкин^Пётр"}]}
    assert found["7FE00010"]["vr"] == "OW"
    assert "00020010" not in found
    assert main(["tags", "--json", "--meta", file]) == 0
    assert "00020010" in json.loads(capsys.readouterr().out)


def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = saved(tmp_path, b"Dear colleague,\n", "letter.txt")
    for path, sentence in ((text, "This is a text file, not DICOM."), (str(tmp_path / "gone"), "The file is not there.")):
        for option in ([], ["--json"]):
            assert main(["tags", *option, path]) == 1
            printed = capsys.readouterr()
            assert printed.out == ""
            assert printed.err == f"negatoscope: {path}: {sentence}\n"


def test_damage_is_said_beside_what_can_be_read(file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut = saved(tmp_path, Path(file).read_bytes()[:-5030], "cut.dcm")
    assert main(["tags", cut]) == 0
    printed = capsys.readouterr()
    assert "Slice Thickness" in printed.out
    assert printed.err.count("\n") == 1
    assert "ends too early" in printed.err


def test_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["tags"])
    assert ended.value.code == 2
    assert "FILE" in capsys.readouterr().err


def test_a_folder_is_called_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tags", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"negatoscope: {tmp_path}: This is a folder, not a file.\n"
