"""Votes of pixels to digits: pixels that vote for one centre are one digit."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitrec.segment.network import HALF, Votes

Mask = NDArray[np.bool_]

STROKE = 0.5  # probability from which a pixel is a stroke
SAME = 1 / 3  # of its size: centres that are nearer are of one digit
LEAST = 0.5  # votes, each over the size that it tells: fewer make no digit
MOST = 256  # digits in a picture
LINE = 0.15  # of the lower digit's height: boxes of a line overlap by so much


class Found(NamedTuple):
    """A digit in the network's output.

    Attributes
    ----------
    mask
        (height, width) of the output: its strokes.
    top, bottom, left, right
        Of the box around them, px of the input.
    size
        Its longer side, px of the input.
    probability
        Mean of its pixels', that they are a digit's strokes.
    """

    mask: Mask
    top: int
    bottom: int
    left: int
    right: int
    size: float
    probability: float


def digits_in(votes: Votes) -> list[Found]:
    """Return the digits that pixels vote for, in no order."""
    y, x = np.nonzero(votes.probability > STROKE)
    if len(y) == 0:
        return []
    height, width = votes.probability.shape
    size = votes.size[y, x] / HALF
    down = y + votes.down[y, x] / HALF
    across = x + votes.across[y, x] / HALF
    # Each digit weighs about the same, since a large one has more pixels.
    ballot = np.zeros((height + 2, width + 2), np.float32)
    at = (
        (np.clip(np.rint(down), 0, height - 1) + 1).astype(int),
        (np.clip(np.rint(across), 0, width - 1) + 1).astype(int),
    )
    np.add.at(ballot, at, 1 / size)
    near = np.zeros((height, width), np.float32)
    for i, j in np.ndindex(3, 3):
        near += ballot[i : i + height, j : j + width]
    centres = _centres(near, down, across, size)
    if not centres:
        return []
    places = np.array(centres)
    apart = np.hypot(down[:, None] - places[:, 0], across[:, None] - places[:, 1]) / places[:, 2]
    owner = apart.argmin(axis=1)
    found = []
    for number in range(len(places)):
        own = owner == number
        if not own.any():
            continue
        rows, columns = y[own], x[own]
        mask = np.zeros((height, width), np.bool_)
        mask[rows, columns] = True
        found.append(
            Found(
                mask,
                int(rows.min()) * HALF,
                (int(rows.max()) + 1) * HALF,
                int(columns.min()) * HALF,
                (int(columns.max()) + 1) * HALF,
                float(np.median(size[own])) * HALF,
                float(votes.probability[rows, columns].mean()),
            )
        )
    return found


def _centres(
    near: NDArray[np.floating[Any]],
    down: NDArray[np.floating[Any]],
    across: NDArray[np.floating[Any]],
    size: NDArray[np.floating[Any]],
) -> list[tuple[float, float, float]]:
    """Return y, x and size of each centre, the one with most votes first."""
    rows, columns = np.ogrid[: near.shape[0], : near.shape[1]]
    left = near.copy()
    centres: list[tuple[float, float, float]] = []
    for _ in range(MOST):
        y, x = np.unravel_index(left.argmax(), left.shape)
        if left[y, x] < LEAST:
            break
        voters = np.maximum(np.abs(down - y), np.abs(across - x)) <= 2  # noqa: PLR2004
        its = float(np.median(size[voters])) if voters.any() else 1.0
        centres.append((float(y), float(x), its))
        left[(rows - y) ** 2 + (columns - x) ** 2 <= (its * SAME) ** 2] = 0
    return centres


def in_order(found: list[Found]) -> list[list[tuple[int, Found]]]:
    """Return digits, each with its place in the list, in reading order.

    That is in lines from top to bottom, each from left to right.
    """
    lines: list[list[tuple[int, Found]]] = []
    for number, digit in sorted(enumerate(found), key=lambda pair: pair[1].left + pair[1].right):
        best, most = None, LINE
        for line in lines:
            _, last = line[-1]
            common = min(last.bottom, digit.bottom) - max(last.top, digit.top)
            share = common / min(last.bottom - last.top, digit.bottom - digit.top)
            if share > most:
                best, most = line, share
        if best is None:
            lines.append([(number, digit)])
        else:
            best.append((number, digit))
    return sorted(lines, key=lambda line: float(np.mean([d.top + d.bottom for _, d in line])))
