"""What beside a digit is no stroke of a pen: a punched hole, a button, a sticker, a blot."""

import numpy as np

from digitrec.ink.label import width_of
from digitrec.ink.pieces import Pieces

FILLED = 0.65  # of its box, at least, that a blot fills: a circle fills 0.79
HIGH = 1.5  # times as high as wide, at most: a 1 in a thick pen is higher
THICK = 2.5  # widths of the digit's strokes, at least, that it is thick: the dot of a 0 is thinner


def without_blots(pieces: Pieces) -> Pieces:
    """Return the pieces that are no blots beside the digit."""
    filled = {piece: _thickness(piece, pieces) for piece in pieces.boxes}
    written = [piece for piece, thick in filled.items() if thick == 0]
    if not written or len(written) == len(filled):
        return pieces
    digit, side = pieces.mask(written[0]), pieces.side(written[0])
    least = THICK * width_of(digit)
    blots = {piece for piece, thick in filled.items() if least <= thick <= side}
    return pieces.without(blots, digit)


def _thickness(piece: int, pieces: Pieces) -> float:
    """Return how thick a piece is that has the shape of a blot, px, and 0 for another one."""
    top, bottom, left, right = pieces.boxes[piece]
    height, width = bottom - top, right - left
    share = float(np.mean(pieces.labels[top:bottom, left:right] == piece))
    return share * min(height, width) if share >= FILLED and height <= HIGH * width else 0.0
