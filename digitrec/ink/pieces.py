"""Which of the connected pieces of strokes are the digit."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.ink.bars import without_bars
from digitrec.ink.blots import without_blots
from digitrec.ink.frame import frame_around
from digitrec.ink.label import (
    Box,
    Boxes,
    Labels,
    boxes_of,
    is_across,
    labels_of,
    longer_side,
    runs_of,
    width_of,
)
from digitrec.ink.marks import without_marks
from digitrec.ink.sheet import grown
from digitrec.ink.strokes import Strokes
from digitrec.ink.underline import without_underlines

Mask = NDArray[np.bool_]

SPECK = 0.02  # of the digit's ink: a smaller piece apart from it is dirt
CRUMB = 0.004  # the same for a piece within the digit's own box
GAP = 0.12  # of the digit's longer side: how far away even a small piece may be part of it
REACH = 0.6  # of that side: how much farther a piece as heavy as the digit may be
SIDE = 0.2  # of what the picture cuts off: a whole piece of that size beside it is the digit
THIN = 0.7  # of the digit's strokes: a line from border to border that is thinner is none of it
THICK = 1.5  # the same for one that is not very near: what is thicker is itself the digit
MOST = 64  # pieces, heaviest first, that are looked at: a digit has a few, dust has thousands
APART = 2  # px between a digit and lines around it, at least, that only faint ink joins


def digit_pieces(strokes: Strokes) -> Mask:
    """Return the strokes that are the digit: the heaviest piece and what belongs to it.

    If they are in a frame, such as a form has for a digit, or somebody has drawn a ring around it,
    it is that of what is enclosed. A line beneath or above a digit is none of it, nor is a comma
    beside it, or a pencil. Beside what the border cuts off a whole piece is the digit, and a line
    from border to border that is thinner, or not very near, is no part of it.
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
    found = boxes_of(runs, mask)
    boxes: Boxes = {int(p): found[p - 1] for p in order[:MOST] if mass[p] >= CRUMB * mass[order[0]]}
    enclosed = _enclosed(strokes, boxes)
    if enclosed is not None:
        return digit_pieces(strokes.only(enclosed))
    boxes = without_blots(boxes, labels, strokes)
    boxes = without_bars(boxes, mass, labels, strokes)
    boxes = without_underlines(boxes, mass, labels, strokes)
    boxes = without_marks(boxes, mass, labels, strokes)
    picture = 0, mask.shape[0], 0, mask.shape[1]
    whole = {piece: box for piece, box in boxes.items() if _is_within(box, picture)}
    boxes = {p: box for p, box in boxes.items() if not _is_line_across(p, whole, labels)}
    heaviest = next(iter(boxes))
    digit = _around(heaviest, boxes, whole, mass)
    if not digit <= whole.keys():
        least = SIDE * max(longer_side(boxes[piece]) for piece in digit)
        for piece, box in whole.items():  # heaviest first
            if piece not in digit and longer_side(box) >= least:
                digit = _around(piece, whole, whole, mass)
                break
    return np.isin(labels, list(digit))


def _enclosed(strokes: Strokes, boxes: Boxes) -> Mask | None:
    """Return what lines around a part of the strokes enclose, None if there are none."""
    mask = strokes.mask
    tops, bottoms, lefts, rights = zip(*boxes.values(), strict=True)
    around = min(tops), max(bottoms), min(lefts), max(rights)
    if not any(_is_within(box, around) for box in boxes.values()):
        return None
    enclosed = frame_around(strokes.fainter(), mask)
    if enclosed is None:
        enclosed = frame_around(mask, mask, apart=APART)
    return None if enclosed is None or not (mask & ~enclosed).any() else enclosed


def _is_line_across(piece: int, whole: Boxes, labels: Labels) -> bool:
    """Return whether a piece goes from border to border beside a whole one that is the digit."""
    if piece in whole or not whole or not is_across(labels == piece):
        return False
    digit = next(iter(whole))
    side = longer_side(whole[digit])
    line, written = labels == piece, labels == digit
    most = THIN if (grown(line, math.ceil(GAP * side)) & written).any() else THICK
    return side >= SIDE * max(line.shape) and width_of(line) < most * width_of(written)


def _around(heaviest: int, boxes: Boxes, whole: Boxes, mass: NDArray[Any]) -> set[int]:
    """Return a piece and all that belong to it.

    `whole` are those of the boxes that the border doesn't cut off. What it does cut off belongs to
    a whole piece only if it is very near, and the other way round.
    """
    kept = {heaviest}
    top, bottom, left, right = boxes[heaviest]
    total = mass[heaviest]
    before = 0
    while len(kept) > before:  # each that was found may bring others within reach
        before = len(kept)
        for piece, (t, b, start, end) in boxes.items():
            gap = max(t - bottom, top - b, start - right, left - end)
            alike = (piece in whole) == (heaviest in whole)
            reach = GAP + REACH * mass[piece] / total if alike else GAP
            near = gap <= reach * max(bottom - top, right - left)
            heavy = mass[piece] >= (CRUMB if gap <= -1 else SPECK) * total
            if piece in kept or not (near and heavy):
                continue
            kept.add(piece)
            total += mass[piece]
            top, bottom = min(t, top), max(b, bottom)
            left, right = min(start, left), max(end, right)
    return kept


def _is_within(box: Box, other: Box) -> bool:
    """Return whether there is room around a box on all sides within another one."""
    top, bottom, left, right = box
    return other[0] < top and bottom < other[1] and other[2] < left and right < other[3]
