"""What somebody wrote before the digit, and struck out or scribbled over."""

import numpy as np

from digitrec.ink.label import Box, label, width_of
from digitrec.ink.pieces import Pieces

SIDE = 0.6  # of the longest side of a piece, at least, a piece that may be the digit
LONG = 4.1  # times its longer side, at least, that a scribble's strokes are long
HOLES = 3  # at least, in what is struck out: an 8 has two
AWAY = 0.15  # of the digit's longer side, at least, between the two: a dry pen has holes, and gaps


def without_scribbles(pieces: Pieces) -> Pieces:
    """Return the pieces that are no scribbles beside the digit."""
    least = SIDE * max(map(pieces.side, pieces.boxes))
    large = [piece for piece in pieces.boxes if pieces.side(piece) >= least]
    if len(large) == 1:
        return pieces
    struck = {piece for piece in large if _is_struck_out(piece, pieces)}
    digit = pieces.whole_among([piece for piece in large if piece not in struck])
    if digit is None or pieces.sides_reached(digit) > 0:
        return pieces
    boxes = pieces.boxes
    beside = {piece for piece in struck if _are_apart(boxes[piece], boxes[digit])}
    return pieces.without(beside, pieces.mask(digit), AWAY)


def _is_struck_out(piece: int, pieces: Pieces) -> bool:
    """Return whether a piece has longer strokes, or more holes, than a digit has."""
    top, bottom, left, right = pieces.boxes[piece]
    part = np.pad(pieces.labels[top:bottom, left:right] == piece, 1)
    if np.count_nonzero(part) >= LONG * pieces.side(piece) * width_of(part):
        return True
    _, parts = label(~part)  # of paper, one of them around the piece
    return parts > HOLES


def _are_apart(one: Box, other: Box) -> bool:
    """Return whether a line, upright or level, goes between two boxes."""
    (top, bottom, left, right), (first, last, start, end) = one, other
    return bottom <= first or last <= top or right <= start or end <= left
