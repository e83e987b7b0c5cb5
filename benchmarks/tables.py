"""The results as Markdown tables: digitrec beside the others."""

from collections.abc import Iterable, Sequence

from benchmarks.bounds import COMPARED, Bound
from benchmarks.peers import OURS, PEERS
from benchmarks.results import SIZES, Results

MB = 1_000_000  # bytes


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table, numbers to the right."""
    align = ["---", *["--:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, align, *rows])


def bounds(evaluated: Iterable[Bound]) -> str:
    """Return what had to be shown, what was measured, and whether it holds."""
    return table(
        ["Figure", "Bound", "Measured", "Holds", "Best peer"],
        [
            [
                bound.name,
                f"below {bound.most:g}" if bound.against else f"at most {bound.most:g}",
                value(bound),
                "yes" if bound.holds else "**no**",
                bound.against,
            ]
            for bound in evaluated
        ],
    )


def elsewhere(results: Results, evaluated: Iterable[Bound]) -> str:
    """Return what was measured of each bound here and on other machines, what misses it in bold."""
    runs = results.elsewhere
    rows = [["measured on", results.date, *(run["date"] for run in runs)]]
    for bound in evaluated:
        measured = [bound.measured, *(run["bounds"].get(bound.name) for run in runs)]
        rows.append([bound.name, *(_kept(bound, each) for each in measured)])
    return table(
        ["", results.machine["processor"], *(run["machine"]["processor"] for run in runs)], rows
    )


def compared(results: Results, figures: dict[str, str]) -> str:
    """Return the medians of some figures, a row for each peer, and each one's ratio to digitrec."""
    return table(
        ["", *figures],
        [
            [PEERS[name].title, *(_beside(results, figure, name) for figure in figures.values())]
            for name in results.measured
        ],
    )


def extremes(results: Results) -> str:
    """Return the least and the most of what is compared: of all calls, the slow ones too."""
    figures = {name: figure for name, figure in COMPARED.items() if figure not in SIZES}
    return table(
        ["", *figures],
        [
            [
                PEERS[name].title,
                *(
                    " to ".join(amount(figure, each) for each in results.extremes(figure, name))
                    for figure in figures.values()
                ),
            ]
            for name in results.measured
        ],
    )


def lost(results: Results) -> str:
    """Return digitrec's ratio to every peer in the figures in which one is better; "" if in none.

    What is lost is in bold.
    """
    others = results.measured[1:]
    rows = []
    shared = [figure for figure, of in results.figures.items() if of.keys() >= set(others)]
    for figure in [*shared, *SIZES]:
        ratios = [results.ratio((figure, OURS), (figure, name)) for name in others]
        if any(ratio > 1 for ratio in ratios):
            shown = (f"**{ratio:.2f}**" if ratio > 1 else f"{ratio:.2f}" for ratio in ratios)
            rows.append([figure, *shown])
    return table(["", *(PEERS[name].title for name in others)], rows) if rows else ""


def value(bound: Bound) -> str:
    """Return what was measured of a bound."""
    return "not measured" if bound.measured is None else f"{bound.measured:.2f}"


def amount(figure: str, value: float) -> str:
    """Return a figure's value with its unit."""
    if figure == "memory" or figure in SIZES:
        return f"{value / MB:.0f} MB"
    return f"{value:.0f} ms" if value >= 100 else f"{value:.2f} ms"  # noqa: PLR2004


def _kept(bound: Bound, measured: float | None) -> str:
    if measured is None:
        return "not measured"
    return f"{measured:.2f}" if bound.allows(measured) else f"**{measured:.2f}**"


def _beside(results: Results, figure: str, name: str) -> str:
    shown = amount(figure, results.median(figure, name))
    if name == OURS:
        return shown
    return f"{shown} ({results.ratio((figure, name), (figure, OURS)):.2f})"
