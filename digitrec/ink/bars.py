"""A straight bar beside a digit that is as long, and not of the same pen: a pencil, a ruler."""

import math

import numpy as np
from numpy.typing import NDArray

from digitrec.ink.label import width_of
from digitrec.ink.pieces import Pieces
from digitrec.ink.strokes import Strokes

Mask = NDArray[np.bool_]

ALONE = 0.85  # of the ink that is in no bar, at least, in one piece: of a digit of dashes less is
SLIM = 3.0  # times as long as it is thick, at least
FILLED = 0.6  # of the box around it, turned as it lies, at least, that it fills
LONG = 1.0  # times the digit's longer side, at least: the bar of a 5 is shorter
MOST = 3.0  # times it, at most: what is smaller than a third of a bar is dirt beside a 1
AWAY = 0.25  # of that side, at least, between the two
DARKEST = 95  # percentile of a piece's pixels that is its contrast: most of thin strokes is edge
# One of the two tells it from a part of the digit, which the same pen has drawn:
OTHER = 0.15  # of the digit's contrast, at least, that it has more or less
THICK = 1.5  # widths of the digit's strokes, at least, that it is thick


def without_bars(pieces: Pieces) -> Pieces:
    """Return the pieces that are no bars beside the digit."""
    # A bar is no shorter than the digit, so specks needn't be looked at.
    least = max(map(pieces.side, pieces.boxes)) / 2
    lengths = {p: _length(p, pieces) if pieces.side(p) >= least else 0.0 for p in pieces.boxes}
    digit = pieces.whole_among([piece for piece, length in lengths.items() if length == 0], ALONE)
    if digit is None:
        return pieces
    side, written = pieces.side(digit), pieces.mask(digit)
    bars = {
        piece
        for piece, length in lengths.items()
        if LONG * side <= length <= MOST * side
        and _is_by_another_pen(pieces.mask(piece), written, pieces.strokes)
    }
    return pieces.without(bars, written, AWAY)


def _is_by_another_pen(bar: Mask, written: Mask, strokes: Strokes) -> bool:
    """Return whether a bar is unlike the strokes of the digit that is written beside it."""
    contrast = strokes.contrast
    its, digits = (contrast.within(mask).percentile(DARKEST) for mask in (bar, written))
    return abs(its / digits - 1) >= OTHER or width_of(bar) >= THICK * width_of(written)


def _length(piece: int, pieces: Pieces) -> float:
    """Return how long a piece is that is a straight bar, px, and 0 for another one."""
    top, bottom, left, right = pieces.boxes[piece]
    y, x = np.nonzero(pieces.labels[top:bottom, left:right] == piece)
    down, across = y - y.mean(), x - x.mean()
    # Its direction is the one in which its pixels lie farthest apart.
    angle = math.atan2(2 * (across @ down), across @ across - down @ down) / 2
    along = math.cos(angle) * across + math.sin(angle) * down
    aside = math.cos(angle) * down - math.sin(angle) * across
    length, thickness = float(np.ptp(along)) + 1, float(np.ptp(aside)) + 1
    is_bar = length >= SLIM * thickness and len(x) >= FILLED * length * thickness
    return length if is_bar else 0.0
