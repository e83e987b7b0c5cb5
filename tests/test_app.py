import os
import subprocess
import sys

import pytest

from digitrec.settings import ROOT


def start(*command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_flask_finds_the_app() -> None:
    completed = start("-m", "flask", "routes")
    assert completed.returncode == 0
    assert "/predict" in completed.stdout


@pytest.mark.parametrize("command", [("app.py",), ("-m", "flask", "run", "--port", "0")])
@pytest.mark.parametrize(
    ("variable", "value"), [("MAX_IMAGES", "many"), ("MODEL_SHA256", "0" * 64)]
)
def test_a_wrong_setting_stops_the_start_with_one_sentence(
    command: tuple[str, ...], variable: str, value: str
) -> None:
    completed = start(*command, **{variable: value})
    assert completed.returncode == 1
    [sentence] = completed.stderr.splitlines()
    assert sentence.startswith("digitrec: ")
    assert value in sentence
