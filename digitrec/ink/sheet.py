"""Sheets of paper: shapes with four sides, of which the digit on them is none."""

import functools
import itertools
import math

import numpy as np
from numpy.typing import NDArray

from digitrec.ink.label import bounds, label, largest_piece

Mask = NDArray[np.bool_]

FOUR_SIDED = 0.85  # of a shape and the quadrilateral between its corners, what they share; a 0: 0.6
LARGE = 0.1  # of the picture, the box around a sheet
SQUARE = 3  # times as long as it is wide, at most: a bar is a 1
BROAD = 0.2  # of the square over its box's diagonal, at least: a 1 that lies aslant has less
LEAST = 16  # px, its shorter side: on a smaller one no digit can be read
HALF = 0.5  # px, from the middle of a pixel, where a shape's corners are, to its edge
DIRECTIONS = 16  # all around, in which a sheet's corners are looked for
SOLID = 0.65  # of a sheet, what no digit covers; the holes of a square 0 are larger


def four_sided(shape: Mask) -> float:
    """Return how much a shape is like a quadrilateral, turned or in perspective, 0..1.

    That is the area which the two share over the area of both. The quadrilateral is the largest one
    between the shape's outermost points, seen from some directions all around.
    """
    corners = _corners(shape)
    places = np.indices(shape.shape)[::-1].reshape(2, -1).astype(np.float64)
    edges = zip(corners, (*corners[1:], corners[0]), strict=True)
    within = [_beside(places, *edge) <= HALF for edge in edges]
    ideal = np.logical_and.reduce(within).reshape(shape.shape)
    return int(np.count_nonzero(ideal & shape)) / int(np.count_nonzero(ideal | shape))


def _corners(shape: Mask) -> NDArray[np.float64]:
    """Return (4, 2), the corners x, y of the largest quadrilateral, in turn."""
    inked: Mask = np.logical_or.reduce(shape, axis=1)
    rows = inked.nonzero()[0]
    first, last = shape[rows].argmax(axis=1), shape.shape[1] - 1 - shape[rows, ::-1].argmax(axis=1)
    ends = np.stack([np.concatenate([first, last]), np.tile(rows, 2)]).astype(np.float64)
    outwards, fours = _directions()
    points = ends[:, np.argmax(outwards @ ends, axis=1)].T
    # Twice the area is what the diagonals span.
    (a, b), (c, d) = ((points[fours[:, at + 2]] - points[fours[:, at]]).T for at in (0, 1))
    areas = np.abs(a * d - b * c)
    corners: NDArray[np.float64] = points[fours[areas.argmax()]]
    return corners


@functools.cache  # made late: most pictures show no sheet
def _directions() -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return (n, 2), unit vectors all around, and (m, 4), all ways to take four of them in turn."""
    angles = np.arange(DIRECTIONS) * (2 * math.pi / DIRECTIONS)
    fours = np.array(list(itertools.combinations(range(DIRECTIONS), 4)))
    return np.stack([np.cos(angles), np.sin(angles)], axis=1), fours


def _beside(
    points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how far points are from the line through two others, px, positive on one side."""
    (x, y), (width, height) = points - start[:, None], end - start
    beside: NDArray[np.float64] = (height * x - width * y) / max(math.hypot(width, height), 1)
    return beside


def filled(piece: Mask) -> Mask:
    """Return a piece and all that it encloses."""
    labels, _ = label(np.pad(~piece, 1, constant_values=True), corners=False)
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
    larger: Mask = distances(mask) <= steps
    return larger


def inner(mask: Mask, steps: int) -> Mask:
    """Return the part of a mask that is more than `steps` px from its edge."""
    return ~grown(~mask, steps)


def distances(mask: Mask) -> NDArray[np.int16]:
    """Return how far each pixel is from a mask, down or up and across, px.

    There and back along each axis (Rosenfeld and Pfaltz 1966), which takes the same time however
    far they are. If the mask is empty, all are farther than the sides are long.
    """
    apart = np.where(mask, 0, sum(mask.shape)).astype(np.int16)
    for lines in (apart, apart.T):
        place = np.arange(len(lines), dtype=np.int16)[:, None]
        np.minimum(lines, np.minimum.accumulate(lines - place) + place, out=lines)
        back = np.minimum.accumulate((lines + place)[::-1])[::-1] - place
        np.minimum(lines, back, out=lines)
    return apart
