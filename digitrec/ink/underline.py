"""A line beneath a digit, or above it: of a form to write on, or one that makes a 6 no 9."""

import itertools
import math

import numpy as np

from digitrec.ink.label import Box, longer_side
from digitrec.ink.pieces import APART, Pieces

LINES = 3  # that are looked for: more are a pattern
FLAT = 0.4  # of a line's length, its height at most: it may be bent, or aslant
LOW = 0.6  # of the digit's height, the same: the lower half of a 3 has more
LITTLE = 0.02  # of the ink on the digit's side of a line, at most, what is on the other
LONG = 1.25  # times the digit's longer side, at least, a line above it: the bar of a 7 is shorter
AWAY = 0.1  # of that side, at least, between the two
TINY = 0.12  # of a line's length, at least, the digit's longer side: what is less is dirt


def without_underlines(pieces: Pieces) -> Pieces:
    """Return the pieces that are no lines beneath or above all the others."""
    for _ in range(LINES):
        fewer = _without_line(pieces)
        if fewer is pieces:
            break
        pieces = fewer
    return pieces


def _without_line(pieces: Pieces) -> Pieces:
    """Return the pieces without one that is a line beneath or above a digit, if there is any."""
    boxes, mass = pieces.boxes, pieces.mass
    flat = [piece for piece, box in boxes.items() if _is_flat(box)]
    tall = [piece for piece in boxes if piece not in flat]
    # A digit of dashes has flat pieces, too, but none as long as another line.
    least = LONG * pieces.side(tall[0]) if tall else math.inf
    written = [piece for piece in boxes if piece in tall or pieces.side(piece) < least]
    middles = {piece: top + bottom for piece, (top, bottom, _, _) in boxes.items()}
    for line, above in itertools.product(flat, (False, True)):
        higher = [piece for piece in written if middles[piece] < middles[line]]
        lower = [piece for piece in written if middles[piece] > middles[line]]
        beside, others = (lower, higher) if above else (higher, lower)
        digit = pieces.whole_among(beside)
        beyond = mass[[piece for piece in others if piece in tall]].sum()
        if digit is None or beyond > LITTLE * mass[beside].sum():
            continue
        if _is_beside(boxes[line], boxes[digit], above=above):
            distance = AWAY if above else APART
            fewer = pieces.without({line}, np.isin(pieces.labels, beside), distance)
            if line not in fewer.boxes:
                return fewer
    return pieces


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
