"""What is timed, weighed and counted, and with which libraries."""

import io
import json
import re
import sys
from pathlib import Path

import pytest

from benchmarks import environments, parts, worker
from benchmarks.peers import flask_app
from benchmarks.peers.frames import frame
from benchmarks.plan import OURS, PARTS, PEERS
from benchmarks.requests import CANVAS, HUNDRED, REQUESTS
from tests.server import ROOT


@pytest.mark.parametrize("who", [OURS, *PARTS])
def test_a_contestant_is_timed_in_its_process(
    who: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(worker, "BUDGET", 0)
    event = json.dumps(REQUESTS[CANVAS]())
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{event}\n{event}\n"))
    worker.main((PEERS | PARTS)[who].entry)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == 2
    for line in lines:
        assert min(line["first"], line["memory"], line["warm"]) > 0
        assert who != OURS or json.loads(line["answer"]["body"]) == {"digit": 5}


def test_a_peer_answers_one_picture_and_several() -> None:
    handler = flask_app.create(frame, parts.NETWORK.probabilities)
    assert json.loads(handler(REQUESTS[CANVAS](), None)["body"]) == {"digit": 5}
    several = json.loads(handler(REQUESTS[HUNDRED](), None)["body"])
    assert several == {"predictions": [{"digit": 5}] * 100}


def test_an_installation_is_weighed_without_bytecode(tmp_path: Path) -> None:
    for name in ("libraries/one.py", "libraries/one.pyc", "alone.py"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(bytes(1_000_000))
    installed, zipped = environments.weigh([tmp_path / "libraries", tmp_path / "alone.py"])
    assert installed == 2
    assert 0.001 < zipped < 0.01


@pytest.mark.parametrize("name", sorted(environments.OWN.keys() - {OURS}))
def test_a_peer_uses_the_versions_that_digitrec_uses(name: str) -> None:
    own, theirs = (
        dict(re.findall(r"^([\w.-]+)==([\w.+]+)", path.read_text(), re.MULTILINE))
        for path in (
            ROOT / "requirements.txt",
            ROOT / "benchmarks" / "requirements" / f"{name}.txt",
        )
    )
    shared = own.keys() & theirs.keys()
    assert {"flask", "numpy", "pillow"} <= shared
    assert {name: theirs[name] for name in shared} == {name: own[name] for name in shared}
