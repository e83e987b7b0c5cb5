"""Votes of pixels to digits: pixels that vote for one centre are one digit."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitrec.morphology import Mask, bounding_box
from digitrec.segment.network import HALF, Votes

Floats = NDArray[np.floating[Any]]
Centre = tuple[float, float, float]  # y, x and size, px of the output

STROKE = 0.1  # probability from which a pixel is a stroke
APART = 0.45  # of its size: centres nearer than this belong to one digit
MIN_VOTES = 0.7  # votes, each divided by its predicted size: fewer make no digit
MAX_DIGITS = 256  # digits in a picture
DOUBTED = 0.4  # a digit's probability is this quantile of its pixels' probabilities


class Found(NamedTuple):
    """A digit in the network's output.

    Attributes
    ----------
    mask
        (height, width) of the output: its strokes.
    box
        Left, top, right and bottom of the strokes, px of the input.
    size
        The longer side that its pixels vote for, px of the input.
    probability
        The probability that it is a digit: three in five of its pixels have at least this.
    """

    mask: Mask
    box: tuple[int, int, int, int]
    size: float
    probability: float


def digits_in(votes: Votes) -> list[Found]:
    """Return the digits that pixels vote for, in no particular order."""
    y, x = np.nonzero(votes.probability > STROKE)
    if len(y) == 0:
        return []
    height, width = votes.probability.shape
    size = votes.size[y, x] / HALF
    down = y + votes.down[y, x] / HALF
    across = x + votes.across[y, x] / HALF
    # Dividing by size gives digits about the same weight: a large one has more pixels.
    ballot = np.zeros((height + 2, width + 2), np.float32)
    row = np.clip(np.rint(down), 0, height - 1).astype(int) + 1
    column = np.clip(np.rint(across), 0, width - 1).astype(int) + 1
    np.add.at(ballot, (row, column), 1 / size)
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
    for number in np.unique(owner):
        own = owner == number
        mask = np.zeros((height, width), np.bool_)
        mask[y[own], x[own]] = True
        top, bottom, left, right = (HALF * side for side in bounding_box(mask))
        side = HALF * float(np.median(size[own]))
        probability = float(np.quantile(votes.probability[mask], DOUBTED))
        found.append(Found(mask, (left, top, right, bottom), side, probability))
    return found


def _centres(near: Floats, down: Floats, across: Floats, size: Floats) -> list[Centre]:
    """Return y, x and size of each centre, the one with most votes first."""
    rows, columns = np.ogrid[: near.shape[0], : near.shape[1]]
    left = near.copy()
    centres: list[Centre] = []
    for _ in range(MAX_DIGITS):
        y, x = np.unravel_index(left.argmax(), left.shape)
        if left[y, x] < MIN_VOTES:
            break
        voters = np.maximum(np.abs(down - y), np.abs(across - x)) <= 2  # noqa: PLR2004
        its = float(np.median(size[voters])) if voters.any() else 1.0
        centres.append((float(y), float(x), its))
        left[(rows - y) ** 2 + (columns - x) ** 2 <= (its * APART) ** 2] = 0
    return centres


def in_lines(found: list[Found]) -> list[list[Found]]:
    """Return digits in reading order: in lines from top to bottom, each from left to right."""
    lines: list[list[Found]] = []
    for digit in sorted(found, key=lambda each: each.box[0] + each.box[2]):
        shares = [_overlap(line[-1], digit) for line in lines]
        if max(shares, default=0.0) > 0:
            lines[shares.index(max(shares))].append(digit)
        else:
            lines.append([digit])
    return sorted(lines, key=lambda line: np.mean([d.box[1] + d.box[3] for d in line]))


def _overlap(one: Found, other: Found) -> float:
    """Return their vertical overlap as a share of the smaller height, negative if none."""
    _, top, _, bottom = one.box
    _, upper, _, lower = other.box
    return (min(bottom, lower) - max(top, upper)) / min(bottom - top, lower - upper)
