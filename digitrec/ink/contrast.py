"""How far each pixel is from its paper, whatever the colours and the light."""

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.ink.histogram import Histogram, percentile
from digitrec.ink.light import Planes, papers_in_uneven_light

Map = NDArray[np.float32]
Mask = NDArray[np.bool_]

PLAIN = 25  # percentile of the pixels, by distance from the paper: these surely are paper
CLEAN = 0.5  # of 255: their distance from one paper colour up to which a picture has no noise
MEDIAN = 50  # as a percentile
CORNER = 16  # of a side's length: one such part of it, both ways, is a corner
STEPS = 1023  # between the least and the greatest distance in a picture: finer than 8 bits are
LIT = 2.0  # times: shadows are lit up by this much, at most
DARKEST = 16.0  # of 255: paper darker than this is not lit up
EVEN = 1.0  # grey levels from pixel to pixel: paper that is more even is no better for it
SHARP = 0.25  # of its distance from paper, from pixel to pixel: light ink has edges so sharp
BEYOND = 4.5  # times the median deviation of paper, 3 standard ones: farther out it is no noise
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
        Whether so many pixels are exactly of their paper's colour that it surely has no noise, and
        even light.
    dark
        Whether ink is darker than paper.
    """

    histogram: Histogram
    level: NDArray[Any]
    clean: bool
    dark: bool

    def map(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return (height, width): for each pixel the one of `values` at its level."""
        return values.take(self.level)

    def within(self, mask: Mask) -> Histogram:
        """Return the histogram of the pixels in a mask alone."""
        counts = np.bincount(self.level[mask], minlength=len(self.histogram.values))
        return self.histogram._replace(counts=counts.astype(np.float64))


def contrast_of(picture: Image.Image) -> Contrast:
    """Return how far each pixel is from the paper, of which the border tells the colour.

    Parameters
    ----------
    picture
        In mode "L" or "RGB".
    """
    if picture.mode == "L":
        return _of_grey(np.asarray(picture))
    planes = _planes(picture)
    away = planes - _paper(planes)[:, None, None]
    plain = percentile(np.abs(away).max(axis=0).ravel(), PLAIN)
    direction = _direction(away)
    along = _along(away, direction)
    # Ink is the long tail: few pixels, far away from the paper.
    if (along.ravel() * along.ravel()) @ along.ravel() <= 0:
        along, direction = -along, -direction
    return _of_distances(along, clean=bool(plain < CLEAN), dark=bool(direction.sum() < 0))


def contrast_in_uneven_light(
    picture: Image.Image, *, inside: Mask | None = None, prior: float = 1.0
) -> Contrast:
    """Return how far each pixel is from the paper around it, which may be in shadow.

    Ink is what is darker, or what is lighter, whichever stands out more from the more even paper.

    Parameters
    ----------
    picture
        In mode "L" or "RGB".
    inside
        (height, width), where there is paper: beside it there is no ink. None for everywhere.
    prior
        How many times as likely dark ink is as light ink, before the picture is looked at.
    """
    planes = _planes(picture)
    if inside is None:
        inside = np.ones(planes.shape[1:], np.bool_)
    else:
        planes = np.where(inside, planes, percentile(planes[:, inside], MEDIAN)[:, None, None])
    bright_paper, dark_paper = papers_in_uneven_light(planes)
    darker = np.maximum(bright_paper - planes, 0)
    lighter = np.maximum(planes - dark_paper, 0)
    # What is lighter and has no edges is light.
    dark = not _has_edges(lighter) or (
        prior * _likelihood(darker, bright_paper) >= _likelihood(lighter, dark_paper)
    )
    paper = bright_paper if dark else dark_paper
    bright = max(float(paper[:, inside].mean()), DARKEST)
    away = (planes - paper) * (bright / np.maximum(paper, bright / LIT))
    if dark:
        away = -away
    # Beside a shadow's edge paper is brighter by far than what surrounds it allows: that is cut
    # off at what noise would make of it, or the noise would seem as large.
    shown = away[:, inside]
    middle = percentile(shown, MEDIAN)[:, None]
    spread = percentile(np.abs(shown - middle), MEDIAN)[:, None, None]
    away = np.maximum(away - middle[..., None], -BEYOND * spread)
    away *= inside
    direction = _direction(away)
    along = _along(away, direction if direction.sum() > 0 else -direction)
    return _of_distances(along, clean=False, dark=dark, inside=inside)


