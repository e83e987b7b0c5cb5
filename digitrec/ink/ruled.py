"""What is written on ruled or squared paper, told from lines that are nearly as dark."""

import numpy as np
from numpy.typing import NDArray

from digitrec.ink.label import bounds, largest_piece, longer_side
from digitrec.ink.strokes import Strokes

Mask = NDArray[np.bool_]

TIMES = 4  # that strokes are parted in two, at most: lines are darker where they cross
INSET = 2  # px, at least, between what is written and the border, which the lines reach
ROOM = 0.6  # of the picture, at most, that the box around what is written has
WHOLE = 0.5  # of what is written, at least, that is one piece: crossings of lines are many
SIDE = 0.12  # of the picture's longer side, at least, for that piece


def without_lines(strokes: Strokes) -> Strokes:
    """Return the strokes that are darker than lines across the picture.

    They are all of them where none are, or where those that are look like nothing written.
    """
    if not _is_wide(strokes.mask):
        return strokes
    written = strokes.stronger()
    for _ in range(TIMES):
        if written is None or not written.mask.any():
            break
        if _is_written(written.mask):
            return written._replace(clear=strokes.clear or written.clear)
        written = written.stronger()
    return strokes


def _is_written(mask: Mask) -> bool:
    """Return whether a mask is one piece above all, and inside the picture."""
    height, width = mask.shape
    top, bottom, left, right = bounds(mask)
    if min(top, left, height - bottom, width - right) < INSET or _is_wide(mask):
        return False
    piece = largest_piece(mask)
    large = longer_side(bounds(piece)) >= SIDE * max(height, width)
    return large and int(np.count_nonzero(piece)) >= WHOLE * int(np.count_nonzero(mask))


def _is_wide(mask: Mask) -> bool:
    """Return whether the box around a mask has more of the picture than what is written has."""
    top, bottom, left, right = bounds(mask)
    return (bottom - top) * (right - left) > ROOM * mask.size
