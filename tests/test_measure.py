"""`digitrec measure`, and how pictures are labelled."""

from pathlib import Path

import pytest

from digitrec.__main__ import main
from tests.pipes import closed_stdout
from tests.strokes import encode, picture

FIVE, SEVEN = encode(picture(5)), encode(picture(7))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with pictures in it that are labelled in each way."""
    files = {
        "named/5_a.png": FIVE,
        "named/in/7_read_as_1.png": SEVEN,
        "folders/5/a.png": FIVE,
        "folders/7/1_a.png": SEVEN,
        "table/a.png": FIVE,
        "table/in/b.png": SEVEN,
        "table/digits.CSV": "\ufefffile,label,writer\na.png,5,me\nin/b.png,7,me\n".encode(),
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("given", ["named", "folders", "table/digits.CSV"])
def test_labels_are_names_or_folders_or_a_table(
    capsys: pytest.CaptureFixture[str], given: str
) -> None:
    assert main(["measure", given]) == 0
    out = capsys.readouterr().out
    assert out.startswith("2 of 2 pictures are read correctly: 100.00%\n")
    assert "Misread" not in out


def test_the_table_counts_and_the_list_names_what_is_misread(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    (folder / "named" / "3_is_a_5.png").write_bytes(FIVE)
    (folder / "named" / "8_blank.png").write_bytes(encode(picture(8, ink="white")))
    assert main(["measure", "named"]) == 0
    head, table, misread = capsys.readouterr().out.split("\n\n")
    assert head == "2 of 4 pictures are read correctly: 50.00%"
    rows = [line.split() for line in table.splitlines()[1:]]
    assert rows[0] == [*"0123456789", "none"]
    assert rows[1:][3] == ["3", *".....1.....".replace("", " ").split()]
    assert rows[1:][8] == ["8", *"..........1".replace("", " ").split()]
    three, eight = misread.splitlines()[1:]
    assert three.startswith(f"{Path('named/3_is_a_5.png')}: 3, read as 5 (")
    assert eight.startswith(f"{Path('named/8_blank.png')}: 8. No digit was found")


def test_a_picture_that_can_t_be_read_is_told_by_the_exit_status(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    (folder / "named" / "5_broken.png").write_bytes(FIVE[:100])
    (folder / "named" / "5_text.pdf").write_bytes(b"text")
    assert main(["measure", "named"]) == 1
    assert capsys.readouterr().out.startswith("2 of 4 pictures")


def test_it_ends_without_a_message_when_its_output_is_closed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with closed_stdout():
        assert main(["measure", "named"]) == 1
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("given", "content", "reason"),
    [
        ("missing", None, "There is no folder or CSV file missing"),
        ("empty", None, "There is no picture in the folder empty"),
        ("named/in/a.png", FIVE, "name it 7_a.png"),
        ("42_read_as_43.png", FIVE, "has no label"),
        ("digits.csv", b"a.png,5\n", "first line must be: file,label"),
        ("digits.csv", b"file,label\na.png,42\n", "columns file and label"),
        ("digits.csv", b"file,label\na.png\n", "columns file and label"),
        ("digits.csv", b"\xff\xfe", "can't be read as CSV"),
        ("missing.csv", None, "No such file"),
    ],
)
def test_pictures_without_labels_are_refused_with_a_sentence(
    capsys: pytest.CaptureFixture[str], folder: Path, given: str, content: bytes | None, reason: str
) -> None:
    (folder / "empty").mkdir()
    if content is not None:
        (folder / given).write_bytes(content)
    with pytest.raises(SystemExit, match="2"):
        main(["measure", given])
    assert reason in capsys.readouterr().err
