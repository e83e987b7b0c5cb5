"""Which pixels are strokes of a pen: so far from their paper that it is no chance."""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from digitrec.ink.contrast import PLAIN, Contrast
from digitrec.ink.histogram import Histogram

Mask = NDArray[np.bool_]

MIN_CONTRAST = 8.0  # grey levels, of 255: fainter is no ink
CLEAR = 3.5  # standard deviations of the paper: ink that stands out less is noise
FULL = 80  # percentile of a stroke's pixels that counts as wholly covered by ink
STRONG = 0.4  # of the ink's own contrast: ruled lines and shadows are fainter, pen strokes darker
NOISE = 8  # times the paper's lower quartile: 2.5 standard deviations, were it normal
JOINS = 0.2  # of the ink's full contrast: a line may be as faint in places
FAINT = 0.12  # of the ink's own contrast: what is fainter is paper even beside a stroke


class Strokes(NamedTuple):
    """What stands out from the paper.

    Attributes
    ----------
    contrast
        Of all pixels.
    mask
        (height, width), which of them surely are ink; the soft edges of strokes are not.
    full
        Contrast at which a pixel is wholly covered by ink.
    noise
        Share of the full contrast up to which there is no ink: from 0 on clean paper, where even
        the faintest edge of a stroke counts, to `STRONG`.
    clear
        Whether they stand out: if not, nothing is drawn on the paper.
    two_tones
        The share of the contrast's variance that is between ink and paper, 0..1. It is near 1 if
        there is nothing else.
    """

    contrast: Contrast
    mask: Mask
    full: float
    noise: float
    clear: bool
    two_tones: float

    def only(self, mask: Mask) -> Self:
        """Return the strokes that are in a mask, too."""
        return self._replace(mask=self.mask & mask)

    def stronger(self) -> "Strokes | None":
        """Return the strokes of greater contrast where there are two kinds, else None."""
        threshold, parted = _otsu(self.contrast.within(self.mask))
        if parted == 0:
            return None
        return _above(self.contrast, threshold, self.two_tones).only(self.mask)

    def fainter(self) -> Mask:
        """Return which pixels may be strokes, or may join them."""
        return _from(self.contrast, JOINS * self.full)

    def covered(self) -> NDArray[np.uint8]:
        """Return how much of each pixel, strokes or not, ink would cover: 255 for all of it."""
        values = self.contrast.histogram.values
        least = self.noise * self.full
        covered = np.rint((values - least) * (255 / (self.full - least)))
        ink: NDArray[np.uint8] = self.contrast.map(
            np.minimum(np.maximum(covered, 0), 255).astype(np.uint8)
        )
        return ink


def strokes_of(contrast: Contrast) -> Strokes:
    """Return the pixels that stand out from the paper."""
    return _above(contrast, *_otsu(contrast.histogram))


def _above(contrast: Contrast, threshold: float, two_tones: float) -> Strokes:
    """Return the strokes whose contrast is above a threshold."""
    paper, ink = contrast.histogram.split(threshold)
    full = ink.percentile(FULL)
    clear = full >= MIN_CONTRAST and full >= CLEAR * paper.std()
    spread = 0.0 if contrast.clean else NOISE * paper.magnitudes().percentile(PLAIN)
    noise = min(max(spread / full, FAINT), STRONG) if min(spread, full) > 0 else 0.0
    mask = _from(contrast, max(threshold, STRONG * full))
    return Strokes(contrast, mask, full, noise, clear, two_tones)


def _from(contrast: Contrast, least: float) -> Mask:
    # An int, not numpy's: with that, all levels would be made as wide as it first.
    mask: Mask = contrast.level >= int(contrast.histogram.values.searchsorted(least, "right"))
    return mask


def _otsu(histogram: Histogram) -> tuple[float, float]:
    """Return the value that parts the positive ones best in two, and how well it does.

    The parts are up to it and above, and how well is the share of the variance that is between
    them (Otsu 1979).
    """
    values, counts = histogram
    positive = np.maximum(values, 0)
    below = counts.cumsum()
    sums = (counts * positive).cumsum()
    pixels, total = below[-1], sums[-1]
    # Between the two parts' means, by their shares; 0 where a part is empty, by its first factor.
    between = (total * below - pixels * sums) ** 2 / np.maximum(below * (pixels - below), 1)
    best = int(between.argmax())
    all_ = pixels * (counts @ (positive * positive)) - total * total
    return float(values[best]), float(between[best] / all_) if all_ > 0 else 0.0
