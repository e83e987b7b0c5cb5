"""One level per pixel, for colour or grey, and the level of the background."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Levels = NDArray[np.uint8]

FULL_INK = 75  # percentile of a stroke's pixels that counts as wholly covered by ink


def levels_of(picture: Image.Image) -> Levels:
    """Return one level per pixel, (height, width) uint8.

    In mode "L" the levels are the greys. In mode "RGB" they are the distance of each colour from
    the background's, in the direction in which the pixels differ from it most, so that colours of
    the same grey differ too.
    """
    pixels = np.asarray(picture)
    if picture.mode == "L":
        return pixels
    flat = pixels.reshape(-1, 3).astype(np.float32)
    away = flat - background(np.moveaxis(pixels, 2, 0))
    # A copy: OpenBLAS has a special routine for x.T @ x, which is slow for so few rows.
    direction = np.linalg.eigh(away.T @ away.copy())[1][:, -1]
    if direction.sum() < 0:
        direction = -direction
    along = away @ (direction / 3**0.5).astype(np.float32)
    # Their range is no wider than that of greys, but may begin anywhere.
    levels: Levels = (along - along.min() + np.float32(0.5)).astype(np.uint8)
    return levels.reshape(pixels.shape[:2])


def background(levels: Levels) -> NDArray[np.float32]:
    """Return the median level of the border: (..., height, width) gives (...)."""
    sides = levels[..., 0, :], levels[..., -1, :], levels[..., 0], levels[..., -1]
    border = np.concatenate(sides, axis=-1)
    middle = border.shape[-1] // 2
    return np.partition(border, middle)[..., middle].astype(np.float32)


def full_contrast(stroke: NDArray[np.float32]) -> float:
    """Return the contrast of full ink with the background, from that of a stroke's pixels.

    Pixels at the stroke's edge are only partly ink.
    """
    place = len(stroke) * FULL_INK // 100
    return float(np.partition(stroke, place)[place])


def ink_of(away: NDArray[np.float32], full: float, mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the ink of each pixel, 0 to 255: 255 where `away` reaches `full`, 0 off the mask."""
    covered = np.clip(away * (255 / full), 0, 255) * mask
    ink: NDArray[np.uint8] = np.rint(covered, out=covered).astype(np.uint8)
    return ink
