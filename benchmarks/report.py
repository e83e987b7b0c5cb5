"""What was measured as Markdown tables, printed and written into docs/benchmarks.md."""

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import Figures
from benchmarks.bounds import Bound
from benchmarks.load import TIME
from benchmarks.measure import COLD, INSTALLED, INSTRUCTIONS, MEMORY, ZIPPED
from benchmarks.plan import ALL, BASELINE, PEERS
from deploy import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
START, END = "<!-- written by make bench -->\n", "<!-- end -->"
SMALL = 10  # is shown with two decimals
SHOWN = (*ALL, INSTRUCTIONS, COLD, MEMORY, INSTALLED, ZIPPED)


def bounds(evaluated: Iterable[Bound], figures: Figures) -> str:
    """Return a table of the bounds; in bold what misses its own."""
    rows = []
    for bound in evaluated:
        mark = "" if bound.holds(figures) else "**"
        measured = f"{mark}{bound.ratio(figures):.2f}{mark}"
        rows.append([bound.name, f"{bound.below:g}", measured])
    return table(["Ratio", "Below", "Measured"], rows)


def peers(figures: Figures) -> str:
    """Return a table of the peers' figures, and the baseline's."""
    columns = (*PEERS, BASELINE)
    rows = [[name, *(_number(figures[name].get(who)) for who in columns)] for name in SHOWN]
    return table(["Figure", *columns], rows)


def throughput(figures: Figures) -> str:
    """Return the answers a second, by the number of clients, in a sentence's words."""
    each = (f"{1000 / ms:.0f} with {clients}" for clients, ms in figures[TIME].items())
    return f"Answers per second: {', '.join(each)} clients."


def write(tables: Sequence[str]) -> None:
    """Replace what stands between the page's two marks."""
    before, rest = PAGE.read_text(encoding="utf-8").split(START)
    after = rest[rest.index(END) :]
    text = "\n\n".join([machine(), *tables])
    PAGE.write_text(f"{before}{START}{text}\n{after}", encoding="utf-8")


def machine() -> str:
    """Return the date, the processor and Python, in a sentence's words."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    processor = next((line.split(": ")[1] for line in lines if line.startswith("model name")), "")
    return (
        f"{datetime.now(UTC).date()}, {processor or platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}."
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table, numbers to the right."""
    align = ["---", *["--:"] * (len(head) - 1)]
    return "\n".join(" | ".join(row) for row in [head, align, *rows])


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if value < SMALL else f"{value:.0f}"
