"""What was measured, as it lies in docs/benchmarks.json, and the ratios in it."""

import json
import statistics
from pathlib import Path
from typing import Any, NamedTuple, Self

from benchmarks import ROOT
from benchmarks.load import Load
from benchmarks.peers import OURS, PEERS

FILE = ROOT / "docs" / "benchmarks.json"
SIZES = ("installed", "zip")

Key = tuple[str, str]  # a figure, and who was measured


class Results(NamedTuple):
    """One run of all measurements.

    Attributes
    ----------
    date
        Of the run, as 2026-11-22.
    machine
        What it ran on, from "processor" to "Python".
    peers
        By name, in the order of `PEERS`: what `environments.build` answers, or "not measured" and
        the reason.
    artifact
        Bytes of the zip that is deployed.
    figures, steps
        See `measure.measure`.
    load
        What clients of `make serve` saw, by their number.
    elsewhere
        What the last run on each other machine showed: see `bounds.elsewhere`.
    """

    date: str
    machine: dict[str, str]
    peers: dict[str, dict[str, Any]]
    artifact: int
    figures: dict[str, dict[str, dict[str, Any]]]
    steps: dict[str, dict[str, list[float]]]
    load: list[Load]
    elsewhere: list[dict[str, Any]]

    @classmethod
    def read(cls, file: Path = FILE) -> Self:
        """Return the results in a file."""
        content = json.loads(file.read_text(encoding="utf-8"))
        return cls(**content | {"load": [Load(*of) for of in content["load"]]})

    def write(self, file: Path = FILE) -> None:
        """Write the results to a file, numbers with five digits."""
        text = json.dumps(_rounded(self._asdict()), indent=1)
        file.write_text(f"{text}\n", encoding="utf-8")

    @property
    def measured(self) -> list[str]:
        """The names of those that could be measured, digitrec's first."""
        return [name for name in PEERS if "size" in self.peers.get(name, {})]

    def median(self, figure: str, who: str = OURS) -> float:
        """Return the median over the rounds of a figure; of sizes, the size."""
        if figure in SIZES:
            return float(self.peers[who]["size"][figure])
        return statistics.median(self.figures[figure][who]["rounds"])

    def extremes(self, figure: str, who: str) -> tuple[float, float]:
        """Return the least and the most of all calls of a figure; of sizes, twice the size."""
        if figure in SIZES:
            return self.median(figure, who), self.median(figure, who)
        series = self.figures[figure][who]
        return series["min"], series["max"]

    def ratio(self, this: Key, that: Key) -> float:
        """Return how many times as much one takes as another: the median over the rounds."""
        if this[0] in SIZES:
            return self.median(*this) / self.median(*that)
        ours, theirs = (self.figures[figure][who]["rounds"] for figure, who in (this, that))
        return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))

    def best_peer(self, figure: str) -> str | None:
        """Return who of the others is best in a figure, if any was measured."""
        others = [name for name in self.measured if name != OURS]
        return min(others, key=lambda name: self.median(figure, name), default=None)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return value
