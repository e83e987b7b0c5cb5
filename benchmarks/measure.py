"""All peers in turn, A B A B, round after round: the figures that the page is written from."""

import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import events, machine, plan, starts
from benchmarks.peers import OURS, PEERS
from benchmarks.workers import Worker

DIGIT = 5  # on the picture of a cold start
TURNS = 3  # of warm calls in a round, and as short as may be: a busy second falls on all alike
BUDGET = 40  # ms of one turn: many calls of what is quick, few of what is slow
MOST_CALLS, FEWEST_CALLS = 20, 2

Series = dict[str, Any]
"""Of one contestant in one figure: "rounds", each one's median; "min" and "max" of all calls."""
Figures = dict[str, dict[str, Series]]
"""By figure, and by who is measured."""


def measure(peers: Iterable[str], rounds: int) -> dict[str, Any]:
    """Return the "figures" of warm and cold calls, in ms (memory: in bytes), and the "steps".

    Parameters
    ----------
    peers
        Names in `PEERS`, digitrec's among them.
    rounds
        Of each figure.
    """
    peers = list(peers)
    # One core, as a Lambda function of 1,769 MB has.
    with tempfile.TemporaryDirectory() as directory, machine.on(machine.cores()[-1:]):
        files = events.write(Path(directory))
        figures = _cold(peers, files[events.CANVAS], rounds)
        with ExitStack() as stack:
            workers = {name: stack.enter_context(Worker(PEERS[name])) for name in peers}
            # Of its own: a full decode takes half as long where larger pictures left their memory.
            workers[plan.FLOOR] = stack.enter_context(Worker(PEERS[OURS]))
            figures |= _warm(peers, workers, files, rounds)
            steps = {name: workers[OURS].ask(files[name], "steps") for name in plan.PICTURES}
    return {"figures": figures, "steps": steps}


def _cold(peers: list[str], event: Path, rounds: int) -> Figures:
    took: dict[str, dict[str, list[list[float]]]] = {
        "cold": defaultdict(list),
        "memory": defaultdict(list),
    }
    for turn in range(rounds + 1):
        for name in peers:
            start = starts.start(PEERS[name], event, DIGIT)
            if turn == 0:
                continue  # fills the disk's cache
            took["cold"][name].append([start.milliseconds])
            took["memory"][name].append([start.memory])
    return {figure: _series(of) for figure, of in took.items()}


def _warm(
    peers: Iterable[str], workers: Mapping[str, Worker], files: Mapping[str, Path], rounds: int
) -> Figures:
    turns = plan.turns(peers)
    took: dict[str, dict[str, list[list[float]]]] = defaultdict(lambda: defaultdict(list))
    calls = {}
    for turn in turns:
        [once] = workers[turn.process].ask(files[turn.event], turn.door, 1)
        calls[turn] = min(max(round(BUDGET / once), FEWEST_CALLS), MOST_CALLS)
    for _ in range(rounds * TURNS):
        for turn in turns:
            times = workers[turn.process].ask(files[turn.event], turn.door, calls[turn])
            took[turn.figure][turn.who].append(times)
    return {figure: _series(of) for figure, of in took.items()}


def _series(took: Mapping[str, list[list[float]]]) -> dict[str, Series]:
    return {
        who: {
            "rounds": [statistics.median(times) for times in rounds],
            "min": min(map(min, rounds)),
            "max": max(map(max, rounds)),
        }
        for who, rounds in took.items()
    }
