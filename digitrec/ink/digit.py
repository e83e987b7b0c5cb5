"""Which of the connected pieces of strokes are the digit."""

import functools
import math

import numpy as np
from numpy.typing import NDArray

from digitrec.ink.bars import without_bars
from digitrec.ink.blots import without_blots
from digitrec.ink.frame import frame_around
from digitrec.ink.label import Box, longer_side, runs_of, width_of
from digitrec.ink.marks import without_marks
from digitrec.ink.pieces import CRUMB, Pieces, pieces_of
from digitrec.ink.scribbles import without_scribbles
from digitrec.ink.sheet import distances, filled, grown
from digitrec.ink.strokes import Strokes
from digitrec.ink.underline import without_underlines

Mask = NDArray[np.bool_]

SPECK = 0.02  # of the digit's ink: a smaller piece apart from it is dirt, as a CRUMB in its box is
GAP = 0.12  # of the digit's longer side: how far away even a small piece may be part of it
REACH = 0.6  # of that side: how much farther a piece as heavy as the digit may be
SIDE = 0.2  # of what the picture cuts off: a whole piece of that size beside it is the digit
SIDES = 2  # of the picture that a line from border to border reaches: an L reaches two that meet
THIN = 0.7  # of the digit's strokes: a line from border to border that is thinner is none of it
THICK = 1.5  # the same for one that is not very near: what is thicker is itself the digit
APART = 2  # px between a digit and lines around it, at least, that only faint ink joins


def digit_in(strokes: Strokes) -> Mask:
    """Return the strokes that are the digit: the heaviest piece and what belongs to it.

    If they are in a frame, such as a form has for a digit, or somebody has drawn a ring around it,
    it is that of what is enclosed. A line beneath or above a digit is none of it, nor is a comma
    beside it, a pencil, or what was struck out. Beside what the border cuts off a whole piece is
    the digit, and a line from border to border that is thinner, or not very near, is no part of it.
    """
    mask = strokes.mask
    runs = runs_of(mask)
    if runs.pieces == 1:
        return mask
    pieces = pieces_of(strokes, runs)
    enclosed = _enclosed(pieces)
    if enclosed is not None:
        return digit_in(strokes.only(enclosed))
    pieces = _without_lines_across(pieces)
    for without in (
        without_blots,
        without_bars,
        without_underlines,
        without_scribbles,
        without_marks,
    ):
        pieces = without(pieces)
    digit = _around(next(iter(pieces.boxes)), pieces)
    whole = pieces._replace(boxes=pieces.uncut())
    if not digit <= whole.boxes.keys():
        least = SIDE * max(pieces.side(piece) for piece in digit)
        for piece in whole.boxes:  # heaviest first
            if piece not in digit and pieces.side(piece) >= least:
                digit = _around(piece, whole)
                break
    return np.isin(pieces.labels, list(digit))


def _enclosed(pieces: Pieces) -> Mask | None:
    """Return what lines around a part of the strokes enclose, None if there are none."""
    strokes, boxes = pieces.strokes, pieces.boxes.values()
    around = functools.reduce(_both, boxes)
    if not any(_is_within(box, around) for box in boxes):
        return None
    mask = strokes.mask
    enclosed = frame_around(strokes.fainter(), mask)
    if enclosed is None:
        enclosed = frame_around(mask, mask, apart=APART)
    return None if enclosed is None or not (mask & ~enclosed).any() else enclosed


def _without_lines_across(pieces: Pieces) -> Pieces:
    """Return the pieces without lines from border to border beside a whole one, the digit."""
    boxes, whole = pieces.boxes, pieces.uncut()
    lines = [piece for piece in boxes if pieces.sides_reached(piece) >= SIDES]
    if not whole or not lines:
        return pieces
    digit = next(iter(whole))
    written, side = pieces.mask(digit), pieces.side(digit)
    if side < SIDE * max(written.shape):
        return pieces
    near, width = grown(written, math.ceil(GAP * side)), width_of(written)
    across = set()
    for piece in lines:
        line = pieces.mask(piece)
        if width_of(line) < width * (THIN if near[line].any() else THICK):
            across.add(piece)
    return pieces._replace(boxes={p: box for p, box in boxes.items() if p not in across})


def _around(heaviest: int, pieces: Pieces) -> set[int]:
    """Return a piece and all that belong to it.

    What the border cuts off belongs to a whole piece only if it is very near, and the other way
    round.
    """
    boxes, mass, whole = pieces.boxes, pieces.mass, pieces.uncut()
    alike = whole.keys() if heaviest in whole else boxes.keys() - whole.keys()
    apart = _nested_apart(heaviest, boxes.keys() - alike, pieces)
    kept, box, total = {heaviest}, boxes[heaviest], mass[heaviest]
    before = 0
    while len(kept) > before:  # each that was found may bring others within reach
        before = len(kept)
        for piece, other in boxes.items():
            gap, side = _gap(box, other), longer_side(box)
            reach = GAP + REACH * mass[piece] / total if piece in alike else GAP
            heavy = mass[piece] >= (CRUMB if gap <= -1 else SPECK) * total
            if piece not in kept and piece not in apart and heavy and gap <= reach * side:
                kept.add(piece)
                total += mass[piece]
                box = _both(box, other)
    return kept


def _nested_apart(piece: int, others: set[int], pieces: Pieces) -> set[int]:
    """Return which of the others have a piece in their box, or it them, and are not near.

    So it is with a digit and what goes along the border on several sides, but not with the dot of
    a 0, which is all around it.
    """
    boxes, box = pieces.boxes, pieces.boxes[piece]
    within = [other for other in others if _is_within(boxes[other], box)]
    around = [other for other in others if _is_within(box, boxes[other])]
    if not within and not around:
        return set()
    mask = pieces.mask(piece)
    distance, enclosed = distances(mask), filled(mask)
    apart = set()
    for other in (*within, *around):
        part = pieces.mask(other)
        is_enclosed = enclosed[part].any() if other in within else filled(part)[mask].any()
        far = math.ceil(GAP * max(pieces.side(piece), pieces.side(other)))
        if not is_enclosed and distance[part].min() > far:
            apart.add(other)
    return apart


def _is_within(box: Box, other: Box) -> bool:
    """Return whether there is room around a box on all sides within another one."""
    top, bottom, left, right = box
    return other[0] < top and bottom < other[1] and other[2] < left and right < other[3]


def _gap(one: Box, other: Box) -> int:
    """Return how far two boxes are apart, px, and less than 0 where they overlap."""
    (top, bottom, left, right), (first, last, start, end) = one, other
    return max(first - bottom, top - last, start - right, left - end)


def _both(one: Box, other: Box) -> Box:
    """Return the box around two boxes."""
    (top, bottom, left, right), (first, last, start, end) = one, other
    return min(top, first), max(bottom, last), min(left, start), max(right, end)