def _likelihood(away: Planes, paper: Planes) -> float:
    """Return how much farther ink is from its paper than paper is from the paper beside it.

    Between dark strokes there seems to be light ink, and the other way round, but on a paper that
    is less even.
    """
    uneven = sum(float(step.sum()) for step in _steps(paper)) / paper.size
    return _typical(away) / (uneven + EVEN)


def _has_edges(away: Planes) -> bool:
    """Return whether what is away from its paper begins within a few pixels."""
    return max(_typical(step) for step in _steps(away)) >= SHARP * _typical(away)


def _steps(planes: Planes) -> Iterator[Planes]:
    """Return how far each pixel is from the next one, downwards and across."""
    for axis in (1, 2):
        yield np.abs(np.diff(planes, axis=axis))


def _typical(values: Planes) -> float:
    """Return the mean of values that aren't negative, in which each weighs its square."""
    flat = values.ravel()
    squares = flat * flat
    return float(squares @ flat) / max(float(squares.sum()), 1.0)


def _planes(picture: Image.Image) -> Planes:
    pixels = np.atleast_3d(np.asarray(picture))
    return np.moveaxis(pixels, 2, 0).astype(np.float32, order="C")


def _of_grey(grey: NDArray[np.uint8]) -> Contrast:
    """Return the contrast of a grey picture.

    Two pixels of one grey are as far from the paper as each other: 256 distances tell all.
    """
    counts = np.bincount(grey.ravel(), minlength=256).astype(np.float64)
    paper = float(_paper(grey))
    away = Histogram(GREYS - paper, counts)
    # Most pictures have so much of the paper's very grey that nothing need be put in order.
    much = (grey.size - 1) * PLAIN / 100 + 1
    clean = paper.is_integer() and bool(counts[int(paper)] > much)
    # Ink is the long tail: few pixels, far away from the paper.
    if away.skew() > 0:
        return Contrast(away, grey, clean, dark=False)
    return Contrast(Histogram(-away.values[::-1], counts[::-1]), 255 - grey, clean, dark=True)


def _of_distances(
    distances: Map, *, clean: bool, dark: bool, inside: Mask | slice = slice(None)
) -> Contrast:
    """Return the contrast of a picture, its distances rounded to one of `STEPS`.

    Its histogram is of the pixels `inside`.
    """
    low, high = float(distances.min()), float(distances.max())
    step = (high - low) / STEPS or 1.0
    level = ((distances - low) * (1 / step) + 0.5).astype(np.uint16)  # + 0.5: rounded
    counts = np.bincount(level[inside].ravel(), minlength=STEPS + 1).astype(np.float64)
    return Contrast(Histogram(np.arange(STEPS + 1.0) * step + low, counts), level, clean, dark)


def _paper(planes: NDArray[Any]) -> NDArray[np.float32]:
    """Return the paper's colour, or its grey: the median of the border, its corners half of it.

    `planes` is (..., height, width), and it (...).
    """
    height, width = planes.shape[-2:]
    border = planes.reshape(*planes.shape[:-2], -1).take(border_places(height, width), axis=-1)
    return percentile(border, MEDIAN)


@functools.lru_cache(maxsize=64)
def border_places(height: int, width: int) -> NDArray[np.intp]:
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


def _direction(away: Planes) -> NDArray[np.float64]:
    """Return the unit vector, one number a channel, in which the pixels are farthest from paper."""
    channels = len(away)
    if channels == 1:
        return np.ones(1)
    flat = away.reshape(channels, -1)
    # By its copy: OpenBLAS has a way of its own for a matrix by itself, slow for so few rows.
    direction: NDArray[np.float64] = np.linalg.eigh(flat @ flat.copy().T)[1][:, -1]
    return direction


def _along(away: Planes, direction: NDArray[np.float64]) -> Map:
    """Return the part of each pixel's difference from the paper that is in a direction."""
    along: Map = (direction / len(away) ** 0.5).astype(np.float32) @ away.reshape(len(away), -1)
    return along.reshape(away.shape[1:])
