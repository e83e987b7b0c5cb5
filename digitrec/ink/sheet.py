"""Sheets of paper: shapes with four sides, of which the digit on them is none."""

import math

import numpy as np
from numpy.typing import NDArray

from digitrec.ink.label import bounds, label, largest_piece

Mask = NDArray[np.bool_]

FOUR_SIDED = 0.85  # of a shape and the quadrilateral between its corners, what they share; a 0: 0.6
LARGE = 0.1  # of the picture, the box around a sheet
SQUARE = 2  # times as long as it is wide, at most: a bar is a 1
BROAD = 0.2  # of the square over its box's diagonal, at least: a 1 that lies aslant has less
LEAST = 16  # px, its shorter side: on a smaller one no digit can be read
HALF = 0.5  # px, from the middle of a pixel, where a shape's corners are, to its edge
SOLID = 0.65  # of a sheet, what no digit covers; the holes of a square 0 are larger


def four_sided(shape: Mask) -> float:
    """Return how much a shape is like a quadrilateral, turned or in perspective, 0..1.

    That is the area which the two share over the area of both. The quadrilateral's corners are the
    shape's point farthest from its middle, the point farthest from that one, and those farthest
    from the line between the two, on both sides of it.
    """
    y, x = shape.nonzero()
    points = np.stack([x, y]).astype(np.float64)
    first = _farthest(points, points.mean(axis=1))
    second = _farthest(points, first)
    sides = _beside(points, first, second)
    corners = (first, points[:, sides.argmax()], second, points[:, sides.argmin()])
    places = np.indices(shape.shape)[::-1].reshape(2, -1).astype(np.float64)
    edges = zip(corners, (*corners[1:], first), strict=True)
    within = [_beside(places, *edge) <= HALF for edge in edges]
    ideal = np.logical_and.reduce(within).reshape(shape.shape)
    return int(np.count_nonzero(ideal & shape)) / int(np.count_nonzero(ideal | shape))


def _beside(
    points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how far points are from the line through two others, px, positive on its right."""
    (x, y), (width, height) = points - start[:, None], end - start
    beside: NDArray[np.float64] = (width * y - height * x) / max(math.hypot(width, height), 1)
    return beside


def _farthest(points: NDArray[np.float64], place: NDArray[np.float64]) -> NDArray[np.float64]:
    return points[:, ((points - place[:, None]) ** 2).sum(axis=0).argmax()]


def filled(piece: Mask) -> Mask:
    """Return a piece and all that it encloses."""
    labels, _ = label(np.pad(~piece, 1, constant_values=True))
    enclosed: Mask = labels != labels[0, 0]
    return enclosed[1:-1, 1:-1]


def largest(mask: Mask) -> Mask:
    """Return the largest piece of a mask and all that it encloses."""
    return filled(largest_piece(mask))


def sheet_in(mask: Mask) -> Mask | None:
    """Return the largest piece of a mask, its holes filled, if it looks like a sheet of paper."""
    piece = largest_piece(mask)
    top, bottom, left, right = bounds(piece)
    short, long = sorted((bottom - top, right - left))
    if short * long < LARGE * mask.size or long > SQUARE * short or short < LEAST:
        return None
    sheet = filled(piece)
    area = int(np.count_nonzero(sheet))
    solid = int(np.count_nonzero(piece)) >= SOLID * area
    broad = area >= BROAD * (short * short + long * long)
    if not solid or not broad or sheet.all() or four_sided(sheet) < FOUR_SIDED:
        return None
    return sheet


def grown(mask: Mask, steps: int) -> Mask:
    """Return a mask and what is within `steps` px of it."""
    return ~inner(~mask, steps)


def inner(mask: Mask, steps: int) -> Mask:
    """Return the part of a mask that is more than `steps` px from its edge."""
    for _ in range(steps):
        around = np.pad(mask, 1, constant_values=True)
        mask = mask & around[:-2, 1:-1] & around[2:, 1:-1] & around[1:-1, :-2] & around[1:-1, 2:]
    return mask
