"""Which of the connected pieces of strokes are the digit."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.ink.bars import without_bars
from digitrec.ink.blots import without_blots
from digitrec.ink.frame import frame_around
from digitrec.ink.label import Box, Boxes, is_across, runs_of, width_of
from digitrec.ink.marks import without_marks
from digitrec.ink.pieces import CRUMB, Pieces, pieces_of
from digitrec.ink.sheet import grown
from digitrec.ink.strokes import Strokes
from digitrec.ink.underline import without_underlines

Mask = NDArray[np.bool_]

SPECK = (
    0.02  # of the digit's ink: a smaller piece apart from it is dirt; within its box, a CRUMB is
)
GAP = 0.12  # of the digit's longer side: how far away even a small piece may be part of it
REACH = 0.6  # of that side: how much farther a piece as heavy as the digit may be
SIDE = 0.2  # of what the picture cuts off: a whole piece of that size beside it is the digit
THIN = 0.7  # of the digit's strokes: a line from border to border that is thinner is none of it
THICK = 1.5  # the same for one that is not very near: what is thicker is itself the digit
APART = 2  # px between a digit and lines around it, at least, that only faint ink joins


def digit_in(strokes: Strokes) -> Mask:
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
    pieces = pieces_of(strokes, runs)
    enclosed = _enclosed(pieces)
    if enclosed is not None:
        return digit_in(strokes.only(enclosed))
    for without in (without_blots, without_bars, without_underlines, without_marks):
        pieces = without(pieces)
    picture = 0, mask.shape[0], 0, mask.shape[1]
    whole = {p: box for p, box in pieces.boxes.items() if _is_within(box, picture)}
    boxes = {p: box for p, box in pieces.boxes.items() if not _is_line_across(p, whole, pieces)}
    heaviest = next(iter(boxes))
    digit = _around(heaviest, boxes, whole, pieces.mass)
    if not digit <= whole.keys():
        least = SIDE * max(pieces.side(piece) for piece in digit)
        for piece in whole:  # heaviest first
            if piece not in digit and pieces.side(piece) >= least:
                digit = _around(piece, whole, whole, pieces.mass)
                break
    return np.isin(pieces.labels, list(digit))


def _enclosed(pieces: Pieces) -> Mask | None:
    """Return what lines around a part of the strokes enclose, None if there are none."""
    strokes, boxes = pieces.strokes, pieces.boxes.values()
    tops, bottoms, lefts, rights = zip(*boxes, strict=True)
    around = min(tops), max(bottoms), min(lefts), max(rights)
    if not any(_is_within(box, around) for box in boxes):
        return None
    mask = strokes.mask
    enclosed = frame_around(strokes.fainter(), mask)
    if enclosed is None:
        enclosed = frame_around(mask, mask, apart=APART)
    return None if enclosed is None or not (mask & ~enclosed).any() else enclosed


def _is_line_across(piece: int, whole: Boxes, pieces: Pieces) -> bool:
    """Return whether a piece goes from border to border beside a whole one that is the digit."""
    if piece in whole or not whole or not is_across(line := pieces.mask(piece)):
        return False
    digit = next(iter(whole))
    side, written = pieces.side(digit), pieces.mask(digit)
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
