"""One digit on a clean background: most canvases, which need no network to find it."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.ink.label import bounds, dilated, runs_of
from digitrec.segment.contrast import Contrast, contrast_of, levels_of
from digitrec.segment.region import Region

Mask = NDArray[np.bool_]
Map = NDArray[np.uint8]

WORK = 128  # px, longer side of what is looked at: six times the digit's 20 px box
NEAR = 72  # px of ink, longer side: a smaller digit is looked at again, closer, where that helps
MARGIN = 0.3  # of the digit's longer side, around it in the closer look
TWO_TONES = 0.8  # of the variance of the contrast, at least, is between ink and background
WIDEST = 1.2  # times as wide as high, at most, is one digit
MIN_CONTRAST = 8.0  # grey levels, of 255: fainter is no ink
FULL = 80  # percentile of a stroke's pixels that counts as wholly covered by ink
STRONG = 0.4  # of the ink's own contrast: what has less is the soft edge of a stroke


def single(picture: Image.Image) -> Region | None:
    """Return the digit where it is the only thing on a clean background, else None.

    That is one connected component of two tones, not at the border and not wider than a digit.

    Parameters
    ----------
    picture
        In mode "L" or "RGB".
    """
    width, height = picture.size
    factor = _factor(width, height)
    ink = _ink(picture.reduce(factor) if factor > 1 else picture)
    if ink is None:
        return None
    top, bottom, left, right = bounds(ink > 0)
    side = max(bottom - top, right - left)
    if factor > 1 and side < NEAR:
        margin = round(side * MARGIN) + 2
        near = (
            max(0, left - margin) * factor,
            max(0, top - margin) * factor,
            min(width, (right + margin) * factor),
            min(height, (bottom + margin) * factor),
        )
        closer = _factor(near[2] - near[0], near[3] - near[1])
        if closer < factor:
            part = picture.crop(near)
            nearer = _ink(part.reduce(closer) if closer > 1 else part)
            if nearer is None:
                return None
            ink = nearer
    box = (left * factor, top * factor, (right - left) * factor, (bottom - top) * factor)
    return Region(ink, box, 1.0)


def _factor(width: int, height: int) -> int:
    """Return how many times a picture of a size in px is reduced before it is looked at."""
    return -(-max(width, height) // WORK)


def _ink(picture: Image.Image) -> Map | None:
    levels = levels_of(picture)
    contrast = contrast_of(levels)
    if not contrast.clean:
        return None
    threshold, two_tones = _otsu(contrast)
    if two_tones < TWO_TONES:
        return None
    full = _percentile(contrast, threshold)
    if full < MIN_CONTRAST:
        return None
    mask: Mask = (contrast.away > max(threshold, STRONG * full)).take(levels)
    if mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any():
        return None
    top, bottom, left, right = bounds(mask)
    if right - left > WIDEST * (bottom - top) or runs_of(mask).pieces != 1:
        return None
    covered = np.clip(np.rint(contrast.away * (255 / full)), 0, 255).astype(np.uint8)
    ink: Map = covered.take(levels)
    ink *= dilated(mask)  # the soft edge belongs to the stroke
    return ink


def _otsu(contrast: Contrast) -> tuple[float, float]:
    """Return the distance that parts ink from background best, and how well it does.

    How well is the share of the variance that is between the two (Otsu 1979).
    """
    order = contrast.away.argsort(kind="stable")  # ascending or descending already
    positive, counts = np.maximum(contrast.away[order], 0), contrast.counts[order]
    below, sums = counts.cumsum(), (counts * positive).cumsum()
    pixels, total = below[-1], sums[-1]
    # Between the two parts' means, by their shares; 0 where a part is empty, by its first factor.
    between = (total * below - pixels * sums) ** 2 / np.maximum(below * (pixels - below), 1)
    best = int(between.argmax())
    whole = pixels * (counts @ positive**2) - total * total
    return float(positive[best]), float(between[best] / whole) if whole > 0 else 0.0


def _percentile(contrast: Contrast, threshold: float) -> float:
    """Return how far the pixels beyond a distance are, that of `FULL` percent of them at most."""
    ink = contrast.away > threshold
    away, counts = contrast.away[ink], contrast.counts[ink]
    order = away.argsort()
    ends = counts[order].cumsum()
    return float(away[order][ends.searchsorted(FULL / 100 * (ends[-1] - 1), "right")])
