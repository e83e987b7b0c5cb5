"""What the measurements must show, and whether they do."""

from collections.abc import Callable
from typing import Any, NamedTuple

from benchmarks import events, plan
from benchmarks.peers import OURS, PEERS
from benchmarks.results import Results

COMPARED = {
    "warm, 280x280 canvas PNG": plan.handler(events.CANVAS),
    "warm, 28x28 PNG": plan.handler(events.SMALL),
    "warm, 12-megapixel JPEG": plan.handler(events.PHOTOGRAPH),
    "cold start": "cold",
    "memory": "memory",
    "installed size": "installed",
    "zip size": "zip",
}
"""The figures in which digitrec is to be below the best of the others, by what tables call them."""

# px a side of the canvases whose times are compared. All are larger than what decoding hands on.
NEAR, FAR = 1120, 2240
MANY = 64  # clients: many more than a small machine has processors

GROWTH = 1.25  # what counts as flat: the machine's own unsteadiness is about a tenth
TAIL = 3.0  # times as long as the mean may one answer in a hundred take


class Bound(NamedTuple):
    """One figure beside its bound.

    Attributes
    ----------
    name
        Of the figure.
    most
        What it may be at most; 1.0 against a peer must not be reached.
    measured
        None where it couldn't be.
    against
        The peer that it is a ratio to, "" for others.
    """

    name: str
    most: float
    measured: float | None
    against: str = ""

    @property
    def holds(self) -> bool:
        """Whether the bound was measured and is kept."""
        return self.allows(self.measured)

    def allows(self, measured: float | None) -> bool:
        """Return whether the bound is kept by what was measured."""
        if measured is None:
            return False
        return measured < self.most if self.against else measured <= self.most


def evaluate(results: Results) -> list[Bound]:
    """Return every bound with what was measured."""
    return [*_against_floors(results), *_against_peers(results), *_growth(results), *_load(results)]


def elsewhere(before: Results, machine: dict[str, str]) -> list[dict[str, Any]]:
    """Return what was last measured on other processors than this machine's.

    Parameters
    ----------
    before
        The run before, wherever it ran.
    machine
        See `machine.describe`.

    Returns
    -------
    Of each processor the "date", the "machine", and "bounds": what was measured, by name.
    """
    measured = {bound.name: bound.measured for bound in evaluate(before)}
    last = {"date": before.date, "machine": before.machine, "bounds": measured}
    runs = [last, *before.elsewhere]
    return [run for run in runs if run["machine"]["processor"] != machine["processor"]]


def _against_floors(results: Results) -> list[Bound]:
    canvas, small, photograph = map(plan.handler, plan.PICTURES)
    many = max(events.BATCHES)

    def in_batch(name: Callable[[int], str]) -> float:
        figures = (plan.handler(name(many)), plan.handler(name(1)))
        return results.ratio((figures[0], OURS), (figures[1], OURS)) / many

    return [
        Bound(
            "warm `handler()`, 280x280 canvas PNG, to the floor",
            1.5,
            results.ratio((canvas, OURS), (canvas, plan.FLOOR)),
        ),
        Bound(
            "warm `handler()`, 28x28 PNG, to the floor",
            4.0,
            results.ratio((small, OURS), (small, plan.FLOOR)),
        ),
        Bound(
            "warm `handler()`, 12-megapixel JPEG, to Pillow's full decode of it",
            0.5,
            results.ratio((photograph, OURS), (photograph, plan.FULL_DECODE)),
        ),
        Bound(
            f"a canvas among {many} in one request, to a request of its own",
            0.4,
            in_batch(events.batch),
        ),
        Bound(
            f"a 28x28 PNG among {many} in one request, to a request of its own",
            0.4,
            in_batch(events.small_batch),
        ),
    ]


def _against_peers(results: Results) -> list[Bound]:
    bounds = []
    for name, figure in COMPARED.items():
        best = results.best_peer(figure)
        measured = None if best is None else results.ratio((figure, OURS), (figure, best))
        title = "the best peer" if best is None else PEERS[best].title
        bounds.append(Bound(f"{name}, to the best peer's", 1.0, measured, title))
    return bounds


def _growth(results: Results) -> list[Bound]:
    near, far = (plan.handler(events.side(px)) for px in (NEAR, FAR))
    area = (FAR / NEAR) ** 2
    decoding = results.ratio((far, plan.DECODE), (near, plan.DECODE)) / area
    after = results.ratio((far, plan.AFTER), (near, plan.AFTER))
    times = f"{area:.0f} times the area"
    return [
        Bound(f"decoding, a pixel, at {times}", GROWTH, decoding),
        Bound(f"all after decoding, at {times}", GROWTH, after),
    ]


def _load(results: Results) -> list[Bound]:
    if not results.load:
        return [Bound("under load", 0.0, None)]
    [many] = [load for load in results.load if load.clients == MANY]
    best = max(load.per_second for load in results.load)
    wait = MANY / many.per_second * 1000  # ms: what each waits when all wait alike (Little's law)
    return [
        Bound(
            f"`make serve`, most answers a second, to those for {MANY} clients",
            GROWTH,
            best / many.per_second,
        ),
        Bound("`make serve`, errors", 0, sum(load.errors for load in results.load)),
        Bound(f"`make serve`, p99 for {MANY} clients, to the mean wait", TAIL, many.p99 / wait),
    ]
