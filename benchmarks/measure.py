"""Everybody in turn, A B C A B C: warm requests, cold starts, memory, sizes, instructions."""

import json
from collections import defaultdict

from benchmarks import Figures, environments, instructions, worker
from benchmarks.plan import PARTS, PEERS, PLAIN, Contestant
from benchmarks.requests import CANVAS, HUNDRED, REQUESTS

COLD, MEMORY, INSTALLED, ZIPPED = (
    "cold start, ms",
    "memory, MB",
    "installed, MB",
    "installed, zipped, MB",
)
INSTRUCTIONS = "280x280 canvas, million instructions"


def measure(rounds: int) -> Figures:
    """Return the figures of all in `PEERS` and `PARTS`: the least of all rounds."""
    environments.build()
    events = {name: json.dumps(make()) for name, make in REQUESTS.items()}
    figures: Figures = defaultdict(dict)
    for turn in range(rounds):
        print(f"Round {turn + 1} of {rounds}", flush=True)
        for who, contestant in (PEERS | PARTS).items():
            for figure, value in _times(who, contestant, events).items():
                figures[figure][who] = min(value, figures[figure].get(who, value))
    for who, peer in PEERS.items():
        print(f"Weighing {who}, and counting its instructions", flush=True)
        figures[INSTALLED][who], figures[ZIPPED][who] = environments.sizes(peer.environment)
        figures[INSTRUCTIONS][who] = _instructions(peer, events[CANVAS])
    return dict(figures)


def _times(who: str, contestant: Contestant, events: dict[str, str]) -> dict[str, float]:
    command = (environments.python(contestant.environment), "-m", "benchmarks.worker")
    given = "\n".join(events[name] for name in contestant.requests)
    lines = environments.run(*command, contestant.entry, given=given).splitlines()
    measured = dict(zip(contestant.requests, map(json.loads, lines), strict=True))
    times = {name: each["warm"] for name, each in measured.items()}
    if who in PARTS:
        return times
    for name, each in measured.items():
        right = {"predictions": [{"digit": 5}] * 100} if name == HUNDRED else {"digit": 5}
        answer = json.loads(each["answer"]["body"])
        if answer != right and (who != PLAIN or name == CANVAS):  # it misreads the photograph
            raise SystemExit(f"{who} answered {answer} to {name}")
    return times | {COLD: measured[CANVAS]["first"], MEMORY: measured[CANVAS]["memory"]}


def _instructions(peer: Contestant, event: str) -> float:
    python = environments.python(peer.environment)
    code = f"from benchmarks import worker; worker.count('{peer.entry}')"
    _, warm = instructions.count(
        lambda valgrind: environments.run(
            *valgrind, "--instr-atstart=no", python, "-c", code, given=event
        )
    )
    return warm / worker.CALLS
