"""The evaluation to MODEL_CARD.md and the diagrams in docs/."""

import io
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure as Plot
from PIL import Image

from training.answers import BINS
from training.evaluate import Evaluation

SHOWN = 18  # mistakes, in rows of six
START, END = "<!-- figures: written by make evaluate -->", "<!-- end of figures -->"


def table(evaluation: Evaluation) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| Figure | Measured | Bound |", "|---|---|---|"]
    for figure in evaluation.figures:
        unit = f" {figure.unit}" if figure.unit else ""
        value = f"{figure.value:.{2 if unit else 0}f}{unit}"
        bound = ""
        if figure.bound is not None:
            bound = f"{'at most' if figure.most else 'at least'} {figure.bound:g}{unit}"
            bound += "" if figure.holds else " **(missed)**"
        lines.append(f"| {figure.name} | {value} | {bound} |")
    return "\n".join(lines)


def write(evaluation: Evaluation, card: Path, docs: Path) -> None:
    """Put the table into the card, between its two marks, and the diagrams into docs/."""
    before, rest = card.read_text(encoding="utf-8").split(START)
    after = rest.split(END)[1]
    classifier = f"Classifier: SHA-256 `{evaluation.sha256}`."
    segmenter = f"Segmenter: SHA-256 `{evaluation.segmenter_sha256}`."
    parts = f"{before}{START}", f"{classifier}\n{segmenter}", table(evaluation), f"{END}{after}"
    card.write_text("\n\n".join(parts), encoding="utf-8")
    # Text stays text and no date is written: an unchanged figure is an unchanged file.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "digitrec"}):
        for plot in (_confusion, _reliability, _mistakes):
            path = docs / f"{plot.__name__.removeprefix('_')}.svg"
            plot(evaluation).savefig(path, metadata={"Date": None})


def _confusion(evaluation: Evaluation) -> Plot:
    """Return the matrix of MNIST test: how often a digit (row) was read as another (column)."""
    counts = np.zeros((10, 11), int)  # the last column, -1, is for digits that were not found
    np.add.at(counts, (evaluation.test.labels, evaluation.test.digits), 1)
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    plot = Plot(figsize=(5, 5), layout="constrained")
    axes = plot.subplots()
    axes.imshow(wrong, cmap="Oranges", vmin=0, vmax=max(5, int(wrong.max())))
    for row, column in np.argwhere(counts):
        size = 7 if row == column else 10
        axes.text(column, row, counts[row, column], ha="center", va="center", size=size)
    axes.set(xticks=range(11), yticks=range(10), xlabel="read as", ylabel="digit")
    axes.set_xticklabels([*map(str, range(10)), "none"])
    axes.set_title("MNIST test")
    return plot


def _reliability(evaluation: Evaluation) -> Plot:
    """Return how often answers of each confidence are right on MNIST test."""
    confidences = evaluation.test.confidences
    bins = np.minimum((confidences * BINS).astype(int), BINS - 1)
    _, bins, counts = np.unique(bins, return_inverse=True, return_counts=True)
    shares = np.bincount(bins, evaluation.test.right) / counts
    means = np.bincount(bins, confidences) / counts
    plot = Plot(figsize=(5, 5), layout="constrained")
    axes = plot.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    axes.plot(means, shares, "o-")
    for x, y, count in zip(means, shares, counts, strict=True):
        axes.annotate(f"{count}", (x, y), xytext=(4, -10), textcoords="offset points", size=8)
    axes.set(xlabel="confidence", ylabel="share of right answers", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.set_title("MNIST test: confidence and truth, with the number of answers")
    return plot


def _mistakes(evaluation: Evaluation) -> Plot:
    """Return a sheet of misread digits drawn by program, the most confident first."""
    plot = Plot(figsize=(7, 4.4), layout="constrained")
    styled = evaluation.styled
    by_confidence = np.argsort(-styled.confidences, kind="stable")
    wrong = by_confidence[~styled.right[by_confidence]]
    for axes in (sheet := plot.subplots(SHOWN // 6, 6)).flat:
        axes.axis("off")
    for axes, i in zip(sheet.flat, wrong, strict=False):
        picture = Image.open(io.BytesIO(styled.labelled.pictures[i]))
        axes.imshow(picture, cmap="grey", vmin=0, vmax=255)
        read = f"read as {styled.digits[i]}" if styled.digits[i] >= 0 else "no digit found"
        written, confidence = styled.labelled.readings[i], styled.confidences[i]
        axes.set_title(f"{written}, {read}\n({confidence:.2f})", size=7)
    return plot
