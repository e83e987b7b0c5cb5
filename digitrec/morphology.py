"""Morphology of masks and grey pictures: bounding box, connected components, dilation, erosion."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Pixels = TypeVar("Pixels", NDArray[np.bool_], NDArray[np.uint8])  # (height, width)


def bounding_box(mask: Mask) -> tuple[int, int, int, int]:
    """Return top, bottom, left, right of the True part of a mask; bottom and right exclusive."""
    rows: Mask = np.logical_or.reduce(mask, axis=1)
    columns: Mask = np.logical_or.reduce(mask, axis=0)
    top, bottom = int(rows.argmax()), len(rows) - int(rows[::-1].argmax())
    left, right = int(columns.argmax()), len(columns) - int(columns[::-1].argmax())
    return top, bottom, left, right


def count_components(mask: Mask) -> int:
    """Return the number of 8-connected components: runs of pixels that touch belong to one."""
    height, width = mask.shape
    stride = width + 2  # each row has a pixel of padding on both sides
    padded = np.zeros((height, stride), np.bool_)
    padded[:, 1:-1] = mask
    flat = padded.ravel()
    edges = (flat[1:] != flat[:-1]).nonzero()[0]
    starts, ends = edges[::2] + 1, edges[1::2]
    # The range of runs in the row above that each run touches.
    first = ends.searchsorted(starts - stride - 1)
    last = starts.searchsorted(ends - stride + 1, "right")
    components = int(np.count_nonzero(last <= first))  # one for each run that touches none above
    if components == 1:
        return 1
    # A run joins the component of the first run it touches; further ones are merged below.
    roots = np.where(last > first, first, np.arange(len(starts))).tolist()

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


def dilated(pixels: Pixels, *, corners: bool = True) -> Pixels:
    """Return each pixel's maximum over itself and its eight neighbours, or four without corners."""
    return _over_neighbours(np.maximum, pixels, corners=corners)


def eroded(pixels: Pixels, *, corners: bool = True) -> Pixels:
    """Return each pixel's minimum over itself and its eight neighbours, or four without corners."""
    return _over_neighbours(np.minimum, pixels, corners=corners)


def _over_neighbours(best: np.ufunc, pixels: Pixels, *, corners: bool) -> Pixels:
    result = pixels.copy()
    best(result[1:], pixels[:-1], out=result[1:])
    best(result[:-1], pixels[1:], out=result[:-1])
    source = result.copy() if corners else pixels
    best(result[:, 1:], source[:, :-1], out=result[:, 1:])
    best(result[:, :-1], source[:, 1:], out=result[:, :-1])
    return result
