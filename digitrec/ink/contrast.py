"""How far each pixel is from its paper, whatever the colours and the light."""

import functools
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.ink.histogram import Histogram, percentile
from digitrec.ink.light import Planes, paper_in_uneven_light

Map = NDArray[np.float32]

PLAIN = 25  # percentile of the pixels, by distance from the paper: these surely are paper
EVEN = 2.0  # of 255: their distance from one paper colour up to which the light is even
DARK = 16.0  # of 255: shadows this dark are not lit up further
MEDIAN = 50  # as a percentile
CORNER = 16  # of a side's length: one such part of it, both ways, is a corner
STEPS = 1023  # between the least and the greatest distance in a picture: finer than 8 bits are
GREYS = np.arange(256.0)


class Contrast(NamedTuple):
    """The distance of each pixel from its paper, in the direction in which ink lies.

    Attributes
    ----------
    histogram
        Of the distances in grey levels, of a colour the root mean square over its channels: about 0
        on paper, up to 255 on ink, negative beyond paper.
    level
        (height, width) unsigned: which of the histogram's values each pixel has.
    clean
        Whether so many pixels are exactly of their paper's colour that it surely has no noise.
    """

    histogram: Histogram
    level: NDArray[Any]
    clean: bool

    def map(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return (height, width): for each pixel the one of `values` at its level."""
        return values.take(self.level)


def contrast_of(picture: Image.Image) -> Contrast:
    """Return how far each pixel is from its paper.

    Parameters
    ----------
    picture
        In mode "L" or "RGB".
    """
    pixels = np.asarray(picture)
    if picture.mode == "L":
        found = _of_grey(pixels)
        if found is not None:
            return found
    planes = np.moveaxis(np.atleast_3d(pixels), 2, 0).astype(np.float32, order="C")
    return _of_distances(_in_any_light(planes))


def _of_grey(grey: NDArray[np.uint8]) -> Contrast | None:
    """Return the contrast of a grey picture in even light, None in uneven light.

    Two pixels of one grey are as far from the paper as each other: 256 distances tell all.
    """
    counts = np.bincount(grey.ravel(), minlength=256).astype(np.float64)
    paper = float(_paper(grey))
    away = Histogram(GREYS - paper, counts)
    # Most pictures have so much of the paper's very grey that nothing need be put in order.
    much = (grey.size - 1) * PLAIN / 100 + 1
    clean = paper.is_integer() and counts[int(paper)] > much
    uneven = 0.0 if clean else away.magnitudes().percentile(PLAIN)
    if uneven > EVEN:
        return None
    # Ink is the long tail: few pixels, far away from the paper.
    if away.skew() > 0:
        return Contrast(away, grey, uneven == 0)
    flipped = Histogram(-away.values[::-1], counts[::-1])
    return Contrast(flipped, 255 - grey, uneven == 0)


def _of_distances(distances: Map) -> Contrast:
    """Return the contrast of a picture, its distances rounded to one of `STEPS`."""
    low, high = float(distances.min()), float(distances.max())
    step = (high - low) / STEPS or 1.0
    level = ((distances - low) * (1 / step) + 0.5).astype(np.uint16)  # + 0.5: rounded
    counts = np.bincount(level.ravel(), minlength=STEPS + 1).astype(np.float64)
    return Contrast(Histogram(np.arange(STEPS + 1.0) * step + low, counts), level, clean=False)


def _in_any_light(planes: Planes) -> Map:
    """Return each pixel's distance from its paper, the light made even if it is not."""
    away = planes - _paper(planes)[:, None, None]
    uneven = _unevenness(away)
    if uneven > EVEN:
        paper = paper_in_uneven_light(planes)
        lit = (planes - paper) * (paper.mean() / np.maximum(paper, DARK))
        if _unevenness(lit) < uneven / 2:
            away = lit
    return _along_ink(away)


def _paper(planes: NDArray[Any]) -> NDArray[np.float32]:
    """Return the paper's colour, or its grey: the median of the border, its corners half of it.

    `planes` is (..., height, width), and it (...).
    """
    height, width = planes.shape[-2:]
    border = planes.reshape(*planes.shape[:-2], -1).take(_border(height, width), axis=-1)
    return percentile(border, MEDIAN)


@functools.lru_cache(maxsize=64)
def _border(height: int, width: int) -> NDArray[np.intp]:
    """Return the places of the pixels that tell the paper, counted row by row.

    They are the same for each picture of a size.
    """
    places = np.arange(height * width).reshape(height, width)
    side = max(1, min(height, width) // CORNER)
    ends = np.concatenate((places[:side], places[-side:]))
    corners = np.concatenate((ends[:, :side], ends[:, -side:])).ravel()
    # A digit that fills its picture covers much of the border, but seldom the corners.
    repeated = corners.repeat(max(1, 2 * (height + width) // len(corners)))
    return np.concatenate((places[0], places[-1], places[:, 0], places[:, -1], repeated))


def _along_ink(away: Planes) -> Map:
    """Return the part of each pixel's difference from the paper that is in the ink's direction."""
    channels = len(away)
    flat = away.reshape(channels, -1)
    # By its copy: OpenBLAS has a way of its own for a matrix by itself, slow for so few rows.
    direction = np.linalg.eigh(flat @ flat.copy().T)[1][:, -1] if channels > 1 else np.ones(1)
    along: Map = (direction / channels**0.5).astype(np.float32) @ flat
    # Ink is the long tail: few pixels, far away from the paper.
    if (along * along) @ along <= 0:
        along = -along
    return along.reshape(away.shape[1:])


def _unevenness(away: Planes) -> float:
    """Return how far from its paper's colour a pixel of plain paper is, 0..255."""
    return float(percentile(np.abs(away).max(axis=0).ravel(), PLAIN))
