"""command/read.py: files to lines, in order, with each failure named."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitrec.__main__ import main
from digitrec.command import processes
from digitrec.settings import ROOT
from tests.pipes import closed_stdout
from tests.strokes import encode, picture, row

UPPER, LOWER = row("42"), row("907")
PAGE = Image.new("RGB", (300, 220), "white")
PAGE.paste(UPPER, (0, 0))
PAGE.paste(LOWER, (0, 120))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with a few pictures in it."""
    (tmp_path / "five.png").write_bytes(encode(picture(5)))
    (tmp_path / "page.jpg").write_bytes(encode(PAGE, "JPEG"))
    (tmp_path / "broken.png").write_bytes(encode(picture(5))[:200])
    (tmp_path / "blank.webp").write_bytes(encode(picture(5, ink="white"), "WEBP"))
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "b.JPEG").write_bytes(encode(picture(8), "JPEG"))
    (tmp_path / "in" / "deep" / "a.png").write_bytes(encode(picture(2)))
    (tmp_path / "in" / "index.csv").write_text("a.png,2\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("names", "lines"),
    [
        (["five.png", "page.jpg", "five.png"], "5\n42 907\n5\n"),
        (["in"], "8\n2\n"),
        (["in/**/*.png", "f*.png"], "2\n5\n"),
        (["five.png", "i?"], "5\n8\n2\n"),
    ],
)
def test_a_picture_is_a_line(
    capsys: pytest.CaptureFixture[str], names: list[str], lines: str
) -> None:
    assert main(["read", *names]) == 0
    assert capsys.readouterr() == (lines, "")


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(encode(picture(7)))))
    monkeypatch.setattr(sys, "stdout", out := io.StringIO())
    assert main(["read", "five.png", "-"]) == 0
    assert out.getvalue() == "5\n7\n"


def test_a_file_is_read_even_if_its_name_is_a_pattern(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    (folder / "[5].png").write_bytes(encode(picture(5)))
    assert main(["read", "[5].png"]) == 0
    assert capsys.readouterr().out == "5\n"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("broken.png", "The picture can't be decoded"),
        ("blank.webp", "No digit was found"),
        ("missing.png", "No such file or directory"),
        ("missing", "No such file or directory"),
        ("m*.png", "No such file or directory"),
        ("empty", "The folder contains no picture"),
    ],
)
def test_a_bad_file_is_named_and_does_not_stop_the_others(
    capsys: pytest.CaptureFixture[str], folder: Path, name: str, reason: str
) -> None:
    (folder / "empty").mkdir()
    assert main(["read", "five.png", name, "page.jpg"]) == 1
    out, err = capsys.readouterr()
    assert out == "5\n42 907\n"
    assert err.startswith(f"{name}: ")
    assert reason in err
    assert err.count("\n") == 1


