"""A line beneath a digit: that of a form to write on, or one that makes a 6 no 9."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.ink.label import Box, Boxes, Labels, longer_side, whole_among
from digitrec.ink.strokes import Strokes

LINES = 3  # beneath a digit, that are looked for: more are a pattern
FLAT = 0.4  # of a line's length, its height at most: it may be bent, or aslant
LOW = 0.6  # of the digit's height, the same: the lower half of a 3 has more
LITTLE = 0.02  # of the ink above a line, at most, what is below it
TINY = 0.12  # of a line's length, at least, the digit's longer side: what is less is dirt


def without_underlines(boxes: Boxes, mass: NDArray[Any], labels: Labels, strokes: Strokes) -> Boxes:
    """Return the boxes of the pieces that are no lines beneath all the others.

    Parameters
    ----------
    boxes
        Of all pieces that count.
    mass
        Each piece's ink, by its number.
    labels
        Each pixel's piece.
    strokes
        Of which these are the pieces: fainter ones may join them.
    """
    for _ in range(LINES):
        line = next((p for p in boxes if _is_underline(p, boxes, mass, labels, strokes)), None)
        if line is None:
            break
        boxes = {piece: box for piece, box in boxes.items() if piece != line}
    return boxes


def _is_underline(
    line: int, boxes: Boxes, mass: NDArray[Any], labels: Labels, strokes: Strokes
) -> bool:
    """Return whether a piece is a line beneath a digit, and no part of it."""
    top, bottom, left, right = boxes[line]
    above = [piece for piece, box in boxes.items() if box[0] + box[1] < top + bottom]
    digit = whole_among(above, mass)  # one of dashes has flat pieces, too
    if digit is None or not _is_flat(boxes[line]):
        return False
    lower = [piece for piece in boxes if piece not in above and not _is_flat(boxes[piece])]
    if mass[lower].sum() > LITTLE * mass[above].sum():
        return False
    first, last, start, end = boxes[digit]
    if start >= right or end <= left or bottom - top > LOW * (last - first):
        return False
    side = longer_side(boxes[digit])
    if not end - start <= right - left <= side / TINY:
        return False
    return bool(strokes.apart({line}, labels, np.isin(labels, above)))


def _is_flat(box: Box) -> bool:
    top, bottom, left, right = box
    return bottom - top <= FLAT * (right - left)
