"""A run as `make bench` records it, with round numbers in the place of measured ones."""

from typing import Any

from benchmarks import bounds, events, plan, serving
from benchmarks.load import Load
from benchmarks.peers import OURS, PEERS
from benchmarks.results import Results

ROUNDS = 3
MEASURED = (OURS, "plain", "keras")
REASON = "no such package"


def series(value: float) -> dict[str, Any]:
    return {"rounds": [value] * ROUNDS, "min": value / 2, "max": value * 2}


def results() -> Results:
    """Return a run in which every bound holds."""
    figures: dict[str, dict[str, Any]] = {"cold": {}, "memory": {}}
    for turn in plan.turns(MEASURED):
        figures.setdefault(turn.figure, {})[turn.who] = series(10.0)
    for who, factor in (("plain", 1.0), ("keras", 3.0)):
        figures["cold"][who] = series(200.0 * factor)
        figures["memory"][who] = series(4e8 * factor)
    figures["cold"][OURS], figures["memory"][OURS] = series(100.0), series(5e7)
    for picture in plan.PICTURES:
        figures[plan.handler(picture)][OURS] = series(4.0)
    for name in [name for name in figures if "in a list" in name]:
        count = int(name.split()[1])
        figures[name][OURS] = series(4.0 if count == 1 else count)
    near, far = (figures[plan.handler(events.side(px))] for px in (bounds.NEAR, bounds.FAR))
    near[plan.DECODE], far[plan.DECODE] = series(10.0), series(40.0)
    size = {OURS: 1e8, "plain": 2e8, "keras": 1.5e9}
    known: dict[str, dict[str, Any]] = {name: {"not measured": REASON} for name in PEERS}
    for who in MEASURED:
        known[who] = {
            "packages": {"flask": "3.1.3"},
            "size": {"installed": size[who], "zip": size[who] / 4},
        }
    steps = {name: [1.0, 2.0, 3.0] for name in ("recognize", "wsgi", "handler")}
    steps |= {"base64": [0.1, 0.2, 0.3], "floor": [0.5, 0.8, 1.0]}
    return Results(
        date="2026-11-22",
        machine={"processor": "a processor", "cores": "2", "system": "Linux", "Python": "3.13"},
        peers=known,
        artifact=22_000_000,
        figures=figures,
        steps=dict.fromkeys(plan.PICTURES, steps),
        load=[Load(clients, 500.0, 2.0, 128.0, 200.0, 0) for clients in serving.CLIENTS],
        elsewhere=[],
    )
