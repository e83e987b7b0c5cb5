"""Everybody in turn, A B C A B C: warm requests, cold starts, memory, sizes, instructions."""

import json
import tempfile
from collections import defaultdict
from pathlib import Path

from benchmarks import Figures, environments, instructions
from benchmarks.plan import PARTS, PEERS, PLAIN, Contestant
from benchmarks.requests import CANVAS, HUNDRED, write

COLD, MEMORY, INSTALLED, ZIPPED = "cold start, ms", "memory, MB", "installed, MB", "zip, MB"
INSTRUCTIONS = "280x280 canvas, million instructions"
RIGHT = {HUNDRED: {"predictions": [{"digit": 5}] * 100}}  # to all else {"digit": 5}
CALLS = 50  # whose instructions are counted

# Counting begins after the first call: to count what an import takes would last minutes.
COUNTED = """
import importlib, json, os, subprocess, sys
module, function = sys.argv[1].split(":")
handler = getattr(importlib.import_module(module), function)
event = json.load(open(sys.argv[2]))
handler(event, None)
begin = ["callgrind_control", "--instr=on", str(os.getpid())]
subprocess.run(begin, check=True, stdout=subprocess.DEVNULL)
os.getppid()
for _ in range(int(sys.argv[3])):
    handler(event, None)
os.getppid()
"""


def measure(rounds: int) -> Figures:
    """Return the figures of all in `PEERS` and `PARTS`: the least of all rounds."""
    environments.build()
    figures: Figures = defaultdict(dict)
    with tempfile.TemporaryDirectory() as directory:
        files = write(Path(directory))
        for turn in range(rounds):
            print(f"Round {turn + 1} of {rounds}", flush=True)
            for who, contestant in (PEERS | PARTS).items():
                for figure, value in _times(who, contestant, files).items():
                    figures[figure][who] = min(value, figures[figure].get(who, value))
        for who, peer in PEERS.items():
            print(f"Weighing {who}, and counting its instructions", flush=True)
            figures[INSTALLED][who], figures[ZIPPED][who] = environments.sizes(peer.environment)
            figures[INSTRUCTIONS][who] = _instructions(peer, files[CANVAS])
    return dict(figures)


def _times(who: str, contestant: Contestant, files: dict[str, Path]) -> dict[str, float]:
    python = environments.python(contestant.environment)
    chosen = [files[name] for name in contestant.requests]
    printed = json.loads(
        environments.run(python, "-m", "benchmarks.worker", contestant.entry, *chosen)
    )
    warm = dict(zip(contestant.requests, printed["warm"], strict=True))
    if who in PARTS:
        return warm
    answers = [json.loads(answer["body"]) for answer in printed["answers"]]
    if who == PLAIN:  # misreads the photograph
        answers = answers[:1]
    for request, answer in zip(contestant.requests, answers, strict=False):
        if answer != RIGHT.get(request, {"digit": 5}):
            raise SystemExit(f"{who} answered {answer} to {request}")
    return warm | {COLD: printed["cold"], MEMORY: printed["memory"]}


def _instructions(peer: Contestant, event: Path) -> float:
    python = environments.python(peer.environment)
    command = (str(python), "-c", COUNTED, peer.entry, str(event), str(CALLS))
    _, warm = instructions.count(
        lambda valgrind: environments.run(*valgrind, "--instr-atstart=no", *command)
    )
    return warm / CALLS
