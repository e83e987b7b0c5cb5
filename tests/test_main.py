import io
import json
import os
import re
import runpy
import sys
from pathlib import Path

import pytest

from digitrec import Recognizer
from digitrec.__main__ import main
from digitrec.settings import ROOT
from tests import strokes
from tests.stub import BLANK, BROKEN, FIVE, LINES, SEVEN, StubRecognizer

FILES = {
    "five.png": FIVE,
    "seven.jpg": SEVEN,
    "lines.jpg": LINES,
    "broken.png": BROKEN,
    "blank.webp": BLANK,
}


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with FILES in it; the recogniser is a stub."""
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Recognizer, "load", lambda *_: StubRecognizer())
    return tmp_path


@pytest.mark.usefixtures("directory")
def test_of_each_file_all_digits_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["five.png", "seven.jpg", "lines.jpg", "five.png"]) == 0
    assert capsys.readouterr() == ("5\n7\n42\n9\n5\n", "")


@pytest.mark.usefixtures("directory")
def test_it_ends_without_a_word_when_nobody_reads_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        assert main(["five.png", "seven.jpg"]) == 1
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("directory")
def test_json_is_a_line_a_picture_with_each_digit_and_its_box(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--json", "lines.jpg", "five.png"]) == 0
    lines, five = map(json.loads, capsys.readouterr().out.splitlines())
    assert five == {
        "file": "five.png",
        "text": "5",
        "digits": [
            {
                "digit": 5,
                "confidence": 0.91,
                "box": {"left": 12, "top": 8, "width": 30, "height": 44},
            }
        ],
    }
    assert (lines["file"], lines["text"]) == ("lines.jpg", "42\n9")
    assert [digit["digit"] for digit in lines["digits"]] == [4, 2, 9]


@pytest.mark.usefixtures("directory")
def test_a_dash_is_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SEVEN)))
    assert main(["five.png", "-"]) == 0
    assert capsys.readouterr().out == "5\n7\n"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("broken.png", "The picture can't be decoded."),
        ("blank.webp", "No digit was found on the picture."),
        ("missing.png", "No such file or directory"),
        (".", "Is a directory"),
    ],
)
@pytest.mark.usefixtures("directory")
def test_a_bad_file_is_named_and_does_not_stop_the_others(
    capsys: pytest.CaptureFixture[str], name: str, reason: str
) -> None:
    assert main(["five.png", name, "seven.jpg"]) == 1
    assert capsys.readouterr() == ("5\n7\n", f"{name}: {reason}\n")


@pytest.mark.parametrize(
    ("variable", "value"), [("MODEL_PATH", "/no/such/file"), ("MODEL_SHA256", "0" * 64)]
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit, match="2"):
        main(["five.png"])
    out, err = capsys.readouterr()
    assert (out, value in err, "Traceback" in err) == ("", True, False)


def test_without_a_file_it_says_how_to_call_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([])
    assert re.match(r"usage: python -m digitrec \[-h\] \[--json\] FILE", capsys.readouterr().err)


def test_python_m_digitrec_reads_drawn_digits(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{digit}.png" for digit in range(10)]
    for digit, path in enumerate(paths):
        path.write_bytes(strokes.encode(strokes.picture(digit)))
    monkeypatch.setattr(sys, "argv", ["digitrec", *map(str, paths)])
    monkeypatch.delitem(sys.modules, "digitrec.__main__")  # runpy warns of a second one
    monkeypatch.syspath_prepend(ROOT)
    with pytest.raises(SystemExit) as caught:
        runpy.run_module("digitrec", run_name="__main__")
    assert caught.value.code == 0
    assert capsys.readouterr().out == "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n"
