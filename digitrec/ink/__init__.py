"""Picture to ink map: what is pen and what is paper, whatever their colours and the light."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.errors import NoInk
from digitrec.ink.digit import digit_in
from digitrec.ink.label import bounds, dilated, is_at_border, label
from digitrec.ink.scene import strokes_in
from digitrec.ink.sheet import sheet_in
from digitrec.ink.strokes import STRONG, Strokes

__all__ = ["bounds", "ink_map"]

Map = NDArray[np.uint8]
Mask = NDArray[np.bool_]

WORK = 128  # px, longer side of the picture that is analysed: six times the digit's 20 px box
NEAR = 72  # px of ink, longer side: a smaller digit is looked at again, closer, where that helps
PAPER, OTHER, DIGIT = range(3)  # what a pixel was taken for from farther away
MARGIN = 0.3  # of the digit's longer side, around it in the closer look


def ink_map(picture: Image.Image) -> Map:
    """Return how much ink is on each pixel of the part of a picture around its digit.

    Parameters
    ----------
    picture
        In mode "L" or "RGB".

    Returns
    -------
    (height, width) uint8, 255 on a stroke and 0 on paper. A picture of 28x28 keeps its size.

    Raises
    ------
    NoInk
        Nothing on the picture stands out from its paper.
    """
    width, height = picture.size
    factor = _factor(width, height)
    ink, strokes = _ink(picture)
    if factor == 1:
        return ink
    top, bottom, left, right = bounds(ink > 0)
    side = max(bottom - top, right - left)
    if side >= NEAR:
        return ink
    margin = round(side * MARGIN) + 2
    left, top = max(0, left - margin), max(0, top - margin)
    right, bottom = right + margin, bottom + margin
    box = (left * factor, top * factor, min(width, right * factor), min(height, bottom * factor))
    # No closer, no noise to be rid of:
    if strokes.noise == 0 and _factor(box[2] - box[0], box[3] - box[1]) == factor:
        return ink
    try:
        near = slice(top, bottom), slice(left, right)
        parts = np.where(strokes.mask[near], np.uint8(OTHER), np.uint8(PAPER))
        parts[ink[near] > 0] = DIGIT
        closer, seen = _ink(picture.crop(box), parts)
    except NoInk:  # a stain that only the whole picture shows
        return ink
    # Light ink may turn out to be a small sheet of paper, but only on a board is paper light ink.
    likely = seen.contrast.dark or not strokes.contrast.dark or sheet_in(strokes.mask) is not None
    clearer = seen.noise < STRONG or strokes.noise == STRONG
    return closer if likely and clearer else ink


def _factor(width: int, height: int) -> int:
    """Return how many times a picture of a size in px is reduced before it is analysed."""
    return -(-max(width, height) // WORK)


def _ink(picture: Image.Image, parts: Map | None = None) -> tuple[Map, Strokes]:
    """Return the ink map of a picture, reduced if it is large, and the strokes it is made of.

    `parts` are what a look from farther away took each pixel for, in any size.
    """
    factor = _factor(*picture.size)
    strokes = strokes_in(picture.reduce(factor) if factor > 1 else picture)
    if not strokes.clear:
        raise NoInk("Nothing is drawn on the picture, or too faintly. Draw a digit and send again.")
    if parts is not None:
        strokes = strokes.only(_known_or_new(strokes.mask, parts))
    ink = strokes.covered()
    ink *= dilated(digit_in(strokes))  # the soft edge belongs to the stroke
    return ink, strokes


def _known_or_new(mask: Mask, parts: Map) -> Mask:
    """Return the pieces of a mask that were the digit, and new ones that its border leaves whole.

    What it cuts off, and what the first look left out, is something else.
    """
    if not is_at_border(mask) and not (parts == OTHER).any():  # as in most pictures
        return mask
    size = mask.shape[::-1]
    seen = np.asarray(Image.fromarray(parts).resize(size, Image.Resampling.NEAREST))
    gone = seen == OTHER
    gone[[0, -1]] = gone[:, [0, -1]] = True
    labels, pieces = label(mask)
    kept = np.ones(pieces + 1, np.bool_)
    kept[labels[gone]] = False
    kept[labels[seen == DIGIT]] = True
    shown: Mask = kept[labels] & mask
    return shown if shown.any() else mask
