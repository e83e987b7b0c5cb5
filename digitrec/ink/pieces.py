"""Which of the connected pieces of strokes are the digit."""

import numpy as np
from numpy.typing import NDArray

from digitrec.ink.label import bounds, labels_of, runs_of
from digitrec.ink.sheet import frame_around
from digitrec.ink.strokes import Strokes

Mask = NDArray[np.bool_]
Box = tuple[int, int, int, int]  # top, bottom, left, right; bottom and right exclusive

SPECK = 0.02  # of the digit's ink: a smaller piece apart from it is dirt
CRUMB = 0.004  # the same for a piece within the digit's own box
GAP = 0.12  # of the digit's longer side: how far away even a small piece may be part of it
REACH = 0.6  # of that side: how much farther a piece as heavy as the digit may be
MOST = 64  # pieces, heaviest first, that are looked at: a digit has a few, dust has thousands
LINE = 0.2  # of the ink's full contrast: lines around a digit may be as faint, to be seen as closed


def digit_pieces(strokes: Strokes) -> Mask:
    """Return the strokes that are the digit: the heaviest piece and what belongs to it.

    If they are in a frame, such as a form has for a digit, it is that of what the frame encloses.
    """
    mask = strokes.mask
    runs = runs_of(mask)
    if runs.pieces == 1:
        return mask
    labels = labels_of(runs, mask)
    contrast = strokes.contrast
    ink = contrast.map(np.maximum(contrast.histogram.values, 0))
    mass = np.bincount(labels.ravel(), weights=ink.ravel(), minlength=runs.pieces + 1)
    mass[0] = 0
    order = np.argsort(mass)[::-1][: runs.pieces]
    heaviest = int(order[0])
    total = mass[heaviest]
    boxes = {int(p): bounds(labels == p) for p in order[:MOST] if mass[p] >= CRUMB * total}
    widest = max(boxes, key=lambda piece: _area(boxes[piece]))
    if any(_is_within(box, boxes[widest]) for box in boxes.values()):
        enclosed = frame_around(strokes.fainter(LINE), labels == widest)
        if enclosed is not None and (mask & enclosed).any():
            return digit_pieces(strokes.only(enclosed))
    kept = [heaviest]
    top, bottom, left, right = boxes.pop(heaviest)
    before = 0
    while len(kept) > before:  # each that was found may bring others within reach
        before = len(kept)
        for piece, (t, b, start, end) in boxes.items():
            gap = max(t - bottom, top - b, start - right, left - end)
            near = gap <= (GAP + REACH * mass[piece] / total) * max(bottom - top, right - left)
            heavy = mass[piece] >= (CRUMB if gap <= -1 else SPECK) * total
            if piece in kept or not (near and heavy):
                continue
            kept.append(piece)
            total += mass[piece]
            top, bottom = min(t, top), max(b, bottom)
            left, right = min(start, left), max(end, right)
    return np.isin(labels, kept)


def _area(box: Box) -> int:
    top, bottom, left, right = box
    return (bottom - top) * (right - left)


def _is_within(box: Box, other: Box) -> bool:
    """Return whether there is room around a box on all sides within another one."""
    top, bottom, left, right = box
    return other[0] < top and bottom < other[1] and other[2] < left and right < other[3]
