"""What beside a digit is no stroke of a pen: a punched hole, a button, a sticker, a blot."""

import numpy as np

from digitrec.ink.label import Box, Boxes, Labels, longer_side, width_of
from digitrec.ink.strokes import Strokes

FILLED = 0.65  # of its box, at least, that a blot fills: a circle fills 0.79
HIGH = 1.5  # times as high as wide, at most: a 1 in a thick pen is higher
THICK = 2.5  # widths of the digit's strokes, at least, that it is thick: the dot of a 0 is thinner


def without_blots(boxes: Boxes, labels: Labels, strokes: Strokes) -> Boxes:
    """Return the boxes of the pieces that are no blots beside the digit.

    `boxes`, `labels` and `strokes` are as `without_underlines` takes them.
    """
    filled = {p: _thickness(p, box, labels) for p, box in boxes.items()}
    written = [piece for piece in boxes if filled[piece] == 0]
    if not written or len(written) == len(boxes):
        return boxes
    digit = written[0]
    mask, side = labels == digit, longer_side(boxes[digit])
    least = THICK * width_of(mask)
    blots = {p for p, thick in filled.items() if least <= thick <= side}
    left_out = strokes.apart(blots, labels, mask)
    return {piece: box for piece, box in boxes.items() if piece not in left_out}


def _thickness(piece: int, box: Box, labels: Labels) -> float:
    """Return how thick a piece is that has the shape of a blot, px, and 0 for another one."""
    top, bottom, left, right = box
    height, width = bottom - top, right - left
    share = float(np.mean(labels[top:bottom, left:right] == piece))
    return share * min(height, width) if share >= FILLED and height <= HIGH * width else 0.0
