"""A digit's pixels to its ink map."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.ink.label import dilated
from digitrec.segment.instances import Found, Mask
from digitrec.segment.network import HALF

Plane = NDArray[np.float32]

BLOCK = 8  # px: the background is known by blocks of this size
FULL = 75  # percentile of a stroke's pixels that is wholly covered by ink
NOISE = 3.0  # median deviations of the background, up to which there is no ink
NOISIEST = 0.4  # of full ink: what is darker is ink, however noisy the background is


def inks_of(plane: Plane, found: list[Found]) -> list[NDArray[np.uint8]]:
    """Return the ink map of each digit: (height, width) uint8, 255 on a stroke, cropped."""
    everywhere = np.zeros(found[0].mask.shape, np.bool_)
    for digit in found:
        everywhere |= digit.mask
    strokes = _wide(everywhere)
    around = dilated(dilated(strokes))
    away = plane - _background(plane, ~around)
    rest = np.abs(away[~around])
    noise = NOISE * float(np.median(rest)) if len(rest) else 0.0
    return [_ink(away, everywhere, digit, noise) for digit in found]


def _ink(away: Plane, everywhere: Mask, digit: Found, noise: float) -> NDArray[np.uint8]:
    own = dilated(digit.mask) & ~(everywhere & ~digit.mask)
    rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
    part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    mask = _wide(own[part])
    contrast = away[
        rows[0] * HALF : (rows[-1] + 1) * HALF, columns[0] * HALF : (columns[-1] + 1) * HALF
    ]
    inside = contrast[_wide(digit.mask[part])]
    if inside.mean() < 0:
        contrast, inside = -contrast, -inside
    full = max(float(np.percentile(inside, FULL)), 1.0)
    least = min(noise, NOISIEST * full)
    covered = np.clip((contrast - least) / (full - least), 0, 1) * mask
    ink: NDArray[np.uint8] = np.rint(covered * 255).astype(np.uint8)
    return ink


def _background(plane: Plane, free: Mask) -> Plane:
    """Return what the picture would be without strokes, from the pixels around that are free."""
    height, width = plane.shape
    rows, columns = height // BLOCK, width // BLOCK
    blocks = (rows, BLOCK, columns, BLOCK)
    weight = free.reshape(blocks).sum(axis=(1, 3)).astype(np.float32)
    total = (plane * free).reshape(blocks).sum(axis=(1, 3))
    weight, total = np.pad(weight, 1), np.pad(total, 1)
    # Blocks without any free pixel take what is around them, and so on.
    sums = [weight, total]
    for _ in range(rows + columns):
        if (sums[0][1:-1, 1:-1] > 0).all():
            break
        spread = [_sum_around(s) for s in sums]
        empty = sums[0] == 0
        sums = [np.where(empty, wide, s) for s, wide in zip(sums, spread, strict=True)]
    level = (sums[1][1:-1, 1:-1] / np.maximum(sums[0][1:-1, 1:-1], 1)).astype(np.float32)
    return np.asarray(Image.fromarray(level).resize((width, height), Image.Resampling.BILINEAR))


def _sum_around(values: Plane) -> Plane:
    """Return the sum of each place and its eight neighbours; the border stays empty."""
    height, width = values.shape
    wide = np.zeros_like(values)
    for i, j in np.ndindex(3, 3):
        wide[1:-1, 1:-1] += values[i : height - 2 + i, j : width - 2 + j]
    return wide


def _wide(mask: Mask) -> Mask:
    """Return a mask of the output as one of the input: each pixel four times."""
    return mask.repeat(HALF, axis=0).repeat(HALF, axis=1)
