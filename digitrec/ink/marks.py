"""What is written beside a digit and is none of it: parentheses, a comma, a dash, a word."""

import numpy as np
from numpy.typing import NDArray

from digitrec.ink.label import Box, Boxes, longer_side, width_of
from digitrec.ink.pieces import Pieces

Mask = NDArray[np.bool_]

# Of a parenthesis:
SHORT = 8  # px: what is lower has no shape
BENT = 0.03  # of its height, at least, that its middle third is beside the others
STEEP = 2.5  # times its stroke's width, at most, that a row of it takes
TALL = 0.85  # of the digit's height, at least
ASIDE = 0.2  # of it, at most, how much higher or lower the middle of a closing one alone is

# Of a comma, a dot or a dash:
SMALL = 0.35  # of the digit's longer side, at most: the stem of a 4 has more
UPRIGHT = 0.7  # times its width, at least, its height: the tail of a 2 has less
FOOT = 0.25  # of the digit's height: a 7 may reach beyond its dot higher up
LETTERS = 2  # of a word, at least
LETTER = 0.5  # times its width, at least, a letter's height: what is left of a bar has less
FLAT = 0.5  # times its width, at most, a dash's height
LEVEL = 0.3  # of the digit's height, at most, between the middles of the two


def without_marks(pieces: Pieces) -> Pieces:
    """Return the pieces that are no marks beside the digit."""
    boxes = pieces.boxes
    bends = {piece: _bend(pieces.mask(piece), box) for piece, box in boxes.items()}
    digit = pieces.whole_among([piece for piece, bend in bends.items() if bend == 0])
    if digit is None or pieces.sides_reached(digit) > 0:  # a gutter of a book has no marks
        return pieces
    box, mask = boxes[digit], pieces.mask(digit)
    marks = {p for p in boxes if _is_dash(boxes[p], box) or _is_small(boxes[p], box, mask)}
    marks.update(_parentheses(bends, boxes, digit))
    marks.update(_letters(boxes, digit))
    return pieces.without(marks, mask)


def _parentheses(bends: dict[int, int], boxes: Boxes, digit: int) -> list[int]:
    """Return the pieces that are parentheses around a digit, or a closing one behind it.

    An opening one alone is the stem of a 6.
    """
    first, last, _, end = boxes[digit]
    height = last - first
    tall = {p: box for p, box in boxes.items() if box[1] - box[0] >= TALL * height}
    opening = [p for p in tall if bends[p] < 0]
    closing = [p for p, box in tall.items() if bends[p] > 0 and box[2] + box[3] > 2 * end]
    if opening and closing:
        return opening + closing
    return [p for p in closing if abs(sum(tall[p][:2]) - first - last) <= 2 * ASIDE * height]


def _letters(boxes: Boxes, digit: int) -> list[int]:
    """Return the pieces that are letters of a word printed above or beneath a digit."""
    first, last, _, _ = boxes[digit]
    small = {
        piece: (top, bottom)
        for piece, (top, bottom, left, right) in boxes.items()
        if bottom - top <= SMALL * (last - first) and bottom - top >= LETTER * (right - left)
    }
    above = [piece for piece, (_, bottom) in small.items() if bottom <= first]
    beneath = [piece for piece, (top, _) in small.items() if top >= last]
    return [piece for word in (above, beneath) if _is_word(small, word) for piece in word]


def _is_word(sides: dict[int, tuple[int, int]], word: list[int]) -> bool:
    """Return whether pieces stand in a row; `sides` are the top and the bottom of each."""
    if len(word) < LETTERS:
        return False
    return max(sides[piece][0] for piece in word) < min(sides[piece][1] for piece in word)


def _bend(piece: Mask, box: Box) -> int:
    """Return 1 for a closing parenthesis, -1 for an opening one, 0 for what is none."""
    top, bottom, left, right = box
    height = bottom - top
    part = piece[top:bottom, left:right]
    pixels = part.sum(axis=1)
    if height < SHORT or pixels.max() > STEEP * width_of(piece):
        return 0
    middle = (part * np.arange(right - left)).sum(axis=1) / pixels
    third = height // 3
    ends = (middle[:third].mean() + middle[-third:].mean()) / 2
    bend = middle[third:-third].mean() - ends
    return int(np.sign(bend)) if abs(bend) >= BENT * height else 0


def _is_small(mark: Box, digit: Box, mask: Mask) -> bool:
    """Return whether a piece is a comma or a dot behind a digit, or one of a colon's."""
    top, bottom, left, right = mark
    first, last, _, _ = digit
    if longer_side(mark) > SMALL * longer_side(digit) or bottom - top < UPRIGHT * (right - left):
        return False
    foot = min(top, last - round(FOOT * (last - first)))
    return top + bottom > 2 * first and not mask[foot:, left:].any()


def _is_dash(mark: Box, digit: Box) -> bool:
    """Return whether a piece is a dash before or behind a digit, or one of an equals sign's."""
    top, bottom, left, right = mark
    first, last, start, end = digit
    level = abs(top + bottom - first - last) <= 2 * LEVEL * (last - first)
    flat = bottom - top <= FLAT * (right - left)
    return flat and level and (right <= start or left >= end)
