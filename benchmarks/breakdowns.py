"""The results as Markdown tables: how figures grow, what they are made of, and what they cost."""

from benchmarks import cost, events, plan
from benchmarks.peers import OURS, PEERS
from benchmarks.results import Results
from benchmarks.tables import table

TOTALS = ("recognize", "wsgi", "handler", "floor")  # of the steps: what is more than one of them


def batches(results: Results) -> str:
    """Return the milliseconds of one picture in requests of several."""
    figures = {
        event(count): (plan.handler(event(count)), count)
        for event in (events.batch, events.small_batch)
        for count in events.BATCHES
    }
    return table(
        ["ms a picture", *figures],
        [
            [
                PEERS[name].title,
                *(f"{results.median(f, name) / count:.2f}" for f, count in figures.values()),
            ]
            for name in results.measured
        ],
    )


def chrome(results: Results) -> str:
    """Return the milliseconds of the canvases that Chrome writes: of all peers, and the floor's."""
    figures = {name: plan.handler(name) for name in events.CHROME}
    return _milliseconds(results, figures, {plan.FLOOR: "the floor"})


def numbers(results: Results) -> str:
    """Return the milliseconds of pictures of numbers, which digitrec alone reads."""
    rows = {
        OURS: "`handler()`",
        plan.AFTER: "from picture to digits alone",
        plan.FLOOR: "the floor of a single digit",
    }
    if not {plan.handler(number) for number in events.NUMBERS} <= results.figures.keys():
        return "Not measured."
    return table(
        ["ms", *events.NUMBERS],
        [
            [title, *(f"{results.median(plan.handler(n), who):.2f}" for n in events.NUMBERS)]
            for who, title in rows.items()
        ],
    )


def growth(results: Results) -> str:
    """Return how milliseconds grow with a canvas's width: of all peers, and of digitrec's parts."""
    figures = {f"{px} px": plan.handler(events.side(px)) for px in events.SIDES}
    parts = {
        plan.DECODE: "digitrec's decoding alone",
        plan.AFTER: "digitrec's way from picture to digit alone",
    }
    return _milliseconds(results, figures, parts)


def steps(results: Results) -> str:
    """Return each step's median milliseconds, and how many times the floor a request takes."""
    medians = [{name: times[1] for name, times in of.items()} for of in results.steps.values()]
    single = [name for name in medians[0] if name not in TOTALS]
    rows = [[name, *(f"{of[name]:.3f}" for of in medians)] for name in (*single, *TOTALS)]
    ratios = [
        "`handler()`, times the floor",
        *(f"{of['handler'] / of['floor']:.2f}" for of in medians),
    ]
    return table(["ms", *results.steps], [*rows, ratios])


def load(results: Results) -> str:
    """Return what clients of `make serve` saw."""
    return table(
        ["Clients", "Answers a second", "p50", "p99", "slowest", "Errors"],
        [
            [
                str(each.clients),
                f"{each.per_second:.0f}",
                *(f"{ms:.1f} ms" for ms in (each.p50, each.p99, each.slowest)),
                str(each.errors),
            ]
            for each in results.load
        ],
    )


def costs(results: Results) -> str:
    """Return dollars for a million predictions of the canvas."""
    kinds = [(memory, arch) for memory in cost.MEMORY for arch in cost.PER_GB_SECOND]
    return table(
        ["USD", *(f"{memory:,} MB, {arch}" for memory, arch in kinds)],
        [
            [PEERS[name].title, *(_dollars(results, name, *kind) for kind in kinds)]
            for name in results.measured
        ],
    )


def _milliseconds(results: Results, figures: dict[str, str], others: dict[str, str]) -> str:
    """Return a column for each figure, a row for each peer and for others that were measured."""
    rows = {name: PEERS[name].title for name in results.measured} | others
    return table(
        ["ms", *figures],
        [
            [title, *(f"{results.median(figure, who):.2f}" for figure in figures.values())]
            for who, title in rows.items()
        ],
    )


def _dollars(results: Results, name: str, memory: int, architecture: str) -> str:
    if results.median("memory", name) > memory * 1024 * 1024:
        return "does not fit"
    milliseconds = results.median(plan.handler(events.CANVAS), name)
    return f"{cost.per_million(milliseconds, memory, architecture):.2f}"
