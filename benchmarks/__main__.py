"""python -m benchmarks: compare digitrec with its peers and baselines, and check its bounds."""

import argparse
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import Figures, cold, instructions, load, measure, report
from benchmarks.bounds import BOUNDS
from deploy import BUILD


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print tables, write them to docs/benchmarks.md; exit with 1 if a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--only", choices=BOUNDS, help="measure one part, and write nothing")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--zip", type=Path, default=BUILD / "digitrec-x86_64.zip")
    options = parser.parse_args(arguments)
    parts = [options.only] if options.only else list(BOUNDS)
    for tool, users in {"valgrind": {"peers", "instructions"}, "wrk": {"load"}}.items():
        if users.intersection(parts) and shutil.which(tool) is None:
            raise SystemExit(f"{tool} is missing; to get it: apt-get install {tool}")
    measured: dict[str, Callable[[], Figures]] = {
        "peers": lambda: measure.measure(options.rounds),
        "load": load.measure,
        "cold": lambda: cold.measure(options.zip),
        "instructions": lambda: instructions.measure(options.zip),
    }
    figures: Figures = {}
    for part in parts:
        figures |= measured[part]()
    bounds = [bound for part in parts for bound in BOUNDS[part]]
    tables = [report.bounds(bounds, figures)]
    if not options.only:
        tables += [report.peers(figures), report.throughput(figures)]
        report.write(tables)
    print(*tables, sep="\n\n")
    missed = [bound.name for bound in bounds if not bound.holds(figures)]
    if missed:
        raise SystemExit(f"Missed: {'; '.join(missed)}.")


if __name__ == "__main__":
    main()
