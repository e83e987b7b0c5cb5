"""What is timed, weighed and counted, and with which libraries."""

import json
import re
from pathlib import Path

import pytest

from benchmarks import environments, parts, worker
from benchmarks.peers import flask_app
from benchmarks.peers.frames import frame
from benchmarks.plan import OURS, PARTS, PEERS
from benchmarks.requests import CANVAS, HUNDRED, REQUESTS
from digitrec.classify.network import Network
from tests.server import ROOT


@pytest.mark.parametrize("who", [OURS, *PARTS])
def test_a_contestant_is_timed_in_its_process(
    who: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(worker, "BUDGET", 0)
    event = tmp_path / "event.json"
    event.write_text(json.dumps(REQUESTS[CANVAS]()))
    worker.main((PEERS | PARTS)[who].entry, str(event), str(event))
    printed = json.loads(capsys.readouterr().out)
    assert len(printed["warm"]) == 2
    assert min(*printed["warm"], printed["memory"]) > 0
    assert who != OURS or json.loads(printed["answers"][1]["body"]) == {"digit": 5}


def test_a_peer_answers_one_picture_and_several() -> None:
    handler = flask_app.create(frame, parts.NETWORK.probabilities)
    assert json.loads(handler(REQUESTS[CANVAS](), None)["body"]) == {"digit": 5}
    several = json.loads(handler(REQUESTS[HUNDRED](), None)["body"])
    assert several == {"predictions": [{"digit": 5}] * 100}


def test_a_peer_with_another_network_is_found() -> None:
    parts.compare(parts.NETWORK.probabilities)
    biases = [b.copy() for b in parts.NETWORK.biases]
    biases[-1][0] += 0.01
    with pytest.raises(ValueError, match="differ"):
        parts.compare(Network(parts.NETWORK.weights, biases).probabilities)


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
