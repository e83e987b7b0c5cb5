"""Picture to ink map: what is pen and what is paper, whatever their colours and the light."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.errors import NoInk
from digitrec.ink.contrast import PLAIN, contrast_of
from digitrec.ink.histogram import Histogram
from digitrec.ink.pieces import bounds, digit_pieces

__all__ = ["bounds", "ink_map"]

Map = NDArray[np.uint8]
Mask = NDArray[np.bool_]

WORK = 128  # px, longer side of the picture that is analysed: six times the digit's 20 px box
NEAR = 72  # px of ink, longer side: a smaller digit is looked at again, closer, where that helps
MARGIN = 0.3  # of the digit's longer side, around it in the closer look

MIN_CONTRAST = 8.0  # grey levels, of 255: fainter is no ink
CLEAR = 3.5  # standard deviations of the paper: ink that stands out less is noise
FULL = 80  # percentile of a stroke's pixels that counts as wholly covered by ink
STRONG = 0.4  # of the ink's own contrast: ruled lines and shadows are fainter, pen strokes darker
NOISE = 8  # times the paper's lower quartile: 2.5 standard deviations, were it normal
FAINT = 0.12  # of the ink's own contrast: what is fainter is paper even beside a stroke


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
    ink, clean = _ink(picture)
    if factor == 1:
        return ink
    top, bottom, left, right = bounds(ink > 0)
    side = max(bottom - top, right - left)
    if side >= NEAR:
        return ink
    margin = round(side * MARGIN) + 2
    left, top = (max(0, (edge - margin) * factor) for edge in (left, top))
    right = min(width, (right + margin) * factor)
    bottom = min(height, (bottom + margin) * factor)
    if clean and _factor(right - left, bottom - top) == factor:  # no closer, no noise to be rid of
        return ink
    try:
        return _ink(picture.crop((left, top, right, bottom)))[0]
    except NoInk:  # a stain that only the whole picture shows
        return ink


def _factor(width: int, height: int) -> int:
    """Return how many times a picture of a size in px is reduced before it is analysed."""
    return -(-max(width, height) // WORK)


def _ink(picture: Image.Image) -> tuple[Map, bool]:
    """Return the ink map of a picture, reduced if it is large, and whether its paper is clean."""
    factor = _factor(*picture.size)
    found = contrast_of(picture.reduce(factor) if factor > 1 else picture)
    values = found.histogram.values
    threshold = _otsu(found.histogram)
    paper, strokes = found.histogram.split(threshold)
    level = strokes.percentile(FULL)
    if level < MIN_CONTRAST or level < CLEAR * paper.std():
        raise NoInk("Nothing is drawn on the picture, or too faintly. Draw a digit and send again.")
    strong = max(threshold, STRONG * level)
    # An int, not numpy's: with that, all levels would be made as wide as it first.
    mask = digit_pieces(found.level >= int(values.searchsorted(strong, "right")), found)
    noise = 0.0 if found.clean else NOISE * paper.magnitudes().percentile(PLAIN)
    # On clean paper even the faintest edge of a stroke counts.
    floor = min(max(noise, FAINT * level), STRONG * level) if noise > 0 else 0.0
    covered = np.rint((values - floor) * (255 / (level - floor)))
    ink = found.map(np.minimum(np.maximum(covered, 0), 255).astype(np.uint8))
    ink *= _grow(mask)
    return ink, noise == 0


def _otsu(histogram: Histogram) -> float:
    """Return the value that parts the positive ones best in two, up to it and above (Otsu 1979)."""
    values, counts = histogram
    below = counts.cumsum()
    sums = (counts * np.maximum(values, 0)).cumsum()
    pixels, total = below[-1], sums[-1]
    # Between the two parts' means, by their shares; 0 where a part is empty, by its first factor.
    between = (total * below - pixels * sums) ** 2 / np.maximum(below * (pixels - below), 1)
    return float(values[between.argmax()])


def _grow(mask: Mask) -> Mask:
    """Return the mask and its eight neighbours: the soft edge belongs to the stroke."""
    height, width = mask.shape
    padded = np.zeros((height + 2, width + 2), np.bool_)
    padded[1:-1, 1:-1] = mask
    tall = padded[:-2] | padded[1:-1]
    tall |= padded[2:]
    grown = tall[:, :-2] | tall[:, 1:-1]
    grown |= tall[:, 2:]
    return grown
