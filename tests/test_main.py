import re
import runpy
import sys
from pathlib import Path

import pytest

import digitrec
from digitrec.__main__ import COMMANDS, main
from digitrec.settings import ROOT
from tests import strokes


def test_it_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"digitrec {digitrec.__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_has_examples(
    capsys: pytest.CaptureFixture[str], command: str
) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    assert re.search(rf"^  digitrec {command} \S", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.parametrize("arguments", [[], ["read"], ["guess", "five.png"]])
def test_a_wrong_call_is_told_the_right_one(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert capsys.readouterr().err.startswith("usage: digitrec")


@pytest.mark.parametrize(
    ("variable", "value"), [("MODEL_PATH", "/no/such/file"), ("MODEL_SHA256", "0" * 64)]
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit, match="2"):
        main(["read", "five.png"])
    out, err = capsys.readouterr()
    assert (out, value in err, "Traceback" in err) == ("", True, False)


def test_ctrl_c_is_the_status_of_a_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(COMMANDS["read"][0], "run", interrupt)
    assert main(["read", "five.png"]) == 130


def test_python_m_digitrec_reads_drawn_digits(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{digit}.png" for digit in range(10)]
    for digit, path in enumerate(paths):
        path.write_bytes(strokes.encode(strokes.picture(digit)))
    monkeypatch.setattr(sys, "argv", ["digitrec", "read", *map(str, paths)])
    monkeypatch.delitem(sys.modules, "digitrec.__main__")  # runpy warns of a second one
    monkeypatch.syspath_prepend(ROOT)
    with pytest.raises(SystemExit) as caught:
        runpy.run_module("digitrec", run_name="__main__")
    assert caught.value.code == 0
    assert capsys.readouterr().out == "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n"
