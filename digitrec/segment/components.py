"""Masks: the box around them, their connected components, and masks a pixel wider."""

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def bounds(mask: Mask) -> tuple[int, int, int, int]:
    """Return top, bottom, left, right of the True part of a mask; bottom and right exclusive."""
    rows: Mask = np.logical_or.reduce(mask, axis=1)
    columns: Mask = np.logical_or.reduce(mask, axis=0)
    return (
        int(rows.argmax()),
        len(rows) - int(rows[::-1].argmax()),
        int(columns.argmax()),
        len(columns) - int(columns[::-1].argmax()),
    )


def count_components(mask: Mask) -> int:
    """Return the number of 8-connected components: runs of a row that touch are of one."""
    height, width = mask.shape
    stride = width + 2  # each row has a pixel of background on both sides
    padded = np.zeros((height, stride), np.bool_)
    padded[:, 1:-1] = mask
    flat = padded.ravel()
    edges = (flat[1:] != flat[:-1]).nonzero()[0]
    starts, ends = edges[::2] + 1, edges[1::2]
    # Those in the row above that a run touches.
    first = ends.searchsorted(starts - stride - 1)
    last = starts.searchsorted(ends - stride + 1, "right")
    components = int(np.count_nonzero(last <= first))  # as many as begin
    if components == 1:
        return 1
    # A run is of the component of the first that it touches; where it touches more, two meet.
    parent = np.where(last > first, first, np.arange(len(starts)))
    for _ in range(height.bit_length()):
        parent = parent.take(parent)  # twice as far each time
    roots = parent.tolist()

    def root(run: int) -> int:
        while roots[run] != run:
            roots[run] = run = roots[roots[run]]
        return run

    for run in (last > first + 1).nonzero()[0].tolist():
        for other in range(int(first[run]) + 1, int(last[run])):
            a, b = root(run), root(other)
            if a != b:
                roots[max(a, b)] = min(a, b)
                components -= 1
    return components


def dilated(mask: Mask) -> Mask:
    """Return the mask, and the eight neighbours of each of its pixels."""
    height, width = mask.shape
    padded = np.zeros((height + 2, width + 2), np.bool_)
    padded[1:-1, 1:-1] = mask
    tall = padded[:-2] | padded[1:-1]
    tall |= padded[2:]
    grown = tall[:, :-2] | tall[:, 1:-1]
    grown |= tall[:, 2:]
    return grown
