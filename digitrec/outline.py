"""A digit of which only the outline is drawn: what is within it is stroke, too."""

import numpy as np
from numpy.typing import NDArray

from digitrec.image.transparency import between_ends
from digitrec.ink.label import bounds, label

Mask = NDArray[np.bool_]

WHOLE = 0.7  # of a digit's box, at least, both ways, what is within its outline: an 8's loops less
# Of the pixels between the ends of its rows, or of its columns, at most, what is within an outline
# takes up: what is within a 0 has a gap only for a dot.
WINDING = 0.88


def within_outline(digit: Mask) -> Mask | None:
    """Return what the outline of a digit encloses, None if these are strokes and no outline.

    Both are (height, width), the box around the digit. A 0 and a 1 look alike so, and stay.
    """
    labels, parts = label(np.pad(~digit, 1, constant_values=True), corners=False)
    if parts == 1:
        return None
    sizes = np.bincount(labels.ravel())
    sizes[[0, labels[0, 0]]] = 0  # the lines, and the paper around them
    within: Mask = labels[1:-1, 1:-1] == sizes.argmax()
    top, bottom, left, right = bounds(within)
    height, width = digit.shape
    if bottom - top < WHOLE * height or right - left < WHOLE * width:
        return None
    rows, columns = between_ends(within), between_ends(within.T)
    return within if np.count_nonzero(within) <= WINDING * max(rows, columns) else None
