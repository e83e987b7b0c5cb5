"""How far each pixel is from the background, in colour or grey."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.ink.contrast import border_places

Levels = NDArray[np.uint8]
Table = NDArray[np.float64]  # (256,), one number for each level

GREYS = np.arange(256.0)
CHANNELS = 3
CLEAN = 0.25  # of the pixels, at least, are of exactly the background's level: there is no noise


class Contrast(NamedTuple):
    """The distance of each level from the background, in the direction in which ink lies.

    Attributes
    ----------
    away
        Of each level, in grey levels: 0 for the background, positive for ink.
    counts
        How many pixels have each level.
    clean
        Whether so many pixels are exactly of the background's level that there surely is no noise.
    """

    away: Table
    counts: Table
    clean: bool


def levels_of(picture: Image.Image) -> Levels:
    """Return one level a pixel, (height, width) uint8.

    Of a picture in mode "L" they are its greys. In mode "RGB" they tell how far a colour is from
    the background's in the direction in which all pixels together are farthest from it, so that
    colours of the same grey differ too.
    """
    pixels = np.asarray(picture)
    if picture.mode == "L":
        return pixels
    flat = pixels.reshape(-1, CHANNELS).astype(np.float32)
    away = flat - _background(np.moveaxis(pixels, 2, 0))
    # By its copy: OpenBLAS has a way of its own for a matrix by itself, slow for so few rows.
    direction = np.linalg.eigh(away.T @ away.copy())[1][:, -1]
    if direction.sum() < 0:
        direction = -direction
    along = away @ (direction / CHANNELS**0.5).astype(np.float32)
    # Their range is no wider than that of greys, but it begins anywhere.
    levels: Levels = (along - along.min() + np.float32(0.5)).astype(np.uint8)
    return levels.reshape(pixels.shape[:2])


def contrast_of(levels: Levels) -> Contrast:
    """Return how far each level is from the background, of which the border tells the level.

    Ink is on the side of the long tail: few pixels, far away.
    """
    counts = np.bincount(levels.ravel(), minlength=len(GREYS)).astype(np.float64)
    background = float(_background(levels))
    away = GREYS - background
    if counts @ away**3 < 0:
        away = -away
    return Contrast(away, counts, bool(counts[int(background)] > CLEAN * levels.size))


def _background(planes: Levels) -> NDArray[np.float32]:
    """Return the median level of the border, its corners counting as much as all the rest of it.

    `planes` is (..., height, width), and it (...).
    """
    height, width = planes.shape[-2:]
    border = planes.reshape(*planes.shape[:-2], -1).take(border_places(height, width), axis=-1)
    middle = border.shape[-1] // 2
    return np.partition(border, middle)[..., middle].astype(np.float32)
