"""The connected pieces of strokes: which is a whole digit, and what is apart from it."""

import math
import operator
from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from digitrec.ink.label import (
    Boxes,
    Labels,
    Runs,
    bounds,
    boxes_of,
    label,
    labels_of,
    longer_side,
)
from digitrec.ink.sheet import grown
from digitrec.ink.strokes import Strokes

Mask = NDArray[np.bool_]

CRUMB = 0.004  # of the heaviest piece's ink: what has less doesn't count
MOST = 64  # pieces, heaviest first, that are looked at: a digit has a few, dust has thousands
WHOLE = 0.6  # of the ink of several, at least, that the one has that is a whole digit
APART = 0.06  # of a digit's longer side: what is nearer may be part of it, as the foot of a 1 is


class Pieces(NamedTuple):
    """Connected pieces of strokes, some of which are the digit.

    Attributes
    ----------
    boxes
        Of those that count, by their numbers, the heaviest first.
    mass
        Each one's ink, by its number.
    labels
        (height, width), the number of each pixel's piece, 0 on paper.
    strokes
        Of which these are the pieces: fainter ones may join them.
    """

    boxes: Boxes
    mass: NDArray[Any]
    labels: Labels
    strokes: Strokes

    def mask(self, piece: int) -> Mask:
        """Return which pixels are a piece's."""
        mask: Mask = self.labels == piece
        return mask

    def side(self, piece: int) -> int:
        """Return the longer side of a piece's box, px."""
        return longer_side(self.boxes[piece])

    def sides_reached(self, piece: int) -> int:
        """Return how many of the picture's sides cut a piece off."""
        height, width = self.labels.shape
        return sum(map(operator.eq, self.boxes[piece], (0, height, 0, width)))

    def uncut(self) -> Boxes:
        """Return the boxes of those that the picture's border doesn't cut off."""
        return {p: box for p, box in self.boxes.items() if self.sides_reached(p) == 0}

    def whole_among(self, pieces: Sequence[int], least: float = WHOLE) -> int | None:
        """Return the heaviest of some pieces if it has that share of their ink, else None.

        Then it may be a whole digit, and all else none of it. They come heaviest first, as those
        of the boxes do.
        """
        mass = self.mass
        return pieces[0] if pieces and mass[pieces[0]] >= least * mass[pieces].sum() else None

    def without(self, others: set[int], part: Mask, distance: float = APART) -> Self:
        """Return all but those others that are neither near a part nor joined to it by faint ink.

        `distance` is in the part's longer sides.
        """
        if not others:
            return self
        joined, count = label(self.strokes.fainter())
        reached = np.zeros(count + 1, np.bool_)
        reached[joined[part]] = True
        near = grown(part, math.ceil(distance * longer_side(bounds(part)))) | reached[joined]
        left_out = others - set(self.labels[near].tolist())
        return self._replace(boxes={p: box for p, box in self.boxes.items() if p not in left_out})


def pieces_of(strokes: Strokes, runs: Runs) -> Pieces:
    """Return the pieces of strokes, of which `runs` are those of the mask."""
    mask, contrast = strokes.mask, strokes.contrast
    labels = labels_of(runs, mask)
    ink = contrast.map(np.maximum(contrast.histogram.values, 0))
    mass = np.bincount(labels.ravel(), weights=ink.ravel(), minlength=runs.pieces + 1)
    mass[0] = 0
    order = np.argsort(mass)[::-1][: min(runs.pieces, MOST)].tolist()
    boxes = boxes_of(runs, mask)
    counted = {p: boxes[p - 1] for p in order if mass[p] >= CRUMB * mass[order[0]]}
    return Pieces(counted, mass, labels, strokes)
