"""The quick look: one digit on a clean background, as on most canvases, without a network."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.morphology import Mask, bounding_box, count_components, dilated
from digitrec.segment.contrast import background, full_contrast, ink_of, levels_of
from digitrec.segment.region import Region, with_margin

WORK = 128  # px, longer side of what is looked at: six times the digit's 20 px box
CLEAN = 0.25  # least share of pixels at exactly the background's level: there is no noise
WIDEST = 1.2  # one digit is at most this many times as wide as high
STRONG = 0.4  # of the ink's contrast: pixels with less are the soft edge of a stroke
FAINT = 0.15  # of the ink's contrast: pixels with more, off the soft edge, are a digit's pale part


def find_digit(picture: Image.Image) -> Region | None:
    """Return the digit if it is the only thing on a clean background, else None.

    It must be one connected component of ink with nothing pale beside it, away from the border and
    no wider than a digit.

    Parameters
    ----------
    picture
        In mode "L" or "RGB".
    """
    factor = _factor(*picture.size)
    ink = _ink(picture.reduce(factor) if factor > 1 else picture)
    if ink is None:
        return None
    top, bottom, left, right = (float(factor * place) for place in bounding_box(ink > 0))
    box = left, top, right, bottom
    side = max(right - left, bottom - top)
    x, y, end, foot = map(round, with_margin(box, side, picture.size))
    if side < factor * WORK / 2 and _factor(end - x, foot - y) < factor:
        closer = find_digit(picture.crop((x, y, end, foot)))
        if closer is None:
            return None
        left, top, right, bottom = closer.box
        return closer._replace(box=(x + left, y + top, x + right, y + bottom))
    return Region(ink, box, 1.0)


def _factor(width: int, height: int) -> int:
    """Return the factor by which a picture of this size, px, is reduced before the look."""
    return -(-max(width, height) // WORK)


def _ink(picture: Image.Image) -> NDArray[np.uint8] | None:
    levels = levels_of(picture)
    level = background(levels)
    if np.count_nonzero(levels == level) < CLEAN * levels.size:
        return None
    away = levels - level
    if np.vdot(away * away, away) < 0:  # ink is on the side of the long tail: few pixels, far away
        away = -away
    strongest = float(away.max())
    if strongest == 0:
        return None
    full = full_contrast(away[away > strongest / 2])
    mask: Mask = away > STRONG * full
    height, width = mask.shape
    top, bottom, left, right = bounding_box(mask)
    if top == 0 or left == 0 or bottom == height or right == width:
        return None
    if right - left > WIDEST * (bottom - top) or count_components(mask) != 1:
        return None
    stroke = dilated(mask)  # the soft edge belongs to it
    if (away > FAINT * full)[~stroke].any():
        return None
    return ink_of(away, full, stroke)