def test_csv_has_a_row_a_line_with_its_lowest_confidence(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    for name in ("5, or 6?.png", "\udcff.png"):  # the second is not UTF-8
        (folder / name).write_bytes(encode(picture(5)))
    assert main(["read", "--csv", "page.jpg", "5, or 6?.png", "\udcff.png"]) == 0
    head, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
    assert head == ["file", "page", "line", "text", "confidence"]
    assert [r[:4] for r in rows] == [
        ["page.jpg", "1", "1", "42"],
        ["page.jpg", "1", "2", "907"],
        ["5, or 6?.png", "1", "1", "5"],
        ["\\udcff.png", "1", "1", "5"],
    ]
    assert main(["read", "--json", "page.jpg"]) == 0
    digits = json.loads(capsys.readouterr().out)["digits"]
    lowest = [min(d["confidence"] for d in line) for line in (digits[:2], digits[2:])]
    assert [float(r[4]) for r in rows[:2]] == pytest.approx(lowest, abs=1e-4)


def test_json_is_a_line_a_picture_with_each_digit_and_its_box(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["read", "--json", "page.jpg", "five.png"]) == 0
    page, five = map(json.loads, capsys.readouterr().out.splitlines())
    assert (page["file"], page["page"], page["text"]) == ("page.jpg", 1, "42\n907")
    assert [digit["digit"] for digit in page["digits"]] == [4, 2, 9, 0, 7]
    [digit] = five["digits"]
    assert list(digit) == ["digit", "confidence", "box"]
    assert list(digit["box"]) == ["left", "top", "width", "height"]


@pytest.mark.parametrize("style", ["--csv", "--json"])
def test_a_digit_that_is_less_sure_is_a_question_mark(
    capsys: pytest.CaptureFixture[str], style: str
) -> None:
    main(["read", "--json", "page.jpg"])
    confidences = [d["confidence"] for d in json.loads(capsys.readouterr().out)["digits"]]
    least = sorted(confidences)[1]
    marked = "".join("?" if c < least else d for c, d in zip(confidences, "42907", strict=True))
    assert marked.count("?") == 1
    for arguments, shown in (([], "{} {}"), ([style], "{}\\n{}" if style == "--json" else "{}")):
        assert main(["read", "--min-confidence", str(least), *arguments, "page.jpg"]) == 0
        assert shown.format(marked[:2], marked[2:]) in capsys.readouterr().out


@pytest.mark.parametrize(
    "option",
    [
        ["--min-confidence", "1.1"],
        ["--min-confidence", "nan"],
        ["--jobs", "0"],
        ["--dpi", "many"],
        ["--csv", "--json"],
    ],
)
def test_a_wrong_option_is_refused(capsys: pytest.CaptureFixture[str], option: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["read", *option, "five.png"])
    assert (
        f"argument {option[-2] if option[-2] != '--csv' else '--json'}" in capsys.readouterr().err
    )


def many(folder: Path, count: int = 80, name: str = "many") -> list[str]:
    """Draw many pictures, and return the lines that they are read as."""
    (folder / name).mkdir()
    drawn = [encode(picture(digit)) for digit in range(10)]
    for i in range(count):
        (folder / name / f"{i:04}.png").write_bytes(drawn[i % 10])
    return [str(i % 10) for i in range(count)]


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_read_in_order_and_name_what_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path, method: str
) -> None:
    expected = many(folder)
    (folder / "many" / "0003a.png").write_bytes(b"broken")
    monkeypatch.setattr(processes, "METHOD", method)
    assert main(["read", "--jobs", "2", "many"]) == 1
    out, err = capsys.readouterr()
    assert out.split() == expected
    assert err.startswith(f"{Path('many', '0003a.png')}: The picture is not")


MEMORY = """
import resource, sys
from digitrec.__main__ import main
main(["read", "--jobs", "2", sys.argv[1]])
for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
    print(resource.getrusage(who).ru_maxrss, file=sys.stderr)
"""


def test_a_thousand_canvases_take_the_memory_of_two_hundred(folder: Path) -> None:
    peaks = []
    for count in (200, 1_000):
        name = f"canvases-{count}"
        many(folder, count, name)
        command = [sys.executable, "-c", MEMORY, name]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, env=environment, capture_output=True, check=True)
        assert done.stdout.count(b"\n") == count
        peaks.append([int(peak) for peak in done.stderr.split()])  # kB: of the parent, of a child
    few, thousand = peaks
    assert max(np.subtract(thousand, few)) < 5_000


def test_more_than_twenty_files_have_a_progress_bar_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    many(folder, 24)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert main(["read", "five.png"]) == 0
    assert capsys.readouterr().err == ""
    assert main(["read", "many"]) == 0
    steps = capsys.readouterr().err.split("\r")
    assert steps[2] == "#............................. 1/24"
    assert steps[-1] == "#" * 30 + " 24/24\n"


def test_it_ends_without_a_message_when_its_output_is_closed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with closed_stdout():
        assert main(["read", "five.png", "page.jpg"]) == 1
    assert capsys.readouterr().err == ""


def test_a_process_that_is_killed_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    many(folder)

    def die(*_: object) -> None:
        os._exit(9)

    monkeypatch.setattr("digitrec.recognizer.decode_source", die)
    assert main(["read", "--jobs", "2", "many"]) == 1
    assert "or was killed. Try --jobs 1." in capsys.readouterr().err


@pytest.fixture
def _hearing() -> Iterator[None]:
    """Programs that are started hear Ctrl-C, also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_hearing")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_it_and_all_its_processes_in_silence(folder: Path, jobs: str) -> None:
    many(folder)
    command = [sys.executable, "-m", "digitrec", "read", "--jobs", jobs, *["many"] * 500]
    with subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()  # it reads
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        process.stdout.read()
        assert process.stderr.read() == b""  # and closed by all
        assert process.wait() == 130
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
