"""The connected pieces of a mask, and which of them are the digit."""

import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.float32]
Mask = NDArray[np.bool_]

SPECK = 0.02  # of the digit's ink: a smaller piece apart from it is dirt
CRUMB = 0.004  # the same for a piece within the digit's own box
GAP = 0.12  # of the digit's longer side: how far away even a small piece may be part of it
REACH = 0.6  # of that side: how much farther a piece as heavy as the digit may be
MOST = 64  # pieces, heaviest first, that are looked at: a digit has a few, dust has thousands


def digit_pieces(mask: Mask, contrast: Map) -> Mask:
    """Return the part of a mask that is the digit: its largest piece and what belongs to it."""
    labels, count = label(mask)
    if count == 1:
        return mask
    flat = labels.ravel()
    mass = np.bincount(flat, weights=np.maximum(contrast, 0).ravel(), minlength=count + 1)
    mass[0] = 0
    order = np.argsort(mass)[::-1][:count]
    kept = [int(order[0])]
    total = mass[order[0]]
    top, bottom, left, right = bounds(labels == order[0])
    for piece in order[1:MOST]:
        if mass[piece] < CRUMB * total:
            break
        t, b, start, end = bounds(labels == piece)
        gap = max(t - bottom, top - b, start - right, left - end)
        reach = GAP + REACH * mass[piece] / total
        if gap > reach * max(bottom - top, right - left):
            continue
        if mass[piece] < SPECK * total and gap > -1:
            continue
        kept.append(int(piece))
        total += mass[piece]
        top, bottom, left, right = min(t, top), max(b, bottom), min(start, left), max(end, right)
    return np.isin(labels, kept)


def label(mask: Mask) -> tuple[NDArray[np.intp], int]:
    """Return the 8-connected pieces of a mask, numbered from 1 (paper is 0), and their number.

    By runs: the pixels of a row that follow one another are one node, and a node is joined with
    those that it touches in the row above.
    """
    height, width = mask.shape
    padded = np.zeros((height, width + 2), np.int8)
    padded[:, 1:-1] = mask
    edges = np.flatnonzero(np.diff(padded.ravel()))
    starts, ends = edges[::2] + 1, edges[1::2]  # in padded coordinates, both inclusive
    stride = width + 2
    first = np.searchsorted(ends, starts - stride - 1)
    last = np.searchsorted(starts, ends - stride + 1, side="right")
    parent = list(range(len(starts)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    for i, (low, high) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        for j in range(low, high):
            a, b = root(i), root(j)
            parent[max(a, b)] = min(a, b)
    roots = np.array([root(i) for i in range(len(parent))], np.intp)
    names, numbers = np.unique(roots, return_inverse=True)
    steps = np.zeros(height * stride + 1, np.intp)
    steps[starts] = numbers + 1
    steps[ends + 1] = -(numbers + 1)
    return np.cumsum(steps)[:-1].reshape(height, stride)[:, 1:-1], len(names)


def bounds(mask: Mask) -> tuple[int, int, int, int]:
    """Return top, bottom, left, right of the True part of a mask; bottom and right exclusive."""
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
