"""python -m benchmarks run | report: digitrec beside what people use instead."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import bounds, environments, machine, measure, report, serving, tables
from benchmarks.peers import OURS, PEERS
from benchmarks.results import FILE, Results
from deploy import BUILD


def run(options: argparse.Namespace) -> Results:
    """Build what is missing, measure everything in turn, and return the results."""
    peers = {name: _built(name) for name in options.peers}
    measured = [name for name, known in peers.items() if "size" in known]
    print(f"Measuring {', '.join(measured)}: {options.rounds} rounds.", flush=True)
    here = machine.describe()
    before = Results.read(options.results) if options.results.exists() else None
    figures = measure.measure(measured, options.rounds)
    return Results(
        date=datetime.now(UTC).date().isoformat(),
        machine=here,
        peers=peers,
        artifact=options.zip.stat().st_size,
        load=serving.measure(options.load_rounds),
        elsewhere=bounds.elsewhere(before, here) if before else [],
        **figures,
    )


def _built(name: str) -> dict[str, Any]:
    print(f"Building {PEERS[name].title}", flush=True)
    try:
        return environments.build(PEERS[name])
    except environments.Unavailable as error:
        if name == OURS:
            raise
        print(f"Not measured: {error}", file=sys.stderr)
        return {"not measured": str(error)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line asks for; exit with 1 when a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    runs = commands.add_parser("run", help="measure, and write docs/benchmarks.*")
    runs.add_argument("--rounds", type=int, default=7)
    runs.add_argument("--load-rounds", type=int, default=3)
    runs.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS))
    runs.add_argument("--zip", type=Path, default=BUILD / "digitrec-x86_64.zip")
    runs.add_argument("--results", type=Path, default=FILE)
    reports = commands.add_parser("report", help="write docs/benchmarks.md anew")
    reports.add_argument("--results", type=Path, default=FILE)
    options = parser.parse_args(arguments)
    if options.command == "run":
        run(options).write(options.results)
    results = Results.read(options.results)
    report.write(results)
    evaluated = bounds.evaluate(results)
    printed = (
        report.machine(results),
        tables.compared(results, bounds.COMPARED),
        tables.extremes(results),
        tables.bounds(evaluated),
    )
    print(*printed, sep="\n\n")
    missed = [bound.name for bound in evaluated if not bound.holds]
    if missed:
        raise SystemExit(f"Missed: {'; '.join(missed)}.")


if __name__ == "__main__":
    main()
