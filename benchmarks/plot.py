"""The results to a diagram."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks import events, plan
from benchmarks.peers import OURS, PEERS
from benchmarks.results import Results

BARS = {
    "warm request, 280x280 PNG (ms)": (plan.handler(events.CANVAS), 1.0),
    "cold start (ms)": ("cold", 1.0),
    "memory (MB)": ("memory", 1e6),
}


def write(results: Results, file: Path) -> None:
    """Write the diagram as an SVG file; equal results give equal bytes."""
    figure = Figure(figsize=(10, 7), layout="constrained")
    axes = figure.subplots(2, 2)
    for place, (title, (name, unit)) in zip(axes.flat, BARS.items(), strict=False):
        _bars(place, results, name, unit)
        place.set_title(title, size=10)
    _growth(axes[1][1], results)
    # Text stays text and no date is written: an unchanged figure is an unchanged file.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "digitrec"}):
        figure.savefig(file, metadata={"Date": None})


def _bars(axes: Axes, results: Results, figure: str, unit: float) -> None:
    names = results.measured[::-1]  # the first is drawn lowest
    values = [results.median(figure, name) / unit for name in names]
    colours = ["tab:orange" if name == OURS else "tab:grey" for name in names]
    bars = axes.barh([PEERS[name].title for name in names], values, color=colours)
    axes.bar_label(bars, fmt="%.4g", padding=3, size=8)
    axes.margins(x=0.15)  # for the labels
    axes.tick_params(labelsize=8)


def _growth(axes: Axes, results: Results) -> None:
    areas = [px * px / 1e6 for px in events.SIDES]
    lines = dict.fromkeys(results.measured, ("tab:grey", "")) | {
        OURS: ("tab:orange", "digitrec"),
        plan.AFTER: ("tab:blue", "digitrec, after decoding"),
    }
    for who, (colour, title) in lines.items():
        values = [results.median(plan.handler(events.side(px)), who) for px in events.SIDES]
        axes.plot(areas, values, "o-", color=colour, label=title or "_", markersize=3)
    axes.set(xscale="log", yscale="log")
    axes.set_xlabel("a canvas's area (megapixels)", size=8)
    axes.set_title("warm request (ms); the others in grey", size=10)
    axes.legend(fontsize=7)
    axes.tick_params(labelsize=8)
