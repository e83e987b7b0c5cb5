"""What is timed, what is weighed, and with which libraries."""

import asyncio
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from benchmarks import ROOT, environments, events, pictures, plan, sizes, worker
from benchmarks.peers import OURS, PEERS
from handler import app, handler
from tests.requirements import pins

LISTS = sorted((ROOT / "benchmarks" / "requirements").glob("*.txt"))


def test_those_who_are_compared_take_turns_side_by_side() -> None:
    names = [turn.figure for turn in plan.turns(PEERS)]
    changes = sum(a != b for a, b in pairwise(names))
    assert changes == len(set(names)) - 1


def test_every_peer_is_timed_on_every_picture() -> None:
    timed = {(turn.figure, turn.who) for turn in plan.turns(PEERS)}
    for picture in plan.PICTURES:
        for figure in (plan.handler(picture), plan.client(picture)):
            assert {(figure, name) for name in PEERS} <= timed


def test_what_digitrec_is_held_against_is_timed_in_a_process_that_does_nothing_else() -> None:
    floors = {turn.who for turn in plan.turns(PEERS) if turn.process == plan.FLOOR}
    assert floors == {plan.FLOOR, plan.FULL_DECODE}
    assert not floors & {turn.who for turn in plan.turns(PEERS) if turn.process != plan.FLOOR}


def test_both_doors_answer_with_the_digit() -> None:
    doors = worker.doors(app, handler, events.event(events.one(pictures.canvas())))
    assert json.loads(doors["handler"]()["body"]) == {"digit": 5}
    assert json.loads(doors["client"]()) == {"digit": 5}


def test_an_asgi_app_is_called_with_the_body() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["path"] == "/predict"
        question = await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": question["body"][::-1]})

    assert asyncio.run(worker.asgi(app, b"abc")) == b"cba"


def test_so_many_calls_are_timed() -> None:
    called: list[None] = []
    took = worker.timed(lambda: called.append(None), 4)
    assert len(took) == len(called) == 4


def test_an_installation_is_weighed_whole_and_zipped_without_what_does_not_run(
    tmp_path: Path,
) -> None:
    for name in ("a/code.py", "a/code.pyc", "a/tests/test_code.py", "a-1.dist-info/METADATA"):
        file = tmp_path / "libraries" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(100_000))
    kept = tmp_path / "alone"
    kept.mkdir()
    (kept / "code.py").write_bytes(bytes(100_000))
    found = sizes.of([tmp_path / "libraries"])
    assert found["installed"] == 400_000
    assert found["zip"] == pytest.approx(sizes.of([kept])["zip"], abs=100)


@pytest.mark.parametrize("peer", [peer for name, peer in PEERS.items() if name != OURS])
def test_a_peer_has_pinned_requirements_a_module_and_a_conversion(peer: Any) -> None:
    lines = (ROOT / "benchmarks" / "requirements" / f"{peer.environment}.txt").read_text()
    assert re.search(r"^[\w-]+==", lines, re.MULTILINE)
    assert (ROOT / f"{peer.module.replace('.', '/')}.py").is_file()
    module, environment = environments.CONVERSIONS[peer.model]
    assert (ROOT / "benchmarks" / "convert" / f"{module}.py").is_file()
    assert (ROOT / "benchmarks" / "requirements" / f"{environment}.txt").is_file()


@pytest.mark.parametrize("name", [path.name for path in LISTS])
def test_peers_use_the_versions_that_digitrec_uses(name: str) -> None:
    own = pins("requirements.txt")
    theirs = pins(f"benchmarks/requirements/{name}")
    assert {p: v for p, v in theirs.items() if p in own}.items() <= own.items()
