"""The connected pieces of a mask, told apart."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Labels = NDArray[np.intp]
Box = tuple[int, int, int, int]  # top, bottom, left, right; bottom and right exclusive
Boxes = Mapping[int, Box]  # by the pieces' numbers, counted from 1, the heaviest first


def label(mask: Mask, *, corners: bool = True) -> tuple[Labels, int]:
    """Return the pieces of a mask, numbered from 1 (paper is 0), and their number.

    Ink is 8-connected; the paper between strokes, without `corners`, 4-connected.
    """
    runs = runs_of(mask, corners=corners)
    return labels_of(runs, mask), runs.pieces


def largest_piece(mask: Mask) -> Mask:
    """Return the largest piece of a mask."""
    labels, _ = label(mask)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    piece: Mask = labels == sizes.argmax()
    return piece


class Runs(NamedTuple):
    """Pixels of a row that follow one another, from `starts` to `ends`, and their pieces."""

    starts: NDArray[np.intp]
    ends: NDArray[np.intp]
    numbers: NDArray[np.intp]
    pieces: int


def runs_of(mask: Mask, *, corners: bool = True) -> Runs:
    """Return the runs of a mask, each with the number of its piece, counted from 0.

    Those that meet at their `corners` alone are of one piece, too, or are not.
    Places are counted through all rows, each with a pixel of paper on both sides.
    """
    height, width = mask.shape
    stride = width + 2
    padded = np.zeros((height, stride), np.bool_)
    padded[:, 1:-1] = mask
    flat = padded.ravel()
    edges = (flat[1:] != flat[:-1]).nonzero()[0]
    starts, ends = edges[::2] + 1, edges[1::2]
    # Those in the row above that a run touches.
    first = ends.searchsorted(starts - stride - corners)
    last = starts.searchsorted(ends - stride + corners, "right")
    # Each that touches none may begin a piece, and where two meet there is one fewer.
    pieces = int(np.count_nonzero(last <= first))
    if pieces == 1:
        return Runs(starts, ends, np.zeros(len(starts), np.intp), 1)
    # Most runs touch one. It leads to its own, and so on to the piece's first, a row a step.
    parent = np.where(last > first, first, np.arange(len(starts)))
    for _ in range(height.bit_length()):
        parent = parent.take(parent)  # twice as far each time
    # Where arms meet, a run touches several.
    roots = parent.tolist()

    def root(i: int) -> int:
        while roots[i] != i:
            roots[i] = i = roots[roots[i]]
        return i

    for i in (last > first + 1).nonzero()[0].tolist():
        for j in range(int(first[i]) + 1, int(last[i])):
            a, b = root(i), root(j)
            if a != b:
                roots[max(a, b)] = min(a, b)
                pieces -= 1
    if pieces == 1:
        return Runs(starts, ends, np.zeros(len(starts), np.intp), 1)
    found = np.array([root(i) for i in range(len(roots))], np.intp)
    heads = (found == np.arange(len(found))).nonzero()[0]
    return Runs(starts, ends, heads.searchsorted(found), pieces)


def labels_of(runs: Runs, mask: Mask) -> Labels:
    """Return the number of each pixel's piece, counted from 1; paper is 0."""
    height, width = mask.shape
    steps = np.zeros(height * (width + 2) + 1, np.intp)
    steps[runs.starts] = runs.numbers + 1
    steps[runs.ends + 1] = -(runs.numbers + 1)
    return np.cumsum(steps)[:-1].reshape(height, width + 2)[:, 1:-1]


def boxes_of(runs: Runs, mask: Mask) -> list[Box]:
    """Return the box of each piece, as `bounds` does."""
    stride = mask.shape[1] + 2
    order = runs.numbers.argsort(kind="stable")  # and within a piece row by row
    first = runs.numbers[order].searchsorted(np.arange(runs.pieces))
    rows, left = np.divmod(runs.starts[order], stride)
    right = runs.ends[order] % stride
    sides = (
        rows[first],
        np.append(rows[first[1:] - 1], rows[-1]) + 1,
        np.minimum.reduceat(left, first) - 1,
        np.maximum.reduceat(right, first),
    )
    return list(zip(*(side.tolist() for side in sides), strict=True))


def bounds(mask: Mask) -> Box:
    """Return the box around the True part of a mask."""
    rows: Mask = np.logical_or.reduce(mask, axis=1)
    columns: Mask = np.logical_or.reduce(mask, axis=0)
    return (
        int(rows.argmax()),
        len(rows) - int(rows[::-1].argmax()),
        int(columns.argmax()),
        len(columns) - int(columns[::-1].argmax()),
    )


def dilated(mask: Mask) -> Mask:
    """Return the mask and its eight neighbours."""
    height, width = mask.shape
    padded = np.zeros((height + 2, width + 2), np.bool_)
    padded[1:-1, 1:-1] = mask
    tall = padded[:-2] | padded[1:-1]
    tall |= padded[2:]
    grown = tall[:, :-2] | tall[:, 1:-1]
    grown |= tall[:, 2:]
    return grown


def longer_side(box: Box) -> int:
    """Return the longer side of a box, px."""
    top, bottom, left, right = box
    return max(bottom - top, right - left)


def width_of(mask: Mask) -> float:
    """Return the width of strokes, px: twice their area over the length of their edges."""
    ends = np.count_nonzero(mask[1:] != mask[:-1]), np.count_nonzero(mask[:, 1:] != mask[:, :-1])
    return 2 * int(np.count_nonzero(mask)) / max(1, int(sum(ends)))


def is_at_border(mask: Mask) -> bool:
    """Return whether any of a mask is on its border."""
    return any(_at_sides(mask))


def is_across(mask: Mask) -> bool:
    """Return whether a mask goes to opposite sides of its border."""
    top, bottom, left, right = _at_sides(mask)
    return (top and bottom) or (left and right)


def _at_sides(mask: Mask) -> tuple[bool, bool, bool, bool]:
    """Return whether any of a mask is at the top, the bottom, the left, the right."""
    top, bottom, left, right = mask[0], mask[-1], mask[:, 0], mask[:, -1]
    return bool(top.any()), bool(bottom.any()), bool(left.any()), bool(right.any())
