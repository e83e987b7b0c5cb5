"""A line beneath a digit, or above it: of a form to write on, or one that makes a 6 no 9."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.ink.label import Box, Boxes, Labels, longer_side, whole_among
from digitrec.ink.strokes import APART, Strokes

LINES = 3  # that are looked for: more are a pattern
FLAT = 0.4  # of a line's length, its height at most: it may be bent, or aslant
LOW = 0.6  # of the digit's height, the same: the lower half of a 3 has more
LITTLE = 0.02  # of the ink on the digit's side of a line, at most, what is on the other
LONG = 1.25  # times the digit's longer side, at least, a line above it: the bar of a 7 is shorter
AWAY = 0.1  # of that side, at least, between the two
TINY = 0.12  # of a line's length, at least, the digit's longer side: what is less is dirt


def without_underlines(boxes: Boxes, mass: NDArray[Any], labels: Labels, strokes: Strokes) -> Boxes:
    """Return the boxes of the pieces that are no lines beneath or above all the others.

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
        line = next((p for p in boxes if _is_line(p, boxes, mass, labels, strokes)), None)
        if line is None:
            break
        boxes = {piece: box for piece, box in boxes.items() if piece != line}
    return boxes


def _is_line(line: int, boxes: Boxes, mass: NDArray[Any], labels: Labels, strokes: Strokes) -> bool:
    """Return whether a piece is a line beneath or above a digit, and no part of it."""
    if not _is_flat(boxes[line]):
        return False
    # A digit of dashes has flat pieces, too, but none as long as another line.
    tall = [piece for piece in boxes if not _is_flat(boxes[piece])]
    least = LONG * longer_side(boxes[tall[0]]) if tall else math.inf
    written = [piece for piece in boxes if piece in tall or longer_side(boxes[piece]) < least]
    middles = {piece: top + bottom for piece, (top, bottom, _, _) in boxes.items()}
    higher = [piece for piece in written if middles[piece] < middles[line]]
    lower = [piece for piece in written if middles[piece] > middles[line]]
    for beside, others, above in (higher, lower, False), (lower, higher, True):
        digit = whole_among(beside, mass)
        beyond = mass[[piece for piece in others if piece in tall]].sum()
        if digit is None or beyond > LITTLE * mass[beside].sum():
            continue
        if _is_beside(boxes[line], boxes[digit], above=above):
            distance = AWAY if above else APART
            return bool(strokes.apart({line}, labels, np.isin(labels, beside), distance))
    return False


def _is_beside(line: Box, digit: Box, *, above: bool) -> bool:
    """Return whether a line is where one is drawn beneath or above a digit, and as long."""
    top, bottom, left, right = line
    first, last, start, end = digit
    side = longer_side(digit)
    if above and (left > start or right < end or right - left < LONG * side):
        return False
    across = start < right and left < end and end - start <= right - left <= side / TINY
    return across and bottom - top <= LOW * (last - first)


def _is_flat(box: Box) -> bool:
    top, bottom, left, right = box
    return bottom - top <= FLAT * (right - left)
