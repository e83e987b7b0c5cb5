"""Lines that are drawn around a digit and are none of it: a frame, the box of a form, a ring."""

import math

import numpy as np
from numpy.typing import NDArray

from digitrec.ink.label import bounds, boxes_of, labels_of, largest_piece, longer_side, runs_of
from digitrec.ink.sheet import FOUR_SIDED, filled, four_sided, grown

Mask = NDArray[np.bool_]

OPEN = 0.5  # of a frame, at least, in which to write a digit
SECTORS = 36  # that a ring is looked at in, seen from its middle
CLOSED = 0.9  # of them, in which there is some of the ring: one drawn by hand may not close
MIDDLE = 0.7  # of the way to its box, where there is nothing of a ring
TAIL = 0.05  # of it, that may be there none the less: its ends
LONG = 1.5  # times as long as it is wide, at most: a 0 may be longer, and have a slash in it
INSIDE = 0.2  # of its longer side, at least, that a digit in it has: the dot of a 0 has less


def frame_around(mask: Mask, written: Mask, apart: int = 0) -> Mask | None:
    """Return what a frame or a ring among lines encloses, None if there is none.

    Parameters
    ----------
    mask
        Of all lines.
    written
        What may be enclosed.
    apart
        px, at least, between the frame and what it encloses.
    """
    runs = runs_of(mask)
    areas = [(bottom - top) * (right - left) for top, bottom, left, right in boxes_of(runs, mask)]
    lines = labels_of(runs, mask) == 1 + areas.index(max(areas))
    around = filled(lines)
    inside = around & ~lines
    open_ = np.count_nonzero(inside) > OPEN * np.count_nonzero(around)
    is_frame = open_ and four_sided(around) >= FOUR_SIDED
    enclosed = inside if is_frame else _within_ring(lines, written)
    if enclosed is None or not (enclosed & written).any():
        return None
    return None if (grown(lines, apart) & enclosed & written).any() else enclosed


def _within_ring(lines: Mask, written: Mask) -> Mask | None:
    """Return what lines that go around something in a ring enclose, closed or nearly so."""
    top, bottom, left, right = bounds(lines)
    height, width = bottom - top, right - left
    if max(height, width) > LONG * min(height, width):
        return None
    # From -1 to 1 in the ring's box, so that a ring is a circle.
    y = (2 * np.arange(lines.shape[0])[:, None] + 1 - top - bottom) / height
    x = (2 * np.arange(lines.shape[1]) + 1 - left - right) / width
    far = np.hypot(y, x)
    sectors = np.floor(np.arctan2(y, x)[lines] / (2 * math.pi) * SECTORS)
    if (far[lines] < MIDDLE).mean() > TAIL or len(np.unique(sectors)) < CLOSED * SECTORS:
        return None
    inside: Mask = (far < 1) & ~lines
    if not (written & inside).any():
        return None
    side = longer_side(bounds(largest_piece(written & inside)))
    return inside if side >= INSIDE * max(height, width) else None
